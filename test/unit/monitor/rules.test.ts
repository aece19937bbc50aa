/** What mon's keys of a service do: when and on which hosts it is checked, what it depends on, and what is told. */

import { describe, expect, test } from 'vitest';
import type { HostGroup, Period, WatchService } from '../../../src/config/config';
import { alertCommand, monitorCommand } from '../../../src/monitor/command';
import type { AlertEffect, CheckEffect, MonitorEffect } from '../../../src/monitor/events';
import {
  createMonitor,
  heldCheckMs,
  type Monitor,
  nextTickMs,
  serviceOrders,
  serviceStates,
  step,
} from '../../../src/monitor/monitor';
import { lead } from '../../../src/monitor/order-desk';
import { ORDERS_LIMIT, obey, printOrders, readOrders, type WatchOrder } from '../../../src/monitor/orders';
import { Watchman } from '../../../src/monitor/watchman';

/** A Monday, 2026-07-06. */
const MONDAY_MS = Date.UTC(2026, 6, 6, 12);

function service(
  name: string,
  change: Partial<WatchService> = {},
  period: Partial<Period> = {},
): WatchService {
  return {
    name,
    intervalMs: 1000,
    monitor: ['prog'],
    timeoutMs: 500,
    periods: [{ label: 'p', time: '', alerts: [['tell']], upalerts: [['untell']], ...period }],
    ...change,
  };
}

/** Answers each check at once; which hosts fail, the test says. */
class Bench {
  readonly monitor: Monitor;
  nowMs = 0;
  readonly starts: string[] = [];
  readonly checks: CheckEffect[] = [];
  readonly alerts: AlertEffect[] = [];
  readonly replies: string[] = [];
  /** Summary by service; good when it is not there. */
  readonly failing = new Map<string, string>();
  isSaved = false;

  constructor(services: readonly WatchService[], hosts = ['h1', 'h2'], spread = 0.5, more: HostGroup[] = []) {
    const hostgroups = [{ name: 'web', hosts }, ...more];
    const others = more.map(({ name }) => ({ hostgroup: name, services }));
    this.monitor = createMonitor(
      { hostgroups, watches: [{ hostgroup: 'web', services }, ...others] },
      spread,
      0,
    );
    this.monitor.wallAheadMs = MONDAY_MS;
  }

  take(effects: readonly MonitorEffect[]): void {
    for (const effect of effects)
      if (effect.type === 'check') this.answer(effect);
      else if (effect.type === 'alert') this.alerts.push(effect);
      else if (effect.type === 'orders') {
        if (effect.reply !== null) this.replies.push(effect.reply.text);
        this.isSaved ||= effect.isChanged;
      }
  }

  private answer(check: CheckEffect): void {
    this.starts.push(`${Math.round(this.nowMs)} ${check.service} ${check.hosts.join(' ')}`.trim());
    this.checks.push(check);
    const summary = this.failing.get(check.service);
    const outcome = {
      ok: summary === undefined,
      status: summary === undefined ? 0 : 1,
      summary: summary ?? '',
      output: '',
    };
    this.take(
      step(
        this.monitor,
        { type: 'check-result', id: check.id, outcome, wallMs: MONDAY_MS + this.nowMs },
        this.nowMs,
      ),
    );
  }

