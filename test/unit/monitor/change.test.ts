/** Watches that change while others go on. */

import { describe, expect, test } from 'vitest';
import type { Config, Watch } from '../../../src/config/config';
import { ServerHealth } from '../../../src/monitor/health';
import {
  changeMonitor,
  createMonitor,
  firstChecksMs,
  type Monitor,
  nextTickMs,
  serviceStates,
  step,
} from '../../../src/monitor/monitor';
import { Watchman } from '../../../src/monitor/watchman';

type Part = Pick<Config, 'watches' | 'hostgroups'>;

const line = (address: string): string[] => `lvs.alert -P tcp -V 192.0.2.10:80 -R ${address}`.split(' ');
const name = (address: string): string => `${address}:80 of tcp 192.0.2.10:80`;

/** One watch for each address, which takes the server of that address out and puts it in. */
function config(addresses: readonly string[], change: Partial<Watch['services'][number]> = {}): Part {
  return {
    hostgroups: addresses.map((address) => ({ name: `web-${address}`, hosts: [address] })),
    watches: addresses.map((address) => ({
      hostgroup: `web-${address}`,
      services: [
        {
          name: 'http',
          intervalMs: 1000,
          monitor: ['http.monitor'],
          timeoutMs: 500,
          periods: [{ label: 'always', time: '', alerts: [line(address)], upalerts: [line(address)] }],
          ...change,
        },
      ],
    })),
  };
}

const [A, B, C] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'] as const;

/** Ends all checks that are due by then. @returns which they were */
function check(monitor: Monitor, nowMs: number, failing: readonly string[] = []): string[] {
  const ended: string[] = [];
  for (const effect of step(monitor, { type: 'tick' }, nowMs)) {
    if (effect.type !== 'check') continue;
    const ok = !failing.includes(effect.hosts[0]!);
    const outcome = { ok, status: ok ? 0 : 1, summary: '', output: '' };
    step(monitor, { type: 'check-result', id: effect.id, outcome, wallMs: 0 }, nowMs);
    ended.push(effect.hosts[0]!);
  }
  return ended;
}

describe('watches that change', () => {
  test('go on with state and schedule where they are as they were', () => {
    const monitor = createMonitor(config([A, B]), 0.9, 0);
    check(monitor, firstChecksMs, [A]);
    const before = serviceStates(monitor);
    const dueMs = nextTickMs(monitor);
    const kept = changeMonitor(monitor, config([B, C, A]), 0.9, 300);
    expect(kept.map(({ watch }) => watch)).toEqual([`web-${B}`, `web-${A}`]);
    const after = serviceStates(monitor);
    expect([after[2], after[0]]).toEqual(before);
    expect(after[1]).toMatchObject({ watch: `web-${C}`, state: 'unknown', sinceMs: 300 });
    // The new one begins within the time that first checks have; the others come when they would have come.
    expect(check(monitor, 300 + firstChecksMs)).toEqual([C]);
    expect(nextTickMs(monitor)).toBe(dueMs);
  });

  test('begin anew where anything of them is different', () => {
    for (const next of [
      config([A], { intervalMs: 900 }),
      config([A], { monitor: ['tcp.monitor'] }),
      { ...config([A]), hostgroups: [{ name: `web-${A}`, hosts: [A, B] }] },
    ]) {
      const monitor = createMonitor(config([A]), 0, 0);
      check(monitor, firstChecksMs);
      expect(changeMonitor(monitor, next, 0, 500)).toEqual([]);
      expect(serviceStates(monitor)).toMatchObject([{ state: 'unknown' }]);
      expect(check(monitor, 500 + firstChecksMs)).toEqual([A]);
    }
  });

  test('hear the result of a check that was under way, unless they are gone or different', () => {
    const monitor = createMonitor(config([A, B]), 0.9, 0);
    const checks = step(monitor, { type: 'tick' }, firstChecksMs).filter(({ type }) => type === 'check');
    changeMonitor(monitor, config([A]), 0, 300);
    for (const effect of checks) {
      if (effect.type !== 'check') continue;
      const outcome = { ok: true, status: 0, summary: '', output: '' };
      step(monitor, { type: 'check-result', id: effect.id, outcome, wallMs: 0 }, 400);
    }
    expect(serviceStates(monitor)).toMatchObject([{ watch: `web-${A}`, state: 'ok' }]);
    expect(monitor.running.size).toBe(0);
    check(monitor, 10_000);
    expect(nextTickMs(monitor)).toBe(11_000);
  });

  test('that are checked no more leave nothing that is due', () => {
    const monitor = createMonitor(config([A, B]), 0, 0);
    check(monitor, firstChecksMs);
    changeMonitor(monitor, config([]), 0, 300);
    expect(nextTickMs(monitor)).toBeNull();
  });
});

