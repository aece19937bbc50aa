import { expect, test } from 'vitest';
import { planSteps, planTable } from '../../../src/director/desired';
import { Held } from '../../../src/director/held';
import { difference, differenceSteps } from '../../../src/director/reconcile';
import { allOf, inSlices, isPause, SLICE_MS } from '../../../src/director/slices';
import type { HealthMap } from '../../../src/director/table';

const MANY = 500;
const config = {
  services: [
    {
      protocol: 'tcp' as const,
      address: '192.0.2.1',
      port: 80,
      scheduler: 'rr' as const,
      servers: Array.from({ length: MANY }, (_, at) => ({
        address: `10.0.${at >> 8}.${at & 255}`,
        port: 80,
        weight: 1,
        method: 'nat' as const,
      })),
    },
  ],
};
const UP: HealthMap = new Map();
const NOTHING = new Map<string, never>();
const situation = { health: UP, kernel: [], orders: NOTHING, leads: true, ramps: NOTHING, nowMs: 0 };

function pauses(work: Generator<void, unknown>): number {
  for (let count = 0; ; count++) if (work.next().done) return count;
}

test('a plan and a difference of many servers stop again and again, those of a few never', () => {
  const plan = planTable(config, situation);
  const held = Held.of([]);
  expect(pauses(planSteps(config, { ...situation, kernel: held }))).toBeGreaterThan(MANY / 8);
  expect(pauses(differenceSteps(plan.table, held, plan.reasons))).toBeGreaterThan(MANY / 16);
  expect(pauses(Held.steps(plan.table))).toBeGreaterThan(MANY / 16);
  const few = { services: [{ ...config.services[0]!, servers: config.services[0]!.servers.slice(0, 8) }] };
  expect(pauses(planSteps(few, { ...situation, kernel: held }))).toBe(0);
});

test('nothing is lost at a stop', () => {
  const { table, reasons } = planTable(config, situation);
  expect(table[0]!.destinations).toHaveLength(MANY);
  expect(new Set(table[0]!.destinations.map(({ address }) => address)).size).toBe(MANY);
  expect(difference(table, [], reasons)).toHaveLength(MANY + 1);
  expect(difference(table, table, reasons)).toEqual([]);
});

test('slices come one after the other, each after what else there is, and each takes its time', () => {
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  let nowMs = 0;
  function* work(): Generator<void, string> {
    for (const name of ['first', 'second', 'third']) {
      seen.push(name);
      nowMs += SLICE_MS / 2;
      yield;
    }
    return 'value';
  }
  const clock = {
    now: () => nowMs,
    after: (delayMs: number, run: () => void) => {
      expect(delayMs).toBe(0);
      waiting.push(run);
      return { cancel: () => {} };
    },
  };
  inSlices(work(), clock, (value) => seen.push(value));
  expect(seen).toEqual(['first', 'second']);
  waiting.shift()?.();
  expect(seen).toEqual(['first', 'second', 'third', 'value']);
  expect(waiting).toEqual([]);
  expect(allOf(work())).toBe('value');
});

test('the first of a row is never waited for', () => {
  expect(isPause(0)).toBe(false);
});
