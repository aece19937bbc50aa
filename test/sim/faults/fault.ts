/** What a fault is: something that is done to the world now, and ends by itself or when everything heals. */

import type { Box } from '../box';
import type { Random } from '../random';
import type { World } from '../world';

export interface Fault {
  readonly name: string;
  /** @param unitMs the pair's deadtime: most faults are long and short in its terms */
  readonly strike: (world: World, random: Random, unitMs: number) => void;
}

/** Does something to one box. */
export function toBox(
  name: string,
  strike: (box: Box, world: World, random: Random, unitMs: number) => void,
): Fault {
  return {
    name,
    strike: (world, random, unitMs) => strike(random.pick(world.boxes), world, random, unitMs),
  };
}

/** Something that lasts, and what ends it. */
export function forAWhile(world: World, text: string, forMs: number, end: () => void): void {
  world.fault(`${text} for ${forMs.toFixed(0)} ms`);
  world.later(forMs, () => {
    world.fault(`ends: ${text}`);
    end();
  });
}