describe('the health of servers whose watches change', () => {
  const say = (health: ServerHealth, address: string, alertType: 'failure' | 'up') =>
    health.apply({ watch: `web-${address}`, service: 'http', alertType, argv: line(address) });
  const watchOf = (address: string) => ({ watch: `web-${address}`, service: 'http' });

  test('stays where the watch is as it was, in the same map', () => {
    const health = new ServerHealth(config([A, B, C]).watches);
    say(health, A, 'up');
    say(health, B, 'failure');
    say(health, C, 'up');
    const { map } = health;
    health.change(config([A, B]).watches, [watchOf(A), watchOf(B)]);
    expect(health.map).toBe(map);
    expect([...map]).toEqual([
      [name(A), 'up'],
      [name(B), 'down'],
    ]);
  });

  test('is unknown where the watch is new or different', () => {
    const health = new ServerHealth(config([A, B]).watches);
    say(health, A, 'up');
    say(health, B, 'failure');
    health.change(config([A, B, C]).watches, [watchOf(A)]);
    expect([...health.map.values()]).toEqual(['up', 'unknown', 'unknown']);
  });

  test('no longer rests on a watch that is gone', () => {
    const both = (...groups: readonly string[]) =>
      groups.map((hostgroup) => ({ hostgroup, services: config([A]).watches[0]!.services }));
    const health = new ServerHealth(both('one', 'two'));
    health.apply({ watch: 'one', service: 'http', alertType: 'up', argv: line(A) });
    health.apply({ watch: 'two', service: 'http', alertType: 'failure', argv: line(A) });
    expect(health.map.get(name(A))).toBe('down');
    health.change(both('one'), [{ watch: 'one', service: 'http' }]);
    expect(health.map.get(name(A))).toBe('up');
  });
});

test('a watchman whose watches change checks the new ones, and tells what it heard of the others', () => {
  const timers: { atMs: number; run: () => void }[] = [];
  const asked: string[] = [];
  const health: string[] = [];
  let nowMs = 0;
  const host = {
    clock: {
      now: () => nowMs,
      wall: () => nowMs,
      after: (delayMs: number, run: () => void) => {
        const timer = { atMs: nowMs + delayMs, run };
        timers.push(timer);
        return {
          cancel: () => {
            const at = timers.indexOf(timer);
            if (at >= 0) timers.splice(at, 1);
          },
        };
      },
    },
    log: () => {},
    execute: () => ({ cancel: () => {} }),
    exchange: ({ address }: { readonly address: string }, done: (result: never) => void) => {
      asked.push(address);
      const bytes = Uint8Array.from('HTTP/1.0 200 OK\r\n\r\n', (letter) => letter.charCodeAt(0));
      timers.push({
        atMs: nowMs + 1,
        run: () => done({ ok: true, value: { bytes, end: 'closed' } } as never),
      });
      return { cancel: () => {} };
    },
  };
  const run = (untilMs: number): void => {
    for (;;) {
      timers.sort((a, b) => a.atMs - b.atMs);
      const [next] = timers;
      if (next === undefined || next.atMs > untilMs) break;
      timers.shift();
      nowMs = next.atMs;
      next.run();
    }
    nowMs = untilMs;
  };
  const watchman = new Watchman(host, config([A, B]), 0, {
    onHealth: (map) => health.push([...map.values()].join(' ')),
    onAlert: () => {},
    onReady: () => {},
  });
  watchman.start();
  run(500);
  expect(health.at(-1)).toBe('up up');
  asked.length = 0;
  watchman.change(config([B, C]), 0.5);
  expect([...watchman.health.values()]).toEqual(['up', 'unknown']);
  run(700);
  expect(asked).toEqual([C]);
  expect(health.at(-1)).toBe('up up');
});
