/**
 * Is the peer alive? What it was last heard to say on any link, which beats count as news, and when silence becomes
 * death. Owns no decision about the resource group and sends nothing.
 *
 * What counts as news (replay protection). Each run of a box has a random session; a beat of the session that is known
 * must have a higher sequence number. A beat of another session, such as of a restarted box, counts only when it
 * acknowledges a beat that THIS run sent, newer than any acknowledged before: so it was made just now. No clock is
 * needed, so a diskless box with a dead clock comes back at once, and a recorded beat of any earlier session is
 * useless. Linux-HA's generation is sent for its sake only. Price: a box that cannot be heard by its peer does not
 * accept that peer's new session either; see `suspect`.
 */

import { type Ack, type Beat, MAX_NUMBER } from './beat';
import type { PeerState } from './types';
import { STARTING_DEADTIME_MS, STARTING_MS } from './voice';

/** A copy of a beat on another link may be this many beats late, and still shows that the link works. */
const COPY_WINDOW_BEATS = 8;

/** Of how many sessions of the peer a box keeps count; later ones have to prove themselves to be believed anything. */
const SESSIONS_LIMIT = 64;

/** A peer that is late is still alive. */
function lives(peer: PeerState): boolean {
  return peer === 'alive' || peer === 'late';
}

/** `new`: news of the peer; `copy`: of a recent beat; `old`: a replay; `unproven`: of a session not yet accepted. */
export type Freshness = 'new' | 'copy' | 'old' | 'unproven';

export class Peer {
  state: PeerState = 'unknown';
  sinceMs: number;
  /** The newest beat that counted. */
  beat: Beat | null = null;
  lastHeardMs: number | null = null;
  /** The newest beat whose signature was right, counted or not: what the own beats acknowledge. */
  heard: Ack | null = null;
  /** Before this time silence proves nothing: this box itself slept, or has another reason to wait. */
  listenUntilMs = Number.NEGATIVE_INFINITY;
  /** For so long from the start a peer that was never heard is not dead. */
  initdeadMs: number;
  readonly #bootMs: number;
  /** Before this time this box itself is slow, and may miss beats that are there. */
  readonly #startingUntilMs: number;
  /** The highest own sequence number that a beat which counted has acknowledged. */
  #acknowledged = 0;
  /** Since when beats come that hold this box back, or null. */
  suspectedSinceMs: number | null = null;
  /** The deadtime that these announce. */
  #suspectedDeadtimeMs = 0;
  /** Sessions met in this run, and up to which beat they are used up. */
  readonly #sessions = new Map<number, number>();

  constructor(bootMs: number, initdeadMs: number) {
    this.sinceMs = bootMs;
    this.#bootMs = bootMs;
    this.initdeadMs = initdeadMs;
    this.#startingUntilMs = bootMs + STARTING_MS;
  }

  get lives(): boolean {
    return lives(this.state);
  }

  /** @param own session and newest sequence number of this box */
  judge(beat: Beat, own: Ack): Freshness {
    const last = this.beat;
    if (last !== null && beat.session === last.session) {
      if (beat.sequence > last.sequence) return 'new';
      return beat.sequence > last.sequence - COPY_WINDOW_BEATS ? 'copy' : 'old';
    }
    const ack = beat.ack;
    const proven =
      ack !== null &&
      ack.session === own.session &&
      ack.sequence > this.#acknowledged &&
      ack.sequence <= own.sequence;
    return proven ? 'new' : 'unproven';
  }

  /** Takes a beat that is news. @returns the state before it */
  hear(beat: Beat, own: Ack, nowMs: number): PeerState {
    const before = this.state;
    if (beat.ack?.session === own.session && beat.ack.sequence <= own.sequence) {
      this.#acknowledged = Math.max(this.#acknowledged, beat.ack.sequence);
    }
    if (this.beat?.session !== beat.session) this.#sessions.set(beat.session, MAX_NUMBER);
    this.beat = beat;
    this.heard = beat;
    this.lastHeardMs = nowMs;
    this.suspectedSinceMs = null;
    this.#suspectedDeadtimeMs = 0;
    const state = beat.status === 'dead' ? 'left' : 'alive';
    if (state !== before) this.#enter(state, nowMs);
    return before;
  }

