/** The desk and the committer together, with a machine that the test moves by hand: lines in, lines out. */

import { describe, expect, it } from 'vitest';
import type { Edition, Revision } from '../../../src/config/archive';
import type { Config } from '../../../src/config/config';
import { parseConfig } from '../../../src/config/parse';
import type { Draft, Found } from '../../../src/config/store';
import type { Cancellable, Done, OnRequest } from '../../../src/host/host';
import type { Checked, Running } from '../../../src/supervisor/commit-types';
import { Committer } from '../../../src/supervisor/committer';
import { printRequest, type Request } from '../../../src/supervisor/control';
import { openDesk, type Supervised } from '../../../src/supervisor/desk';
import { EXAMPLE, replaced } from '../config/example';
import { generator } from '../random';

const OTHER = replaced('scheduler rr', 'scheduler wlc');
const EDITION: Edition = { revision: 4, dateMs: 0, who: 'admin', comment: '', text: EXAMPLE };
const RUNNING: Running = { edition: EDITION, config: parseConfig(EXAMPLE, 'test').config };

const commit = (text: string, confirmMinutes: number | null = null): string =>
  printRequest({ op: 'commit', text, who: 'admin', comment: '', confirmMinutes, acknowledgeRisk: false });

/** Keeps what it is told, at once, and counts what it was asked. */
class Bench {
  nowMs = 0;
  readonly done: string[] = [];
  readonly logged: string[] = [];
  disk: Edition | null = EDITION;
  supervised: Supervised | null = {
    command: (command, reply) => {
      this.done.push(command.name);
      reply({ accepted: command.name !== 'takeover', text: `${command.name} it is` });
    },
    status: () => null,
    farm: {
      look: (done) => {
        this.done.push('look');
        done();
      },
      orderServer: (action, service, server) => {
        this.done.push(`${action} ${server} of ${service}`);
        return { accepted: action !== 'drain', text: `${action} it is` };
      },
      watches: () => ({ nowMs: 1, watches: [], hosts: ['10.0.0.1'] }),
      orderWatch: (order) => {
        this.done.push(JSON.stringify(order));
        return { accepted: order.action !== 'ack', text: `${order.action} it is` };
      },
    },
  };
  hushed = false;
  readonly touch: () => void;
  /** Told when a lending ends. */
  gone: (() => void) | undefined;
  private readonly timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  private serve: OnRequest = () => {};

  constructor(running: Running | null = RUNNING) {
    const host = {
      clock: {
        now: () => this.nowMs,
        wall: () => this.nowMs,
        after: (delayMs: number, run: () => void): Cancellable => {
          const timer = { atMs: this.nowMs + delayMs, run };
          this.timers.add(timer);
          return { cancel: () => this.timers.delete(timer) };
        },
      },
      log: (_level: string, event: string) => {
        this.logged.push(event);
      },
      serve: (_path: string, onRequest: OnRequest) => {
        this.serve = onRequest;
        return { ok: true, value: null } as const;
      },
    };
    const box = {
      apply: (config: Config, done: (fault: string | null) => void) => {
        this.done.push(`apply ${config.services[0]!.scheduler}`);
        done(null);
      },
      saved: () => {},
      restart: () => this.done.push('restart'),
    };
    const keeper = {
      check: (text: string, done: Done<Checked>) => {
        const { config, problems } = parseConfig(text, '');
        const faults = problems.map(({ sentence }) => sentence);
        done({ ok: true, value: { config, faults, warnings: [] } });
      },
      stored: (done: Done<Found>) => done({ ok: true, value: { edition: this.disk, sentence: null } }),
      save: (draft: Draft, done: Done<Revision>) => {
        this.done.push('save');
        this.disk = { ...draft, revision: 5 };
        const { text: _, ...revision } = this.disk;
        done({ ok: true, value: revision });
      },
      restore: (_edition: Edition | null, done: Done<null>) => done({ ok: true, value: null }),
      archive: (done: Done<readonly Revision[]>) => {
        const { text: _, ...revision } = EDITION;
        done({ ok: true, value: [revision] });
      },
      archived: (n: number, done: Done<Edition>) =>
        done(n === 0 ? { ok: true, value: EDITION } : { ok: false, error: `there is no ${n}` }),
    };
    const around = { node: 'seven.ce.cnu.ac.kr', consoles: [] };
    const committer = new Committer(host, keeper, box, around, running);
    this.committer = committer;
    this.touch = openDesk(host, '/run/test.sock', {
      supervised: () => this.supervised,
      commit: (wanted, reply) => committer.commit(wanted, reply),
      committer,
      keeper,
      lend: () => () => void this.done.push('given back'),
      hush: (on) => {
        this.hushed = on;
      },
    });
  }

