import { describe, expect, it } from 'vitest';
import { TIMER_LIMIT, Timers } from '../../../src/host/quickjs/timers';

function drain(timers: Timers, nowMs: number): void {
  const serial = timers.nextSerial;
  for (let due = timers.takeDue(nowMs, serial); due; due = timers.takeDue(nowMs, serial)) due.run();
}

/** A fixed sequence of numbers below `limit` that looks random. */
function* scattered(count: number, limit: number): Generator<number> {
  for (let at = 0, value = 7; at < count; at++) {
    value = (value * 1103515245 + 12345) % 2147483648;
    yield value % limit;
  }
}

describe('timers', () => {
  it('run in order of time, and of setting among equals', () => {
    const timers = new Timers();
    const ran: string[] = [];
    let number = 0;
    const expected = [...scattered(500, 50)].map((dueMs) => ({ dueMs, name: `${dueMs}/${number++}` }));
    for (const { dueMs, name } of expected) timers.set(dueMs, () => ran.push(name));
    drain(timers, 100);
    // Array.prototype.sort is stable.
    expect(ran).toEqual(expected.sort((a, b) => a.dueMs - b.dueMs).map(({ name }) => name));
    expect(timers.size).toBe(0);
  });

  it('do not run before they are due', () => {
    const timers = new Timers();
    timers.set(10.5, () => {});
    expect(timers.nextDueMs).toBe(10.5);
    expect(timers.takeDue(10.4, timers.nextSerial)).toBeNull();
    expect(timers.takeDue(10.5, timers.nextSerial)).not.toBeNull();
    expect(timers.nextDueMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('keep their order when others are cancelled', () => {
    const timers = new Timers();
    const ran: number[] = [];
    const set = [...scattered(300, 1000)].map((dueMs) => timers.set(dueMs, () => ran.push(dueMs)));
    const kept = set.filter((timer, at) => {
      if (at % 3 === 0) timers.cancel(timer);
      return at % 3 !== 0;
    });
    expect(timers.size).toBe(kept.length);
    drain(timers, 1000);
    expect(ran).toEqual(kept.map(({ dueMs }) => dueMs).sort((a, b) => a - b));
  });

  it('may be cancelled twice, and after they ran', () => {
    const timers = new Timers();
    const first = timers.set(1, () => {});
    const second = timers.set(2, () => {});
    timers.cancel(first);
    timers.cancel(first);
    expect(timers.size).toBe(1);
    drain(timers, 2);
    timers.cancel(second);
    expect(timers.size).toBe(0);
  });

  it('that were set in this round wait for the next', () => {
    const timers = new Timers();
    let runs = 0;
    const again = (): void => {
      runs++;
      timers.set(0, again);
    };
    timers.set(0, again);
    drain(timers, 5);
    expect(runs).toBe(1);
    drain(timers, 5);
    expect(runs).toBe(2);
  });

  it('have a limit', () => {
    const timers = new Timers();
    for (let at = 0; at < TIMER_LIMIT; at++) timers.set(at, () => {});
    expect(() => timers.set(0, () => {})).toThrow(RangeError);
  });
});
