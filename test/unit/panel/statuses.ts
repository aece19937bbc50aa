/** The states of a box that matter to somebody who looks at its panel. */

import type { ClusterStatus, LinkStatus } from '../../../src/cluster/types';
import type { Box, Heard } from '../../../src/panel/view';
import type { ServerStatus, Status } from '../../../src/supervisor/status';

const NOW_MS = 100_000_000;
const WALL_MS = Date.UTC(2003, 4, 17, 14, 3, 27);
const MINUTE_MS = 60_000;

export const BOX: Box = { name: 'lead', version: '0.1.0', slot: 'A' };

const link = (name: string): LinkStatus => ({
  name,
  state: 'up',
  fault: null,
  lastHeardMs: NOW_MS - 25,
  heard: 999,
  missed: 1,
  refused: 0,
  classic: 0,
});

const CLUSTER: ClusterStatus = {
  node: 'lead',
  role: 'active',
  sinceMs: NOW_MS - 185 * MINUTE_MS,
  why: 'this box is the preferred node',
  preferred: true,
  epoch: 3,
  able: true,
  unableBecause: null,
  maintenance: false,
  dampedUntilMs: null,
  version: '0.1.0',
  configHash: 0x1234abcd,
  servers: { good: 2, all: 2 },
  pings: [],
  watchdog: null,
  fencing: null,
  mismatches: [],
  peer: {
    name: 'backup',
    state: 'alive',
    sinceMs: NOW_MS - 5_000,
    lastHeardMs: NOW_MS - 25,
    claim: 'none',
    able: true,
    epoch: 3,
    deadtimeMs: 1000,
    unableBecause: null,
    version: '0.1.0',
    configHash: 0x1234abcd,
    servers: { good: 2, all: 2 },
    pings: null,
  },
  links: [link('serial /dev/ttyS1'), link('bcast eth1')],
  counters: {
    sent: 1000,
    heard: 999,
    copies: 999,
    replays: 0,
    refused: 2,
    lateBeats: 1,
    peerDeaths: 1,
    takeovers: 1,
    handovers: 0,
    conflicts: 0,
    failedAcquires: 0,
    oversleeps: 0,
    classic: 0,
    acknowledged: 0,
    fencings: 0,
  },
};

export interface Kernel {
  readonly connections: { readonly active: number; readonly inactive: number };
  readonly rates: { readonly connections: number };
}

export const kernel = (active: number, rate: number): Kernel => ({
  connections: { active, inactive: 0 },
  rates: { connections: rate },
});

/** With what the director counts and what the supervisor remembers. */
export type FullStatus = Omit<Status, 'services'> & {
  readonly services: readonly {
    readonly name: string;
    readonly scheduler: string;
    readonly servers: readonly (ServerStatus & { readonly kernel: Kernel })[];
  }[];
  readonly events: readonly { readonly wallMs: number; readonly level: string; readonly sentence: string }[];
};

const event = (agoMs: number, level: string, sentence: string) => ({
  wallMs: WALL_MS - agoMs,
  level,
  sentence,
});

export const ACTIVE: FullStatus = {
  status: 1,
  nowMs: NOW_MS,
  wallMs: WALL_MS,
  startedMs: NOW_MS - 187 * MINUTE_MS,
  cluster: CLUSTER,
  interfaces: [
    { name: 'lo', up: true, carrier: true },
    { name: 'eth0', up: true, carrier: true },
    { name: 'eth1', up: true, carrier: true },
    { name: 'eth2', up: false, carrier: false },
  ],
  group: [
    { role: 'gateway', interface: 'eth1', address: '10.0.0.1/24' },
    { role: 'vip', interface: 'eth0', address: '192.0.2.10/24' },
  ],
  services: [
    {
      name: 'tcp 192.0.2.10:80',
      scheduler: 'rr',
      servers: [
        { name: '10.0.0.21:80', weight: 1, health: 'up', kernel: kernel(9, 6) },
        { name: '10.0.0.22:80', weight: 1, health: 'up', kernel: kernel(5, 5) },
      ],
    },
  ],
  announcements: 20,
  events: [
    event(185 * MINUTE_MS, 'info', 'lead is active: this box is the preferred node'),
    event(42 * MINUTE_MS, 'error', '10.0.0.22:80 is down: no connection: refused'),
    event(41 * MINUTE_MS, 'info', '10.0.0.22:80 is up again after 61 s'),
  ],
};

/** `ACTIVE` with another cluster. */
export function withCluster(
  changes: Partial<ClusterStatus>,
  peer: Partial<ClusterStatus['peer']> = {},
): Status {
  return { ...ACTIVE, cluster: { ...CLUSTER, ...changes, peer: { ...CLUSTER.peer, ...peer } } };
}

const down: FullStatus = {
  ...ACTIVE,
  services: ACTIVE.services.map((service) => ({
    ...service,
    servers: service.servers.map((server, at) =>
      at === 1 ? { ...server, health: 'down', kernel: kernel(0, 0) } : server,
    ),
  })),
};

const noCarrier = (status: Status): Status => ({
  ...status,
  interfaces: status.interfaces.map((one) => (one.name === 'eth1' ? { ...one, carrier: false } : one)),
});

const silent = (...names: readonly string[]): readonly LinkStatus[] =>
  CLUSTER.links.map((one) =>
    names.some((name) => one.name.endsWith(name)) ? { ...one, state: 'silent' } : one,
  );

const unheard = CLUSTER.links.map((one): LinkStatus => ({ ...one, state: 'unknown', lastHeardMs: null }));

/** By their names, which are the names of the golden screens. */
export const STATES: Readonly<Record<string, Heard>> = {
  starting: {
    status: withCluster(
      { role: 'init', sinceMs: NOW_MS, why: 'the program has just started', able: false, links: unheard },
      { state: 'unknown', claim: null, able: false },
    ),
  },
  active: { status: ACTIVE },
  standby: {
    status: withCluster({ role: 'standby', why: 'the other box holds the group' }, { claim: 'all' }),
  },
  'peer-lost': {
    status: withCluster(
      { sinceMs: NOW_MS, why: 'the peer is silent on all links', links: silent('ttyS1', 'eth1') },
      { state: 'dead', able: false },
    ),
  },
  'link-lost': { status: withCluster({ links: silent('ttyS1') }) },
  'server-down': { status: down },
  'split-suspected': {
    status: noCarrier(
      withCluster(
        { sinceMs: NOW_MS, why: 'the peer is silent on all links', links: silent('ttyS1', 'eth1') },
        { state: 'dead', claim: 'all', able: false },
      ),
    ),
  },
  'config-differs': {
    status: withCluster({ mismatches: [{ what: 'configuration', own: '1234abcd', peers: '00c0ffee' }] }),
  },
  maintenance: {
    status: withCluster(
      {
        role: 'standby',
        why: 'handed over by an operator',
        maintenance: true,
        able: false,
        unableBecause: 'maintenance',
      },
      { claim: 'all' },
    ),
  },
  upgrading: {
    status: withCluster({ mismatches: [{ what: 'version', own: '0.1.0', peers: '0.2.0' }] }),
  },
  'not-configured': { status: null },
  'no-supervisor': { silent: 'it cannot be reached at /run/understudy.sock: Connection refused' },
};
