/**
 * The timers of the event loop: a binary heap ordered by due time, first set first run among equals. Pure: time
 * comes in from outside. Cancelling removes at once, so that a timer that is re-armed at every heartbeat leaves
 * nothing behind.
 */

import type { Cancellable } from '../host';

/** More than this many at once is a leak, and ends the program. */
export const TIMER_LIMIT = 4096;

export class Timer implements Cancellable {
  /** @param position place in the heap, -1 when not in it */
  constructor(
    private readonly timers: Timers,
    readonly dueMs: number,
    readonly run: () => void,
    /** Order of setting. */
    readonly serial: number,
    public position: number,
  ) {}

  cancel(): void {
    this.timers.cancel(this);
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.serial < b.serial);
}

export class Timers {
  private readonly heap: Timer[] = [];
  private serial = 0;

  get size(): number {
    return this.heap.length;
  }

  /** When the next one is due; Infinity when there is none. */
  get nextDueMs(): number {
    return this.heap[0]?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** @throws RangeError beyond {@link TIMER_LIMIT} timers */
  set(dueMs: number, run: () => void): Timer {
    if (this.heap.length >= TIMER_LIMIT) throw new RangeError(`more than ${TIMER_LIMIT} timers are waiting`);
    const timer = new Timer(this, dueMs, run, this.serial++, this.heap.length);
    this.heap.push(timer);
    this.rise(timer);
    return timer;
  }

  /** Does nothing for one that ran or was cancelled. */
  cancel(timer: Timer): void {
    const { position } = timer;
    if (position < 0) return;
    timer.position = -1;
    const last = this.heap.pop()!;
    if (last === timer) return;
    this.place(last, position);
    this.rise(last);
    this.sink(last);
  }

  /** Takes the earliest timer out if it is due at `nowMs` and was set before `serial`. */
  takeDue(nowMs: number, serial: number): Timer | null {
    const first = this.heap[0];
    if (first === undefined || first.dueMs > nowMs || first.serial >= serial) return null;
    this.cancel(first);
    return first;
  }

  /** Timers set from now on have this serial or a higher one. */
  get nextSerial(): number {
    return this.serial;
  }

  private place(timer: Timer, position: number): void {
    this.heap[position] = timer;
    timer.position = position;
  }

  private rise(timer: Timer): void {
    while (timer.position > 0) {
      const parent = this.heap[(timer.position - 1) >> 1]!;
      if (!before(timer, parent)) return;
      const { position } = parent;
      this.place(parent, timer.position);
      this.place(timer, position);
    }
  }

  private sink(timer: Timer): void {
    for (;;) {
      const left = 2 * timer.position + 1;
      let child = this.heap[left];
      const right = this.heap[left + 1];
      if (child === undefined) return;
      if (right !== undefined && before(right, child)) child = right;
      if (!before(child, timer)) return;
      const { position } = child;
      this.place(child, timer.position);
      this.place(timer, position);
    }
  }
}
