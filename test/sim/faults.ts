/** The ways to hurt the pair: each a function that does something to the world now, and undoes it later. */

import { BOX_FAULTS } from './faults-boxes';
import { LINK_FAULTS } from './faults-links';
import { endMaintenance, PEOPLE_FAULTS } from './faults-people';
import type { Random } from './random';
import { GOOD_WAY } from './wires';
import type { World } from './world';

export interface Fault {
  readonly name: string;
  /** @param unitMs the pair's deadtime: faults are long and short in its terms */
  readonly strike: (world: World, random: Random, unitMs: number) => void;
}

export const FAULTS: readonly Fault[] = [...LINK_FAULTS, ...BOX_FAULTS, ...PEOPLE_FAULTS];

/** A box that starts has joined the cluster by then, and takes commands. */
const JOINED_MS = 500;

/** Ends all that lasts. */
export function heal(world: World): void {
  for (const channels of world.channels) for (const channel of channels) Object.assign(channel.way, GOOD_WAY);
  for (const segment of [world.outside, world.inside]) segment.dead = false;
  for (const server of world.servers.keys()) world.servers.set(server, 'well');
  world.failingFencings = 0;
  world.reaches.fill(true);
  for (const box of world.boxes) {
    box.calm();
    box.machine.failingAdditions = 0;
    box.machine.failingDeletions = 0;
    box.resume();
    for (const { name, carrier } of box.machine.cards) if (!carrier) box.setCarrier(name, true);
    box.powerOn();
    box.start();
  }
  world.clock.after(JOINED_MS, () => endMaintenance(world));
}
