/** What befalls cards, switches, ping nodes and real servers. */

import type { Box } from '../box';
import { CARDS, type CardName } from '../card';
import { ROUTER } from '../setting';
import type { World } from '../world';
import { type Fault, forAWhile, toBox } from './fault';

export const NETWORK_FAULTS: readonly Fault[] = [
  toBox('carrier lost', (box, world, random, unitMs) => {
    unplug(world, box, random.pick(CARDS), random.spread(0.02, 6) * unitMs);
  }),
  toBox('carrier flaps', (box, world, random, unitMs) => {
    const card = random.pick(CARDS);
    for (let times = 2 + random.below(6), atMs = 0; times > 0; times--) {
      const forMs = random.spread(0.02, 2) * unitMs;
      world.later(atMs, () => unplug(world, box, card, forMs));
      atMs += forMs + random.spread(0.02, 1) * unitMs + 50;
    }
  }),
  {
    name: 'switch reboots',
    strike: (world, random, unitMs) => {
      const card = random.pick(CARDS);
      const forMs = random.spread(0.1, 6) * unitMs;
      for (const box of world.boxes)
        world.later(random.between(0, 5), () => unplug(world, box, card, forMs + random.between(0, 50)));
    },
  },
  toBox('card dead', (box, world, random, unitMs) => {
    const { socket } = box.machine.kernel.card(random.pick(CARDS));
    socket.dead = true;
    forAWhile(world, `${box.name}'s ${socket.name} passes nothing`, random.spread(0.1, 10) * unitMs, () => {
      socket.dead = false;
    });
  }),
  {
    name: 'router dead',
    strike: (world, random, unitMs) => {
      for (const hosts of world.site.unreachable) hosts.add(ROUTER);
      forAWhile(world, 'the router answers nobody', random.spread(0.1, 10) * unitMs, () => {
        for (const hosts of world.site.unreachable) hosts.delete(ROUTER);
      });
    },
  },
  toBox('router unreachable', (box, world, random, unitMs) => {
    const hosts = world.site.unreachable[box.machine.number];
    hosts.add(ROUTER);
    forAWhile(world, `the router does not answer ${box.name}`, random.spread(0.1, 10) * unitMs, () => {
      hosts.delete(ROUTER);
    });
  }),
  {
    name: 'real server dies',
    strike: (world, random, unitMs) => {
      const server = random.pick(world.site.servers);
      server.alive = false;
      server.refuses = random.chance(0.5);
      world.say(`FAULT the real server ${server.address} dies`);
      world.later(random.spread(0.5, 20) * unitMs, () => {
        server.alive = true;
        world.say(`FAULT ends: the real server ${server.address} is back`);
      });
    },
  },
];

function unplug(world: World, box: Box, card: CardName, forMs: number): void {
  box.machine.kernel.plug(card, false);
  forAWhile(world, `${box.name}'s ${card} has no carrier`, forMs, () => {
    box.machine.kernel.plug(card, true);
  });
}
