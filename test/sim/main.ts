/**
 * `npx tsx test/sim/main.ts --seeds N [--seed FIRST]`: runs seeds with progress and a rate; the first that fails is shown
 * with its timeline. `--seeds 1 --seed S` replays one seed and always shows its timeline.
 */

import { type Outcome, runSeed } from './run';

const PROGRESS_MS = 1_000;

/** Worst values of all seeds that suffered the same. */
interface Row {
  seeds: number;
  overlapShare: number;
  gapDeadtimes: number;
}

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) return fallback;
  const value = Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number from 0`);
  return value;
}

function fail(outcome: Outcome): number {
  const { seed, violation, timeline } = outcome;
  console.log(`\n${timeline.join('\n')}\n\nseed ${seed} FAILED: ${violation}`);
  console.log(`replay: npx tsx test/sim/main.ts --seeds 1 --seed ${seed}`);
  return 1;
}

function note(rows: Map<string, Row>, { faults, worst }: Outcome): void {
  const name = faults.length === 0 ? 'none' : faults.length > 1 ? 'several' : (faults[0] ?? '');
  const row = rows.get(name) ?? { seeds: 0, overlapShare: 0, gapDeadtimes: 0 };
  row.seeds++;
  row.overlapShare = Math.max(row.overlapShare, worst.overlapShare);
  row.gapDeadtimes = Math.max(row.gapDeadtimes, worst.gapDeadtimes);
  rows.set(name, row);
}

function report(rows: Map<string, Row>): void {
  console.log('\nworst seen, by the only fault of a seed      seeds  overlap/bound  gap/deadtime');
  for (const [name, row] of [...rows].sort(([a], [b]) => a.localeCompare(b))) {
    const overlap = `${(100 * row.overlapShare).toFixed(1)} %`;
    const numbers = [
      String(row.seeds).padStart(6),
      overlap.padStart(14),
      row.gapDeadtimes.toFixed(2).padStart(13),
    ];
    console.log(`  ${name.padEnd(42)}${numbers.join(' ')}`);
  }
}

function main(): number {
  const seeds = option('seeds', 2_000);
  const first = option('seed', 1);
  if (seeds === 1) {
    const outcome = runSeed(first, undefined, true);
    if (outcome.violation !== null) return fail(outcome);
    console.log(`${outcome.timeline.join('\n')}\n\nseed ${first} passed`);
    return 0;
  }
  const rows = new Map<string, Row>();
  const startMs = performance.now();
  let shownMs = startMs;
  let simulatedMs = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const outcome = runSeed(seed);
    if (outcome.violation !== null) return fail(runSeed(seed, undefined, true));
    simulatedMs += outcome.simulatedMs;
    note(rows, outcome);
    const nowMs = performance.now();
    if (nowMs - shownMs < PROGRESS_MS) continue;
    shownMs = nowMs;
    const done = seed - first + 1;
    const perSecond = Math.round((done * 1000) / (nowMs - startMs));
    process.stderr.write(`\r${done} of ${seeds} seeds, ${perSecond} per second `);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const rate = (seeds / seconds).toFixed(0);
  console.log(`\n${seeds} seeds passed in ${seconds.toFixed(1)} s (${rate} per second),`);
  console.log(`${(simulatedMs / 3_600_000).toFixed(1)} hours in the life of a pair`);
  report(rows);
  return 0;
}

process.exitCode = main();
