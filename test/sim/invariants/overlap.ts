/** I1: while any link works both ways and both boxes run, never two owners longer than the bound. */

import type { Facts, Judge } from '../judge';
import type { World } from '../world';
import { Worst } from '../worst';

export class Overlap {
  readonly worst = new Worst();
  #sinceMs: number | null = null;
  #connectedSinceMs: number | null = null;
  #dualSinceMs: number | null = null;

  constructor(
    private readonly judge: Judge,
    private readonly world: World,
  ) {}

  /** Since when a link works both ways between two boxes that run; null while none does. */
  get connectedSinceMs(): number | null {
    return this.#connectedSinceMs;
  }

  update({ holdsAny, connected }: Facts, nowMs: number): void {
    this.#connectedSinceMs = connected ? (this.#connectedSinceMs ?? nowMs) : null;
    this.#dualSinceMs = holdsAny[0] && holdsAny[1] ? (this.#dualSinceMs ?? nowMs) : null;
    const [dual, both] = [this.#dualSinceMs, this.#connectedSinceMs];
    this.#sinceMs = dual === null || both === null ? null : Math.max(dual, both);
  }

  check(nowMs: number): void {
    if (this.#sinceMs === null) return;
    const overlapMs = nowMs - this.#sinceMs;
    const { overlapMs: plainMs, releaseRetryMs } = this.judge.bounds;
    const boundMs = plainMs + this.world.refusals('delete') * releaseRetryMs;
    this.worst.note(overlapMs, boundMs);
    if (overlapMs > boundMs)
      this.judge.fail(
        'I1',
        `both boxes hold the group for ${overlapMs.toFixed(1)} ms, of ${boundMs.toFixed(1)}`,
      );
  }
}