  runUntil(endMs: number): void {
    for (;;) {
      const atMs = nextTickMs(this.monitor);
      if (atMs === null || atMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      this.take(step(this.monitor, { type: 'tick' }, this.nowMs));
    }
    this.nowMs = endMs;
  }

  order(order: WatchOrder): string {
    this.take(step(this.monitor, { type: 'order', order, wallMs: MONDAY_MS + this.nowMs }, this.nowMs));
    return this.replies.at(-1) ?? '';
  }

  told(): string[] {
    return this.alerts.map(({ alertType, argv, service: name }) => `${alertType} ${name} ${argv[0]}`);
  }
}

const times = (bench: Bench, name: string): number[] =>
  bench.starts.filter((line) => line.includes(` ${name}`)).map((line) => Number(line.split(' ')[0]));

describe('when a service is checked', () => {
  test('after a bad check at its failure_interval, until one is good', () => {
    const bench = new Bench([service('http', { failureIntervalMs: 250, fall: 3 })], ['h1'], 0.5);
    bench.runUntil(1600);
    bench.failing.set('http', 'x');
    bench.runUntil(3100);
    bench.failing.clear();
    bench.runUntil(5000);
    expect(times(bench, 'http')).toEqual([0, 500, 1500, 2500, 2750, 3000, 3250, 4250]);
  });

  test('at random around the interval, with randskew', () => {
    const bench = new Bench([service('http', { randskewMs: 300 })], ['h1'], 0.5);
    bench.runUntil(200_000);
    const gaps = times(bench, 'http').flatMap((at, index, all) => (index < 2 ? [] : [at - all[index - 1]!]));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(699);
    expect(Math.min(...gaps)).toBeLessThan(720);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1301);
    expect(Math.max(...gaps)).toBeGreaterThan(1280);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeCloseTo(1000, -1);
  });

  test('first at a random moment within randstart, and then at its interval', () => {
    const services = Array.from({ length: 40 }, (_, index) => service(`s${index}`, { randstartMs: 10_000 }));
    const bench = new Bench(services, ['h1'], 0.1);
    bench.runUntil(20_000);
    const firsts = services.map(({ name }) => times(bench, `${name} `)[0]!);
    expect(firsts.filter((at) => at < 5000).length).toBeGreaterThan(15);
    expect(Math.max(...firsts)).toBeGreaterThan(9000);
    expect(Math.max(...firsts)).toBeLessThan(10_000);
    expect(times(bench, 's0 ')[1]! - firsts[0]!).toBe(1000);
  });

  test('not in its exclude_period, which is in the time of the box, and soon after it', () => {
    const bench = new Bench([service('http', { intervalMs: 60_000, excludePeriod: 'hr {2pm}' })]);
    bench.monitor.wallAheadMs = MONDAY_MS - 61_000;
    bench.monitor.zoneMs = 7_200_000;
    bench.runUntil(59_000);
    expect(times(bench, 'http')).toEqual([0, 30_000]);
    const hourMs = 3_600_000;
    bench.runUntil(hourMs + 70_000);
    const later = times(bench, 'http').filter((at) => at > 61_000);
    expect(later[0]).toBeGreaterThanOrEqual(hourMs + 61_000);
    expect(later[0]).toBeLessThanOrEqual(hourMs + 61_000 + heldCheckMs);
  });

  test('only while what it depends on is good, dep_memory included', () => {
    const bench = new Bench([
      service('ping', { depMemoryMs: 3000 }),
      service('http', { monitorDepend: 'SELF:ping' }),
    ]);
    bench.failing.set('ping', 'h1');
    bench.runUntil(2900);
    expect(times(bench, 'http')).toEqual([]);
    bench.failing.clear();
    bench.runUntil(3900);
    const backMs = serviceStates(bench.monitor)[0]!.sinceMs;
    bench.runUntil(9000);
    expect(times(bench, 'http')[0]).toBeGreaterThanOrEqual(backMs + 3000);
    expect(times(bench, 'http')[0]).toBeLessThanOrEqual(backMs + 4000);
  });
});

describe('on which hosts', () => {
  test('not on those that are excluded, nor on any when none is left', () => {
    const bench = new Bench([
      service('one', { excludeHosts: ['h1'] }),
      service('none', { excludeHosts: ['h1', 'h2'] }),
      service('all', { excludeHosts: ['h1', 'h2'], allowEmptyGroup: true }),
      service('bare', { excludeHosts: ['h1', 'h2'], monitor: ['prog', ';;'] }),
    ]);
    bench.runUntil(199);
    expect([...new Set(bench.starts.map((line) => line.replace(/^\d+ /, '')))].sort()).toEqual([
      'all',
      'bare',
      'one h2',
    ]);
  });

  test('not on those that a service which they depend on has in its summary', () => {
    const bench = new Bench(
      [service('ping', { depMemoryMs: 4000 }), service('http', { hostDepend: 'SELF:ping' })],
      ['10.0.0.1', '10.0.0.11'],
    );
    bench.failing.set('ping', '10.0.0.1: no answer');
    bench.runUntil(2900);
    expect(bench.starts.filter((line) => line.includes('http')).at(-1)).toMatch(/ http 10\.0\.0\.11$/);
    bench.failing.clear();
    bench.runUntil(4900);
    expect(bench.starts.filter((line) => line.includes('http')).at(-1)).toMatch(/ http 10\.0\.0\.11$/);
    bench.runUntil(9900);
    expect(bench.starts.filter((line) => line.includes('http')).at(-1)).toMatch(/ 10\.0\.0\.1 10\.0\.0\.11$/);
  });

  test('not on those that an operator has disabled, until he enables them', () => {
    const bench = new Bench([service('http')], ['h1', 'h2'], 0.5);
    const target = { kind: 'host', host: 'h1' } as const;
    expect(bench.order({ action: 'disable', target })).toBe(
      'host h1 is disabled: it is not checked until it is enabled',
    );
    bench.runUntil(600);
    bench.order({ action: 'enable', target });
    bench.runUntil(1600);
    expect(bench.starts).toEqual(['0 http h2', '500 http h2', '1500 http h1 h2']);
    expect(bench.order({ action: 'enable', target })).toBe('host h1 is not disabled');
    expect(bench.order({ action: 'disable', target: { kind: 'host', host: 'h9' } })).toBe(
      'no watch has a host "h9"',
    );
  });
});

