/** What an attacker has recorded: frames of all sessions that a box was given, or sent itself. Sends nothing. */

import type { Box } from './box';
import type { Letter } from './wires';
import type { World } from './world';

/** Frames that are kept for each box; a new one replaces any. */
const FRAMES = 64;

export class Recorder {
  readonly #frames: readonly [Uint8Array[], Uint8Array[]] = [[], []];

  constructor(private readonly world: World) {}

  /** The peer's beat reaches the box. It may be given back to either. */
  record(box: Box, { frame }: Letter): void {
    this.#keep(this.#frames[box.machine.number], frame);
    if (this.world.random.chance(0.1)) this.#keep(this.#frames[this.world.peer(box).machine.number], frame);
  }

  frames(to: 0 | 1): readonly Uint8Array[] {
    return this.#frames[to];
  }

  #keep(frames: Uint8Array[], frame: Uint8Array): void {
    if (frames.length < FRAMES) frames.push(frame);
    else frames[this.world.random.below(FRAMES)] = frame;
  }
}
