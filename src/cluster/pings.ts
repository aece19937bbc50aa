/**
 * Ping nodes: hosts that both boxes should reach, as a witness of which box is cut off. Compared as Linux-HA's ipfail
 * does: only a box that reaches FEWER than its peer is the worse one, so a dead upstream switch, which both see, moves
 * nothing. Owns which groups answer; moves nothing itself, and sends no packet.
 */

import type { Address, PingGroup } from '../config/config';
import { ahead, LONG_AGO_MS, NEVER_MS } from './instants';
import type { Outbox } from './outbox';
import type { ClusterConfig, PingStatus } from './types';

/** Requests in each deadping: one or two that get lost do not count. */
const REQUESTS_PER_DEADPING = 4;
/**
 * For so many times of a request a box must be worse before it gives way. ipfail waits two keepalives, which is its time
 * between requests: two boxes learn of the same dead host up to one such time apart.
 */
const SETTLE_REQUESTS = 2;

interface Group extends PingGroup {
  lastHeardMs: number | null;
}

export class PingNodes {
  /** How many groups answer; null while that is not known. */
  count: number | null = null;
  /** Since when this box reaches no fewer than its peer, as far as known. */
  evenSinceMs: number;
  readonly #outbox: Outbox;
  readonly #groups: readonly Group[];
  readonly #hosts: readonly Address[];
  readonly #deadpingMs: number;
  readonly #gapMs: number;
  #requestAtMs: number;
  /** Before then silence proves nothing. */
  #countsFromMs: number;
  #fewerSinceMs = NEVER_MS;

  constructor(config: ClusterConfig, outbox: Outbox, nowMs: number) {
    this.#outbox = outbox;
    this.#groups = config.pings.map((group) => ({ ...group, lastHeardMs: null }));
    this.#hosts = config.pings.flatMap((group) => group.hosts);
    this.#deadpingMs = config.deadpingMs;
    this.#gapMs = Math.max(config.keepaliveMs, config.deadpingMs / REQUESTS_PER_DEADPING);
    this.#requestAtMs = this.#hosts.length > 0 ? nowMs : NEVER_MS;
    this.#countsFromMs = nowMs + config.deadpingMs;
    this.evenSinceMs = LONG_AGO_MS;
  }

  /** This box was not running for a while: answers may have been lost. */
  startAgain(nowMs: number): void {
    this.#countsFromMs = nowMs + this.#deadpingMs;
  }

  pong(host: Address, nowMs: number): void {
    for (const group of this.#groups) if (group.hosts.includes(host)) group.lastHeardMs = nowMs;
  }

  /** Lets time pass, and compares with what the peer reaches; null when that is not known or counts other hosts. */
  expire(peers: number | null, nowMs: number): void {
    if (this.#groups.length === 0) return;
    if (nowMs >= this.#requestAtMs) {
      this.#requestAtMs = nowMs + this.#gapMs;
      this.#outbox.put({ type: 'ping', hosts: this.#hosts });
    }
    this.count = nowMs < this.#countsFromMs ? null : this.#reachable(nowMs);
    const fewer = this.count !== null && peers !== null && this.count < peers;
    if (fewer === this.fewer) return;
    this.#fewerSinceMs = fewer ? nowMs : NEVER_MS;
    if (!fewer) this.evenSinceMs = nowMs;
    const sentence = fewer
      ? `This box reaches ${this.count} of its ping nodes, its peer ${peers}`
      : 'This box reaches no fewer ping nodes than its peer';
    this.#outbox.log(fewer ? 'warn' : 'info', fewer ? 'fewer-pings' : 'even-pings', sentence);
  }

  /** This box reaches fewer than its peer, just now. */
  get fewer(): boolean {
    return this.#fewerSinceMs < NEVER_MS;
  }

  /** This box has reached fewer than its peer for long enough to be sure of it. */
  isWorse(nowMs: number): boolean {
    return nowMs >= this.#settledMs();
  }

  nextMs(nowMs: number): number {
    return Math.min(ahead(this.#requestAtMs, nowMs), ahead(this.#settledMs(), nowMs));
  }

  status(nowMs: number): readonly PingStatus[] {
    return this.#groups.map(({ name, lastHeardMs }) => {
      return { name, reachable: this.#answers(lastHeardMs, nowMs), lastHeardMs };
    });
  }

  #settledMs(): number {
    return this.#fewerSinceMs + SETTLE_REQUESTS * this.#gapMs;
  }

  #reachable(nowMs: number): number {
    let count = 0;
    for (const { lastHeardMs } of this.#groups) if (this.#answers(lastHeardMs, nowMs)) count++;
    return count;
  }

  #answers(lastHeardMs: number | null, nowMs: number): boolean {
    return lastHeardMs !== null && nowMs < lastHeardMs + this.#deadpingMs;
  }
}
