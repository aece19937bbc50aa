import { describe, expect, it } from 'vitest';
import { runSeed } from './run';

const SEEDS = 2_000;
const SEEDS_PER_TEST = 200;

describe('two boxes under seeded faults keep the invariants', () => {
  for (let first = 1; first <= SEEDS; first += SEEDS_PER_TEST) {
    it(`seeds ${first} to ${first + SEEDS_PER_TEST - 1}`, { timeout: 120_000 }, () => {
      for (let seed = first; seed < first + SEEDS_PER_TEST; seed++) {
        const { violation } = runSeed(seed);
        if (violation === null) continue;
        const { timeline } = runSeed(seed, undefined, true);
        const replay = `replay: npx tsx test/sim/main.ts --seeds 1 --seed ${seed}`;
        expect.fail(`seed ${seed}: ${violation}\n${replay}\n${timeline.join('\n')}`);
      }
    });
  }

  it('gives the same history for the same seed', () => {
    expect(runSeed(7, undefined, true)).toEqual(runSeed(7, undefined, true));
  });
});
