/** I1: a box that hung while it was the owner, and was replaced, gives way to its successor, not the other way round. */

import type { Box } from '../box';
import type { Facts, Judge } from '../judge';
import type { World } from '../world';

/** Why a supervisor lets go when it loses a conflict. */
const LOST = 'the peer has the newer claim';

export class Succession {
  /** Since when each box holds all of the group, as its kernel has it; null: it does not. */
  readonly #heldSinceMs: [number | null, number | null] = [null, null];
  /** It woke up as an owner that had been replaced, and has not let go since. */
  readonly #isDeposed: [boolean, boolean] = [false, false];

  constructor(
    private readonly judge: Judge,
    private readonly world: World,
  ) {}

  update({ holdsAll, holdsAny }: Facts, nowMs: number): void {
    for (const number of [0, 1] as const) {
      this.#heldSinceMs[number] = holdsAll[number] ? (this.#heldSinceMs[number] ?? nowMs) : null;
      if (!holdsAny[number] || !holdsAny[number === 0 ? 1 : 0]) this.#isDeposed[number] = false;
    }
  }

  started(box: Box): void {
    this.#isDeposed[box.machine.number] = false;
  }

  /** One that hung for less than it had announced knows of nothing: its peer took for other reasons. */
  woke(box: Box, hungMs: number): void {
    const { number } = box.machine;
    const peersMs = this.#heldSinceMs[this.world.peer(box).machine.number];
    if (this.#heldSinceMs[number] === null || peersMs === null || peersMs === undefined) return;
    const wasReplaced = peersMs > this.judge.nowMs - hungMs;
    if (wasReplaced && hungMs > this.judge.bounds.listenMs && box.role === 'active')
      this.#isDeposed[number] = true;
  }

  /** The box lets go. */
  releases(box: Box, sentence: string): void {
    this.#isDeposed[box.machine.number] = false;
    const peer = this.world.peer(box);
    if (this.#isDeposed[peer.machine.number] && sentence.includes(LOST))
      this.judge.fail(
        'I1',
        `${box.name} gives way to ${peer.name}, which hung and was replaced: ${sentence}`,
      );
  }
}
