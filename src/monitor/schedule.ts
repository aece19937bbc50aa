/**
 * When what is due: a binary heap of items by their due time, so that a thousand services cost no more per tick
 * than the few that are due. Owned and changed in place by the monitor; knows no clock.
 */

interface Entry<T> {
  readonly dueMs: number;
  readonly item: T;
}

export class Schedule<T> {
  private readonly heap: Entry<T>[] = [];

  add(dueMs: number, item: T): void {
    const { heap } = this;
    const entry = { dueMs, item };
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above]!;
      if (parent.dueMs <= dueMs) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  /** Due time of each item, in no order. */
  entries(): ReadonlyMap<T, number> {
    return new Map(this.heap.map(({ item, dueMs }) => [item, dueMs]));
  }

  /** Due time of the first item, or null when there is none. */
  nextMs(): number | null {
    return this.heap[0]?.dueMs ?? null;
  }

  /** Removes and returns the first item if it is due by `nowMs`. */
  take(nowMs: number): T | null {
    const { heap } = this;
    const first = heap[0];
    if (first === undefined || first.dueMs > nowMs) return null;
    const last = heap.pop()!;
    if (heap.length > 0) this.sink(last);
    return first.item;
  }

  private sink(entry: Entry<T>): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.dueMs < heap[child]!.dueMs) child += 1;
      if (heap[child]!.dueMs >= entry.dueMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}