  readonly committer: Committer;

  /** Every answer to one line. */
  answers(line: string): readonly Record<string, unknown>[] {
    const heard: Record<string, unknown>[] = [];
    this.serve(line, (text, onGone) => {
      expect(text.indexOf('\n')).toBe(text.length - 1);
      heard.push(JSON.parse(text) as Record<string, unknown>);
      this.gone = onGone;
    });
    return heard;
  }

  ask(request: Request | string): Record<string, unknown> | undefined {
    const heard = this.answers(typeof request === 'string' ? request : printRequest(request));
    expect(heard.length).toBe(1);
    return heard[0];
  }

  pass(ms: number): void {
    this.nowMs += ms;
    for (const timer of [...this.timers])
      if (timer.atMs <= this.nowMs) {
        this.timers.delete(timer);
        timer.run();
      }
  }
}

describe('the desk', () => {
  it('passes commands on, and says what came of them', () => {
    const bench = new Bench();
    expect(bench.ask({ op: 'standby', scope: 'all' })).toEqual({ v: 1, ok: true, text: 'standby it is' });
    expect(bench.ask({ op: 'takeover', scope: 'all' })).toEqual({ v: 1, ok: false, error: 'takeover it is' });
    expect(bench.ask({ op: 'status' })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/has not joined/),
    });
  });

  it('looks at the table before it tells the status, and passes orders for real servers on', () => {
    const bench = new Bench();
    bench.ask({ op: 'status' });
    const server = { op: 'server', service: 'tcp 192.0.2.10:80', server: '10.0.0.21:80' } as const;
    expect(bench.ask({ ...server, action: 'disable' })).toEqual({ v: 1, ok: true, text: 'disable it is' });
    expect(bench.ask({ ...server, action: 'drain' })).toEqual({ v: 1, ok: false, error: 'drain it is' });
    expect(bench.ask(JSON.stringify({ v: 1, ...server, action: 'stop' }))).toMatchObject({ ok: false });
    expect(bench.done).toEqual([
      'look',
      'disable 10.0.0.21:80 of tcp 192.0.2.10:80',
      'drain 10.0.0.21:80 of tcp 192.0.2.10:80',
    ]);
    bench.supervised = null;
    expect(bench.ask({ ...server, action: 'disable' })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/no configuration yet/),
    });
  });

  it('of a box without a configuration has a status all the same, and takes a first commit', () => {
    const bench = new Bench(null);
    bench.supervised = null;
    expect(bench.ask({ op: 'status' })).toEqual({ v: 1, ok: true, status: null });
    expect(bench.ask({ op: 'maintenance', on: true })).toMatchObject({
      ok: false,
      error: expect.stringMatching(/no configuration yet/),
    });
    expect(bench.ask({ op: 'config' })).toEqual({ v: 1, ok: true, text: '', saved: null, pending: null });
    expect(bench.ask(commit(OTHER))).toMatchObject({ ok: true, revision: 5 });
    expect(bench.done).toEqual(['apply wlc', 'save']);
  });

  it('passes orders about watches on', () => {
    const bench = new Bench();
    expect(bench.ask({ op: 'watches' })).toEqual({
      v: 1,
      ok: true,
      nowMs: 1,
      watches: [],
      hosts: ['10.0.0.1'],
    });
    const host = { op: 'disable', watch: '', service: '', host: '10.0.0.1' } as const;
    expect(bench.ask(host)).toEqual({ v: 1, ok: true, text: 'disable it is' });
    expect(bench.ask({ op: 'ack', watch: 'a', service: 'b', comment: '' })).toMatchObject({ ok: false });
    expect(bench.ask({ ...host, watch: 'web' })).toMatchObject({
      error: 'disable takes a watch, a watch and a service, or a host',
    });
    expect(bench.done).toHaveLength(2);
    bench.supervised = null;
    expect(bench.ask(host)).toMatchObject({ ok: false, error: expect.stringMatching(/no configuration/) });
    expect(bench.ask({ op: 'watches' })).toMatchObject({ ok: false });
  });

  it('tells the archive, and what is in it', () => {
    const bench = new Bench();
    const { text, ...revision } = EDITION;
    expect(bench.ask({ op: 'archive' })).toEqual({ v: 1, ok: true, entries: [revision] });
    expect(bench.ask({ op: 'archived', n: 0 })).toEqual({ v: 1, ok: true, text, ...revision });
    expect(bench.ask({ op: 'archived', n: 7 })).toEqual({ v: 1, ok: false, error: 'there is no 7' });
  });

  it('lends a device until the other side hangs up', () => {
    const bench = new Bench();
    expect(bench.ask({ op: 'lend', device: '/dev/ttyS1' })).toMatchObject({ ok: true });
    expect(bench.done).toEqual([]);
    bench.gone?.();
    expect(bench.done).toEqual(['given back']);
  });

  it('shows what is in force while it is not confirmed, and goes back without anybody asking', () => {
    const bench = new Bench();
    expect(bench.ask(commit(OTHER, 1))).toMatchObject({ ok: true, revision: null });
    bench.pass(20_000);
    expect(bench.ask({ op: 'config' })).toMatchObject({
      text: OTHER,
      saved: { revision: 4 },
      pending: { who: 'admin', sinceMs: 0, leftMs: 40_000 },
    });
    expect(bench.ask(commit(EXAMPLE))).toMatchObject({ ok: false });
    bench.pass(40_000);
    expect(bench.done).toEqual(['apply wlc', 'apply rr']);
    expect(bench.ask({ op: 'config' })).toMatchObject({ text: EXAMPLE, pending: null });
    expect(bench.ask({ op: 'confirm' })).toMatchObject({ ok: false });
    expect(bench.disk).toBe(EDITION);
  });

  it('saves what is confirmed', () => {
    const bench = new Bench();
    bench.ask(commit(OTHER, 1));
    expect(bench.ask({ op: 'confirm' })).toMatchObject({ ok: true, revision: 5 });
    bench.pass(100_000);
    expect(bench.done).toEqual(['apply wlc', 'save']);
    expect(bench.ask({ op: 'config' })).toMatchObject({ text: OTHER, saved: { revision: 5 }, pending: null });
  });

  it('names every fault of a configuration that is refused', () => {
    const bench = new Bench();
    const reply = bench.ask(commit('set heartbeat keepalife 1s\nset nothing\n'));
    expect(reply).toMatchObject({ ok: false, faults: expect.any(Array) });
    expect(reply).toHaveProperty('faults.1');
    expect(bench.done).toEqual([]);
  });

  it('takes up a file that was changed by hand', () => {
    const bench = new Bench();
    bench.disk = { ...EDITION, revision: 5, text: OTHER };
    bench.committer.takeUp();
    expect(bench.done).toEqual(['apply wlc']);
    expect(bench.ask({ op: 'config' })).toMatchObject({ text: OTHER, saved: { revision: 5 } });
  });
});

describe('line noise', () => {
  it('is refused line by line, and changes nothing', () => {
    const random = generator(9);
    const bench = new Bench();
    const noise = '{}[]":,\\0123456789abcdefghijklmnopqrstuvwxyz \u0000\u001b\ufffd';
    const requests = [printRequest({ op: 'archived', n: 0 }), commit(OTHER), '{"v":1,"op":"standby"}'];
    for (let round = 0; round < 20_000; round++) {
      const length = random(60);
      let line = Array.from({ length }, () => noise[random(noise.length)]).join('');
      // And real requests, torn.
      if (round % 2 === 0) line = requests[random(3)]!.slice(0, -1 - random(20)) + line.replace(/[}"]/g, '');
      expect(bench.answers(line)).toMatchObject([{ ok: false }]);
    }
    expect(bench.done).toEqual([]);
    expect(bench.logged).toEqual([]);
  });
});
