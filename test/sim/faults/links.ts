/** What befalls the heartbeat links: cuts of both ways or one, noise, delays that reorder. */

import type { Random } from '../random';
import { GOOD_WAY, type Way } from '../wires';
import type { World } from '../world';
import { type Fault, forAWhile } from './fault';

/** Mostly in terms of the deadtime; some outlast a start, and what a box then does without its peer. */
function cutMs(world: World, random: Random, unitMs: number): number {
  const { initdeadMs } = world.config.heartbeat;
  return random.chance(0.7) ? random.spread(0.05, 8) * unitMs : random.spread(unitMs, 3 * initdeadMs);
}

type Senders = readonly (0 | 1)[];

export const LINK_FAULTS: readonly Fault[] = [
  {
    name: 'link cut',
    strike: (world, random, unitMs) =>
      cut(world, [anyLink(world, random)], [0, 1], cutMs(world, random, unitMs)),
  },
  {
    name: 'link cut one way',
    strike: (world, random, unitMs) =>
      cut(world, [anyLink(world, random)], [random.pick([0, 1])], cutMs(world, random, unitMs)),
  },
  {
    name: 'all links cut',
    strike: (world, random, unitMs) => cut(world, allLinks(world), [0, 1], cutMs(world, random, unitMs)),
  },
  {
    name: 'all links cut one way',
    strike: (world, random, unitMs) =>
      cut(world, allLinks(world), [random.pick([0, 1])], cutMs(world, random, unitMs)),
  },
  {
    name: 'noisy link',
    strike: (world, random, unitMs) =>
      alter(world, [anyLink(world, random)], [0, 1], noise(random, unitMs), random.spread(0.5, 8) * unitMs),
  },
  {
    name: 'noise everywhere',
    strike: (world, random, unitMs) => {
      const forMs = random.spread(0.5, 8) * unitMs;
      for (const link of allLinks(world)) alter(world, [link], [0, 1], noise(random, unitMs), forMs);
      world.site.loss = random.between(0, 0.6);
      forAWhile(world, 'the switches lose frames', forMs, () => {
        world.site.loss = 0;
      });
    },
  },
];

function anyLink(world: World, random: Random): number {
  return random.pick(world.media);
}

export function allLinks(world: World): readonly number[] {
  return world.media;
}

function noise(random: Random, unitMs: number): Partial<Way> {
  const delayMaxMs = random.spread(0.3, 0.5 * unitMs);
  return {
    loss: random.chance(0.5) ? random.between(0, 0.6) : 0,
    duplication: random.chance(0.5) ? random.between(0, 0.3) : 0,
    corruption: random.chance(0.5) ? random.between(0, 0.6) : 0,
    delayMaxMs: random.chance(0.5) ? delayMaxMs : GOOD_WAY.delayMaxMs,
  };
}

export function cut(world: World, links: readonly number[], senders: Senders, forMs: number): void {
  alter(world, links, senders, { cut: true }, forMs);
}

function alter(
  world: World,
  links: readonly number[],
  senders: Senders,
  way: Partial<Way>,
  forMs: number,
): void {
  const from = senders.map((sender) => world.boxes[sender].name).join(' and ');
  const ways = senders.flatMap((sender) => links.map((link) => world.channels[sender][link]!.way));
  for (const one of ways) Object.assign(one, way);
  forAWhile(world, `what ${from} sends on link ${links.join(', ')}: ${JSON.stringify(way)}`, forMs, () => {
    for (const one of ways) Object.assign(one, GOOD_WAY);
  });
}
