/**
 * One run of the supervisor's process on a box. It can be killed between any two things that it asks of the machine;
 * whatever it had planned then never happens.
 */

import type { Cancellable } from '../../src/host/host';
import type { Machine } from './machine';

/** Unwinds the stack of a process that is no more. */
const KILLED = new Error('killed');

export class Life {
  over = false;
  readonly startedMs: number;
  #operations = 0;
  #lastOperation = Number.POSITIVE_INFINITY;

  /** @param onKilled the process is gone, by its own count of operations */
  constructor(
    private readonly machine: Machine,
    private readonly onKilled: () => void,
  ) {
    this.startedMs = machine.clock.nowMs;
  }

  /** It dies before the `operations`-th operation from now; Infinity: of itself it does not. */
  killAfter(operations: number): void {
    this.#lastOperation = this.#operations + operations;
  }

  /** Before each thing that the process asks of the machine. */
  operation(): void {
    if (!this.over && ++this.#operations >= this.#lastOperation) this.onKilled();
    if (this.over) throw KILLED;
  }

  /** Runs a piece of the process. */
  enter(run: () => void): void {
    if (this.over) return;
    try {
      run();
    } catch (error) {
      if (error !== KILLED) throw error;
    }
  }

  later(delayMs: number, run: () => void): Cancellable {
    return this.machine.later(delayMs, () => this.enter(run));
  }
}
