/**
 * Changes that take a while, one at a time: each begins when the one before has ended. Knows nothing of what they do.
 */

/** @param fault null, or one sentence */
export type Done = (fault: string | null) => void;
export type Step = (done: Done) => void;

interface Turn {
  readonly run: Step;
  readonly done: Done;
}

/** Told to whoever waited, when another change came before it was begun. */
export const OVERTAKEN = 'another change came before this one was begun';

export class Turns {
  /** One waits at most: the newest. */
  private waiting: Turn | null = null;

  /** @param busy nothing begins before `next` */
  constructor(private busy = true) {}

  /** @param done told once */
  add(run: Step, done: Done): void {
    this.waiting?.done(OVERTAKEN);
    this.waiting = { run, done };
    if (!this.busy) this.next();
  }

  /** What there was to wait for is over. */
  next(): void {
    const turn = this.waiting;
    this.waiting = null;
    this.busy = turn !== null;
    turn?.run((fault) => {
      turn.done(fault);
      this.next();
    });
  }
}

/** Takes the steps one after the other, up to the first fault. */
export function inOrder(steps: readonly Step[], done: Done): void {
  const [first, ...rest] = steps;
  if (first === undefined) done(null);
  else
    first((fault) => {
      if (fault === null) inOrder(rest, done);
      else done(fault);
    });
}
