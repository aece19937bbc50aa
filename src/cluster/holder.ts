/**
 * This box's part in the resource group: its role, the epoch of its claim, and the acquires and releases that the
 * supervisor has not answered yet. It carries out decisions; it makes none.
 *
 * Epochs. Each acquire uses 1 + the highest epoch known. When two boxes claim at once the higher epoch keeps, so a box
 * that hung, was replaced and wakes up gives way at the first beat that it hears; equal epochs: the preferred node.
 */

import { type Claim, MAX_NUMBER } from './beat';
import type { Outbox } from './outbox';
import type { ClusterEvent, Role } from './types';

/** After a failed acquire this box waits before it may take again; doubled each time up to the maximum. */
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** After a failed acquire the preferred box does not ask for the group back for so long. */
const ASK_AGAIN_MS = 600_000;
/** A release that failed is tried again after. */
const RELEASE_RETRY_MS = 1_000;

const LONG_AGO_MS = Number.NEGATIVE_INFINITY;
const NEVER_MS = Number.POSITIVE_INFINITY;

const CLAIM_OF_ROLE: Readonly<Record<Role, Claim>> = {
  init: 'none',
  standby: 'none',
  acquiring: 'taking',
  active: 'all',
  releasing: 'giving',
  leaving: 'none',
  stopped: 'none',
};

export type Answer = Extract<ClusterEvent, { type: 'group-acquired' | 'group-released' | 'group-failed' }>;

export class Holder {
  role: Role = 'init';
  sinceMs: number;
  why = 'just started';
  /** Until then a failed acquire keeps this box from taking, and from asking, again. */
  retryAtMs = LONG_AGO_MS;
  askAtMs = LONG_AGO_MS;
  failedAcquires = 0;
  readonly #outbox: Outbox;
  #epoch = 0;
  /** The highest epoch that any beat, or this box, has named. */
  #highestEpoch = 0;
  #pending = 0;
  #failuresInARow = 0;
  #releaseAgainAtMs = NEVER_MS;

  constructor(outbox: Outbox, nowMs: number) {
    this.#outbox = outbox;
    this.sinceMs = nowMs;
  }

  get holds(): boolean {
    return this.role === 'acquiring' || this.role === 'active';
  }

  get claim(): Claim {
    return CLAIM_OF_ROLE[this.role];
  }

  /** The epoch of the claim; without one the highest known. */
  get epoch(): number {
    return this.claim === 'none' ? this.#highestEpoch : this.#epoch;
  }

  /** Instants at which `expire` has something to do. */
  get wakesMs(): readonly number[] {
    return [this.retryAtMs, this.askAtMs, this.#releaseAgainAtMs];
  }

  enter(role: Role, why: string, nowMs: number): void {
    this.role = role;
    this.sinceMs = nowMs;
    this.why = why;
    this.#outbox.log('info', `role-${role}`, `This box is ${role}: ${why}`, { role, epoch: this.epoch });
  }

  /** The peer has named an epoch. An owner that restarted knows none: it goes on with what its peer remembers. */
  learn(epoch: number, peerHolds: boolean): void {
    this.#highestEpoch = Math.max(this.#highestEpoch, epoch);
    if (this.holds && !peerHolds) this.#epoch = this.#highestEpoch;
  }

  acquire(why: string, nowMs: number): void {
    this.#epoch = Math.min(this.#highestEpoch + 1, MAX_NUMBER);
    this.#highestEpoch = this.#epoch;
    this.enter('acquiring', why, nowMs);
    this.#order('acquire', why);
  }

  release(why: string, nowMs: number): void {
    this.enter('releasing', why, nowMs);
    this.#order('release', why);
  }

  /** @returns true when this box has just become the owner */
  answer(event: Answer, nowMs: number): boolean {
    this.#pending = Math.max(0, this.#pending - 1);
    // An acquire that was overtaken by a release has nothing to say any more.
    if (this.#pending > 0) return false;
    if (event.type === 'group-acquired' && this.role === 'acquiring') {
      this.enter('active', this.why, nowMs);
      return true;
    }
    if (event.type === 'group-released' && this.role === 'releasing') {
      this.enter('standby', this.why, nowMs);
    } else if (event.type === 'group-failed' && this.role === 'releasing') {
      this.#releaseAgainAtMs = nowMs + RELEASE_RETRY_MS;
      this.#outbox.log('error', 'release-failed', `The group could not be released: ${event.reason}`);
    } else if (event.type === 'group-failed' && this.holds) {
      this.#failed(event.reason, nowMs);
    }
    return false;
  }

  expire(nowMs: number): void {
    if (nowMs >= this.#releaseAgainAtMs) {
      this.#releaseAgainAtMs = NEVER_MS;
      if (this.role === 'releasing') this.#order('release', this.why);
    }
    if (this.role === 'active' && nowMs >= this.sinceMs + RETRY_MAX_MS) this.#failuresInARow = 0;
  }

  #failed(reason: string, nowMs: number): void {
    const waitMs = Math.min(RETRY_FIRST_MS * 2 ** this.#failuresInARow, RETRY_MAX_MS);
    this.failedAcquires++;
    this.#failuresInARow++;
    this.retryAtMs = nowMs + waitMs;
    this.askAtMs = nowMs + ASK_AGAIN_MS;
    const sentence = `The group could not be held: ${reason}; the next attempt is in ${waitMs} ms at the earliest`;
    this.#outbox.log('error', 'acquire-failed', sentence, { waitMs });
    this.release(`it could not be held: ${reason}`, nowMs);
  }

  #order(type: 'acquire' | 'release', reason: string): void {
    this.#pending++;
    this.#outbox.put({ type, reason });
  }
}
