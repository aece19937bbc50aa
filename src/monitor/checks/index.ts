/**
 * Runs one check: monitors that are built in as exchanges with all hosts of the group at once, any other as a
 * program by mon's calling convention. Judges nothing by itself and knows no schedule.
 */

import type { Cancellable, Host } from '../../host/host';
import { monitorCommand } from '../command';
import type { CheckEffect, CheckOutcome } from '../events';
import { dnsProbe } from './dns';
import { httpProbe } from './http';
import { fpingProbe, pingProbe } from './ping';
import type { Probe, ProbeOf } from './probe';
import { smtpProbe } from './smtp';
import { tcpProbe } from './tcp';
import { udpProbe } from './udp';

/** Hosts of one check that are asked at a time; further ones wait for an answer. */
export const hostsAtOnce = 64;

export type CheckHost = Pick<Host, 'exchange' | 'execute'>;

/** Monitors that need no process, by the names of mon's scripts. */
const builtIn = new Map<string, ProbeOf>([
  ['dns.monitor', dnsProbe],
  ['fping.monitor', fpingProbe],
  ['http.monitor', httpProbe],
  ['ping.monitor', pingProbe],
  ['smtp.monitor', smtpProbe],
  ['tcp.monitor', tcpProbe],
  ['udp.monitor', udpProbe],
]);

/** The built-in monitor that `argv` names, or null when it is a program. A path always means a program. */
export function builtInMonitor(argv: readonly string[]): ProbeOf | null {
  return builtIn.get(argv[0] ?? '') ?? null;
}

/**
 * @param check at least one host
 * @param done called once, unless the check is cancelled before
 * @throws Error when a built-in monitor cannot take its options; `monitorFaults` says so beforehand
 */
export function runCheck(
  host: CheckHost,
  check: CheckEffect,
  done: (outcome: CheckOutcome) => void,
): Cancellable {
  const probeOf = builtInMonitor(check.argv);
  if (probeOf === null) return runProgram(host, check, done);
  const probe = probeOf(check.argv, check.deadlineMs);
  if (probe.ok) return runProbe(host, check.hosts, probe.value, done);
  throw new Error(probe.error);
}

function runProbe(
  host: CheckHost,
  hosts: readonly string[],
  probe: Probe,
  done: (outcome: CheckOutcome) => void,
): Cancellable {
  const faults = new Map<string, string>();
  const running = new Set<Cancellable>();
  let begun = 0;
  let ended = 0;
  const begin = (): void => {
    const name = hosts[begun++];
    if (name === undefined) return;
    const exchange = host.exchange(probe.exchange(name), (reply) => {
      running.delete(exchange);
      const fault = probe.judge(reply);
      if (fault !== null) faults.set(name, fault);
      ended += 1;
      if (ended === hosts.length) done(outcomeOf(faults, probe.anyIsEnough === true && faults.size < ended));
      else begin();
    });
    running.add(exchange);
  };
  for (let count = 0; count < hostsAtOnce; count++) begin();
  return {
    cancel: () => {
      for (const exchange of running) exchange.cancel();
    },
  };
}

/** @param isEnough that a host is well, although others are not */
function outcomeOf(faults: ReadonlyMap<string, string>, isEnough: boolean): CheckOutcome {
  const failed = [...faults.keys()].sort();
  const lines = failed.map((name) => `${name}: ${faults.get(name)}`);
  const ok = isEnough || failed.length === 0;
  return {
    ok,
    status: ok ? 0 : 1,
    summary: failed.join(' '),
    output: lines.join('\n'),
  };
}

function runProgram(host: CheckHost, check: CheckEffect, done: (outcome: CheckOutcome) => void): Cancellable {
  return host.execute(monitorCommand(check), (result) => {
    if (!result.ok) {
      done({ ok: false, status: 255, summary: check.hosts.join(' '), output: result.error });
      return;
    }
    const { status, output } = result.value;
    const end = output.indexOf('\n');
    const summary = end === -1 ? output : output.slice(0, end);
    const detail = end === -1 ? '' : output.slice(end + 1).trimEnd();
    done({ ok: status === 0, status, summary: summary.trim(), output: detail });
  });
}
