/** The hardware watchdog of a box: counts whole seconds, whatever becomes of the programs that armed it. */

import type { VirtualClock } from './clock';
import type { Random } from './random';

const SECOND_MS = 1000;
/** Some devices cannot be set below. */
const LEAST_SECONDS = [1, 1, 2] as const;

export class WatchdogDevice {
  runs = false;
  #timeoutMs = 0;
  #fedMs = 0;
  /** Counts the times that it was set. */
  #set = 0;
  readonly #leastSeconds: number;

  constructor(
    private readonly clock: VirtualClock,
    random: Random,
    private readonly onStarved: (fedMs: number) => void,
  ) {
    this.#leastSeconds = random.pick(LEAST_SECONDS);
  }

  /** Opening it starts it. @returns the timeout that the device took, in milliseconds */
  start(wantedSeconds: number): number {
    this.#timeoutMs = Math.max(this.#leastSeconds, wantedSeconds) * SECOND_MS;
    this.runs = true;
    this.feed();
    this.#await(++this.#set);
    return this.#timeoutMs;
  }

  feed(): void {
    this.#fedMs = this.clock.nowMs;
  }

  stop(): void {
    this.runs = false;
    this.#set++;
  }

  #await(set: number): void {
    this.clock.at(this.#fedMs + this.#timeoutMs, () => {
      if (set !== this.#set) return;
      if (this.clock.nowMs < this.#fedMs + this.#timeoutMs) this.#await(set);
      else this.onStarved(this.#fedMs);
    });
  }
}
