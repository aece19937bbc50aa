/**
 * When this box beats, and with which number. It sends each keepalive, at once when what it has to say has changed,
 * and in answer to a peer that needs a proof. What it says is decided elsewhere.
 */

import type { Ack, Beat } from './beat';
import type { Boot, ClusterConfig } from './types';

/** Least time between beats that answer unproven sessions: replayed frames must not make this box flood its links. */
const REPLY_GAP_MS = 20;
/**
 * A box that has just started does everything for the first time, on cold caches, and may well miss a few beats, sent or
 * heard. For so long it announces at least that deadtime, and grants it to its peer; Linux-HA likewise adds to deadtimes
 * in the first seconds.
 */
export const STARTING_MS = 3_000;
export const STARTING_DEADTIME_MS = 1_000;
/** A leaving box repeats itself, for nobody acknowledges it. */
const LEAVING_GAP_MS = 30;

/** What a beat says of its sender. */
export type Statement = Pick<Beat, 'status' | 'claim' | 'epoch' | 'hindrance' | 'asks' | 'servers' | 'pings'>;

type Times = Pick<ClusterConfig, 'keepaliveMs' | 'deadtimeMs'>;

export class Voice {
  readonly #config: ClusterConfig;
  readonly #boot: Boot;
  #last: Statement | null = null;
  #sentMs = Number.NEGATIVE_INFINITY;
  #nextMs: number;
  #answerAtMs = Number.POSITIVE_INFINITY;
  /** The deadtime that the newest beat has announced. */
  #announcedMs = Number.POSITIVE_INFINITY;
  /** Times that were in force before: they count until the peer has heard this beat, which tells it the new ones. */
  #former: (Times & { readonly untilBeat: number }) | null = null;

  constructor(config: ClusterConfig, boot: Boot) {
    this.#config = config;
    this.#boot = boot;
    this.#nextMs = boot.nowMs;
    this.own = { session: boot.session, sequence: 0 };
  }

  /** Session and number of the newest own beat: what the peer acknowledges. */
  own: Ack;

  /** A beat is due then at the latest. */
  get dueMs(): number {
    return Math.min(this.#nextMs, this.#answerAtMs);
  }

  /** Time between beats, as the peer may count on it. */
  get keepaliveMs(): number {
    return Math.min(this.#config.keepaliveMs, this.#former?.keepaliveMs ?? Number.POSITIVE_INFINITY);
  }

  /** For so long the peer waits for this box at least, by the configuration. */
  get deadtimeMs(): number {
    return Math.min(this.#config.deadtimeMs, this.#former?.deadtimeMs ?? Number.POSITIVE_INFINITY);
  }

  /** No beat was sent for so long that the peer may have taken this box for dead. */
  wasSilentTooLong(nowMs: number): boolean {
    const leastMs = Math.min(this.#announcedMs, this.#former?.deadtimeMs ?? Number.POSITIVE_INFINITY);
    return nowMs - this.#sentMs > leastMs;
  }

  /** An unproven session was heard: it needs an acknowledgement soon. */
  answerSoon(): void {
    this.#answerAtMs = Math.min(this.#answerAtMs, this.#sentMs + REPLY_GAP_MS);
  }

  /** A session has just proven itself, and may wait for this box to do so. */
  answerNow(nowMs: number): void {
    this.#answerAtMs = nowMs;
  }

  /**
   * The configuration is about to change: the next beat, at once, says so. The peer may miss it, and then counts with the
   * deadtime that it knows: until it has heard of the new one, this box beats as often as either asks.
   */
  change({ keepaliveMs, deadtimeMs }: Times, nowMs: number): void {
    this.#answerAtMs = nowMs;
    const before = { keepaliveMs: this.keepaliveMs, deadtimeMs: this.deadtimeMs };
    if (this.own.sequence === 0) return;
    if (keepaliveMs === before.keepaliveMs && deadtimeMs === before.deadtimeMs && this.#former === null)
      return;
    this.#former = { ...before, untilBeat: this.own.sequence + 1 };
  }

  /** The peer has heard this beat. @returns true when it knows the new times just now */
  acknowledged(beat: number): boolean {
    if (this.#former === null || beat < this.#former.untilBeat) return false;
    this.#former = null;
    return true;
  }

  /** @returns the beat to send now, or null when none is due and nothing has changed */
  speak(say: Statement, heard: Ack | null, nowMs: number): Beat | null {
    if (nowMs < this.dueMs && this.#last !== null && same(say, this.#last)) return null;
    this.#last = say;
    this.own = { session: this.#boot.session, sequence: this.own.sequence + 1 };
    this.#sentMs = nowMs;
    this.#answerAtMs = Number.POSITIVE_INFINITY;
    this.#nextMs = nowMs + (say.status === 'dead' ? LEAVING_GAP_MS : this.keepaliveMs);
    const { node, deadtimeMs, ttl, preferred, configHash, version } = this.#config;
    const starting = nowMs < this.#boot.nowMs + STARTING_MS;
    this.#announcedMs = starting ? Math.max(deadtimeMs, STARTING_DEADTIME_MS) : deadtimeMs;
    return {
      src: node,
      status: say.status,
      deadtimeMs: this.#announcedMs,
      ttl,
      generation: this.#boot.generation,
      session: this.#boot.session,
      sequence: this.own.sequence,
      ack: heard === null ? null : { session: heard.session, sequence: heard.sequence },
      claim: say.claim,
      epoch: say.epoch,
      hindrance: say.hindrance,
      asks: say.asks,
      preferred: preferred === node,
      short: true,
      configHash,
      version,
      servers: say.servers,
      pings: say.pings,
    };
  }
}

/** Whether `a` can wait for the next keepalive: numbers that only inform do. */
function same(a: Statement, b: Statement): boolean {
  return (
    a.claim === b.claim &&
    a.epoch === b.epoch &&
    a.hindrance === b.hindrance &&
    a.asks === b.asks &&
    a.status === b.status
  );
}
