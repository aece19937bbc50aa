/** What one link carried: when the peer was last heard on it, and what was missing. Decides nothing about the peer. */

import type { Ack, Beat } from './beat';
import type { Peer } from './liveness';
import type { LinkStatus } from './types';

export class Link {
  state: LinkStatus['state'] = 'unknown';
  fault: string | null = null;
  lastHeardMs: number | null = null;
  heard = 0;
  missed = 0;
  refused = 0;
  /** Messages of a heartbeat 3.0.6. */
  classic = 0;
  readonly name: string;
  readonly #firstHeardByMs: number;
  #last: Ack | null = null;

  /** @param firstHeardByMs the peer may take so long to begin with this link */
  constructor(name: string, firstHeardByMs: number) {
    this.name = name;
    this.#firstHeardByMs = firstHeardByMs;
  }

  /** Takes a new beat or a copy. @returns false when this very link had it, or a newer one, before */
  hear(beat: Beat, nowMs: number): boolean {
    const last = this.#last;
    if (last !== null && last.session === beat.session) {
      if (beat.sequence <= last.sequence) return false;
      this.missed += beat.sequence - last.sequence - 1;
    }
    this.#last = beat;
    this.heard++;
    this.lastHeardMs = nowMs;
    this.state = 'up';
    return true;
  }

  /** Lets time pass. @returns true when the link has just become silent */
  expire(peer: Peer, deadtimeMs: number, nowMs: number): boolean {
    if (this.state === 'silent') return false;
    const { lastHeardMs } = this;
    const untilMs =
      lastHeardMs === null
        ? Math.max(peer.firstHeardByMs, this.#firstHeardByMs)
        : Math.max(lastHeardMs + deadtimeMs, peer.listenUntilMs);
    if (nowMs < untilMs) return false;
    this.state = 'silent';
    return true;
  }

  status(): LinkStatus {
    const { name, state, fault, lastHeardMs, heard, missed, refused, classic } = this;
    return { name, state, fault, lastHeardMs, heard, missed, refused, classic };
  }
}