describe('what depends on what', () => {
  test('alerts are held back, up to the root of it, and given once that is good', () => {
    const bench = new Bench([
      service('net'),
      service('ping', { alertDepend: 'SELF:net' }),
      service('http', { alertDepend: 'SELF:ping || SELF:ping' }),
    ]);
    bench.failing.set('net', 'x').set('http', 'y');
    bench.runUntil(900);
    expect(new Set(bench.told())).toEqual(new Set(['failure net tell']));
    const held = bench.checks.filter((check) => check.service === 'http').at(-1)!;
    expect(monitorCommand(held).environment.MON_DEPEND_STATUS).toBe('0');
    bench.failing.delete('net');
    bench.alerts.length = 0;
    bench.runUntil(3500);
    expect(bench.told().filter((line) => line.includes('http')).length).toBeGreaterThan(0);
  });

  test('a circle, which the configuration refuses, ends all the same', () => {
    const bench = new Bench([
      service('a', { monitorDepend: 'SELF:b' }),
      service('b', { monitorDepend: 'SELF:a' }),
    ]);
    bench.runUntil(101);
    expect(bench.starts).toEqual(['0 a h1 h2', '100 b h1 h2']);
  });
});

describe('an operator', () => {
  const ack = (comment = 'known'): WatchOrder => ({ action: 'ack', watch: 'web', service: 'http', comment });

  test('acknowledges a failure once there is one, which ends when it does', () => {
    const bench = new Bench([service('http', {}, { ackalerts: [['heard']] })], ['h1'], 0.5);
    bench.runUntil(100);
    expect(bench.order(ack())).toBe('http of web does not fail; there is nothing to acknowledge');
    expect(bench.isSaved).toBe(false);
    bench.failing.set('http', 'x');
    bench.runUntil(1600);
    expect(bench.order(ack())).toBe('the failure of http of web is acknowledged; no alert repeats it');
    expect(bench.isSaved).toBe(true);
    expect(serviceOrders(bench.monitor)).toEqual([{ isDisabled: false, acknowledged: 'known' }]);
    const heard = bench.alerts.at(-1)!;
    expect(alertCommand(heard).argv).toContain('-a');
    expect(alertCommand(heard).environment).toMatchObject({ MON_ACK: 'known', MON_ALERTTYPE: 'ack' });
    bench.alerts.length = 0;
    bench.runUntil(3600);
    expect(bench.alerts).toEqual([]);
    bench.isSaved = false;
    bench.failing.clear();
    bench.runUntil(4600);
    expect(bench.told()).toEqual(['up http untell']);
    expect(bench.isSaved).toBe(true);
    expect(printOrders(bench.monitor.orders)).toBe('');
    bench.failing.set('http', 'x');
    bench.runUntil(5600);
    expect(bench.told()).toEqual(['up http untell', 'failure http tell']);
  });

  test('is heard where nothing was told only with no_comp_alerts, as in mon', () => {
    for (const rule of [{}, { noCompAlerts: true }] as const) {
      const bench = new Bench(
        [service('http', {}, { ackalerts: [['heard']], alertafter: { failures: 9 }, ...rule })],
        ['h1'],
        0.5,
      );
      bench.failing.set('http', 'x');
      bench.runUntil(1600);
      bench.order(ack());
      expect(bench.told()).toEqual('noCompAlerts' in rule ? ['ack http heard'] : []);
    }
  });

  test('acknowledges for both boxes: only the active one ends that, or one that becomes it', () => {
    const bench = new Bench([service('http'), service('smtp')], ['h1'], 0.5);
    const { monitor } = bench;
    bench.failing.set('http', 'x').set('smtp', 'x');
    bench.runUntil(1600);
    obey(monitor.orders, 'ack web http it is known\n', true);
    obey(monitor.orders, 'ack web smtp\n', true);
    expect(lead(monitor, false)).toBe(false);
    bench.alerts.length = 0;
    bench.runUntil(3600);
    expect(bench.alerts).toEqual([]);
    bench.failing.delete('http');
    bench.runUntil(5600);
    expect(bench.isSaved).toBe(false);
    expect(printOrders(monitor.orders)).toBe('ack web http it is known\nack web smtp\n');
    expect(lead(monitor, true)).toBe(true);
    expect(lead(monitor, true)).toBe(false);
    expect(printOrders(monitor.orders)).toBe('ack web smtp\n');
    obey(monitor.orders, 'ack web smtp\ndisable host h1\nnonsense\n', false);
    expect(printOrders(monitor.orders)).toBe('');
  });

  test('disables a watch or a service: no alerts until it is enabled', () => {
    const bench = new Bench([service('http', {}, { disablealerts: [['off']] })], ['h1'], 0.5);
    const target = { kind: 'watch', watch: 'web' } as const;
    bench.order({ action: 'disable', target });
    expect(bench.told()).toEqual(['disable http off']);
    expect(alertCommand(bench.alerts[0]!).argv).toContain('-D');
    expect(bench.order({ action: 'disable', target })).toBe('watch web is disabled already');
    bench.failing.set('http', 'x');
    bench.runUntil(2600);
    expect(bench.alerts).toHaveLength(1);
    bench.order({ action: 'enable', target });
    bench.runUntil(3600);
    expect(bench.told()).toEqual(['disable http off', 'failure http tell']);
    expect(bench.order({ action: 'disable', target: { kind: 'watch', watch: 'wep' } })).toBe(
      'there is no watch "wep"',
    );
    expect(bench.order({ action: 'disable', target: { kind: 'service', watch: 'web', service: 'x' } })).toBe(
      'watch web has no service "x"',
    );
  });

  test('can say only so much', () => {
    const bench = new Bench([service('http')]);
    for (let count = 0; count < ORDERS_LIMIT; count++) bench.monitor.orders.disabled.add(`host x${count}`);
    expect(bench.order({ action: 'disable', target: { kind: 'watch', watch: 'web' } })).toMatch(
      /no more are possible/,
    );
  });

  test('what he said is kept as text, of which garbage is left out', () => {
    const text =
      'disable watch web\ndisable service web http\ndisable host 10.0.0.1\nack web http it is known\nack a b\n';
    expect(printOrders(readOrders(text))).toBe(text);
    expect(printOrders(readOrders(`nonsense\ndisable watch\ndisable watch a b\n${text}\u0000`))).toBe(text);
    expect(readOrders('disable host x\n'.repeat(100_000)).disabled.size).toBe(1);
  });
});

