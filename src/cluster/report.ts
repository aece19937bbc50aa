/** The cluster part's state as one value for people: console, panel, logs and JSON all show this. Changes nothing. */

import { BECAUSE } from './health';
import type { Parts } from './parts';
import { hindranceOf } from './situation';
import type { ClusterStatus, Counters } from './types';

export function report(parts: Parts, nowMs: number): ClusterStatus {
  const { config, hearing, holder, health } = parts;
  const { role, sinceMs, why, epoch } = holder;
  const hindrance = hindranceOf(parts, nowMs);
  return {
    node: config.node,
    role,
    sinceMs,
    why,
    preferred: config.preferred === config.node,
    epoch,
    able: hindrance === null,
    unableBecause: hindrance === null ? null : BECAUSE[hindrance],
    maintenance: health.maintenance,
    dampedUntilMs: health.damping.untilMs(nowMs),
    version: config.version,
    configHash: config.configHash,
    servers: parts.servers,
    pings: parts.pings.status(nowMs),
    watchdog: parts.watchdog.status,
    fencing: parts.fencing.status,
    mismatches: parts.mismatches.list,
    peer: peer(parts),
    links: hearing.links,
    counters: counters(parts),
  };
}

function peer({ config, hearing }: Parts): ClusterStatus['peer'] {
  const { state, sinceMs, lastHeardMs, beat } = hearing.peer;
  const hindrance = beat?.hindrance ?? null;
  return {
    name: config.peer,
    state,
    sinceMs,
    lastHeardMs,
    claim: beat?.claim ?? null,
    able: beat !== null && hindrance === null,
    epoch: beat?.epoch ?? 0,
    deadtimeMs: beat?.deadtimeMs ?? config.deadtimeMs,
    unableBecause: hindrance === null ? null : BECAUSE[hindrance],
    version: beat?.version ?? null,
    configHash: beat?.configHash ?? null,
    servers: beat?.servers ?? null,
    pings: beat?.pings ?? null,
  };
}

function counters({ hearing, voice, fencing, announcer, moves }: Parts): Counters {
  const { classic, acknowledged } = hearing.acknowledger;
  return {
    ...hearing.counters,
    ...moves,
    sent: voice.own.sequence,
    conflicts: announcer.conflicts,
    classic,
    acknowledged,
    fencings: fencing.fencings,
  };
}
