/** What the kernel and the power switch refuse. */

import type { Refusals } from '../kernel';
import { GATEWAY, VIP } from '../setting';
import type { World } from '../world';
import { type Fault, forAWhile, toBox } from './fault';

/** Refusals of one kind that are caused in one seed, per box: the bounds grow with each. */
const REFUSALS_MAX = 3;

export const KERNEL_FAULTS: readonly Fault[] = [
  toBox('acquire fails', (box, world) => refuse(world, box.machine.kernel.refusals.add, 'next addition')),
  toBox('release fails', (box, world) => refuse(world, box.machine.kernel.refusals.delete, 'next deletion')),
  toBox('address deleted', (box, world, random) => {
    const [card, { cidr }] = random.pick([['eth0', VIP] as const, ['eth1', GATEWAY] as const]);
    if (!box.awake || !box.machine.kernel.rob(card, cidr)) return;
    world.say(`FAULT somebody deletes ${cidr} from ${box.name}`);
    world.judge.robbed(box);
  }),
  toBox('balancing fails', (box, world, random) => {
    const { ipvs } = box.machine.kernel.refusals;
    ipvs.next += 1 + random.below(4);
    world.say(`FAULT ${box.name}'s kernel refuses the next operations on the IPVS table`);
  }),
  toBox('power switch fails', (box, world, random, unitMs) => {
    const { number } = box.machine;
    world.switchWorks[number] = false;
    forAWhile(world, `the power switch does not obey ${box.name}`, random.spread(1, 20) * unitMs, () => {
      world.switchWorks[number] = true;
    });
  }),
];

function refuse(world: World, refusals: Refusals, what: string): void {
  if (refusals.count + refusals.next >= REFUSALS_MAX) return;
  refusals.next++;
  world.say(`FAULT a kernel refuses the ${what} of an address`);
}