  /** When a link that has carried nothing is silent. */
  get firstHeardByMs(): number {
    return Math.max(this.#bootMs + this.initdeadMs, this.listenUntilMs);
  }

  /** When the peer becomes late, or Infinity. */
  lateAtMs(warntimeMs: number): number {
    return this.state === 'alive' ? (this.lastHeardMs ?? 0) + warntimeMs : Number.POSITIVE_INFINITY;
  }

  /** When silence becomes death, or Infinity. */
  deadAtMs(): number {
    if (this.state === 'unknown') return this.firstHeardByMs;
    if (!this.lives || this.beat === null) return Number.POSITIVE_INFINITY;
    const heardMs = this.lastHeardMs ?? 0;
    const leastMs = heardMs < this.#startingUntilMs ? STARTING_DEADTIME_MS : 0;
    return Math.max(heardMs + this.beat.deadtimeMs, heardMs + leastMs, this.listenUntilMs);
  }

  /**
   * Takes an unproven beat: remembers it for the acknowledgement, and believes one thing of it. A peer that restarts
   * on a half-broken cable is heard but cannot hear, so it cannot prove itself; while it says that it holds the group
   * and its sequence goes on, this box waits rather than be the second owner. Sessions that once counted in this
   * run are not believed again, so a recording of them holds nobody back.
   * @returns true when the beat makes this box wait
   */
  suspect(beat: Beat, nowMs: number): boolean {
    this.heard = beat;
    const highest =
      this.#sessions.get(beat.session) ?? (this.#sessions.size < SESSIONS_LIMIT ? 0 : MAX_NUMBER);
    if (beat.sequence <= highest) return false;
    this.#sessions.set(beat.session, beat.sequence);
    if (beat.claim === 'none') return false;
    this.listenUntilMs = Math.max(this.listenUntilMs, nowMs + beat.deadtimeMs);
    this.suspectedSinceMs ??= nowMs;
    this.#suspectedDeadtimeMs = beat.deadtimeMs;
    return true;
  }

  /** For so long it may be silent, by what it has announced; 0 where it has not. */
  get deadtimeMs(): number {
    return Math.max(this.beat?.deadtimeMs ?? 0, this.#suspectedDeadtimeMs);
  }

  /** Beats come that hold this box back; see `suspect`. */
  isSuspected(nowMs: number): boolean {
    return this.suspectedSinceMs !== null && nowMs < this.listenUntilMs;
  }

  /** It lives, and all that it said is in force: another beat that says the same changes nothing. */
  isSettled(nowMs: number): boolean {
    return this.state === 'alive' && this.suspectedSinceMs === null && !this.isStale(nowMs);
  }

  /** What the peer said last is older than its deadtime, although it is not dead yet. */
  isStale(nowMs: number): boolean {
    return nowMs >= (this.lastHeardMs ?? 0) + (this.beat?.deadtimeMs ?? 0);
  }

  /** Forgets that the peer is dead, and listens again until `untilMs`. A peer that lives or left stays so. */
  listenAgain(untilMs: number, nowMs: number): void {
    if (this.state === 'dead') this.#enter('unknown', nowMs);
    this.listenUntilMs = Math.max(this.listenUntilMs, untilMs);
  }

  /** Lets time pass. @returns the state that was entered, or null */
  expire(warntimeMs: number, nowMs: number): 'late' | 'dead' | null {
    let entered: 'late' | 'dead' | null = null;
    if (nowMs >= this.deadAtMs()) entered = 'dead';
    else if (nowMs >= this.lateAtMs(warntimeMs)) entered = 'late';
    if (entered !== null) this.#enter(entered, nowMs);
    return entered;
  }

  #enter(state: PeerState, nowMs: number): void {
    const stillAlive = lives(state) && this.lives;
    this.state = state;
    if (!stillAlive) this.sinceMs = nowMs;
  }
}
