/** The lamps of a panel: which there are, in which order, and how each is lit. Pure. */

import type { ClusterStatus, LinkStatus, PeerState } from '../cluster/types';
import type { ServerStatus, Status } from '../supervisor/status';
import { orderOf } from './servers';
import { linkParts } from './words';

/** `warn`: works, and wants to be looked at; `off`: not lit, and that is as it should be. */
export type LampState = 'on' | 'off' | 'warn' | 'fault';
export type LampKind = 'power' | 'role' | 'peer' | 'serial' | 'lan' | 'vip' | 'gateway' | 'server';

export interface Lamp {
  readonly kind: LampKind;
  /** Its inscription, e.g. `SERIAL`, `LAN eth1`, `10.0.0.21:80`. */
  readonly word: string;
  readonly state: LampState;
  /** What it says in words, e.g. `ok`, `silent`, `no carrier`. */
  readonly detail: string;
}

const PEER: Readonly<Record<PeerState, readonly [LampState, string]>> = {
  unknown: ['warn', 'not heard yet'],
  alive: ['on', 'alive'],
  late: ['warn', 'late'],
  dead: ['fault', 'dead'],
  left: ['warn', 'has shut down'],
};

/** @param role as the panel calls it */
export function lampsOf(status: Status, role: string): readonly Lamp[] {
  const { cluster } = status;
  const [peerState, peerWords] = PEER[cluster.peer.state];
  return [
    { kind: 'power', word: 'POWER', state: 'on', detail: 'on' },
    { kind: 'role', word: role, state: roleState(cluster), detail: roleWords(cluster) },
    { kind: 'peer', word: 'PEER', state: peerState, detail: `${peerWords}: ${cluster.peer.name}` },
    ...serial(cluster.links),
    ...lan(status),
    ...group(status, 'vip', 'VIP'),
    ...group(status, 'gateway', 'GATEWAY'),
    ...servers(status),
  ];
}

function roleState({ role, able, maintenance }: ClusterStatus): LampState {
  if (role === 'active') return 'on';
  if (role !== 'standby') return 'warn';
  return able && !maintenance ? 'off' : 'warn';
}

function roleWords({ maintenance, able, unableBecause }: ClusterStatus): string {
  if (maintenance) return 'maintenance';
  return able ? 'ready' : (unableBecause ?? 'not ready');
}

function serial(links: readonly LinkStatus[]): Lamp[] {
  const found = links.filter(({ name }) => linkParts(name).isSerial);
  return found.map((link) => {
    const word = found.length === 1 ? 'SERIAL' : `SERIAL ${linkParts(link.name).device}`;
    const [state, detail] = linkState(link);
    return { kind: 'serial', word, state, detail };
  });
}

export function linkState({ state, fault }: LinkStatus): readonly [LampState, string] {
  if (fault !== null) return ['fault', fault];
  if (state === 'up') return ['on', 'ok'];
  return state === 'silent' ? ['fault', 'silent'] : ['warn', 'not heard yet'];
}

/** A lamp for each interface that matters: used by the group or by a heartbeat link, or simply up. */
function lan({ cluster, interfaces, group }: Status): Lamp[] {
  const links = cluster.links.filter(({ name }) => !linkParts(name).isSerial);
  const names = new Set([...group.map((one) => one.interface), ...links.map(deviceOf)]);
  for (const { name, up } of interfaces) if (up && name !== 'lo') names.add(name);
  return [...names].sort().map((name) => {
    const card = interfaces.find((one) => one.name === name);
    const medium = card === undefined ? 'missing' : !card.up ? 'down' : !card.carrier ? 'no carrier' : null;
    const worst = links
      .filter((link) => deviceOf(link) === name)
      .map(linkState)
      .sort(([one], [other]) => SEVERITY[other] - SEVERITY[one])[0];
    const [state, detail]: readonly [LampState, string] =
      medium === null ? (worst ?? ['on', 'ok']) : ['fault', medium];
    return { kind: 'lan', word: `LAN ${name}`, state, detail };
  });
}

const SEVERITY: Readonly<Record<LampState, number>> = { off: 0, on: 1, warn: 2, fault: 3 };

function deviceOf({ name }: LinkStatus): string {
  return linkParts(name).device;
}

/** One lamp for all addresses of a kind: they move together. It is lit on the box that holds them. */
function group({ cluster, group: all }: Status, role: 'vip' | 'gateway', word: string): Lamp[] {
  const addresses = all.filter((one) => one.role === role).map(({ address }) => address.replace(/\/.*/, ''));
  if (addresses.length === 0) return [];
  const state = cluster.role === 'active' ? 'on' : 'off';
  return [{ kind: role, word, state, detail: addresses.join(' ') }];
}

/** One for each real server, though it may serve several services; the worst of what is known about it. */
function servers({ services }: Status): Lamp[] {
  const lamps = new Map<string, Lamp>();
  for (const { servers: some } of services)
    for (const server of some) {
      const { name } = server;
      const [state, detail] = serverState(server);
      const known = lamps.get(name);
      if (known === undefined || SEVERITY[known.state] < SEVERITY[state])
        lamps.set(name, { kind: 'server', word: name, state, detail });
    }
  return [...lamps.values()];
}

function serverState(server: ServerStatus): readonly [LampState, string] {
  const order = orderOf(server);
  if (order !== null) return ['warn', order];
  if (server.health === 'down') return ['fault', 'down'];
  if (server.health === 'unknown') return ['warn', 'not checked yet'];
  return server.weight === 0 ? ['warn', 'weight 0'] : ['on', 'up'];
}
