import { describe, expect, it } from 'vitest';
import { CORE } from './core';
import { MUTANTS, mutantCore } from './mutants';
import { runSeed } from './run';

/** As many as the pair test runs: a bug that these do not find, it would not find either. */
const SEEDS = 2_000;

describe('the seeds catch deliberate bugs', () => {
  for (const mutant of MUTANTS) {
    it(mutant.name, { timeout: 240_000 }, async () => {
      const core = await mutantCore(mutant);
      let caught = runSeed(mutant.seed, core).violation;
      for (let seed = 1; seed <= SEEDS && caught === null; seed++) caught = runSeed(seed, core).violation;
      expect(caught).toMatch(/^I\d at /);
      expect(runSeed(mutant.seed, CORE).violation).toBeNull();
    });
  }
});
