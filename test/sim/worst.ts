/** A time that a seed has come to, beside what it may be. */
export interface Seen {
  readonly seenMs: number;
  readonly boundMs: number;
}

/** Keeps the largest share of a bound that a time has come to. */
export class Worst implements Seen {
  seenMs = 0;
  boundMs = Number.POSITIVE_INFINITY;

  note(seenMs: number, boundMs: number): void {
    if (seenMs * this.boundMs <= this.seenMs * boundMs) return;
    this.seenMs = seenMs;
    this.boundMs = boundMs;
  }
}
