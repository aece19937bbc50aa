/**
 * `npm run sim -- --seeds N [--seed FIRST] [--jobs N]`: runs seeds on all cores with a progress bar; the first that
 * fails is shown with its timeline. `--seed S` alone replays one seed and always shows its timeline.
 */

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { runAll } from './all';
import type { Report } from './report';
import { runSeed } from './run';

const BAR_COLUMNS = 30;
const SHOW_EVERY_MS = 200;

function replay(seed: number): number {
  const { timeline, violation } = runSeed(seed, undefined, true);
  console.log(timeline.join('\n'));
  console.log(violation === null ? `\nseed ${seed} passed` : `\nseed ${seed} FAILED: ${violation}`);
  if (violation !== null) console.log(`replay: npm run sim -- --seed ${seed}`);
  return violation === null ? 0 : 1;
}

function bar(done: number, seeds: number, seconds: number): string {
  const filled = Math.round((BAR_COLUMNS * done) / seeds);
  const rate = done / Math.max(seconds, 0.001);
  const left = rate > 0 ? `${Math.ceil((seeds - done) / rate)} s left` : '';
  const share = `${'#'.repeat(filled)}${'.'.repeat(BAR_COLUMNS - filled)}`;
  return `[${share}] ${done} of ${seeds} seeds, ${rate.toFixed(0)} per second, ${left}`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seeds: { type: 'string' }, seed: { type: 'string' }, jobs: { type: 'string' } },
  });
  const number = (name: 'seeds' | 'seed' | 'jobs', fallback: number): number => {
    const value = Number(values[name] ?? fallback);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} needs a whole number from 1`);
    return value;
  };
  if (values.seed !== undefined && values.seeds === undefined) return replay(number('seed', 1));
  const startMs = performance.now();
  let shownMs = 0;
  const seeds = number('seeds', 2_000);
  const show = ({ seeds: done }: Report) => {
    const nowMs = performance.now();
    if (nowMs - shownMs < SHOW_EVERY_MS && done < seeds) return;
    shownMs = nowMs;
    process.stderr.write(`\r${bar(done, seeds, (nowMs - startMs) / 1000)}  `);
  };
  const jobs = number('jobs', availableParallelism());
  const { report, failed } = await runAll(number('seed', 1), seeds, jobs, show);
  process.stderr.write('\n');
  if (failed !== null) return replay(failed);
  const seconds = (performance.now() - startMs) / 1000;
  console.log(
    `${report.seeds} seeds passed in ${seconds.toFixed(1)} s, ${(report.seeds / seconds).toFixed(0)} per second;`,
  );
  console.log(`${(report.simulatedMs / 3_600_000).toFixed(1)} simulated hours in the life of a pair\n`);
  console.log(report.lines().join('\n'));
  return 0;
}

process.exitCode = await main();
