/**
 * `npx tsx test/sim/main.ts --seeds N [--seed FIRST]`: runs seeds with progress and a rate; the first that fails is shown
 * with its timeline. `--seeds 1 --seed S` replays one seed and always shows its timeline.
 */

import { runSeed } from './run';

const PROGRESS_MS = 1_000;

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  if (at < 0) return fallback;
  const value = Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} needs a whole number from 0`);
  return value;
}

function main(): number {
  const seeds = option('seeds', 2_000);
  const first = option('seed', 1);
  const startMs = performance.now();
  const worst = new Map<string, { seeds: number; overlapMs: number; gapMs: number }>();
  let shownMs = startMs;
  let simulatedMs = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const outcome = runSeed(seed, undefined, seeds === 1);
    simulatedMs += outcome.simulatedMs;
    if (seeds === 1) console.log(outcome.timeline.join('\n'));
    if (outcome.violation !== null) {
      if (seeds > 1) console.log(`\n${runSeed(seed, undefined, true).timeline.join('\n')}`);
      console.log(`\nseed ${seed} FAILED: ${outcome.violation}`);
      console.log(`replay: npx tsx test/sim/main.ts --seeds 1 --seed ${seed}`);
      return 1;
    }
    for (const name of new Set(
      outcome.faults.length === 1 ? outcome.faults : outcome.faults.length ? ['several'] : ['none'],
    )) {
      const entry = worst.get(name) ?? { seeds: 0, overlapMs: 0, gapMs: 0 };
      entry.seeds++;
      entry.overlapMs = Math.max(entry.overlapMs, outcome.worst.overlapMs);
      entry.gapMs = Math.max(entry.gapMs, outcome.worst.gapMs);
      worst.set(name, entry);
    }
    const nowMs = performance.now();
    if (nowMs - shownMs < PROGRESS_MS) continue;
    shownMs = nowMs;
    const done = seed - first + 1;
    process.stderr.write(
      `\r${done} of ${seeds} seeds, ${Math.round((done * 1000) / (nowMs - startMs))} per second `,
    );
  }
  const seconds = (performance.now() - startMs) / 1000;
  console.log(
    `\n${seeds} seeds passed in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)} per second)`,
  );
  console.log(`simulated: ${(simulatedMs / 3_600_000).toFixed(1)} hours of a pair`);
  console.log('worst seen, by the only fault of a seed:            seeds  overlap ms  gap ms');
  for (const [name, entry] of [...worst].sort(([a], [b]) => a.localeCompare(b))) {
    const numbers = [
      String(entry.seeds).padStart(6),
      entry.overlapMs.toFixed(1).padStart(11),
      entry.gapMs.toFixed(0).padStart(7),
    ];
    console.log(`  ${name.padEnd(49)}${numbers.join(' ')}`);
  }
  return 0;
}

process.exitCode = main();
