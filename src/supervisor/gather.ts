/**
 * Does one thing when it is asked for: at once, and then again at most once in a while, for all that has been asked for
 * meanwhile. For what costs as much for one change as for a thousand. Owns the times, never what is done.
 */

import type { Cancellable, Clock } from '../host/host';

export class Gather {
  private resting: Cancellable | null = null;
  private asked = false;

  constructor(
    private readonly clock: Pick<Clock, 'after'>,
    /** Least time between two runs. */
    private readonly spanMs: () => number,
    private readonly run: () => void,
  ) {}

  ask(): void {
    if (this.resting !== null) {
      this.asked = true;
      return;
    }
    this.resting = this.clock.after(this.spanMs(), () => {
      this.resting = null;
      if (!this.asked) return;
      this.asked = false;
      this.ask();
    });
    this.run();
  }
}
