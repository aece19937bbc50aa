import { describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../../src/cluster/types';
import type { Status } from '../../../src/supervisor/status';
import { age, statusText } from '../../../src/supervisor/status-text';

const NOW_MS = 100_000_000;

const link = (name: string): ClusterStatus['links'][number] => ({
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
  sinceMs: NOW_MS - 11_000_000,
  why: 'the peer is silent on all links',
  preferred: true,
  epoch: 3,
  able: true,
  unableBecause: null,
  maintenance: false,
  dampedUntilMs: null,
  version: '0.1.0',
  configHash: 0x1234abcd,
  servers: { good: 1, all: 2 },
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

const STATUS: Status = {
  status: 1,
  nowMs: NOW_MS,
  wallMs: 0,
  startedMs: NOW_MS - 200_000,
  cluster: CLUSTER,
  group: [],
  interfaces: [
    { name: 'eth0', up: true, carrier: true },
    { name: 'eth1', up: true, carrier: true },
  ],
  services: [
    {
      name: 'tcp 192.0.2.10:80',
      scheduler: 'rr',
      servers: [
        { name: '10.0.0.21:80', weight: 1, health: 'up' },
        { name: '10.0.0.22:80', weight: 1, health: 'down' },
      ],
    },
  ],
  announcements: 44,
  events: [],
};

describe('the status as text', () => {
  it('of a healthy owner', () => {
    expect(statusText(STATUS)).toEqual([
      'lead: ACTIVE for 3 h 3 min, the preferred node',
      '  because     the peer is silent on all links',
      '  peer        backup alive, last heard 25 ms ago, version 0.1.0',
      '  link        serial /dev/ttyS1 ok, last 25 ms ago, 0.1 % lost',
      '  link        bcast eth1 ok, last 25 ms ago, 0.1 % lost',
      '  service     tcp 192.0.2.10:80 rr',
      '              10.0.0.21:80 weight 1 up',
      '              10.0.0.22:80 weight 1 DOWN',
      '  moves       1 takeovers, 0 hand-overs, 0 conflicts, 0 failed',
      '  heartbeats  999 heard, 1 late, 2 refused, 0 replayed',
      '  this run    version 0.1.0, up 3 min, overslept 0 times, 44 ARP frames',
    ]);
  });

  it('of a box that has everything against it', () => {
    const status: Status = {
      ...STATUS,
      cluster: {
        ...CLUSTER,
        role: 'standby',
        preferred: false,
        unableBecause: 'it is in maintenance',
        maintenance: true,
        dampedUntilMs: NOW_MS + 9_500,
        pings: [{ name: '192.0.2.1', reachable: false, lastHeardMs: null }],
        watchdog: { armed: true, timeoutMs: 1000, fault: null, overlapMs: 900 },
        fencing: 'failed',
        mismatches: [{ what: 'configuration', own: '1234abcd', peers: '00000001' }],
        peer: { ...CLUSTER.peer, state: 'dead', unableBecause: 'an interface of the group has no carrier' },
        links: [
          { ...link('serial /dev/ttyS1'), state: 'silent', lastHeardMs: NOW_MS - 4_200, refused: 7 },
          { ...link('bcast eth1'), state: 'unknown', fault: 'there is no interface eth1' },
        ],
      },
      interfaces: [{ name: 'eth1', up: true, carrier: false }],
      services: [],
    };
    expect(statusText(status).slice(0, 16)).toEqual([
      'lead: STANDBY for 3 h 3 min',
      '  because     the peer is silent on all links',
      '  UNABLE      it is in maintenance',
      '  MAINTENANCE ends with: understudy maintenance off',
      '  DAMPED      for another 9.5 s',
      '  peer        backup DEAD, last heard 25 ms ago, version 0.1.0',
      '              could not take over: an interface of the group has no carrier',
      '  link        serial /dev/ttyS1 SILENT, last 4.2 s ago, 0.1 % lost, 7 refused',
      '  link        bcast eth1 FAULT: there is no interface eth1',
      '  ping        192.0.2.1 UNREACHABLE',
      '  watchdog    armed, resets after 1.0 s: up to 900 ms beside its successor',
      '  fencing     FAILED, another attempt follows',
      '  DIFFERS     configuration: 1234abcd here, 00000001 on backup',
      '  interface   eth1 has NO CARRIER',
      '  moves       1 takeovers, 0 hand-overs, 0 conflicts, 0 failed',
      '  heartbeats  999 heard, 1 late, 2 refused, 0 replayed',
    ]);
  });

  const service = (name: string, count: number): Status['services'][number] => ({
    name: `tcp ${name}:80`,
    scheduler: 'rr',
    servers: Array.from({ length: count }, (_, at) => ({
      name: `10.0.0.${at}:80`,
      weight: 1,
      health: at % 7 === 3 ? 'down' : 'up',
    })),
  });

  it('counts the real servers where they would fill the screen, and names those that are down', () => {
    const lines = statusText({ ...STATUS, services: [service('192.0.2.10', 16)] });
    expect(lines).toHaveLength(10);
    expect(lines.slice(5, 7)).toEqual([
      '  service     tcp 192.0.2.10:80 rr',
      '              14 of 16 servers up, not 10.0.0.3:80, 10.0.0.10:80',
    ]);
    expect(statusText({ ...STATUS, services: [service('192.0.2.10', 15)] })).toHaveLength(24);
  });

  it('never leaves the 24 lines of a terminal, and keeps the counters', () => {
    const many = Array.from({ length: 20 }, (_, at) => service(`192.0.2.${at}`, 3));
    const lines = statusText({ ...STATUS, services: many });
    expect(lines).toHaveLength(24);
    expect(lines.at(-4)).toBe('              25 more lines; all of it: understudy status --json');
    expect(lines.at(-3)).toMatch(/^ {2}moves /);
  });

  it('never leaves the 80 columns of a terminal', () => {
    const long = { ...STATUS, cluster: { ...CLUSTER, why: 'x'.repeat(200) } };
    expect(Math.max(...statusText(long).map((line) => line.length))).toBe(80);
  });

  it.each([
    [-3, '0 ms'],
    [999, '999 ms'],
    [12_340, '12.3 s'],
    [65_000, '1 min'],
    [7_380_000, '2 h 3 min'],
    [1_000_000_000, '11 days'],
  ])('an age of %d ms is %s', (ms, words) => {
    expect(age(ms)).toBe(words);
  });
});
