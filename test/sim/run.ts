/** One seed: two boxes start, faults befall them for a while, then everything heals and the pair must come to rest. */

import { CORE, type Core } from './core';
import { FAULTS, type Fault, heal } from './faults/index';
import { Violation } from './judge';
import { Random } from './random';
import { judgeRest } from './rest';
import { drawSetting, SERVERS, VIP_PORT } from './setting';
import { VERSIONS } from './versions';
import { World } from './world';
import type { Worst } from './worst';

export interface Outcome {
  readonly seed: number;
  /** The invariant that was broken, and how; null when all held. */
  readonly violation: string | null;
  readonly timeline: readonly string[];
  readonly faults: readonly string[];
  readonly simulatedMs: number;
  /** Requests of clients. */
  readonly answered: number;
  readonly lost: number;
  readonly overlap: Worst;
  readonly gap: Worst;
}

const MOST_FAULTS = 8;
/** Faults begin within so many deadtimes, or at least so long. */
const FAULT_PHASE_DEADTIMES = 20;
const FAULT_PHASE_MIN_MS = 5_000;
/** In one of so many seeds operators take real servers out, and put them back. */
const ORDERED_SEEDS = 4;
const MOST_ORDERS = 6;
/** Of a world for other seeds than the plan's. */
const WORLD_SEED = 0x5eed;

/** @param trace keeps the timeline, which costs time */
export function runSeed(seed: number, core: Core = CORE, trace = false): Outcome {
  const random = new Random(seed);
  const setting = drawSetting(random);
  const faults = plan(random);
  const names = faults.map(({ name }) => name);
  const world = new World(core, setting, seed ^ WORLD_SEED, trace);
  world.say(`seed ${seed}: ${JSON.stringify(setting)}, faults: ${names.join(', ') || 'none'}`);
  let violation: string | null = null;
  try {
    if (seed % ORDERED_SEEDS === 0) orderNowAndThen(world, new Random(seed));
    live(world, random, faults);
    judgeRest(world);
  } catch (error) {
    violation = error instanceof Violation ? error.message : `the program threw: ${(error as Error).stack}`;
  }
  const { timeline, judge, clock, site } = world;
  return {
    seed,
    violation,
    timeline,
    faults: names,
    simulatedMs: clock.nowMs,
    answered: site.answered,
    lost: site.lost,
    overlap: judge.overlap.worst,
    gap: judge.outage.worst,
  };
}

/** Half of the seeds have one fault or none: these show what each comes to. */
function plan(random: Random): readonly Fault[] {
  const count = random.chance(0.5) ? random.below(10) && 1 : 2 + random.below(MOST_FAULTS - 1);
  return Array.from({ length: count }, () => random.pick(FAULTS));
}

function live(world: World, random: Random, faults: readonly Fault[]): void {
  const { deadtimeMs, initdeadMs } = world.config.heartbeat;
  for (const box of world.boxes) {
    if (random.chance(0.1)) box.version = random.pick(VERSIONS);
    const delayMs = random.chance(0.5) ? random.between(0, deadtimeMs) : random.between(0, 2 * initdeadMs);
    world.clock.after(delayMs, () => box.boot());
  }
  requestNowAndThen(world, deadtimeMs / 4);
  const faultsEndMs = initdeadMs + Math.max(FAULT_PHASE_DEADTIMES * deadtimeMs, FAULT_PHASE_MIN_MS);
  // Some meet boxes that have just been switched on.
  for (const fault of faults)
    world.later(random.between(0, random.chance(0.15) ? initdeadMs : faultsEndMs), () =>
      fault.strike(world, random, deadtimeMs),
    );
  world.runUntil(faultsEndMs + 10 * deadtimeMs);
  // A fault that struck last may last longest.
  world.runUntil(world.healsMs);
  heal(world);
}

function orderNowAndThen(world: World, random: Random): void {
  const { deadtimeMs, initdeadMs } = world.config.heartbeat;
  for (let left = 1 + random.below(MOST_ORDERS); left > 0; left--) {
    const [box, action] = [random.pick(world.boxes), random.pick(['disable', 'disable', 'enable'] as const)];
    const server = `${random.pick(SERVERS)}:${VIP_PORT}`;
    world.later(random.between(0, initdeadMs + FAULT_PHASE_DEADTIMES * deadtimeMs), () => {
      world.note(box, `the operator wants to ${action} ${server}`);
      world.ordered = true;
      box.order(action, server);
    });
  }
}

/** Clients all the time want something. */
function requestNowAndThen(world: World, gapMs: number): void {
  const { clock, site, random } = world;
  site.request(random.pick(site.clients), clock.nowMs);
  clock.after(gapMs * random.between(0.5, 1.5), () => requestNowAndThen(world, gapMs));
}
