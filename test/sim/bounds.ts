/** What the pair promises, in milliseconds, derived from the configured times. The only place with such numbers. */

import { FENCE_AGAIN_MS } from '../../src/cluster/fencing';
import { STARTING_DEADTIME_MS } from '../../src/cluster/voice';
import type { Config } from '../../src/config/config';
import { burstGapMs, refreshMs, secondBurstMs } from '../../src/director/arp';
import { RECONCILE_INTERVAL_MS } from '../../src/director/balancer';
import { readyLimitMs } from '../../src/monitor/watchman';
import { LOCKTIME_MS } from './arp';

// The simulated world: how slow its parts are at worst.

/** One question to the kernel, from asking to its answer. */
export const OPERATION_MAX_MS = 3;
/** An acquire adds two addresses; a release reads, and deletes two. */
const GROUP_MAX_MS = 3 * OPERATION_MAX_MS;
/** From power to the supervisor's start. */
export const BOOT_MAX_MS = 2_500;
/** A card that comes up, or whose cable comes back, has carrier by then. */
const CARRIER_MAX_MS = 300;
/** A power switch that works. */
export const FENCE_MAX_MS = 300;
/** A frame of a heartbeat on a serial line, at most. */
const FRAME_BYTES = 330;
const BITS_PER_BYTE = 10;
/** On Ethernet. */
const ETHERNET_DELAY_MS = 1;
/** A local time may take so much longer in the world. */
const SLOWEST = 1 / 0.99;
/** Timers are late; events take turns. */
const SLACK_MS = 5;

// The product's own waits that no setting changes.

/** A carrier that is gone for less does not hand over. */
const CARRIER_SETTLE_MS = 200;
/** A burst of changed addresses is looked at once. */
const LOOK_MS = 100;
/** First retry of an acquire, doubled each time; and of a release, always. */
const RETRY_MS = 1_000;
/** Pings that went out before a change are answered; then so many gaps between requests settle it. */
const PING_REQUESTS_PER_DEADPING = 4;
const PING_SETTLE_REQUESTS = 2;

export interface Bounds {
  /** I1: two boxes hold the group at once while a link works both ways and both boxes run. */
  readonly overlapMs: number;
  /** I1: each release that failed. */
  readonly releaseRetryMs: number;
  /** I2: the group is not to be reached although a box could serve, beyond the notice of what has happened. */
  readonly takeoverMs: number;
  /** I2: notice of a carrier that is lost, or a hand-over, which takes the peer's beat. */
  readonly noticeMs: number;
  /** I2: a box that has just started, or has overslept, listens so long before it may be blamed. */
  readonly startMs: number;
  readonly listenMs: number;
  /** I2: until the power switch has answered, also again after a failure. */
  readonly fenceMs: number;
  readonly fenceAgainMs: number;
  /** I2: after the last fault, until exactly one box holds the group and nothing changes any more. */
  readonly settleMs: number;
  /** I3: an address that somebody took away from the owner is back. */
  readonly restoreMs: number;
  /** I4: a lone owner until the hosts' ARP caches point to it; while no link works; with a locktime. */
  readonly announceMs: number;
  readonly refreshMs: number;
  readonly locktimeMs: number;
  /** After the last fault, until the IPVS tables hold what the servers' health says. */
  readonly balanceMs: number;
}

export function boundsOf({ heartbeat, watches }: Config): Bounds {
  const { stonith } = heartbeat;
  const { keepaliveMs, deadtimeMs, initdeadMs, deadpingMs, links } = heartbeat;
  // Of two beats in a row the second waits for the first; a third would replace it.
  const serialMs = links.map((link) =>
    link.kind === 'serial' ? (2 * FRAME_BYTES * BITS_PER_BYTE * 1000) / link.baud : ETHERNET_DELAY_MS,
  );
  const delayMs = Math.max(...serialMs);
  const beatMs = keepaliveMs * SLOWEST + delayMs;
  const longDeadtimeMs = Math.max(deadtimeMs, STARTING_DEADTIME_MS) * SLOWEST;
  const pingMs =
    deadpingMs + PING_SETTLE_REQUESTS * Math.max(keepaliveMs, deadpingMs / PING_REQUESTS_PER_DEADPING);
  const checkMs = Math.max(
    ...watches.flatMap(({ services }) =>
      services.map(({ intervalMs, timeoutMs }) => 2 * intervalMs + timeoutMs),
    ),
  );
  const startMs = BOOT_MAX_MS + initdeadMs + 2 * CARRIER_MAX_MS;
  return {
    // A beat each way proves the sessions to one another, the next shows the claim; then the loser lets go.
    overlapMs: 3 * beatMs + 2 * GROUP_MAX_MS + SLACK_MS,
    releaseRetryMs: RETRY_MS * SLOWEST + GROUP_MAX_MS,
    // The loser lets go and says so; the winner takes, and tells the networks.
    takeoverMs: 2 * delayMs + 2 * GROUP_MAX_MS + SLACK_MS,
    noticeMs: CARRIER_SETTLE_MS * SLOWEST + beatMs,
    startMs: startMs * SLOWEST,
    listenMs: longDeadtimeMs,
    fenceMs: FENCE_MAX_MS,
    fenceAgainMs: FENCE_AGAIN_MS * SLOWEST,
    // Boot; hear nothing (initdead), or listen after a pause; be worse by the pings; hand over, yield, be stable, fail
    // back, which a box does once it has checked the servers.
    settleMs:
      SLOWEST * (2 * startMs + Math.min(2 * checkMs, readyLimitMs) + 2 * pingMs) +
      4 * longDeadtimeMs +
      6 * beatMs +
      (stonith === null ? 0 : 2 * (FENCE_MAX_MS + FENCE_AGAIN_MS)) +
      6 * GROUP_MAX_MS,
    // A look, a retry of both, and the answers.
    restoreMs: (LOOK_MS + 3 * GROUP_MAX_MS + SLACK_MS) * SLOWEST,
    announceMs: 2 * beatMs + 2 * GROUP_MAX_MS + SLACK_MS,
    // What a box does without cause each minute, and once after its start, when it has heard nobody.
    refreshMs: refreshMs * SLOWEST + longDeadtimeMs + startMs,
    locktimeMs: secondBurstMs * SLOWEST + LOCKTIME_MS + burstGapMs,
    balanceMs: (RECONCILE_INTERVAL_MS + checkMs) * SLOWEST,
  };
}

/** How long a box waits at most after so many failures in a row to hold the group. */
export function retryMs(failures: number): number {
  return failures === 0 ? 0 : RETRY_MS * 2 ** failures * SLOWEST;
}
