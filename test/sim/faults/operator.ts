/** What operators do at any time: commands with scopes, maintenance, new keys. */

import type { Scope } from '../../../src/cluster/types';
import type { AuthConfig } from '../../../src/config/config';
import { authOf } from '../setting';
import type { World } from '../world';
import { type Fault, toBox } from './fault';

/** Also on a noisy link. */
const FRAMES_ARRIVE_MS = 3_000;
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
      const [{ auth }, other] = world.boxes;
      // One at a time.
      if (auth.keys.length > 1 || auth.signWith !== other.auth.signWith || other.auth.keys.length > 1) return;
      const [from, to] = auth.signWith === 1 ? [1, 2] : [2, 1];
      rollOver(
        world,
        [authOf(from!, to!), authOf(to!, from!), authOf(to!)],
        () => random.spread(0.01, 2) * unitMs,
      );
    },
  },
];

/** As authkeys(5) wants it: first both boxes know the new key, then both sign with it, then the old one goes. */
function rollOver(world: World, [auth, ...later]: readonly AuthConfig[], waitMs: () => number): void {
  if (auth === undefined) return;
  let left = world.boxes.length;
  for (const box of world.boxes) {
    const take = (): void => {
      // The operator sees that a box does not answer.
      if (box.machine.paused) world.later(waitMs(), take);
      else {
        world.note(box, `keys ${auth.keys.map(({ id }) => id).join(', ')}; ${auth.signWith} signs`);
        box.rekey(auth);
        // Frames on their way are still signed as before.
        if (--left === 0) world.later(waitMs() + FRAMES_ARRIVE_MS, () => rollOver(world, later, waitMs));
      }
    };
    world.later(waitMs(), take);
  }
}
