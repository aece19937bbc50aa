/** What operators do at any time: commands with scopes, maintenance, new keys, other configurations. */

import type { Scope } from '../../../src/cluster/types';
import type { AuthConfig } from '../../../src/config/config';
import type { Box, Plan } from '../box';
import type { Random } from '../random';
import { authOf, changedSetting, configOf, type Setting } from '../setting';
import type { World } from '../world';
import { crashSoon, startAgain } from './boxes';
import { type Fault, toBox } from './fault';

/** Also on a noisy link. */
const FRAMES_ARRIVE_MS = 3_000;
/** A change takes about so many. */
const CRASH_WITHIN_OPERATIONS = 30;
/** An operator who got no answer, or a refusal, tries again after. */
const RETRY_MS = 20;
const SCOPES: readonly Scope[] = ['all', 'all', 'local', 'foreign'];

export const OPERATOR_FAULTS: readonly Fault[] = [
  toBox('standby', (box, _world, random) => box.command({ name: 'standby', scope: random.pick(SCOPES) })),
  toBox('takeover', (box, _world, random) => box.command({ name: 'takeover', scope: random.pick(SCOPES) })),
  toBox('maintenance', (box, world, random, unitMs) => {
    box.command({ name: 'maintenance', on: true });
    if (random.chance(0.3)) return;
    world.later(random.spread(0.001, 8) * unitMs, () => box.command({ name: 'maintenance', on: false }));
  }),
  {
    name: 'key rollover',
    strike: (world, random, unitMs) => {
      // One at a time: a box that takes its time would be set back to an earlier step of the one before.
      if (rolling.has(world)) return;
      rolling.add(world);
      const [{ auth }] = world.boxes.map(({ plan }) => plan) as [Plan, Plan];
      const [from, to] = auth.signWith === 1 ? [1, 2] : [2, 1];
      rollOver(
        world,
        [authOf(from!, to!), authOf(to!, from!), authOf(to!)],
        () => random.spread(0.01, 2) * unitMs,
      );
    },
  },
  {
    name: 'configuration changed live',
    strike: (world, random, unitMs) => {
      const before = world.setting;
      reconfigure(world, random, changedSetting(before, random), unitMs);
      if (random.chance(0.7)) return;
      world.later(random.spread(0.01, 8) * unitMs, () => reconfigure(world, random, before, unitMs));
    },
  },
  toBox('crash in a live change', (box, world, random, unitMs) => {
    reconfigure(world, random, changedSetting(world.setting, random), unitMs);
    box.change({ setting: world.setting });
    crashSoon(world, random, box, CRASH_WITHIN_OPERATIONS);
    world.later(8 * unitMs, () => startAgain(world, random, box, unitMs));
  }),
];

/** Whose keys are being rolled over. */
const rolling = new WeakSet<World>();

/** As authkeys(5) wants it: first both boxes know the new key, then both sign with it, then the old one goes. */
function rollOver(world: World, [auth, ...later]: readonly AuthConfig[], waitMs: () => number): void {
  if (auth === undefined) {
    rolling.delete(world);
    return;
  }
  let left = world.boxes.length;
  for (const box of world.boxes) {
    const take = (): void => {
      // The operator sees that a box does not answer, or refuses.
      if (box.plan.auth !== auth) {
        box.change({ auth });
        world.later(waitMs(), take);
      } else {
        world.note(box, `keys ${auth.keys.map(({ id }) => id).join(', ')}; ${auth.signWith} signs`);
        // Frames on their way are still signed as before.
        if (--left === 0) world.later(waitMs() + FRAMES_ARRIVE_MS, () => rollOver(world, later, waitMs));
      }
    };
    world.later(waitMs(), take);
  }
}

/** An operator changes the configuration, mostly of both boxes, and may think better of it. */
function reconfigure(world: World, random: Random, setting: Setting, unitMs: number): void {
  world.say(`FAULT the operator wants ${JSON.stringify(setting)}`);
  world.judge.widen(configOf(setting));
  world.setting = setting;
  const boxes = random.chance(0.8) ? world.boxes : [random.pick(world.boxes)];
  const waitMs = (): number => random.spread(0.001, 2) * unitMs;
  for (const box of boxes) world.later(waitMs(), () => insist(world, box, setting, waitMs));
}

/** Until the box has it, or the operator wants something else. */
function insist(world: World, box: Box, setting: Setting, waitMs: () => number): void {
  if (box.plan.setting === setting || world.setting !== setting) return;
  box.change({ setting });
  world.later(waitMs() + RETRY_MS, () => insist(world, box, setting, waitMs));
}

/** At last both boxes are as the operator wants them. */
export function conclude(world: World): void {
  for (const box of world.boxes) {
    if (box.plan.setting === world.setting) continue;
    box.change({ setting: world.setting });
    world.clock.after(RETRY_MS, () => conclude(world));
    return;
  }
}
