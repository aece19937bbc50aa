import { describe, expect, test } from 'vitest';
import type { Watch } from '../../../src/config/config';
import { type HealthReport, ServerHealth } from '../../../src/monitor/health';
import { paper } from './paper';

const first = '192.168.2.3:80 of tcp 168.188.46.175:80';
const second = '192.168.2.4:80 of tcp 168.188.46.175:80';
const alert = 'lvs.alert -P tcp -V 192.0.2.1:80 -R 10.0.0.1'.split(' ');
const server = '10.0.0.1:80 of tcp 192.0.2.1:80';

function report(watch: string, alertType: 'failure' | 'up', argv = alert): HealthReport {
  return { watch, service: 'http', alertType, argv };
}

function watch(hostgroup: string, alerts: string[][], upalerts: string[][]): Watch {
  const service = { name: 'http', intervalMs: 1000, monitor: ['http.monitor'], timeoutMs: 500 };
  return {
    hostgroup,
    services: [{ ...service, periods: [{ label: 'always', time: '', alerts, upalerts }] }],
  };
}

describe("the paper's watches", () => {
  test('both servers are unknown, then each follows its own alerts', () => {
    const health = new ServerHealth(paper.watches);
    expect([...health.map]).toEqual([
      [first, 'unknown'],
      [second, 'unknown'],
    ]);
    const [down] = paper.watches[0]!.services[0]!.periods[0]!.alerts;
    const [up] = paper.watches[0]!.services[0]!.periods[0]!.upalerts;
    expect(health.apply(report('cluster1', 'up', [...up!]))).toEqual({ server: first, health: 'up' });
    expect(health.apply(report('cluster1', 'up', [...up!]))).toBeNull();
    expect(health.apply(report('cluster1', 'failure', [...down!]))).toEqual({
      server: first,
      health: 'down',
    });
    expect(health.map.get(second)).toBe('unknown');
  });
});

test('a server that two watches look after is up only when both say so', () => {
  const health = new ServerHealth([watch('a', [alert], [alert]), watch('b', [alert], [alert])]);
  expect(health.apply(report('a', 'up'))).toBeNull();
  expect(health.map.get(server)).toBe('unknown');
  expect(health.apply(report('b', 'up'))).toEqual({ server, health: 'up' });
  expect(health.apply(report('a', 'failure'))).toEqual({ server, health: 'down' });
  expect(health.apply(report('b', 'failure'))).toBeNull();
  expect(health.apply(report('a', 'up'))).toBeNull();
  expect(health.apply(report('b', 'up'))).toEqual({ server, health: 'up' });
});

test('a server that no upalert would put in is in until its first failure', () => {
  const health = new ServerHealth([watch('a', [alert], [])]);
  expect(health.map.get(server)).toBe('up');
  expect(health.apply(report('a', 'failure'))).toEqual({ server, health: 'down' });
});

test('a line that cannot be read and a program that is not ours name nobody', () => {
  const health = new ServerHealth([watch('a', [['lvs.alert', '-D'], ['mail.alert']], [])]);
  expect(health.map.size).toBe(0);
  expect(health.apply(report('a', 'failure', ['lvs.alert', '-D']))).toBeNull();
  expect(health.map.size).toBe(0);
});
