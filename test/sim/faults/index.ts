/** All the ways to hurt the pair, and how everything heals. */

import type { Box } from '../box';
import { GOOD_WAY } from '../wires';
import type { World } from '../world';
import { ATTACKS } from './attacks';
import { BOX_FAULTS } from './boxes';
import type { Fault } from './fault';
import { KERNEL_FAULTS } from './kernel';
import { LINK_FAULTS } from './links';
import { NETWORK_FAULTS } from './network';
import { conclude, OPERATOR_FAULTS } from './operator';

export type { Fault } from './fault';

export const FAULTS: readonly Fault[] = [
  ...LINK_FAULTS,
  ...BOX_FAULTS,
  ...NETWORK_FAULTS,
  ...KERNEL_FAULTS,
  ...OPERATOR_FAULTS,
  ...ATTACKS,
];

/** Ends all that lasts. What operators did mostly stays, and so do the versions. */
export function heal(world: World): void {
  world.fault('everything heals');
  world.healed = true;
  const { site, channels, boxes, random } = world;
  site.loss = 0;
  for (const way of channels.flat().map((channel) => channel.way)) Object.assign(way, GOOD_WAY);
  for (const hosts of site.unreachable) hosts.clear();
  if (site.servers.every(({ alive }) => !alive)) site.servers[0]!.alive = true;
  for (const box of boxes) {
    world.switchWorks[box.machine.number] = true;
    repair(box);
    if (random.chance(0.5)) box.command({ name: 'maintenance', on: false });
  }
  conclude(world);
}

function repair(box: Box): void {
  const { machine } = box;
  const { kernel } = machine;
  for (const refusals of Object.values(kernel.refusals)) refusals.next = 0;
  for (const { socket } of kernel.cards) {
    socket.dead = false;
    kernel.plug(socket.name, true);
  }
  box.run?.life.killAfter(Number.POSITIVE_INFINITY);
  box.resume();
  if (machine.power) box.start();
  else box.boot();
}
