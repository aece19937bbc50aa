import { expect, test } from 'vitest';
import { planSteps, planTable } from '../../../src/director/desired';
import { difference, differenceSteps } from '../../../src/director/reconcile';
import { allOf, inSlices, isPause } from '../../../src/director/slices';
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
  expect(pauses(planSteps(config, situation))).toBeGreaterThan(MANY / 64);
  expect(pauses(differenceSteps(plan.table, [], plan.reasons))).toBeGreaterThan(MANY / 64);
  const few = { services: [{ ...config.services[0]!, servers: config.services[0]!.servers.slice(0, 32) }] };
  expect(pauses(planSteps(few, situation))).toBe(0);
});

test('nothing is lost at a stop', () => {
  const { table, reasons } = planTable(config, situation);
  expect(table[0]!.destinations).toHaveLength(MANY);
  expect(new Set(table[0]!.destinations.map(({ address }) => address)).size).toBe(MANY);
  expect(difference(table, [], reasons)).toHaveLength(MANY + 1);
  expect(difference(table, table, reasons)).toEqual([]);
});

test('slices come one after the other, each after what else there is', () => {
  const seen: string[] = [];
  const waiting: (() => void)[] = [];
  function* work(): Generator<void, string> {
    for (const name of ['first', 'second']) {
      seen.push(name);
      yield;
    }
    return 'value';
  }
  inSlices(
    work(),
    (run) => waiting.push(run),
    (value) => seen.push(value),
  );
  expect(seen).toEqual(['first']);
  waiting.shift()?.();
  expect(seen).toEqual(['first', 'second']);
  waiting.shift()?.();
  expect(seen).toEqual(['first', 'second', 'value']);
  expect(waiting).toEqual([]);
  expect(allOf(work())).toBe('value');
});

test('the first of a row is never waited for', () => {
  expect(isPause(0)).toBe(false);
});
