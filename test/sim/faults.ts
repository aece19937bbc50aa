/** The ways to hurt the pair: each a function that does something to the world now, and undoes it later. */

import type { Box } from './box';
import type { Random } from './random';
import { ETHERNET, GOOD_WAY, type LinkIndex, SERIAL, type Way } from './wires';
import type { World } from './world';

export interface Fault {
  readonly name: string;
  /** @param unitMs the pair's deadtime: faults are long and short in its terms */
  readonly strike: (world: World, random: Random, unitMs: number) => void;
}

const LINKS: readonly LinkIndex[] = [SERIAL, ETHERNET];

export const FAULTS: readonly Fault[] = [
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
    name: 'pause',
    strike: (world, random, unitMs) =>
      pause(world, random.pick(world.boxes), random.spread(0.001, 8) * unitMs),
  },
  {
    name: 'pause both',
    strike: (world, random, unitMs) => {
      for (const box of world.boxes) pause(world, box, random.spread(0.01, 6) * unitMs);
    },
  },
  {
    name: 'power loss',
    strike: (world, random, unitMs) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT power loss');
      box.losePower();
      world.clock.after(random.spread(0.1, 6) * unitMs, () => power(box));
    },
  },
  {
    name: 'power loss of both',
    strike: (world, random, unitMs) => {
      for (const box of world.boxes) {
        world.note(box, 'FAULT power loss');
        box.losePower();
        world.clock.after(random.spread(0.1, 6) * unitMs, () => power(box));
      }
    },
  },
  {
    name: 'supervisor killed',
    strike: (world, random, unitMs) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT supervisor killed');
      box.kill();
      world.clock.after(random.spread(0.02, 3) * unitMs, () => box.start());
    },
  },
  {
    name: 'carrier',
    strike: (world, random, unitMs) => {
      const box = random.pick(world.boxes);
      const times = random.chance(0.3) ? 5 : 1;
      let atMs = 0;
      for (let i = 0; i < times; i++) {
        world.clock.after(atMs, () => carrier(world, box, false));
        atMs += random.spread(0.02, 4) * unitMs;
        world.clock.after(atMs, () => carrier(world, box, true));
        atMs += random.spread(0.02, 1) * unitMs;
      }
    },
  },
  {
    name: 'switch reboots',
    strike: (world, random, unitMs) => {
      const forMs = random.spread(0.1, 6) * unitMs;
      for (const box of world.boxes) {
        world.clock.after(random.between(0, 5), () => carrier(world, box, false));
        world.clock.after(forMs + random.between(0, 50), () => carrier(world, box, true));
      }
    },
  },
  {
    name: 'acquire fails',
    strike: (world, random) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT the next acquire fails');
      box.failingAcquires = 1;
    },
  },
  {
    name: 'release fails',
    strike: (world, random) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT the next release fails');
      box.failingReleases = 1;
    },
  },
  {
    name: 'address deleted',
    strike: (world, random) => {
      const box = random.pick(world.boxes);
      world.note(box, 'FAULT the gateway address is deleted');
      box.losePart();
    },
  },
  {
    name: 'standby',
    strike: (world, random) => command(world, random.pick(world.boxes), 'standby'),
  },
  {
    name: 'takeover',
    strike: (world, random) => command(world, random.pick(world.boxes), 'takeover'),
  },
  {
    name: 'reboot',
    strike: (world, random, unitMs) => {
      const box = random.pick(world.boxes);
      command(world, box, 'shutdown');
      const forMs = random.spread(0.2, 6) * unitMs;
      world.clock.after(forMs, () => {
        if (box.run === null) power(box);
        else world.clock.after(2 * unitMs + 1_500, () => power(box));
      });
    },
  },
  {
    name: 'replays',
    strike: (world, random, unitMs) => {
      for (let i = 0; i < 20; i++) {
        world.clock.after(random.between(0, 2) * unitMs, () => {
          const to = random.pick([0, 1] as const);
          const frames = world.recorded(to);
          if (frames.length > 0) world.inject(to, random.pick(LINKS), random.pick(frames));
        });
      }
    },
  },
  {
    name: 'forged frames',
    strike: (world, random, unitMs) => {
      for (let i = 0; i < 20; i++) {
        world.clock.after(random.between(0, 2) * unitMs, () => {
          const to = random.pick([0, 1] as const);
          world.inject(to, random.pick(LINKS), forged(world.recorded(to), random));
        });
      }
    },
  },
];

/** Ends all that lasts. */
export function heal(world: World): void {
  for (const channels of world.channels) for (const channel of channels) Object.assign(channel.way, GOOD_WAY);
  for (const box of world.boxes) {
    box.failingAcquires = 0;
    box.failingReleases = 0;
    power(box);
    box.resume();
    if (!box.carrier) box.setCarrier(true);
    box.start();
  }
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
  world.say(
    `FAULT link ${link} from ${senders.join(' and ')}: ${JSON.stringify(way)} for ${forMs.toFixed(0)} ms`,
  );
  for (const sender of senders) Object.assign(world.channels[sender][link].way, way);
  world.clock.after(forMs, () => {
    world.say(`FAULT ends: link ${link} from ${senders.join(' and ')}`);
    for (const sender of senders) Object.assign(world.channels[sender][link].way, GOOD_WAY);
  });
}

function pause(world: World, box: Box, forMs: number): void {
  if (box.paused || !box.power) return;
  world.note(box, `FAULT pauses for ${forMs.toFixed(0)} ms`);
  box.pause();
  world.clock.after(forMs, () => {
    if (!box.paused) return;
    world.note(box, 'FAULT ends: wakes up');
    box.resume();
  });
}

function power(box: Box): void {
  box.power = true;
  box.start();
}

function carrier(world: World, box: Box, ok: boolean): void {
  world.note(box, `FAULT carrier ${ok ? 'returns' : 'lost'}`);
  box.setCarrier(ok);
}

function command(world: World, box: Box, what: 'standby' | 'takeover' | 'shutdown'): void {
  if (!box.awake) return;
  world.note(box, `FAULT operator: ${what}`);
  box.handle({ type: 'command', command: what });
}

/** A real frame with bytes changed, or none at all. */
function forged(frames: readonly Uint8Array[], random: Random): Uint8Array {
  const base = frames.length > 0 && random.chance(0.7) ? random.pick(frames) : null;
  if (base === null) return Uint8Array.from({ length: random.below(300) }, () => random.below(256));
  const bytes = base.slice();
  const body = bytes.length - 80;
  for (let i = 0; i <= random.below(3); i++) bytes[4 + random.below(body)] = 0x20 + random.below(0x5f);
  return bytes;
}
