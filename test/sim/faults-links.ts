/** What befalls cables, switches and the frames on them; and what an attacker puts on them. */

import type { Fault } from './faults';
import type { Random } from './random';
import { ETHERNET, GOOD_WAY, type LinkIndex, SERIAL, type Way } from './wires';
import type { World } from './world';

const LINKS: readonly LinkIndex[] = [SERIAL, ETHERNET];
const ATTACKS = 20;

export const LINK_FAULTS: readonly Fault[] = [
  {
    name: 'cut both ways',
    strike: (world, random, unitMs) =>
      cut(world, random.pick(LINKS), [0, 1], random.spread(0.05, 8) * unitMs),
  },
  {
    name: 'cut one way',
    strike: (world, random, unitMs) =>
      cut(world, random.pick(LINKS), [random.pick([0, 1])], random.spread(0.05, 8) * unitMs),
  },
  {
    name: 'cut all links',
    strike: (world, random, unitMs) => {
      const forMs = random.spread(0.05, 8) * unitMs;
      for (const link of LINKS) cut(world, link, [0, 1], forMs);
    },
  },
  {
    name: 'cut all links one way',
    strike: (world, random, unitMs) => {
      const [from, forMs] = [random.pick([0, 1] as const), random.spread(0.05, 8) * unitMs];
      for (const link of LINKS) cut(world, link, [from], forMs);
    },
  },
  {
    name: 'noise',
    strike: (world, random, unitMs) => {
      const delayMaxMs = random.spread(0.3, 0.5 * unitMs);
      const way = {
        loss: random.chance(0.5) ? random.between(0, 0.6) : 0,
        duplication: random.chance(0.5) ? random.between(0, 0.3) : 0,
        corruption: random.chance(0.5) ? random.between(0, 0.6) : 0,
        delayMaxMs: random.chance(0.5) ? delayMaxMs : GOOD_WAY.delayMaxMs,
      };
      alter(world, random.pick(LINKS), [0, 1], way, random.spread(0.5, 8) * unitMs);
    },
  },
  {
    name: 'switch reboots',
    strike: (world, random, unitMs) => {
      const forMs = random.spread(0.1, 6) * unitMs;
      const [segment, card] = random.chance(0.5)
        ? ([world.outside, 'eth0'] as const)
        : ([world.inside, 'eth1'] as const);
      if (segment.dead) return;
      world.say(`FAULT the switch at ${card} reboots for ${forMs.toFixed(0)} ms`);
      segment.dead = true;
      world.clock.after(forMs, () => {
        segment.dead = false;
      });
      for (const box of world.boxes) {
        world.clock.after(random.between(0, 5), () => box.setCarrier(card, false));
        world.clock.after(forMs + random.between(0, 50), () => box.setCarrier(card, true));
      }
    },
  },
  {
    name: 'ping node gone',
    strike: (world, random, unitMs) => {
      const [forMs, who] = [random.spread(0.5, 8) * unitMs, random.pick([[0], [1], [0, 1]] as const)];
      world.say(`FAULT boxes ${who.join(' and ')} do not reach the ping node for ${forMs.toFixed(0)} ms`);
      for (const box of who) world.reaches[box] = false;
      world.clock.after(forMs, () => {
        for (const box of who) world.reaches[box] = true;
      });
    },
  },
  {
    name: 'replays',
    strike: (world, random, unitMs) =>
      attack(world, random, unitMs, (frames) => (frames.length > 0 ? random.pick(frames) : null)),
  },
  {
    name: 'forged frames',
    strike: (world, random, unitMs) => attack(world, random, unitMs, (frames) => forged(frames, random)),
  },
];

function attack(
  world: World,
  random: Random,
  unitMs: number,
  make: (frames: readonly Uint8Array[]) => Uint8Array | null,
): void {
  for (let i = 0; i < ATTACKS; i++) {
    world.clock.after(random.between(0, 2) * unitMs, () => {
      const to = random.pick([0, 1] as const);
      const frame = make(world.recorded(to));
      if (frame !== null) world.inject(to, random.pick(LINKS), frame);
    });
  }
}

/** A real frame with bytes changed, or none at all. */
function forged(frames: readonly Uint8Array[], random: Random): Uint8Array {
  const base = frames.length > 0 && random.chance(0.7) ? random.pick(frames) : null;
  if (base === null) return Uint8Array.from({ length: random.below(300) }, () => random.below(256));
  const bytes = base.slice();
  const body = bytes.length - 30;
  for (let i = 0; i <= random.below(3); i++) bytes[4 + random.below(body)] = 0x20 + random.below(0x5f);
  return bytes;
}

function cut(world: World, link: LinkIndex, senders: readonly (0 | 1)[], forMs: number): void {
  alter(world, link, senders, { cut: true }, forMs);
}

function alter(
  world: World,
  link: LinkIndex,
  senders: readonly (0 | 1)[],
  way: Partial<Way>,
  forMs: number,
): void {
  const where = `link ${link} from ${senders.join(' and ')}`;
  world.say(`FAULT ${where}: ${JSON.stringify(way)} for ${forMs.toFixed(0)} ms`);
  for (const sender of senders) Object.assign(world.channels[sender][link].way, way);
  world.clock.after(forMs, () => {
    world.say(`FAULT ends: ${where}`);
    for (const sender of senders) Object.assign(world.channels[sender][link].way, GOOD_WAY);
  });
}
