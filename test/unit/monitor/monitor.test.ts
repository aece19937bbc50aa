import { describe, expect, test } from 'vitest';
import type { Config } from '../../../src/config/config';
import type { CheckEffect, MonitorEffect } from '../../../src/monitor/events';
import {
  checksAtOnce,
  createMonitor,
  firstChecksMs,
  type Monitor,
  nextTickMs,
  serviceStates,
  startsAtOnce,
  step,
} from '../../../src/monitor/monitor';
import { paper } from './paper';

/** A Monday, 2026-07-06. */
const mondayMs = Date.UTC(2026, 6, 6, 12);
const good = { ok: true, status: 0, summary: '', output: '' };
const bad = { ok: false, status: 1, summary: '192.168.2.3', output: '192.168.2.3: connection refused' };

/** Runs checks that take `answerMs` against a world of good and bad watches, from one event to the next. */
class Bench {
  readonly monitor: Monitor;
  readonly alerts: string[] = [];
  readonly logs: string[] = [];
  readonly starts: { watch: string; atMs: number }[] = [];
  readonly failing = new Set<string>();
  answerMs = 10;
  nowMs = 0;
  private readonly pending: { atMs: number; check: CheckEffect; failed: boolean }[] = [];

  constructor(
    config: Pick<Config, 'watches' | 'hostgroups'>,
    spread = 0,
    private readonly wallMs = mondayMs,
  ) {
    this.monitor = createMonitor(config, spread, 0);
  }

  runUntil(endMs: number): void {
    for (;;) {
      this.pending.sort((a, b) => a.atMs - b.atMs);
      const atMs = Math.min(nextTickMs(this.monitor) ?? Infinity, this.pending[0]?.atMs ?? Infinity);
      if (atMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      const answer = this.pending[0];
      if (answer !== undefined && answer.atMs <= this.nowMs) {
        this.pending.shift();
        const outcome = answer.failed ? bad : good;
        const event = {
          type: 'check-result' as const,
          id: answer.check.id,
          outcome,
          wallMs: this.wallMs + this.nowMs,
        };
        this.take(step(this.monitor, event, this.nowMs));
      } else this.take(step(this.monitor, { type: 'tick' }, this.nowMs));
    }
    this.nowMs = endMs;
  }

  private take(effects: readonly MonitorEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'check') {
        this.starts.push({ watch: effect.watch, atMs: this.nowMs });
        this.pending.push({
          atMs: this.nowMs + this.answerMs,
          check: effect,
          failed: this.failing.has(effect.watch),
        });
      } else if (effect.type === 'alert')
        this.alerts.push(`${this.nowMs} ${effect.alertType} ${effect.watch} ${effect.argv[0]}`);
      else if (effect.type === 'log') this.logs.push(effect.sentence);
    }
  }
}

function oneWatch(change: {
  intervalMs?: number;
  time?: string;
  alerts?: string[][];
  upalerts?: string[][];
}) {
  const { intervalMs = 1000, time = '', alerts = [['mail.alert']], upalerts = [['mail.alert']] } = change;
  return {
    hostgroups: [{ name: 'web', hosts: ['10.0.0.1'] }],
    watches: [
      {
        hostgroup: 'web',
        services: [
          {
            name: 'http',
            intervalMs,
            monitor: ['http.monitor'],
            timeoutMs: 500,
            periods: [{ label: 'p', time, alerts, upalerts }],
          },
        ],
      },
    ],
  };
}

const lvs = ['lvs.alert', '-P', 'tcp', '-V', '192.0.2.1:80', '-R', '10.0.0.1'];

