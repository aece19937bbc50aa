import { describe, expect, it } from 'vitest';
import type { AlertType } from '../../../src/monitor/lvs-alert';
import type { AlertEffect } from '../../../src/monitor/monitor';
import { HELD_LIMIT, HELD_MS, Spokesman } from '../../../src/supervisor/spokesman';

/** One box, and what it knows of the other one. */
class Bench {
  nowMs = 0;
  readonly pair = { leads: false, activePeerMs: null as number | null };
  readonly given: string[] = [];
  readonly leads: boolean[] = [];
  private wake: { readonly atMs: number; readonly run: () => void } | null = null;
  readonly spokesman: Spokesman;

  constructor() {
    this.spokesman = new Spokesman(
      {
        now: () => this.nowMs,
        after: (delayMs, run) => {
          const wake = { atMs: this.nowMs + delayMs, run };
          this.wake = wake;
          return {
            cancel: () => {
              if (this.wake === wake) this.wake = null;
            },
          };
        },
      },
      this.pair,
      ({ argv }) => argv[0] === 'console',
      {
        onLead: (leads) => this.leads.push(leads),
        onAlert: ({ argv, alertType }) => this.given.push([...argv, alertType].join(' ')),
      },
    );
    this.spokesman.look();
  }

  runUntil(endMs: number, hears = false): void {
    while (this.wake !== null && this.wake.atMs <= endMs) {
      this.nowMs = this.wake.atMs;
      if (hears) this.pair.activePeerMs = this.nowMs;
      this.wake.run();
    }
    this.nowMs = endMs;
  }

  alert(name: string, alertType: AlertType = 'failure'): void {
    const outcome = { ok: false, status: 1, summary: '', output: '' };
    const history = {} as AlertEffect['history'];
    const effect = { alertType, watch: 'web', service: 'http', argv: [name], hosts: [], outcome, history };
    this.spokesman.take({ type: 'alert', wallMs: 0, ...effect });
  }
}

describe('an alert', () => {
  it('is given by the active box at once', () => {
    const bench = new Bench();
    bench.pair.leads = true;
    bench.alert('mail');
    bench.alert('mail', 'up');
    expect(bench.given).toEqual(['mail failure', 'mail up']);
  });

  it('is not given beside an active box, which gives it', () => {
    const bench = new Bench();
    bench.pair.activePeerMs = 0;
    bench.alert('mail');
    bench.runUntil(2 * HELD_MS, true);
    bench.pair.leads = true;
    bench.pair.activePeerMs = null;
    bench.spokesman.look();
    expect(bench.given).toEqual([]);
  });

  it('that came up after the active box was last heard is given by its successor, and none before', () => {
    const bench = new Bench();
    bench.pair.activePeerMs = 0;
    bench.nowMs = 100;
    bench.alert('before');
    bench.pair.activePeerMs = 200;
    bench.nowMs = 300;
    bench.alert('after');
    bench.runUntil(5000);
    expect(bench.given).toEqual([]);
    bench.pair.activePeerMs = null;
    bench.pair.leads = true;
    bench.spokesman.look();
    expect(bench.given).toEqual(['after failure']);
  });

  it('is given while the group changes hands, too', () => {
    const bench = new Bench();
    bench.alert('mail', 'trap');
    bench.pair.leads = true;
    bench.spokesman.look();
    expect(bench.given).toEqual(['mail trap']);
  });

  it('where nobody is active for long is given by each box', () => {
    const bench = new Bench();
    bench.alert('mail', 'traptimeout');
    bench.runUntil(HELD_MS - 1);
    expect(bench.given).toEqual([]);
    bench.runUntil(HELD_MS + 1000);
    expect(bench.given).toEqual(['mail traptimeout']);
  });

  it('of the box itself is given by each', () => {
    const bench = new Bench();
    bench.pair.activePeerMs = 0;
    for (const type of ['startup', 'ack', 'disable'] as const) bench.alert('mail', type);
    bench.alert('console');
    expect(bench.given).toEqual(['mail startup', 'mail ack', 'mail disable', 'console failure']);
  });

  it('is one of the newest where too many are held back', () => {
    const bench = new Bench();
    for (let number = 0; number <= HELD_LIMIT; number++) bench.alert(`mail${number}`);
    bench.pair.leads = true;
    bench.spokesman.look();
    expect(bench.given).toHaveLength(HELD_LIMIT);
    expect(bench.given[0]).toBe('mail1 failure');
  });
});

it('who leads is told at the start, and when that changes', () => {
  const bench = new Bench();
  bench.runUntil(3000);
  bench.pair.leads = true;
  bench.runUntil(6000);
  bench.pair.leads = false;
  bench.spokesman.look();
  expect(bench.leads).toEqual([false, true, false]);
});
