/** The verdict on a machine, and the table of all. Pure. */

import type { Findings } from './boot';
import type { Machine } from './machines';

export interface Row {
  readonly machine: Machine;
  readonly findings: Findings;
}

const HEAD = ['', 'machine', 'console', 'beat serial', 'beat net', 'serving', 'memory', 'verdict'];

/** What a machine did not do, in words; `null` where it did all. */
export function failure(machine: Machine, findings: Findings): string | null {
  if (machine.says !== null) return findings.said ? null : 'does not say that it is too small';
  const missing = [
    findings.consoleS === null ? 'no console' : null,
    findings.serialBeatS === null ? 'no heartbeat on the null modem' : null,
    findings.netBeatS === null ? 'no heartbeat on the network' : null,
    findings.servingS === null ? 'the addresses do not answer' : null,
    findings.reset === false ? 'not reset by its watchdog' : null,
  ].filter((one) => one !== null);
  return missing.length === 0 ? null : missing.join(', ');
}

export function table(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(({ machine, findings }) => line(machine, findings))];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function line(machine: Machine, findings: Findings): string[] {
  const good = machine.says === null ? (findings.reset ? 'good, and reset when hung' : 'good') : 'says so';
  const memory = findings.usedMB === null ? '' : `${findings.usedMB.toFixed(1)} MB`;
  const { consoleS, serialBeatS, netBeatS, servingS } = findings;
  return [
    machine.kind,
    machine.name,
    ...[consoleS, serialBeatS, netBeatS, servingS].map(seconds),
    memory,
    failure(machine, findings) ?? good,
  ];
}

function seconds(value: number | null): string {
  return value === null ? '' : `${value.toFixed(1)} s`;
}
