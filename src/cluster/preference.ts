/**
 * Who should have the group when both boxes could: the preferred node, unless it is not well, or the operator sent it
 * to standby; and when it wants the group back (Linux-HA's auto_failback). Owns what that rests on; decides nothing.
 */

import type { Beat, Hindrance } from './beat';
import type { ClusterConfig } from './types';

/** After a failed acquire the preferred box does not ask for the group back for so long. */
const ASK_AGAIN_MS = 600_000;

export class Preference {
  /** The first round of real-server checks is done. */
  ready = false;
  /** The operator sent this box to standby: no failback until the next takeover. */
  stays = false;
  readonly #config: ClusterConfig;
  #askAtMs = Number.NEGATIVE_INFINITY;

  constructor(config: ClusterConfig) {
    this.#config = config;
  }

  /** Configurations that differ must not make two boxes right: then it is the one whose name comes first. */
  isPreferred(beat: Beat | null): boolean {
    const { node, peer, preferred } = this.#config;
    const own = preferred === node;
    const peers = beat?.preferred ?? !own;
    return own === peers ? node < peer : own;
  }

  /** Nobody holds the group: whether this box is the one to take it, by what both boxes have said. */
  isFavoured(own: Hindrance | null, beat: Beat, asks: boolean): boolean {
    const [mine, theirs] = [fitness(own), fitness(beat.hindrance)];
    if (mine !== theirs) return mine > theirs;
    return asks === beat.asks ? this.isPreferred(beat) : asks;
  }

  failed(nowMs: number): void {
    this.#askAtMs = nowMs + ASK_AGAIN_MS;
  }

  /** @param stableAtMs peer, carrier and ping nodes have been there without a gap for a deadtime */
  wantsBack(beat: Beat | null, stableAtMs: number, nowMs: number): boolean {
    return (
      this.ready && !this.stays && nowMs >= stableAtMs && nowMs >= this.#askAtMs && this.isPreferred(beat)
    );
  }
}

/** A box that only waits for its flapping to end is better than none. */
function fitness(hindrance: Hindrance | null): number {
  if (hindrance === null) return 2;
  return hindrance === 'damped' ? 1 : 0;
}
