/** Virtual time: things that happen at given instants, in order; equal instants in the order of their planning. */

import type { Cancellable } from '../../src/host/host';

class Entry implements Cancellable {
  constructor(
    readonly atMs: number,
    readonly order: number,
    public run: (() => void) | null,
  ) {}

  cancel(): void {
    this.run = null;
  }

  isBefore(other: Entry): boolean {
    return this.atMs < other.atMs || (this.atMs === other.atMs && this.order < other.order);
  }
}

export class VirtualClock {
  nowMs = 0;
  #order = 0;
  /** A binary heap: the first is the next. What was cancelled stays until its time. */
  readonly #heap: Entry[] = [];

  at(atMs: number, run: () => void): Cancellable {
    const entry = new Entry(Math.max(atMs, this.nowMs), this.#order++, run);
    const heap = this.#heap;
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!entry.isBefore(heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = entry;
    return entry;
  }

  after(delayMs: number, run: () => void): Cancellable {
    return this.at(this.nowMs + delayMs, run);
  }

  /** Lets everything up to `endMs` happen; `observe` sees the world after each. */
  runUntil(endMs: number, observe: () => void): void {
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#removeFirst();
      if (next.run === null) continue;
      this.nowMs = next.atMs;
      next.run();
      observe();
    }
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const { length } = heap;
    if (length === 0) return;
    let place = 0;
    for (let child = 1; child < length; child = 2 * place + 1) {
      if (child + 1 < length && heap[child + 1]!.isBefore(heap[child]!)) child++;
      if (!heap[child]!.isBefore(last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }
}
