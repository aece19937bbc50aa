/** What the pair promises, in milliseconds, derived from the configured times. The only place with such numbers. */

import type { ClusterConfig } from '../../src/cluster/types';
import { STARTING_DEADTIME_MS } from '../../src/cluster/voice';

export interface Bounds {
  /** I1: two boxes hold the group at once while a link works both ways and both boxes run. */
  readonly overlapMs: number;
  /** I2: after the last fault, until exactly one box holds the group and nothing changes any more. */
  readonly settleMs: number;
  /** I4: a lone owner until the clients' ARP caches point to it. */
  readonly announceMs: number;
  /** I4 while no link works: the announcement is repeated without cause each minute. */
  readonly refreshMs: number;
  /** A release that failed is tried again after. */
  readonly releaseRetryMs: number;
}

/** Slowest acquire or release of the simulated kernel. */
export const OPERATION_MAX_MS = 10;
/** Most operations that an injected fault lets fail in one seed, per box. */
export const FAILURES_MAX = 3;
/** The core's own waits: first retry of an acquire, and of a release. */
const RETRY_MS = 1_000;

/** @param linkDelayMs longest time that a frame spends on a link that works */
export function bounds(config: ClusterConfig, linkDelayMs: number): Bounds {
  const { keepaliveMs, deadtimeMs, initdeadMs } = config;
  const beatMs = keepaliveMs + linkDelayMs;
  const retriesMs = RETRY_MS * 2 ** FAILURES_MAX;
  return {
    // A beat each way proves the sessions to one another, the next shows the claim; then the loser lets go.
    overlapMs: 3 * beatMs + 2 * OPERATION_MAX_MS,
    // Boot; hear nothing (initdead), or listen after a pause; retries; hand over, yield, become stable, fail back.
    settleMs:
      initdeadMs + STARTING_DEADTIME_MS + 4 * deadtimeMs + 6 * beatMs + 2 * retriesMs + 6 * OPERATION_MAX_MS,
    announceMs: 2 * beatMs + 2 * OPERATION_MAX_MS,
    refreshMs: 61_000 + deadtimeMs,
    releaseRetryMs: RETRY_MS + OPERATION_MAX_MS,
  };
}
