/** What the pair promises, in milliseconds, derived from the configured times. The only place with such numbers. */

import { STARTING_DEADTIME_MS } from '../../src/cluster/voice';
import type { Config } from '../../src/config/config';
import { KERNEL_MAX_MS } from './host';

export interface Bounds {
  /** I1: two boxes hold the group at once while a link works both ways and both boxes run. */
  readonly overlapMs: number;
  /** I2: after the last fault, until exactly one box holds the group and nothing changes any more. */
  readonly settleMs: (troubles: Troubles) => number;
  /** I4: a lone owner until the caches of clients and real servers point to it. */
  readonly announceMs: number;
  /** I4 while no link works: the announcement is repeated without cause each minute. */
  readonly refreshMs: number;
  /** A release that failed is tried again after. */
  readonly releaseRetryMs: number;
  /** I3: an address that somebody took away from the owner is back. */
  readonly restoreMs: number;
  /** After one fault in a settled pair, until the group is served again. */
  readonly gapMs: number;
}

/** Longest time that a frame spends on a link that works: a beat at 115200 baud, and one that waits for the line. */
const LINK_MS = 60;
/** An acquire is two operations of the kernel, a release one look and two operations. */
export const GROUP_MAX_MS = 3 * KERNEL_MAX_MS;
/** The supervisor looks at a burst of changed addresses once. */
const LOOK_MS = 105;
/** The core's own waits: first retry of an acquire, and of a release. */
const RETRY_MS = 1_000;
/** Most failures in a row of one box that the waits between its attempts are reckoned with. */
const FAILURES_MAX = 3;
/** A fencing command that failed is repeated, and may take half a second. */
const FENCING_MS = 2 * 5_500;
/** After a fault is over a box reads its network, sets it up and opens its links. */
const START_MS = 100;

/** What must be waited for besides, where a seed has it. */
export interface Troubles {
  readonly failures: boolean;
  readonly fencing: boolean;
}

export function bounds({ heartbeat, watches }: Config): Bounds {
  const { keepaliveMs, deadtimeMs, initdeadMs, deadpingMs } = heartbeat;
  const beatMs = keepaliveMs + LINK_MS;
  const checks = watches.flatMap(({ services }) => services);
  const checkMs = Math.max(...checks.map(({ intervalMs, timeoutMs }) => intervalMs + timeoutMs));
  const announcedDeadtimeMs = Math.max(deadtimeMs, STARTING_DEADTIME_MS);
  return {
    // A beat each way proves the sessions to one another, the next shows the claim; then the loser lets go.
    overlapMs: 3 * beatMs + 2 * GROUP_MAX_MS,
    // Boot; hear nothing (initdead), or listen after a pause; retries; fence again; see the real servers and the ping
    // nodes; hand over, yield, become stable, fail back.
    settleMs: ({ failures, fencing }) =>
      START_MS +
      initdeadMs +
      announcedDeadtimeMs +
      4 * deadtimeMs +
      2 * deadpingMs +
      6 * beatMs +
      2 * checkMs +
      6 * GROUP_MAX_MS +
      (failures ? 2 * RETRY_MS * 2 ** FAILURES_MAX : 0) +
      (fencing ? FENCING_MS : 0),
    announceMs: 2 * beatMs + 2 * GROUP_MAX_MS,
    refreshMs: 61_000 + announcedDeadtimeMs,
    releaseRetryMs: RETRY_MS + GROUP_MAX_MS,
    restoreMs: LOOK_MS + 3 * GROUP_MAX_MS,
    gapMs: announcedDeadtimeMs + 3 * beatMs + 2 * GROUP_MAX_MS,
  };
}
