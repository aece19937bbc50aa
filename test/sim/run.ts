/** One seed: two boxes start, faults befall them for a while, then everything heals and the pair must come to rest. */

import { CORE, type Core } from './core';
import { FAULTS, type Fault, heal } from './faults';
import { Violation, type Worst } from './judge';
import { drawPair, type Pair } from './pairs';
import { Random } from './random';
import { World } from './world';

export interface Outcome {
  readonly seed: number;
  readonly violation: string | null;
  readonly timeline: readonly string[];
  readonly faults: readonly string[];
  readonly simulatedMs: number;
  readonly worst: Worst;
  /** What the worst values are allowed to be; of the gap for seeds of one fault only. */
  readonly bounds: Worst;
}

const MOST_FAULTS = 6;
/** Faults strike within so many deadtimes. */
const FAULT_PHASE_DEADTIMES = 20;
/** What a fault leaves behind, or does later, ends within so many deadtimes and milliseconds. */
const AFTERMATH_DEADTIMES = 10;
const AFTERMATH_MS = 4_000;
/** How long the pair must then stay as it is. */
const REST_DEADTIMES = 3;
/** Damping, and an owner in maintenance, let the group come to rest later; so often is that waited for. */
const PATIENCE = 4;

/** @param trace keeps the timeline, which costs time */
export function runSeed(seed: number, core: Core = CORE, trace = false): Outcome {
  const random = new Random(seed);
  const pair = drawPair(random);
  const world = new World(core, pair, seed ^ 0x5eed, trace);
  const faults = Array.from({ length: random.below(MOST_FAULTS + 1) }, () => random.pick(FAULTS));
  const names = faults.map((fault) => fault.name);
  world.say(`seed ${seed}: ${describe(pair)}; faults: ${names.join(', ') || 'none'}`);
  let violation: string | null = null;
  try {
    live(world, random, faults);
    judgeRest(world, names);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error.message;
  }
  const { timeline, judge, clock, bounds } = world;
  const { worst } = judge;
  const allowed = { overlapMs: bounds.overlapMs, gapMs: bounds.gapMs };
  return { seed, violation, timeline, faults: names, simulatedMs: clock.nowMs, worst, bounds: allowed };
}

function describe({ timing, failback, watchdog, stonith, pings }: Pair): string {
  const guards = [watchdog && 'watchdog', stonith && 'stonith', pings && 'ping node'].filter(Boolean);
  return `timing ${timing}, auto_failback ${failback}${guards.map((guard) => `, ${guard}`).join('')}`;
}

function live(world: World, random: Random, faults: readonly Fault[]): void {
  const { deadtimeMs, initdeadMs } = world.pair.config.heartbeat;
  for (const box of world.boxes) {
    const delayMs = random.chance(0.5) ? random.between(0, deadtimeMs) : random.between(0, 2 * initdeadMs);
    world.clock.after(delayMs, () => box.start());
  }
  const faultsEndMs = initdeadMs + FAULT_PHASE_DEADTIMES * deadtimeMs;
  for (const fault of faults)
    world.clock.at(random.between(0, faultsEndMs), () => fault.strike(world, random, deadtimeMs));
  world.runUntil(faultsEndMs + AFTERMATH_DEADTIMES * deadtimeMs + AFTERMATH_MS);
  world.say('everything heals');
  heal(world);
}

/** I2, and that clients are served by the table that the configuration and the health ask for. */
function judgeRest(world: World, faults: readonly string[]): void {
  const { judge, clock, bounds, boxes } = world;
  const { deadtimeMs } = world.pair.config.heartbeat;
  const settle = (fromMs: number) => {
    const failures = boxes.some((box) => box.failures > 0);
    world.runUntil(fromMs + bounds.settleMs({ failures, fencing: world.pair.stonith }));
  };
  settle(clock.nowMs);
  for (let wait = 0; wait < PATIENCE; wait++) {
    const untilMs = Math.max(...boxes.map((box) => box.waitsUntilMs));
    if (untilMs > clock.nowMs) settle(untilMs);
  }
  const settledMs = clock.nowMs;
  const [a, b] = boxes;
  const owner = a.holdsAll && !b.holdsAny ? a : b.holdsAll && !a.holdsAny ? b : null;
  if (owner === null) judge.fail('I2', 'after a time of peace there is not one owner');
  world.runUntil(settledMs + REST_DEADTIMES * deadtimeMs);
  if (judge.lastChangeMs > settledMs)
    judge.fail('I2', 'the group still moves after the pair had come to rest');
  const free = a.failures === 0 && !faults.some((name) => MOVES_TO_STAY.includes(name));
  if (world.pair.failback !== 'off' && free && owner !== a)
    judge.fail('I2', 'the preferred box did not get it back');
  if (world.serving() !== owner) judge.fail('served', 'clients are not served');
  judge.looksAtTables();
}

/** After these the group may rightly stay with the other box. */
const MOVES_TO_STAY = ['standby', 'takeover', 'acquire fails', 'release fails'];
