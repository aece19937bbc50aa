/**
 * What a panel shows of a box, whatever its size and kind: words, lamps, services, events, and what is wrong, most
 * important first. Pure; made of the status, drawn by the renderers. Nothing in it changes more often than once a minute
 * while nothing happens, but counts of connections: each difference has to go over a slow line.
 */

import type { Status } from '../supervisor/status';
import { type Fault, faultsOf } from './faults';
import { type Lamp, lampsOf } from './lamps';
import { countsOf, total } from './servers';
import { minutes, ROLES } from './words';

export type { Fault } from './faults';
export type { Lamp, LampKind, LampState } from './lamps';

/** The newest events that a panel has room for. */
export const EVENTS_LIMIT = 5;

/** What the supervisor says; a status of null: this box has no configuration. */
export type Heard =
  | { readonly status: Status | null }
  /** Why nothing is heard of it, in one clause. */
  | { readonly silent: string };

/** What is known of the box without its supervisor. */
export interface Box {
  readonly name: string;
  readonly version: string;
  /** Of the software, `A` or `B`; null where there are no slots. */
  readonly slot: string | null;
}

export interface PanelView {
  readonly node: string;
  /** One word of capitals, at most 8 letters. */
  readonly role: string;
  /** E.g. `for 3 h 5 min: the peer is silent on all links`. */
  readonly since: string;
  /** In a fixed order, the lamps of the box itself first. */
  readonly lamps: readonly Lamp[];
  readonly services: readonly PanelService[];
  /** The newest last. */
  readonly events: readonly PanelEvent[];
  /** The most important first; none: all is well. */
  readonly faults: readonly Fault[];
  /** Of the software, e.g. `0.1.0`. */
  readonly version: string;
  readonly slot: string | null;
  /** Of the supervisor, e.g. `3 h 5 min`; empty while it is not heard. */
  readonly uptime: string;
}

export interface PanelService {
  /** E.g. `tcp 192.0.2.10:80`. */
  readonly name: string;
  readonly up: number;
  readonly all: number;
  /** Open connections through this box; null where nobody counts them. */
  readonly connections: number | null;
  /** New connections in a second; null where nobody counts them. */
  readonly rate: number | null;
}

export interface PanelEvent {
  /** `14:03:27` UTC. */
  readonly time: string;
  readonly level: string;
  readonly sentence: string;
}

/** What the supervisor remembers; it may be missing. */
interface Recorded {
  readonly events?: readonly { readonly wallMs: number; readonly level: string; readonly sentence: string }[];
}

export function panelView(heard: Heard, box: Box): PanelView {
  if ('silent' in heard)
    return without(box, 'NO WORD', {
      level: 'fault',
      word: 'NO SUPERVISOR',
      sentence: `The supervisor is not heard: ${heard.silent}`,
    });
  const { status } = heard;
  if (status === null)
    return without(box, 'NEW', {
      level: 'warn',
      word: 'NOT SET UP',
      sentence: 'This box has no configuration yet: log in and type setup',
    });
  const { cluster, nowMs } = status;
  const role = ROLES[cluster.role];
  return {
    node: cluster.node,
    role,
    since: `for ${minutes(nowMs - cluster.sinceMs)}: ${cluster.why}`,
    lamps: lampsOf(status, role),
    services: status.services.map(service),
    events: eventsOf(status).slice(-EVENTS_LIMIT),
    faults: faultsOf(status),
    version: cluster.version,
    slot: box.slot,
    uptime: minutes(nowMs - status.startedMs),
  };
}

/** Where the supervisor has told nothing. */
function without({ name, version, slot }: Box, role: string, fault: Fault): PanelView {
  return {
    node: name,
    role,
    since: '',
    lamps: [{ kind: 'power', word: 'POWER', state: 'on', detail: 'on' }],
    services: [],
    events: [],
    faults: [fault],
    version,
    slot,
    uptime: '',
  };
}

function service({ name, servers }: Status['services'][number]): PanelService {
  const counts = servers.map(countsOf);
  return {
    name,
    up: servers.filter(({ health }) => health === 'up').length,
    all: servers.length,
    connections: total(counts.map(({ connections }) => connections)),
    rate: total(counts.map(({ rate }) => rate)),
  };
}

/** What the supervisor remembers, the newest last. */
export function eventsOf(status: Status & Recorded): readonly PanelEvent[] {
  return (status.events ?? []).map(({ wallMs, level, sentence }) => ({
    time: new Date(wallMs).toISOString().slice(11, 19),
    level,
    sentence,
  }));
}
