/** What an attacker does who reaches the links: recorded frames, and forged ones. None may change anything (I6). */

import { attack, forged } from '../attacker';
import type { Fault } from './fault';

const FRAMES = 20;

export const ATTACKS: readonly Fault[] = [
  {
    name: 'replayed frames',
    strike: (world, random, unitMs) => {
      world.fault('frames are replayed');
      for (let i = 0; i < FRAMES; i++)
        world.later(random.between(0, 2) * unitMs, () => {
          const to = random.pick(world.boxes);
          const frames = world.judge.recorder.frames(to.machine.number);
          // What a box does not know yet may make it wait for a deadtime.
          world.judge.disturbed();
          if (frames.length > 0) attack(world, to, random.pick(world.media), random.pick(frames));
        });
    },
  },
  {
    name: 'forged frames',
    strike: (world, random, unitMs) => {
      world.say('FAULT frames are forged');
      for (let i = 0; i < FRAMES; i++)
        world.later(random.between(0, 2) * unitMs, () => {
          const to = random.pick(world.boxes);
          const frames = world.judge.recorder.frames(to.machine.number);
          attack(world, to, random.pick(world.media), forged(frames, random));
        });
    },
  },
];
