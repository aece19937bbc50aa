/**
 * When the hardware watchdog runs: from before the group is acquired until it is released, fed with each beat. A box
 * that hangs while it holds the group is then reset by its own hardware, at best before its peer takes over. Owns that
 * rule and what the device said; never the device.
 */

import type { Outbox } from './outbox';
import type { ClusterConfig, WatchdogStatus } from './types';

type Run = 'unknown' | 'on' | 'off';

export class Watchdog {
  readonly #config: ClusterConfig;
  readonly #outbox: Outbox;
  /** What this box has asked for. At first an earlier run, killed while it was active, may have left it running. */
  #run: Run = 'unknown';
  /** The deadtime for which it was last to be armed. */
  #deadtimeMs = 0;
  #armed = false;
  #starves = false;
  #timeoutMs: number | null = null;
  #fault: string | null = null;

  constructor(config: ClusterConfig, outbox: Outbox) {
    this.#config = config;
    this.#outbox = outbox;
  }

  /** Before this box acquires the group, and again where it must bite sooner or later than before. */
  arm(deadtimeMs: number): void {
    if (this.#deadtimeMs !== deadtimeMs && this.#run === 'on') this.#run = 'unknown';
    this.#deadtimeMs = deadtimeMs;
    this.#want('on');
  }

  /** This box holds nothing of the group. */
  disarm(): void {
    this.#want('off');
  }

  /** It is another device now, of which nothing is known; or there is none any more. */
  replaced(): void {
    this.#run = 'unknown';
    this.#armed = false;
    this.#starves = false;
    this.#timeoutMs = null;
    this.#fault = null;
  }

  /** With each beat that this box sends. @param healthy whether it is well enough to go on */
  feed(healthy: boolean): void {
    if (!this.#armed) return;
    if (healthy) {
      this.#outbox.put({ type: 'watchdog', act: 'feed', deadtimeMs: this.#deadtimeMs });
    } else if (!this.#starves) {
      const sentence = 'The watchdog is not fed any more, so that the hardware resets this box';
      this.#outbox.log('error', 'watchdog-starves', sentence);
    }
    this.#starves = !healthy;
  }

  /** What the device said to `arm`, or what has become of it. */
  heard(timeoutMs: number | null, fault: string | null): void {
    this.#fault = fault;
    if (timeoutMs !== null) this.#timeoutMs = timeoutMs;
    this.#armed = this.#run === 'on' && fault === null;
    if (fault !== null) {
      this.#outbox.log('error', 'watchdog-fault', `The watchdog does not work: ${fault}`);
    } else if (this.#overlapMs() > 0) {
      const sentence = `The watchdog resets a hung box ${this.#overlapMs()} ms after its peer may have taken over`;
      this.#outbox.log('warn', 'watchdog-slow', sentence, { timeoutMs: this.#timeoutMs });
    }
  }

  /** Null when none is configured. */
  get status(): WatchdogStatus | null {
    if (!this.#config.watchdog) return null;
    const overlapMs = this.#timeoutMs === null ? null : this.#overlapMs();
    return { armed: this.#armed, timeoutMs: this.#timeoutMs, fault: this.#fault, overlapMs };
  }

  #want(run: Run): void {
    if (!this.#config.watchdog || this.#run === run) return;
    this.#run = run;
    this.#armed = false;
    const deadtimeMs = run === 'on' ? this.#deadtimeMs : this.#config.deadtimeMs;
    this.#outbox.put({ type: 'watchdog', act: run === 'on' ? 'arm' : 'disarm', deadtimeMs });
  }

  #overlapMs(): number {
    return Math.max(0, (this.#timeoutMs ?? 0) - this.#config.deadtimeMs);
  }
}