describe('what is told', () => {
  test('at the start, in the period, unless it is disabled', () => {
    const bench = new Bench([
      service('now', {}, { startupalerts: [['hello', 'x']] }),
      service('never', {}, { time: 'none', startupalerts: [['hello']] }),
      service('off', {}, { startupalerts: [['hello']] }),
    ]);
    bench.monitor.orders.disabled.add('service web off');
    bench.take(step(bench.monitor, { type: 'start', wallMs: MONDAY_MS }, 0));
    expect(bench.told()).toEqual(['startup now hello']);
    const { argv, environment } = alertCommand(bench.alerts[0]!);
    expect(argv.slice(-3)).toEqual(['-t', '1783339200', 'x']);
    expect(environment).toMatchObject({ MON_ALERTTYPE: 'startup', MON_OPSTATUS: '7' });
  });

  test('the description, the variables, and when the next alert comes', () => {
    const about = { description: 'the shop', variables: { DIRECTORY: '/srv', MON_GROUP: 'other' } };
    const period = { alertevery: { everyMs: 90_000, mode: 'strict' as const } };
    const bench = new Bench([service('http', about, period)]);
    bench.failing.set('http', 'x');
    bench.runUntil(100);
    const expected = { MON_DESCRIPTION: 'the shop', DIRECTORY: '/srv', MON_GROUP: 'web' };
    expect(monitorCommand(bench.checks[0]!).environment).toMatchObject(expected);
    const command = alertCommand(bench.alerts[0]!);
    expect(command.environment).toMatchObject(expected);
    expect(command.argv.join(' ')).toContain(' -t 1783339200 -l 90');
  });
});

test('a watchman keeps what an operator said, and begins with it after a restart', () => {
  const kept: string[] = [];
  const host = {
    clock: { now: () => 0, wall: () => MONDAY_MS, after: () => ({ cancel: () => {} }) },
    log: () => {},
    execute: () => ({ cancel: () => {} }),
    exchange: () => ({ cancel: () => {} }),
  };
  const config = { hostgroups: [], watches: [{ hostgroup: 'web', services: [service('http')] }] };
  const create = (): Watchman =>
    new Watchman(host, config, 0, {
      onAlert: () => {},
      onHealth: () => {},
      onReady: () => {},
      onOrders: (text) => kept.push(text),
    });
  const watchman = create();
  watchman.start();
  const target = { kind: 'watch', watch: 'web' } as const;
  expect(watchman.order({ action: 'disable', target }).accepted).toBe(true);
  expect(watchman.order({ action: 'disable', target }).accepted).toBe(false);
  expect(kept).toEqual(['disable watch web\n']);
  const next = create();
  next.obey(kept[0]!, true);
  next.start();
  expect(next.states()).toMatchObject([{ watch: 'web', isDisabled: true }]);
});
