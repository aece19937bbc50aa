/** What befalls a whole box: hangs, crashes of its supervisor, losses of power, upgrades. */

import type { Box } from '../box';
import type { Random } from '../random';
import { VERSIONS } from '../versions';
import type { World } from '../world';
import { type Fault, toBox } from './fault';
import { allLinks, cut } from './links';

/** A crash may come before any of so many operations: within a step, or a beat or two later. */
const CRASH_WITHIN_OPERATIONS = 60;
const HANG_MIN_MS = 1;
const HANG_MAX_MS = 60_000;

export const BOX_FAULTS: readonly Fault[] = [
  toBox('hang', (box, world, random, unitMs) => hang(world, box, hangMs(random, unitMs))),
  {
    name: 'both boxes hang',
    strike: (world, random, unitMs) => {
      for (const box of world.boxes) hang(world, box, hangMs(random, unitMs));
    },
  },
  toBox('loss of power', (box, world, random, unitMs) => losePower(world, random, box, unitMs)),
  {
    name: 'both lose power',
    strike: (world, random, unitMs) => {
      for (const box of world.boxes) losePower(world, random, box, unitMs);
    },
  },
  // Long enough for a second owner, which then goes without a word.
  toBox('loss of power in a split', (box, world, random, unitMs) => {
    cut(world, allLinks(world), [0, 1], random.spread(3, 8) * unitMs);
    world.later(random.between(1, 3) * unitMs, () => losePower(world, random, box, unitMs));
  }),
  toBox('supervisor killed', (box, world, random, unitMs) => {
    world.fault(`the supervisor of ${box.name} is killed`);
    box.kill();
    startAgain(world, random, box, unitMs);
  }),
  toBox('crash between two operations', (box, world, random, unitMs) => {
    crashSoon(world, random, box, CRASH_WITHIN_OPERATIONS);
    startAgain(world, random, box, unitMs);
  }),
  toBox('crash loop', (box, world, random, unitMs) => {
    for (let times = 1 + random.below(4), atMs = 0; times > 0; times--) {
      world.later(atMs, () => {
        world.fault(`the supervisor of ${box.name} will crash soon`);
        box.start();
        box.run?.life.killAfter(1 + random.below(CRASH_WITHIN_OPERATIONS));
      });
      atMs += random.spread(0.02, 2) * unitMs;
    }
    world.later(8 * unitMs, () => startAgain(world, random, box, unitMs));
  }),
  toBox('reboot', (box, world, random, unitMs) => reboot(world, random, box, unitMs, () => {})),
  toBox('upgrade', (box, world, random, unitMs) => {
    const version = random.pick(VERSIONS);
    world.say(`FAULT ${box.name} is to run the ${version} program`);
    reboot(world, random, box, unitMs, () => {
      box.version = version;
    });
  }),
];

function hangMs(random: Random, unitMs: number): number {
  return random.chance(0.5) ? random.spread(0.001, 8) * unitMs : random.spread(HANG_MIN_MS, HANG_MAX_MS);
}

function hang(world: World, box: Box, forMs: number): void {
  if (!box.machine.running) return;
  world.fault(`${box.name} hangs for ${forMs.toFixed(0)} ms`);
  box.pause();
  world.lastsUntil(world.clock.nowMs + forMs);
  world.later(forMs, () => {
    if (!box.machine.paused) return;
    world.fault(`ends: ${box.name} wakes up`);
    box.resume();
  });
}

function losePower(world: World, random: Random, box: Box, unitMs: number): void {
  world.fault(`${box.name} loses its power`);
  box.losePower();
  world.later(random.spread(0.1, 6) * unitMs, () => {
    world.fault(`the power of ${box.name} is back`);
    box.boot();
  });
}

/** @param within so many operations of the supervisor */
export function crashSoon(world: World, random: Random, box: Box, within: number): void {
  const operations = 1 + random.below(within);
  world.fault(`the supervisor of ${box.name} will crash before its operation ${operations} from now`);
  box.run?.life.killAfter(operations);
}

/** As init does. */
export function startAgain(world: World, random: Random, box: Box, unitMs: number): void {
  world.later(random.spread(0.02, 3) * unitMs, () => {
    if (box.run !== null || !box.machine.power) return;
    world.fault(`the supervisor of ${box.name} is started again`);
    box.start();
  });
}

/** An orderly one: the box leaves the cluster first, if it can. */
function reboot(world: World, random: Random, box: Box, unitMs: number, change: () => void): void {
  if (!box.awake) return;
  world.fault(`${box.name} is to reboot`);
  box.command({ name: 'shutdown' });
  const patienceMs = random.spread(0.2, 6) * unitMs + (random.chance(0.5) ? 2 * unitMs + 1_500 : 0);
  world.later(patienceMs, () => {
    world.fault(`${box.name} is switched off and on`);
    box.losePower();
    change();
    box.boot();
  });
}
