import { describe, expect, it } from 'vitest';
import { clusterConfig } from '../../../src/cluster/setup';
import type { Config } from '../../../src/config/config';
import { authOf } from './helpers';

const CONFIG: Config = {
  nodes: [
    { name: 'a', interfaces: [], routes: [] },
    { name: 'b', interfaces: [{ name: 'eth1', addresses: ['192.168.2.12/24'] }], routes: [] },
  ],
  heartbeat: {
    keepaliveMs: 200,
    warntimeMs: 500,
    deadtimeMs: 1_000,
    initdeadMs: 5_000,
    autoFailback: 'on',
    hopfudge: 1,
    links: [
      { kind: 'serial', device: '/dev/ttyS1', baud: 115_200 },
      { kind: 'bcast', interface: 'eth1', port: 694 },
      { kind: 'ucast', interface: 'eth1', peer: '192.168.2.11', port: 694 },
      { kind: 'ucast', interface: 'eth1', peer: '192.168.2.12', port: 694 },
      { kind: 'mcast', interface: 'eth0', group: '225.0.0.1', port: 694, ttl: 1 },
    ],
    auth: authOf('sha256'),
    deadpingMs: 2_000,
    pings: [{ name: 'up', hosts: ['192.0.2.1', '192.0.2.2'] }],
    watchdog: '/dev/watchdog',
    stonith: null,
    helpers: [],
  },
  group: { preferred: 'b', vips: [], gateways: [] },
  console: { idleTimeoutMs: 600_000, screen: 'panel' },
  panel: { lines: [], lcds: [], lamps: [] },
  services: [],
  hostgroups: [],
  watches: [],
};

const RELEASE = { version: '0.1.0', configHash: 7 };

describe('clusterConfig', () => {
  it('sees the pair from one box', () => {
    expect(clusterConfig(CONFIG, 'b', RELEASE)).toEqual({
      node: 'b',
      peer: 'a',
      preferred: 'b',
      keepaliveMs: 200,
      warntimeMs: 500,
      deadtimeMs: 1_000,
      initdeadMs: 5_000,
      autoFailback: 'on',
      ttl: 3,
      links: ['serial /dev/ttyS1', 'bcast eth1', 'ucast eth1', 'mcast eth0'],
      auth: CONFIG.heartbeat.auth,
      deadpingMs: 2_000,
      pings: [{ name: 'up', hosts: ['192.0.2.1', '192.0.2.2'] }],
      fences: false,
      watchdog: true,
      version: '0.1.0',
      configHash: 7,
    });
  });

  it('cuts a long version to what a beat carries', () => {
    const release = { version: '0.1.0-rc1+20260101', configHash: 7 };
    expect(clusterConfig(CONFIG, 'b', release).version).toBe('0.1.0-rc1+202601');
  });

  it('refuses a box that is not one of the pair', () => {
    expect(() => clusterConfig(CONFIG, 'c', RELEASE)).toThrow(
      'this box is called c, but the configuration is for the pair a, b',
    );
  });
});
