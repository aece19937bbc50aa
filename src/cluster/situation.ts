/**
 * How one box stands at one instant: the state machines' answers brought into the columns of the ownership table, and
 * what of it the box tells its peer. Only reads; changes and decides nothing.
 */

import type { Hindrance } from './beat';
import type { View } from './orders';
import type { Situation } from './ownership';
import type { Parts } from './parts';

export function situation(parts: Parts, nowMs: number): Situation {
  const { holder, orders, health, fencing } = parts;
  const hindrance = hindranceOf(parts, nowMs);
  const theirs = claimOfPeer(parts, nowMs);
  return {
    mine: holder.role,
    able: hindrance === null || hindrance === 'damped',
    order: orders.pending === 'none' && health.maintenance ? 'maintenance' : orders.pending,
    theirs,
    links: links(parts, nowMs),
    mustFence: !fencing.done,
    witness: witness(parts, nowMs),
    preference: preferenceOf(parts, theirs, hindrance, nowMs),
  };
}

/** Why this box does not take the group, or null. */
export function hindranceOf({ health, hearing }: Parts, nowMs: number): Hindrance | null {
  return health.hindrance(hearing.peer.lives, nowMs);
}

/** This box asks the owner for the group: the operator wants it so, or it is to return to the preferred node. */
export function asks(parts: Parts, nowMs: number): boolean {
  const { config, hearing, holder, orders } = parts;
  const { lives, beat } = hearing.peer;
  if (holder.role !== 'standby' || !lives) return false;
  if (orders.pending === 'takeover') return true;
  return config.autoFailback === 'on' && beat?.claim === 'all' && wantsBack(parts, nowMs);
}

/** Peer, carrier and ping nodes have been there without a gap for a deadtime. */
export function stableAtMs({ config, hearing, health, pings }: Parts): number {
  return Math.max(hearing.peer.sinceMs, health.carrierChangedMs, pings.evenSinceMs) + config.deadtimeMs;
}

/** What the answer to a command rests on. */
export function viewOf({ config, hearing, holder, health, pings, fencing }: Parts, nowMs: number): View {
  const { state, lives, beat } = hearing.peer;
  return {
    peer: config.peer,
    preferred: config.preferred === config.node,
    role: holder.role,
    maintenance: health.maintenance,
    hindrance: health.lastingHindrance(nowMs),
    worse: pings.isWorse(nowMs),
    peerLives: lives,
    peerHindrance: beat?.hindrance ?? null,
    mustFence: state !== 'left' && !fencing.done,
  };
}

function claimOfPeer({ hearing, holder, preference }: Parts, nowMs: number): Situation['theirs'] {
  const { beat, lives } = hearing.peer;
  if (!lives || beat === null) return 'none';
  if (beat.claim === 'giving') return 'giving';
  if (beat.claim === 'none') {
    // It has restarted over a kernel that holds the group, or is silent while this box has a reason to listen longer.
    if (hearing.peer.isSuspected(nowMs) || hearing.peer.isStale(nowMs)) return 'unclear';
    if (beat.hindrance === null) return beat.asks ? 'asks' : 'can';
    return beat.hindrance === 'damped' ? 'damped' : 'cannot';
  }
  const { epoch } = holder;
  const preferred = preference.isPreferred(beat);
  const claimWins = epoch === beat.epoch ? preferred : epoch > beat.epoch;
  return claimWins ? 'older' : 'newer';
}

function links({ hearing }: Parts, nowMs: number): Situation['links'] {
  const { peer } = hearing;
  if (peer.lives) return 'heard';
  // A peer that was dead, or left, may have come back, and be heard without hearing this box.
  if (peer.state === 'unknown' || peer.isSuspected(nowMs)) return 'unknown';
  return peer.state === 'left' ? 'left' : 'silent';
}

function witness({ health, pings }: Parts, nowMs: number): Situation['witness'] {
  if (health.isUnfit(nowMs)) return 'carrier';
  return pings.isWorse(nowMs) ? 'pings' : 'none';
}

function preferenceOf(
  parts: Parts,
  theirs: Situation['theirs'],
  hindrance: Hindrance | null,
  nowMs: number,
): Situation['preference'] {
  const { config, hearing, preference } = parts;
  if (theirs === 'newer' || theirs === 'older') {
    return config.autoFailback === 'legacy' && wantsBack(parts, nowMs) ? 'reclaim' : 'theirs';
  }
  const { beat } = hearing.peer;
  return beat === null || preference.isFavoured(hindrance, beat, asks(parts, nowMs)) ? 'mine' : 'theirs';
}

/** auto_failback: this box is preferred, able, ready and stable, and no worse than its peer. */
function wantsBack(parts: Parts, nowMs: number): boolean {
  const { hearing, pings, preference } = parts;
  const { lives, beat } = hearing.peer;
  if (!lives || pings.fewer || hindranceOf(parts, nowMs) !== null) return false;
  return preference.wantsBack(beat, stableAtMs(parts), nowMs);
}
