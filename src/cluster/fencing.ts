/**
 * Fencing, Linux-HA's stonith: a peer that is silent may still hold the group, so it is switched off before this box
 * takes it. The command is repeated until it succeeds. Decides nothing about the group, and runs no command.
 */

import { ahead, NEVER_MS } from './instants';
import type { Outbox } from './outbox';
import type { ClusterConfig, ClusterStatus } from './types';

/** A command that failed is run again after. */
export const FENCE_AGAIN_MS = 5_000;

type State = NonNullable<ClusterStatus['fencing']>;

export class Fencing {
  fencings = 0;
  readonly #config: ClusterConfig;
  readonly #outbox: Outbox;
  #state: State = 'idle';
  #againMs = NEVER_MS;
  /** A command runs. */
  #running = false;

  constructor(config: ClusterConfig, outbox: Outbox) {
    this.#config = config;
    this.#outbox = outbox;
  }

  /** Null when no command is configured. */
  get status(): State | null {
    if (!this.#config.fences) return null;
    return this.#running ? 'running' : this.#state;
  }

  /** This box has switched the unheard peer off, or does what it can. */
  get started(): boolean {
    return this.#state !== 'idle';
  }

  /** The peer is switched off since it was last heard, or nobody wants that. */
  get done(): boolean {
    return !this.#config.fences || this.#state === 'done';
  }

  /** This box needs the peer to be off: runs the command, unless one runs or has just failed. */
  want(reason: string, nowMs: number): void {
    // What a command of before the peer was heard comes to says nothing: it must end, and another run.
    if (this.#running || this.#state === 'done') return;
    if (this.#state === 'failed' && nowMs < this.#againMs) return;
    this.#state = 'running';
    this.#running = true;
    this.fencings++;
    this.#outbox.log('warn', 'fencing', `${this.#config.peer} is being switched off: ${reason}`);
    this.#outbox.put({ type: 'fence', reason });
  }

  /** The peer was heard, so it is not off; a result still to come is of no use. */
  heard(): void {
    this.#state = 'idle';
  }

  /** The command has ended. @param fault null when the peer is off */
  ended(fault: string | null, nowMs: number): void {
    this.#running = false;
    if (this.#state !== 'running') return;
    const { peer } = this.#config;
    if (fault === null) {
      this.#state = 'done';
      this.#outbox.log('warn', 'fenced', `${peer} is switched off`);
      return;
    }
    this.#state = 'failed';
    this.#againMs = nowMs + FENCE_AGAIN_MS;
    const sentence = `${peer} could not be switched off: ${fault}; tried again in ${FENCE_AGAIN_MS} ms`;
    this.#outbox.log('error', 'fencing-failed', sentence);
  }

  nextMs(nowMs: number): number {
    return this.#state === 'failed' ? ahead(this.#againMs, nowMs) : NEVER_MS;
  }
}
