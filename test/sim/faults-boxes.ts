/** What befalls boxes, their parts, and the real servers. */

import type { Box } from './box';
import type { Fault } from './faults';
import { SERVERS } from './pairs';
import type { World } from './world';

const LONGEST_PAUSE_MS = 60_000;

export const BOX_FAULTS: readonly Fault[] = [
  {
    name: 'pause',
    strike: (world, random, unitMs) =>
      pause(world, random.pick(world.boxes), random.spread(1, Math.max(8 * unitMs, 1_000))),
  },
  {
    name: 'long pause',
    strike: (world, random) => pause(world, random.pick(world.boxes), random.spread(1_000, LONGEST_PAUSE_MS)),
  },
  {
    name: 'pause both',
    strike: (world, random, unitMs) => {
      for (const box of world.boxes) pause(world, box, random.spread(0.01, 6) * unitMs);
    },
  },
  {
    name: 'power loss',
    strike: (world, random, unitMs) =>
      losePower(world, random.pick(world.boxes), random.spread(0.1, 6) * unitMs),
  },
  {
    name: 'power loss of both',
    strike: (world, random, unitMs) => {
      for (const box of world.boxes) losePower(world, box, random.spread(0.1, 6) * unitMs);
    },
  },
  {
    name: 'supervisor killed',
    strike: (world, random, unitMs) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT supervisor killed');
      box.end();
      world.clock.after(random.spread(0.02, 3) * unitMs, () => box.start());
    },
  },
  {
    name: 'crash between effects',
    strike: (world, random, unitMs) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT the supervisor will crash soon');
      box.crashSoon(random.spread(0.02, 3) * unitMs);
    },
  },
  {
    name: 'carrier',
    strike: (world, random, unitMs) => {
      const [box, card] = [random.pick(world.boxes), random.pick(['eth0', 'eth1'] as const)];
      const times = random.chance(0.3) ? 5 : 1;
      const switchOfCard = card === 'eth0' ? world.outside : world.inside;
      const set = (carrier: boolean) => {
        if (switchOfCard.dead) return;
        world.note(box, `FAULT carrier of ${card} ${carrier ? 'returns' : 'lost'}`);
        box.setCarrier(card, carrier);
      };
      let atMs = 0;
      for (let i = 0; i < times; i++) {
        world.clock.after(atMs, () => set(false));
        atMs += random.spread(0.02, 4) * unitMs;
        world.clock.after(atMs, () => set(true));
        atMs += random.spread(0.02, 1) * unitMs;
      }
    },
  },
  {
    name: 'acquire fails',
    strike: (world, random) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT the kernel refuses the next address');
      box.machine.failingAdditions = 1;
    },
  },
  {
    name: 'address deleted',
    strike: (world, random) => {
      const box = random.pick(world.boxes);
      const { vips, gateways } = box.config.group;
      const address = random.pick([...vips, ...gateways]);
      if (!box.awake || !box.machine.deleteAddress(address)) return;
      world.note(box, `FAULT somebody deletes ${address}`);
      box.run?.host.tellAddresses();
    },
  },
  {
    name: 'release fails',
    strike: (world, random) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT the kernel will not let the next address go');
      box.machine.failingDeletions = 1;
    },
  },
  {
    name: 'fencing fails',
    strike: (world) => {
      world.say('FAULT the next two fencing commands fail');
      world.failingFencings = 2;
    },
  },
  {
    name: 'real server dies',
    strike: (world, random, unitMs) => {
      const [server, how] = [random.pick(SERVERS), random.pick(['refuses', 'silent'] as const)];
      world.say(`FAULT real server ${server} ${how}`);
      world.servers.set(server, how);
      world.clock.after(random.spread(0.5, 8) * unitMs, () => world.servers.set(server, 'well'));
    },
  },
];

function pause(world: World, box: Box, forMs: number): void {
  if (box.paused || !box.machine.power) return;
  world.note(box, `FAULT pauses for ${forMs.toFixed(0)} ms`);
  box.pause();
  world.clock.after(forMs, () => {
    if (!box.paused) return;
    world.note(box, 'FAULT ends: wakes up');
    box.resume();
  });
}

function losePower(world: World, box: Box, forMs: number): void {
  world.note(box, 'FAULT power loss');
  box.losePower();
  world.clock.after(forMs, () => box.powerOn());
}
