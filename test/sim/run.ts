/** One seed: two boxes start, faults befall them for a while, then everything heals and the pair must come to rest. */

import type { ClusterConfig } from '../../src/cluster/types';
import { CORE, type Core } from './core';
import { FAULTS, type Fault, heal } from './faults';
import { Random } from './random';
import { Violation, World, type Worst } from './world';

export interface Outcome {
  readonly seed: number;
  readonly violation: string | null;
  readonly timeline: readonly string[];
  readonly faults: readonly string[];
  readonly simulatedMs: number;
  readonly worst: Worst;
}

interface Timing {
  readonly name: string;
  readonly keepaliveMs: number;
  readonly warntimeMs: number;
  readonly deadtimeMs: number;
  readonly initdeadMs: number;
}

const TIMINGS: readonly Timing[] = [
  { name: 'paper', keepaliveMs: 2_000, warntimeMs: 4_000, deadtimeMs: 5_000, initdeadMs: 10_000 },
  { name: 'default', keepaliveMs: 200, warntimeMs: 500, deadtimeMs: 1_000, initdeadMs: 5_000 },
  { name: 'fast', keepaliveMs: 30, warntimeMs: 60, deadtimeMs: 100, initdeadMs: 1_000 },
];

const MOST_FAULTS = 6;
/** Faults strike within so many deadtimes. */
const FAULT_PHASE_DEADTIMES = 20;
/** How long the pair must then stay as it is. */
const REST_DEADTIMES = 3;

/** @param trace keeps the timeline, which costs time */
export function runSeed(seed: number, core: Core = CORE, trace = false): Outcome {
  const random = new Random(seed);
  const timing = random.pick(TIMINGS);
  const autoFailback = random.pick(['on', 'on', 'off', 'legacy'] as const);
  const world = new World(core, configs(timing, autoFailback), seed ^ 0x5eed, trace);
  const faults = plan(random);
  const names = faults.map((fault) => fault.name);
  world.say(
    `seed ${seed}: timing ${timing.name}, auto_failback ${autoFailback}, faults: ${names.join(', ')}`,
  );
  let violation: string | null = null;
  try {
    live(world, random, timing, faults);
    judgeRest(world, timing, autoFailback, names);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error.message;
  }
  const { timeline, worst, clock } = world;
  return { seed, violation, timeline, faults: names, simulatedMs: clock.nowMs, worst };
}

function plan(random: Random): readonly Fault[] {
  return Array.from({ length: random.below(MOST_FAULTS + 1) }, () => random.pick(FAULTS));
}

function live(world: World, random: Random, timing: Timing, faults: readonly Fault[]): void {
  const { deadtimeMs, initdeadMs } = timing;
  for (const box of world.boxes) {
    const delayMs = random.chance(0.5) ? random.between(0, deadtimeMs) : random.between(0, 2 * initdeadMs);
    world.clock.after(delayMs, () => box.start());
  }
  const faultsEndMs = initdeadMs + FAULT_PHASE_DEADTIMES * deadtimeMs;
  for (const fault of faults) {
    world.clock.at(random.between(0, faultsEndMs), () => fault.strike(world, random, deadtimeMs));
  }
  // What a fault started late must not reach into the time of rest: everything heals when all have ended.
  const healMs = faultsEndMs + 10 * deadtimeMs + 3_000;
  world.runUntil(healMs);
  world.say('everything heals');
  heal(world);
}

/** I2 */
function judgeRest(world: World, timing: Timing, autoFailback: string, faults: readonly string[]): void {
  const settledMs = world.clock.nowMs + world.bounds.settleMs;
  world.runUntil(settledMs);
  const [a, b] = world.boxes;
  const owner = a.holdsAll && !b.holdsAny ? a : b.holdsAll && !a.holdsAny ? b : null;
  if (owner === null)
    world.fail('I2', `after ${world.bounds.settleMs.toFixed(0)} ms of peace there is not one owner`);
  world.runUntil(settledMs + REST_DEADTIMES * timing.deadtimeMs);
  if (world.lastChangeMs > settledMs)
    world.fail('I2', 'the group still moves after the pair had come to rest');
  const disturbed = a.acquireFailures > 0 || faults.includes('standby') || faults.includes('takeover');
  if (autoFailback !== 'off' && !disturbed && owner !== a)
    world.fail('I2', 'the preferred box did not get it back');
}

function configs(
  timing: Timing,
  autoFailback: ClusterConfig['autoFailback'],
): [ClusterConfig, ClusterConfig] {
  const { keepaliveMs, warntimeMs, deadtimeMs, initdeadMs } = timing;
  const times = { keepaliveMs, warntimeMs, deadtimeMs, initdeadMs, autoFailback };
  const links = ['serial /dev/ttyS1', 'bcast eth1'];
  const auth = { signWith: 1, keys: [{ id: 1, method: 'sha256', secret: 'simulated' }] } as const;
  const common = { ...times, preferred: 'A', ttl: 3, links, auth };
  return [
    { ...common, node: 'A', peer: 'B' },
    { ...common, node: 'B', peer: 'A' },
  ];
}
