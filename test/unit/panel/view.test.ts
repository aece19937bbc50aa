import { describe, expect, it } from 'vitest';
import { panelView } from '../../../src/panel/view';
import { minutes } from '../../../src/panel/words';
import type { Status } from '../../../src/supervisor/status';
import { ACTIVE, BOX, STATES, withCluster } from './statuses';

const view = (status: Status) => panelView({ status }, BOX);
const lampsOf = (status: Status) =>
  view(status).lamps.map(({ word, state, detail }) => `${word}: ${state}, ${detail}`);
const wordsOf = (status: Status) => view(status).faults.map(({ word }) => word);

describe('the view of a panel', () => {
  it('has a lamp for everything that somebody looks for, and none for what is not used', () => {
    expect(lampsOf(ACTIVE)).toEqual([
      'POWER: on, on',
      'ACTIVE: on, ready',
      'PEER: on, alive: backup',
      'SERIAL: on, ok',
      'LAN eth0: on, ok',
      'LAN eth1: on, ok',
      'VIP: on, 192.0.2.10',
      'GATEWAY: on, 10.0.0.1',
      '10.0.0.21:80: on, up',
      '10.0.0.22:80: on, up',
    ]);
  });

  it('says what is wrong in each of the states that matter, the most important first', () => {
    const words = Object.entries(STATES).map(([name, heard]) => [
      name,
      panelView(heard, BOX).faults.map(({ word }) => word),
    ]);
    expect(Object.fromEntries(words)).toEqual({
      starting: ['STARTING', 'PEER UNKNOWN'],
      active: [],
      standby: [],
      'peer-lost': ['PEER LOST'],
      'link-lost': ['LINK LOST'],
      'server-down': ['SERVER DOWN'],
      'split-suspected': ['SPLIT SUSPECTED', 'PEER LOST', 'LINK LOST'],
      'config-differs': ['CONFIG DIFFERS'],
      maintenance: ['MAINTENANCE'],
      upgrading: ['UPGRADING'],
      'not-configured': ['NOT SET UP'],
      'no-supervisor': ['NO SUPERVISOR'],
    });
  });

  it('keeps every word within what the smallest display shows', () => {
    for (const heard of Object.values(STATES)) {
      const { role, faults } = panelView(heard, BOX);
      expect(role.length).toBeLessThanOrEqual(8);
      for (const { word } of faults) expect(word.length).toBeLessThanOrEqual(16);
    }
  });

  it('does not change within a minute in which nothing happens', () => {
    const later = { ...ACTIVE, nowMs: ACTIVE.nowMs + 50_000, wallMs: ACTIVE.wallMs + 50_000 };
    expect(view(later)).toEqual(view(ACTIVE));
  });

  it('suspects a split where the silence is on links that are broken here, and not after fencing', () => {
    const cut = (status: Status): Status => ({
      ...status,
      interfaces: [{ name: 'eth1', up: true, carrier: false }],
    });
    const dead = { state: 'dead', claim: 'none' } as const;
    expect(wordsOf(cut(withCluster({}, dead)))[0]).toBe('SPLIT SUSPECTED');
    expect(wordsOf(cut(withCluster({ fencing: 'done' }, dead)))[0]).toBe('PEER LOST');
    expect(wordsOf(withCluster({}, { claim: 'all' }))).toEqual(['BOTH ACTIVE']);
  });

  it('says when nobody serves, and when the other box could not', () => {
    const nobody = withCluster(
      { role: 'standby', able: false, unableBecause: 'no carrier' },
      { claim: 'none' },
    );
    expect(wordsOf(nobody)).toEqual(['NOT ABLE', 'NOBODY SERVES']);
    expect(wordsOf(withCluster({}, { able: false, unableBecause: 'no carrier' }))).toEqual(['NO RESERVE']);
  });

  it('adds up what is counted, and tells zero from unknown', () => {
    expect(view(ACTIVE).services).toEqual([
      { name: 'tcp 192.0.2.10:80', up: 2, all: 2, connections: 14, rate: 11 },
    ]);
    const plain = ACTIVE.services.map((service) => ({
      ...service,
      servers: service.servers.map(({ name, weight, health }) => ({ name, weight, health })),
    }));
    expect(view({ ...ACTIVE, services: plain }).services[0]).toMatchObject({ connections: null, rate: null });
  });

  it('has the five newest events with their time', () => {
    const events = Array.from({ length: 9 }, (_, at) => ({
      wallMs: ACTIVE.wallMs + 1000 * at,
      level: 'info',
      sentence: String(at),
    }));
    const shown = panelView({ status: Object.assign({}, ACTIVE, { events }) }, BOX).events;
    expect(shown.map(({ sentence }) => sentence)).toEqual(['4', '5', '6', '7', '8']);
    expect(shown[0]?.time).toBe('14:03:31');
  });

  it('shows what an operator has ordered for a server, which is no fault', () => {
    const services = ACTIVE.services.map((service) => ({
      ...service,
      servers: service.servers.map((server) => ({ ...server, health: 'down' as const, state: 'disabled' })),
    }));
    const status = Object.assign({}, ACTIVE, { services });
    expect(lampsOf(status).at(-1)).toBe('10.0.0.22:80: warn, disabled');
    expect(wordsOf(status)).not.toContain('SERVER DOWN');
  });

  it('lights one lamp for a real server of two services, for the worse of what is known', () => {
    const [first] = ACTIVE.services;
    const second = {
      ...first!,
      name: 'tcp 192.0.2.10:443',
      servers: first!.servers.map((server) => ({ ...server, health: 'unknown' as const })),
    };
    const lamps = lampsOf({ ...ACTIVE, services: [first!, second] });
    expect(lamps.filter((lamp) => lamp.startsWith('10.'))).toEqual([
      '10.0.0.21:80: warn, not checked yet',
      '10.0.0.22:80: warn, not checked yet',
    ]);
  });
});

describe('lengths of time', () => {
  it.each([
    [-5, '0 min'],
    [59_999, '0 min'],
    [60_000, '1 min'],
    [3_600_000, '1 h 0 min'],
    [48 * 3_600_000, '2 days'],
  ])('%d ms is %s', (ms, said) => {
    expect(minutes(ms)).toBe(said);
  });
});
