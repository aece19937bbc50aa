/** Virtual time: things that happen at given instants, in order; equal instants in the order of their planning. */

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualClock {
  nowMs = 0;
  #order = 0;
  readonly #heap: Entry[] = [];

  at(atMs: number, run: () => void): void {
    const entry = { atMs: Math.max(atMs, this.nowMs), order: this.#order++, run };
    let place = this.#heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#before(entry, this.#heap[parent] as Entry)) break;
      this.#heap[place] = this.#heap[parent] as Entry;
      place = parent;
    }
    this.#heap[place] = entry;
  }

  after(delayMs: number, run: () => void): void {
    this.at(this.nowMs + delayMs, run);
  }

  /** Lets everything up to `endMs` happen; `observe` sees the world after each. */
  runUntil(endMs: number, observe: () => void): void {
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#removeFirst();
      this.nowMs = next.atMs;
      next.run();
      observe();
    }
    this.nowMs = endMs;
  }

  #removeFirst(): void {
    const last = this.#heap.pop() as Entry;
    const { length } = this.#heap;
    if (length === 0) return;
    let place = 0;
    for (let child = 1; child < length; child = 2 * place + 1) {
      if (child + 1 < length && this.#before(this.#heap[child + 1] as Entry, this.#heap[child] as Entry))
        child++;
      if (!this.#before(this.#heap[child] as Entry, last)) break;
      this.#heap[place] = this.#heap[child] as Entry;
      place = child;
    }
    this.#heap[place] = last;
  }

  #before(a: Entry, b: Entry): boolean {
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  }
}
