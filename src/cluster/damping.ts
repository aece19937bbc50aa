/**
 * Flap damping: a box that gave up the group twice within a minute waits before it may have it again. The wait
 * doubles each further time, is bounded, and is forgotten after a quiet while. It counts what the box itself could
 * not keep; what an operator or a lost conflict took from it is no flapping. Knows only times.
 */

import { ahead, LONG_AGO_MS } from './instants';

/** A second time within this one starts the damping. */
export const FLAP_WINDOW_MS = 60_000;
export const DAMPING_FIRST_MS = 10_000;
export const DAMPING_MAX_MS = 300_000;
/** After so long without giving up all is forgotten. */
export const FLAP_QUIET_MS = 600_000;

export class Damping {
  #untilMs = LONG_AGO_MS;
  #gaveUpMs = LONG_AGO_MS;
  /** How many waits there were since the last quiet while. */
  #waits = 0;

  /** The box gave the group up. @returns how long it waits, in milliseconds; 0 when it need not */
  gaveUp(nowMs: number): number {
    const sinceMs = nowMs - this.#gaveUpMs;
    this.#gaveUpMs = nowMs;
    if (sinceMs >= FLAP_QUIET_MS) this.#waits = 0;
    if (this.#waits === 0 && sinceMs > FLAP_WINDOW_MS) return 0;
    const waitMs = Math.min(DAMPING_FIRST_MS * 2 ** this.#waits, DAMPING_MAX_MS);
    this.#waits++;
    this.#untilMs = nowMs + waitMs;
    return waitMs;
  }

  /** The operator wants it to have the group: the wait is over, the count is not. */
  end(): void {
    this.#untilMs = LONG_AGO_MS;
  }

  /** Until when it waits, or null. */
  untilMs(nowMs: number): number | null {
    return nowMs < this.#untilMs ? this.#untilMs : null;
  }

  nextMs(nowMs: number): number {
    return ahead(this.#untilMs, nowMs);
  }
}