describe('checks', () => {
  test('the effect holds what a check needs', () => {
    const monitor = createMonitor(paper, 0.3, 1000);
    expect(step(monitor, { type: 'tick' }, 1000)).toEqual([
      {
        type: 'check',
        id: 1,
        watch: 'cluster1',
        service: 'http',
        argv: ['http.monitor'],
        hosts: ['192.168.2.3'],
        deadlineMs: 3000,
        history: expect.objectContaining({ lastSummary: '', lastFailureMs: null }),
      },
    ]);
    expect(nextTickMs(monitor)).toBe(1000 + firstChecksMs / 2);
  });

  test('a watch on a name that is no group watches that host, and an empty group is not checked', () => {
    const config = oneWatch({});
    const lonely = createMonitor({ ...config, hostgroups: [] }, 0, 0);
    expect(step(lonely, { type: 'tick' }, 0)).toMatchObject([{ hosts: ['web'] }]);
    const empty = createMonitor({ ...config, hostgroups: [{ name: 'web', hosts: [] }] }, 0, 0);
    expect(step(empty, { type: 'tick' }, 1e9)).toEqual([]);
    expect(nextTickMs(empty)).toBeNull();
    expect(serviceStates(empty)).toEqual([]);
  });

  test('start at their interval, however long an answer takes below it', () => {
    const bench = new Bench(oneWatch({ intervalMs: 1000 }), 0.5);
    bench.answerMs = 400;
    bench.runUntil(5000);
    expect(bench.starts.map((start) => start.atMs)).toEqual([0, 500, 1500, 2500, 3500, 4500]);
  });

  test('never overlap: one that takes longer than its interval is followed at once', () => {
    const bench = new Bench(oneWatch({ intervalMs: 1000 }), 0.5);
    bench.answerMs = 1700;
    bench.runUntil(5200);
    expect(bench.starts.map((start) => start.atMs)).toEqual([0, 1700, 3400, 5100]);
  });

  test('all begin within the first moments, then spread over the interval', () => {
    const count = 100;
    const [watch] = oneWatch({ intervalMs: 5000 }).watches;
    const watches = Array.from({ length: count }, (_, index) => ({
      ...watch!,
      hostgroup: `10.0.0.${index}`,
    }));
    const bench = new Bench({ watches, hostgroups: [] }, 0.123);
    bench.runUntil(firstChecksMs);
    expect(new Set(bench.starts.map((start) => start.watch)).size).toBe(count);
    bench.runUntil(20_000);
    const second = bench.starts.filter((start) => start.atMs >= 10_000 && start.atMs < 15_000);
    expect(second).toHaveLength(count);
    const perSecond = [0, 1, 2, 3, 4].map(
      (index) => second.filter((start) => Math.floor(start.atMs / 1000) === 10 + index).length,
    );
    for (const share of perSecond) expect(Math.abs(share - count / 5)).toBeLessThanOrEqual(3);
  });

  test('at most so many run at a time, and the rest follow', () => {
    const [watch] = oneWatch({}).watches;
    const watches = Array.from({ length: checksAtOnce + 1 }, (_, index) => ({
      ...watch!,
      hostgroup: `h${index}`,
    }));
    const monitor = createMonitor({ watches, hostgroups: [] }, 0, 0);
    // A few in each step, so that nothing waits for all of them.
    for (let started = 0; started < checksAtOnce; started += startsAtOnce) {
      expect(nextTickMs(monitor)).toBeLessThanOrEqual(500);
      expect(step(monitor, { type: 'tick' }, 500)).toHaveLength(startsAtOnce);
    }
    expect(nextTickMs(monitor)).toBeNull();
    const next = step(monitor, { type: 'check-result', id: 7, outcome: good, wallMs: mondayMs }, 600);
    expect(next.filter((effect) => effect.type === 'check')).toMatchObject([{ watch: `h${checksAtOnce}` }]);
  });

  test('a result of a check that is not running changes nothing', () => {
    const monitor = createMonitor(paper, 0, 0);
    step(monitor, { type: 'tick' }, 0);
    const late = { type: 'check-result', id: 99, outcome: bad, wallMs: mondayMs } as const;
    expect(step(monitor, late, 10)).toEqual([]);
    expect(serviceStates(monitor)[0]?.state).toBe('unknown');
  });
});

