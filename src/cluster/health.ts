/**
 * This box's own health: whether it could take the group, and if not, the one word for it that its beats carry. Owns
 * the carrier, the maintenance flag and the times in which it holds back; knows nothing of the peer.
 */

import type { Hindrance } from './beat';
import { Damping } from './damping';
import { ahead, LONG_AGO_MS, NEVER_MS } from './instants';

/** A carrier that is gone for less does not hand over; the other box may lose its own at the same moment. */
const CARRIER_SETTLE_MS = 200;
/** After a failed acquire this box waits before it may take again; doubled each time up to the maximum. */
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/** Completes "it cannot take the group: ...". */
export const BECAUSE: Readonly<Record<Hindrance, string>> = {
  leaving: 'it is shutting down',
  maintenance: 'it is in maintenance',
  carrier: 'an interface of the group has no carrier',
  failed: 'it failed to hold the group just now',
  listening: 'it was not running for a while, and listens first',
  yielding: 'it has just handed the group over',
  damped: 'it gave the group up too often, and waits',
  other: 'it does not say why',
};

export class Health {
  readonly damping = new Damping();
  maintenance: boolean;
  /** This box shuts down: it takes nothing any more. */
  leaving = false;
  carrier: boolean;
  carrierChangedMs: number;
  /** After it overslept this box takes nothing until then. */
  #guardUntilMs = LONG_AGO_MS;
  /** After a hand-over the peer goes first until then. */
  #yieldUntilMs = LONG_AGO_MS;
  #retryAtMs = LONG_AGO_MS;
  #failuresInARow = 0;

  constructor(carrier: boolean, maintenance: boolean, nowMs: number) {
    this.carrier = carrier;
    this.carrierChangedMs = nowMs;
    this.maintenance = maintenance;
  }

  /** @returns false when nothing has changed */
  setCarrier(ok: boolean, nowMs: number): boolean {
    if (this.carrier === ok) return false;
    this.carrier = ok;
    this.carrierChangedMs = nowMs;
    return true;
  }

  /** Without carrier for long enough to give the group away. */
  isUnfit(nowMs: number): boolean {
    return !this.carrier && nowMs >= this.carrierChangedMs + CARRIER_SETTLE_MS;
  }

  /** The group could not be held. @returns how long this box waits before the next attempt */
  failed(nowMs: number): number {
    const waitMs = Math.min(RETRY_FIRST_MS * 2 ** this.#failuresInARow, RETRY_MAX_MS);
    this.#failuresInARow++;
    this.#retryAtMs = nowMs + waitMs;
    return waitMs;
  }

  /** The group was held without a fault since `sinceMs`. */
  served(sinceMs: number, nowMs: number): void {
    if (nowMs >= sinceMs + RETRY_MAX_MS) this.#failuresInARow = 0;
  }

  overslept(untilMs: number): void {
    this.#guardUntilMs = untilMs;
  }

  /** This box lets the group go so that the peer has it, however long that takes. */
  handOver(): void {
    this.#yieldUntilMs = NEVER_MS;
  }

  /** The group is released: from now on the peer has until `untilMs`. */
  released(untilMs: number): void {
    this.#yieldUntilMs = Math.min(this.#yieldUntilMs, untilMs);
  }

  /** The peer has taken the group, or will not. */
  endYield(): void {
    this.#yieldUntilMs = LONG_AGO_MS;
  }

  /** Why this box cannot take the group even if an operator wants it. */
  lastingHindrance(nowMs: number): Hindrance | null {
    if (this.leaving) return 'leaving';
    if (this.maintenance) return 'maintenance';
    if (!this.carrier) return 'carrier';
    if (nowMs < this.#retryAtMs) return 'failed';
    return nowMs < this.#guardUntilMs ? 'listening' : null;
  }

  /** @param peerLives damping leaves the group to a peer that lives, never to nobody */
  hindrance(peerLives: boolean, nowMs: number): Hindrance | null {
    const lasting = this.lastingHindrance(nowMs);
    if (lasting !== null) return lasting;
    if (nowMs < this.#yieldUntilMs) return 'yielding';
    return peerLives && this.damping.untilMs(nowMs) !== null ? 'damped' : null;
  }

  nextMs(nowMs: number): number {
    return Math.min(
      this.carrier ? NEVER_MS : ahead(this.carrierChangedMs + CARRIER_SETTLE_MS, nowMs),
      ahead(this.#guardUntilMs, nowMs),
      ahead(this.#yieldUntilMs, nowMs),
      ahead(this.#retryAtMs, nowMs),
      this.damping.nextMs(nowMs),
    );
  }
}
