/** Long work in slices, so that heartbeats go out between them. Pure: who runs the slices has the clock. */

import type { Clock } from '../host/host';

/** Servers between two places at which the work can stop: well below a millisecond on a slow machine. */
const SERVERS = 8;
/** Work in one go; what is between two places at which it can stop comes on top. */
export const SLICE_MS = 4;

/** @param index of a server in its row @returns whether it is time to look at the clock before it */
export function isPause(index: number): boolean {
  return index > 0 && index % SERVERS === 0;
}

/** Without a stop. */
export function allOf<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Begins now, and goes on after what else there is to do. */
export function inSlices<T>(
  work: Generator<void, T>,
  clock: Pick<Clock, 'now' | 'after'>,
  ended: (value: T) => void,
): void {
  const endMs = clock.now() + SLICE_MS;
  do {
    const { done, value } = work.next();
    if (done === true) {
      ended(value);
      return;
    }
  } while (clock.now() < endMs);
  clock.after(0, () => inSlices(work, clock, ended));
}
