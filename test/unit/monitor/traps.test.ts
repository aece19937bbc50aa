/** Traps: what is heard from whom, what it does, and what follows when none comes. */

import { describe, expect, test } from 'vitest';
import type { Config, TrapsConfig, WatchService } from '../../../src/config/config';
import type { MonitorEvent } from '../../../src/monitor/events';
import { createMonitor, nextTickMs, seesServers, serviceStates, step } from '../../../src/monitor/monitor';
import { REFUSALS_EVERY_MS, TrapReceiver } from '../../../src/monitor/trap-receiver';
import { readTrap, TRAPS_PER_SECOND, type Trap } from '../../../src/monitor/traps';

const OPEN: TrapsConfig = { port: 2583, from: ['10.0.0.0/24'], users: [] };
const CLOSED: TrapsConfig = { ...OPEN, users: [{ name: 'root', password: 'two words' }] };

/** As Mon::Client sends it. */
const TEXT = [
  'pro=0.3807',
  'usr=root',
  'pas=two\\20words',
  'typ=failure',
  'spc=STAT_FAIL',
  'grp=web',
  'svc=http',
  'hst=web1',
  'sta=3',
  'tsp=1783339200',
  "sum='10.0.0.1\\20is\\20down\\0a'",
  'dtl=one\\0atwo',
].join('\n');

describe('a trap', () => {
  test('is read with what it says', () => {
    const value = {
      watch: 'web',
      service: 'http',
      status: 3,
      summary: '10.0.0.1 is down',
      detail: 'one\ntwo',
    };
    expect(readTrap(TEXT, '10.0.0.9', OPEN)).toEqual({ ok: true, value });
    expect(readTrap(TEXT, '10.0.0.9', CLOSED)).toEqual({ ok: true, value });
  });

  test.each<[string, string, string, TrapsConfig]>([
    ['from elsewhere', TEXT, 'traps from is not set for it', { ...OPEN, from: ['10.1.0.0/16'] }],
    ['without its user', TEXT.replace('usr=root', 'usr=other'), 'no user and password', CLOSED],
    ['without his password', TEXT.replace('two\\20words', 'x'), 'no user and password', CLOSED],
    ['of no service', TEXT.replace('svc=http', 'svc='), 'names no group and service', OPEN],
    ['with control characters in a name', TEXT.replace('grp=web', 'grp=w\\0ab'), 'names no group', OPEN],
    ['without a status', TEXT.replace('sta=3', 'sta=bad'), 'has no status', OPEN],
    ['that is none', '\u0000\u0001garbage', 'names no group', OPEN],
    ['that is empty', '', 'names no group', OPEN],
  ])('%s is not heard', (_, text, sentence, config) => {
    const read = readTrap(text, '10.0.0.9', config);
    expect(read.ok ? '' : read.error).toMatch(/^a trap from 10\.0\.0\.9 /);
    expect(read.ok ? '' : read.error).toContain(sentence);
  });

  test('cannot put control characters or much text anywhere', () => {
    const read = readTrap(TEXT.replace(/sum=.*/, `sum=\\00\\1b${'x'.repeat(6000)}`), '10.0.0.1', OPEN);
    expect(read.ok && read.value.summary).toMatch(/^x{510}$/);
  });
});

