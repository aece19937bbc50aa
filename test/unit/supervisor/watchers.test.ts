import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/supervisor/control';
import { TELL_MS, WATCHERS_LIMIT, Watchers } from '../../../src/supervisor/watchers';
import { ACTIVE, withCluster } from '../panel/statuses';

/** A clock that the test moves, and a status that it changes. */
class Bench {
  nowMs = 0;
  looks = 0;
  isHushed = false;
  status = ACTIVE as Extract<Reply<'watch'>, { ok: true }>['status'];
  private timers: { atMs: number; run: () => void }[] = [];
  readonly watchers = new Watchers(
    {
      now: () => this.nowMs,
      after: (delayMs, run) => {
        const timer = { atMs: this.nowMs + delayMs, run };
        this.timers.push(timer);
        return {
          cancel: () => {
            this.timers = this.timers.filter((one) => one !== timer);
          },
        };
      },
    },
    () => {
      this.looks += 1;
      const { status } = this;
      return { ok: true, status: status && { ...status, nowMs: status.nowMs + this.nowMs } };
    },
    (done) => done(),
    (on) => {
      this.isHushed = on;
    },
  );

  get waiting(): number {
    return this.timers.length;
  }

  /** @returns when it was told, and what to end it with */
  watch(isConsole = false) {
    const told: number[] = [];
    const end = this.watchers.add(() => told.push(this.nowMs), isConsole);
    return { told, end };
  }

  pass(durationMs: number): void {
    const untilMs = this.nowMs + durationMs;
    for (;;) {
      const [next] = this.timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.timers = this.timers.filter((one) => one !== next);
      next.run();
    }
    this.nowMs = untilMs;
  }
}

describe('who watches the status', () => {
  it('is told at once, and after that each ten seconds as long as nothing happens', () => {
    const bench = new Bench();
    const { told } = bench.watch();
    bench.pass(25_000);
    expect(told).toEqual([0, TELL_MS, 2 * TELL_MS]);
  });

  it('is told of a change at once when something was said of it, and within a second otherwise', () => {
    const bench = new Bench();
    const { told } = bench.watch();
    bench.pass(500);
    bench.status = withCluster({ role: 'standby' });
    bench.watchers.touch();
    bench.pass(1);
    bench.status = withCluster({ maintenance: true });
    bench.pass(3_000);
    expect(told).toEqual([0, 500, 1_500]);
  });

  it('is told no more often than each 100 ms, however much happens', () => {
    const bench = new Bench();
    const { told } = bench.watch();
    for (let at = 0; at < 1_000; at++) {
      bench.status = withCluster({ why: String(at) });
      bench.watchers.touch();
      bench.pass(1);
    }
    expect(told.length).toBeLessThanOrEqual(11);
    expect(bench.looks).toBeLessThanOrEqual(11);
  });

  it('is not told of times and counts that always change', () => {
    const bench = new Bench();
    const { told } = bench.watch();
    for (let at = 1; at <= 9; at++) {
      const { links, counters } = ACTIVE.cluster;
      bench.status = withCluster({
        links: links.map((link) => ({ ...link, heard: link.heard + at, lastHeardMs: at })),
        counters: { ...counters, heard: at },
      });
      bench.watchers.touch();
      bench.pass(1_000);
    }
    expect(told).toEqual([0]);
  });

  it('costs nothing when it is nobody', () => {
    const bench = new Bench();
    bench.watchers.touch();
    expect(bench.waiting).toBe(0);
    const { end } = bench.watch();
    expect(bench.waiting).toBe(1);
    end();
    bench.watchers.touch();
    expect([bench.waiting, bench.looks]).toEqual([0, 1]);
  });

  it('keeps the log off the console as long as one of them shows it there', () => {
    const bench = new Bench();
    const plain = bench.watch();
    expect(bench.isHushed).toBe(false);
    const first = bench.watch(true);
    const second = bench.watch(true);
    first.end();
    first.end();
    expect(bench.isHushed).toBe(true);
    second.end();
    expect(bench.isHushed).toBe(false);
    plain.end();
  });

  it(`is one of ${WATCHERS_LIMIT} at most`, () => {
    const bench = new Bench();
    for (let count = 0; count < WATCHERS_LIMIT; count++) {
      expect(bench.watchers.isFull).toBe(false);
      bench.watch();
    }
    expect(bench.watchers.isFull).toBe(true);
  });
});
