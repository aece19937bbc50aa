import { expect, test } from 'vitest';
import { Gather } from '../../../src/supervisor/gather';

/** A clock that only moves when the test says so. */
class HandClock {
  nowMs = 0;
  private waiting: { readonly atMs: number; readonly run: () => void }[] = [];

  after = (delayMs: number, run: () => void) => {
    const entry = { atMs: this.nowMs + delayMs, run };
    this.waiting.push(entry);
    return {
      cancel: () => {
        this.waiting = this.waiting.filter((one) => one !== entry);
      },
    };
  };

  /** In steps of 1 ms. */
  pass(durationMs: number): void {
    for (const endMs = this.nowMs + durationMs; this.nowMs < endMs; ) {
      this.nowMs += 1;
      const due = this.waiting.filter(({ atMs }) => atMs <= this.nowMs);
      this.waiting = this.waiting.filter(({ atMs }) => atMs > this.nowMs);
      for (const { run } of due) run();
    }
  }

  get idle(): boolean {
    return this.waiting.length === 0;
  }
}

function gathering(spanMs: number) {
  const clock = new HandClock();
  const ran: number[] = [];
  const gather = new Gather(
    clock,
    () => spanMs,
    () => ran.push(clock.nowMs),
  );
  return { clock, ran, gather };
}

test('the first is done at once', () => {
  const { gather, ran, clock } = gathering(100);
  gather.ask();
  expect(ran).toEqual([0]);
  clock.pass(150);
  gather.ask();
  expect(ran).toEqual([0, 150]);
});

test('what is asked for meanwhile is done once, and nothing is lost', () => {
  const { gather, ran, clock } = gathering(100);
  for (let at = 0; at < 250; at++) {
    gather.ask();
    clock.pass(1);
  }
  expect(ran).toEqual([0, 100, 200]);
  clock.pass(200);
  expect(ran).toEqual([0, 100, 200, 300]);
});

test('nothing goes on when nothing is asked for', () => {
  const { gather, ran, clock } = gathering(100);
  gather.ask();
  clock.pass(100);
  expect(clock.idle).toBe(true);
  expect(ran).toEqual([0]);
});

test('asking while it runs is not forgotten', () => {
  const clock = new HandClock();
  let runs = 0;
  const gather = new Gather(
    clock,
    () => 10,
    () => {
      runs += 1;
      if (runs === 1) gather.ask();
    },
  );
  gather.ask();
  expect(runs).toBe(1);
  clock.pass(10);
  expect(runs).toBe(2);
});
