import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runAll } from './all';
import { runSeed } from './run';

const SEEDS = 2_000;

describe('two whole boxes under seeded faults', () => {
  it(`keep the invariants in ${SEEDS} seeds`, { timeout: 600_000 }, async () => {
    const startMs = performance.now();
    const { report, failed } = await runAll(1, SEEDS, availableParallelism());
    if (failed !== null) {
      const { violation, timeline } = runSeed(failed, undefined, true);
      expect.fail(
        `seed ${failed}: ${violation}\nreplay: npm run sim -- --seed ${failed}\n${timeline.join('\n')}`,
      );
    }
    expect(report.seeds).toBe(SEEDS);
    const seconds = (performance.now() - startMs) / 1000;
    console.log(`${(SEEDS / seconds).toFixed(0)} seeds per second\n${report.lines().join('\n')}`);
  });

  it('have the same history for the same seed', () => {
    expect(runSeed(7, undefined, true)).toEqual(runSeed(7, undefined, true));
  });
});