describe('a service that traps tell of', () => {
  const service = (change: Partial<WatchService>, name = 'http'): WatchService => ({
    name,
    intervalMs: 5000,
    monitor: [],
    timeoutMs: 3000,
    periods: [{ label: 'p', time: '', alerts: [['alert']], upalerts: [['up']] }],
    ...change,
  });
  const config = (change: Partial<WatchService>): Pick<Config, 'watches' | 'hostgroups'> => ({
    hostgroups: [],
    watches: [
      { hostgroup: 'web', services: [service(change)] },
      { hostgroup: 'default', services: [service({}, 'default')] },
    ],
  });

  class Bench {
    nowMs = 0;
    readonly monitor;
    readonly alerts: string[] = [];

    constructor(change: Partial<WatchService>) {
      this.monitor = createMonitor(config(change), 0, 0);
    }

    send(event: MonitorEvent): void {
      for (const effect of step(this.monitor, event, this.nowMs)) {
        if (effect.type === 'alert') {
          const { alertType, watch, details, outcome } = effect;
          this.alerts.push(
            [this.nowMs, alertType, watch, details?.intended ?? '', outcome.summary].join(' ').trim(),
          );
        } else if (effect.type === 'log') this.alerts.push(effect.sentence);
        else throw new Error(effect.type);
      }
    }

    trap(status: number, watch = 'web', name = 'http'): void {
      const trap: Trap = { watch, service: name, status, summary: 's', detail: '' };
      this.send({ type: 'trap', trap, wallMs: this.nowMs });
    }

    runUntil(endMs: number): void {
      for (;;) {
        const atMs = nextTickMs(this.monitor);
        if (atMs === null || atMs > endMs) break;
        this.nowMs = atMs;
        this.send({ type: 'tick' });
      }
      this.nowMs = endMs;
    }
  }

  test('is never checked, and holds nothing up', () => {
    const bench = new Bench({});
    bench.runUntil(100_000);
    expect(nextTickMs(bench.monitor)).toBeNull();
    expect(seesServers(bench.monitor)).toBe(true);
    expect(serviceStates(bench.monitor)[0]?.state).toBe('unknown');
  });

  test('fails and comes back as they say', () => {
    const bench = new Bench({});
    bench.trap(2);
    bench.trap(0);
    expect(bench.alerts).toEqual([
      'http of web failed: s',
      '0 trap web  s',
      'http of web is good again',
      '0 up web  s',
    ]);
  });

  test('fails when none comes, again and again, until one does', () => {
    const bench = new Bench({ traptimeoutMs: 1000 });
    bench.runUntil(500);
    bench.trap(0);
    bench.alerts.length = 0;
    bench.runUntil(3600);
    bench.trap(0);
    expect(bench.alerts).toEqual([
      'http of web failed: no trap for 1 s',
      '1500 traptimeout web  trap timeout',
      '2500 traptimeout web  trap timeout',
      '3500 traptimeout web  trap timeout',
      'http of web is good again',
      '3600 up web  s',
    ]);
  });

  test('is good again when the time of a failure is over', () => {
    const bench = new Bench({ trapdurationMs: 1000 });
    bench.trap(1);
    bench.runUntil(600);
    bench.trap(1);
    bench.alerts.length = 0;
    bench.runUntil(5000);
    expect(bench.alerts).toEqual(['http of web is good again', '1600 up web']);
    expect(nextTickMs(bench.monitor)).toBeNull();
  });

  test('a flood of traps leaves nothing behind', () => {
    const bench = new Bench({ traptimeoutMs: 1000, trapdurationMs: 700 });
    for (let count = 0; count < 1000; count++) bench.trap(count % 2);
    expect(bench.monitor.traps.entries().size).toBe(1);
    bench.alerts.length = 0;
    bench.runUntil(1000);
    expect(bench.alerts.at(-1)).toBe('1000 traptimeout web  trap timeout');
  });

  test('of an unknown watch goes to default, with where it was meant for', () => {
    const bench = new Bench({});
    bench.trap(1, 'nobody', 'knows');
    bench.trap(1, 'web', 'other');
    expect(bench.alerts).toEqual([
      'default of default failed: s',
      '0 trap default nobody:knows s',
      'a trap for web:other, which is not watched, is not heard',
    ]);
  });
});

describe('the receiver', () => {
  class Bench {
    nowMs = 0;
    readonly log: string[] = [];
    readonly heard: Trap[] = [];
    readonly ports: string[] = [];
    on: (bytes: Uint8Array, from: string) => void = () => {};
    readonly receiver = new TrapReceiver(
      {
        clock: { now: () => this.nowMs },
        log: (_level, _event, sentence) => this.log.push(sentence),
        openReceiver: (port, _limit, onDatagram) => {
          this.on = onDatagram;
          if (port === 1) return { ok: false, error: 'cannot listen' };
          this.ports.push(`open ${port}`);
          return { ok: true, value: { close: () => this.ports.push(`close ${port}`) } };
        },
      },
      (trap) => this.heard.push(trap),
    );

    send(text = TEXT): void {
      this.on(
        Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
        '10.0.0.9',
      );
    }
  }

  test('listens only when it is to, and on another port anew', () => {
    const bench = new Bench();
    bench.receiver.use(undefined);
    expect(bench.ports).toEqual([]);
    bench.receiver.use(OPEN);
    bench.receiver.use(CLOSED);
    bench.receiver.use({ ...OPEN, port: 9 });
    bench.receiver.use(undefined);
    expect(bench.ports).toEqual(['open 2583', 'close 2583', 'open 9', 'close 9']);
    bench.send();
    expect(bench.heard).toEqual([]);
    bench.receiver.use({ ...OPEN, port: 1 });
    expect(bench.log).toEqual(['no traps are heard: cannot listen']);
  });

  test('hears so many a second, and says seldom that there are more', () => {
    const bench = new Bench();
    bench.receiver.use(OPEN);
    for (let count = 0; count < 3 * TRAPS_PER_SECOND; count++) bench.send();
    expect(bench.heard).toHaveLength(TRAPS_PER_SECOND);
    expect(bench.log).toHaveLength(1);
    bench.nowMs = 1000;
    bench.send();
    bench.send('garbage');
    expect(bench.heard).toHaveLength(TRAPS_PER_SECOND + 1);
    expect(bench.log).toHaveLength(1);
    bench.nowMs = REFUSALS_EVERY_MS;
    bench.send('garbage');
    expect(bench.log).toHaveLength(2);
  });
});