describe('alerts', () => {
  test("the paper's: the first good check puts in, a failure takes out at once, the next good check puts in", () => {
    const bench = new Bench(paper);
    bench.runUntil(300);
    expect(bench.alerts).toEqual(['10 up cluster1 lvs.alert', '110 up cluster2 lvs.alert']);
    bench.alerts.length = 0;
    bench.runUntil(6000);
    bench.failing.add('cluster1');
    const deadAtMs = bench.nowMs;
    bench.runUntil(30_000);
    expect(bench.alerts).toHaveLength(1);
    const [alertAt, ...what] = bench.alerts[0]!.split(' ');
    expect(what.join(' ')).toBe('failure cluster1 lvs.alert');
    expect(Number(alertAt) - deadAtMs).toBeLessThanOrEqual(5000 + bench.answerMs);
    bench.failing.clear();
    bench.alerts.length = 0;
    bench.runUntil(60_000);
    expect(bench.alerts.map((line) => line.replace(/^\d+ /, ''))).toEqual(['up cluster1 lvs.alert']);
    expect(bench.logs).toEqual([
      'http of cluster1 is good',
      'http of cluster2 is good',
      'http of cluster1 failed: 192.168.2.3: connection refused',
      'http of cluster1 is good again',
    ]);
  });

  test('other programs hear of no upalert without a failure before it', () => {
    const bench = new Bench(oneWatch({ upalerts: [['mail.alert'], lvs] }));
    bench.runUntil(3000);
    expect(bench.alerts).toEqual(['10 up web lvs.alert']);
    bench.failing.add('web');
    bench.runUntil(4500);
    bench.failing.clear();
    bench.runUntil(6000);
    expect(bench.alerts.map((line) => line.split(' ').slice(1).join(' ')).slice(1)).toEqual([
      'failure web mail.alert',
      'failure web mail.alert',
      'up web mail.alert',
      'up web lvs.alert',
    ]);
  });

  test('a service that fails from the start alerts at once, and again at each failure', () => {
    const bench = new Bench(oneWatch({}), 0.5);
    bench.failing.add('web');
    bench.runUntil(2000);
    expect(bench.alerts).toEqual([10, 510, 1510].map((atMs) => `${atMs} failure web mail.alert`));
    expect(serviceStates(bench.monitor)).toMatchObject([
      {
        watch: 'web',
        service: 'http',
        state: 'failed',
        sinceMs: 10,
        history: { firstFailureMs: mondayMs + 10 },
      },
    ]);
  });

  test('outside the period nothing, inside what is still true', () => {
    const bench = new Bench(oneWatch({ time: 'hr {9am-4pm}' }), 0, Date.UTC(2026, 6, 6, 8, 59, 58));
    bench.failing.add('web');
    bench.runUntil(4000);
    expect(bench.alerts.map((line) => Number(line.split(' ')[0]))).toEqual([2020, 3020]);
  });

  test('a healthy server comes in after a start, whatever the period says', () => {
    const bench = new Bench(oneWatch({ time: 'none', alerts: [lvs], upalerts: [lvs] }));
    bench.runUntil(3000);
    expect(bench.alerts).toEqual(['10 up web lvs.alert']);
    bench.failing.add('web');
    bench.runUntil(9000);
    expect(bench.alerts).toHaveLength(1);
  });

  test('periods count on their own', () => {
    const config = oneWatch({});
    const [watch] = config.watches;
    const [service] = watch!.services;
    const periods = [
      { label: 'day', time: 'hr {9am-4pm}', alerts: [['day.alert']], upalerts: [] },
      { label: 'night', time: 'hr {5pm-8am}', alerts: [['night.alert']], upalerts: [] },
    ];
    const bench = new Bench({ ...config, watches: [{ ...watch!, services: [{ ...service!, periods }] }] });
    bench.failing.add('web');
    bench.runUntil(15);
    expect(bench.alerts).toEqual(['10 failure web day.alert']);
  });

  test('a period that cannot be read is refused at creation', () => {
    expect(() => createMonitor(oneWatch({ time: 'wd {Xyz}' }), 0, 0)).toThrow(
      /"xyz" is not a value or range/,
    );
  });
});

test('what checks and alerts are told about the past', () => {
  const bench = new Bench(oneWatch({}));
  bench.runUntil(1500);
  bench.failing.add('web');
  bench.runUntil(10_000);
  expect(serviceStates(bench.monitor)[0]?.history).toMatchObject({
    lastSummary: '192.168.2.3',
    lastOutput: '192.168.2.3: connection refused',
    firstSuccessMs: mondayMs + 10,
  });
});
