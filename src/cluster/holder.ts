/**
 * This box's part in the resource group: its role, the epoch of its claim, and the acquires and releases that the
 * supervisor has not answered yet. It carries out decisions; it makes none.
 *
 * Epochs. Each acquire uses 1 + the highest epoch known. When two boxes claim at once the higher epoch keeps, so a box
 * that hung, was replaced and wakes up gives way at the first beat that it hears; equal epochs: the preferred node. A
 * successor that restarted in between may know no epochs, so a box that hung for long enough to be replaced claims
 * with epoch 0, the oldest of all, until its peer has answered that it does not hold the group.
 */

import { type Beat, type Claim, MAX_NUMBER } from './beat';
import { ahead, NEVER_MS } from './instants';
import type { Outbox } from './outbox';
import type { ClusterEvent, Role } from './types';

/** A release that failed is tried again after. */
const RELEASE_RETRY_MS = 1_000;
/** After so many failed releases in a row this box is beyond help: its watchdog is not fed any more. */
export const RELEASE_FAILURES_LIMIT = 10;

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

/** What an answer has changed: this box has become the owner; it could not hold the group; it has let it go. */
export type Outcome = 'acquired' | 'failed' | 'released' | null;

export class Holder {
  role: Role = 'init';
  sinceMs: number;
  why = 'just started';
  readonly #outbox: Outbox;
  #epoch = 0;
  /** The highest epoch that any beat, or this box, has named. */
  #highestEpoch = 0;
  /** The claim is in doubt until the peer has heard a later beat than this; -1: it is not. */
  #doubtedAtBeat = -1;
  #pending = 0;
  #releaseFailures = 0;
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

  /** The group can be neither held nor let go. */
  get isStuck(): boolean {
    return this.#releaseFailures >= RELEASE_FAILURES_LIMIT;
  }

  enter(role: Role, why: string, nowMs: number): void {
    this.role = role;
    this.sinceMs = nowMs;
    this.why = why;
    this.#outbox.log('info', `role-${role}`, `This box is ${role}: ${why}`, { role, epoch: this.epoch });
  }

  /**
   * The peer has named an epoch. An owner that restarted knows none: it goes on with what its peer remembers.
   * @param acknowledged number of this box's beat that the peer's acknowledges; 0 for none
   */
  learn({ claim, epoch }: Beat, acknowledged: number): void {
    this.#highestEpoch = Math.max(this.#highestEpoch, epoch);
    if (!this.holds || claim !== 'none' || acknowledged <= this.#doubtedAtBeat) return;
    this.#doubtedAtBeat = -1;
    this.#epoch = this.#highestEpoch;
  }

  /** This box hung for so long that it may have been replaced. @param beat number of the last beat before */
  doubt(beat: number): void {
    this.#epoch = 0;
    this.#doubtedAtBeat = beat;
  }

  acquire(why: string, nowMs: number): void {
    this.#epoch = Math.min(this.#highestEpoch + 1, MAX_NUMBER);
    this.#highestEpoch = this.#epoch;
    this.#doubtedAtBeat = -1;
    this.enter('acquiring', why, nowMs);
    this.#order('acquire', why);
  }

  release(why: string, nowMs: number): void {
    this.enter('releasing', why, nowMs);
    this.#order('release', why);
  }

  answer(event: Answer, nowMs: number): Outcome {
    this.#pending = Math.max(0, this.#pending - 1);
    // An acquire that was overtaken by a release has nothing to say any more.
    if (this.#pending > 0) return null;
    if (event.type === 'group-acquired' && this.role === 'acquiring') {
      this.enter('active', this.why, nowMs);
      return 'acquired';
    }
    if (event.type === 'group-released' && this.role === 'releasing') {
      this.#releaseFailures = 0;
      this.enter('standby', this.why, nowMs);
      return 'released';
    }
    if (event.type === 'group-failed' && this.role === 'releasing') {
      this.#releaseFailed(event.reason, nowMs);
    } else if (event.type === 'group-failed' && this.holds) {
      this.release(`it could not be held: ${event.reason}`, nowMs);
      return 'failed';
    }
    return null;
  }

  expire(nowMs: number): void {
    if (nowMs < this.#releaseAgainAtMs) return;
    this.#releaseAgainAtMs = NEVER_MS;
    if (this.role === 'releasing') this.#order('release', this.why);
  }

  nextMs(nowMs: number): number {
    return ahead(this.#releaseAgainAtMs, nowMs);
  }

  #releaseFailed(reason: string, nowMs: number): void {
    this.#releaseFailures++;
    this.#releaseAgainAtMs = nowMs + RELEASE_RETRY_MS;
    const values = { failures: this.#releaseFailures };
    this.#outbox.log('error', 'release-failed', `The group could not be released: ${reason}`, values);
  }

  #order(type: 'acquire' | 'release', reason: string): void {
    this.#pending++;
    this.#outbox.put({ type, reason });
  }
}
