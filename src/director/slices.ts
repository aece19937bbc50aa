/** Long work in slices, so that heartbeats go out between them. Pure: who runs the slices has the clock. */

/** Servers that are looked at in one go: some milliseconds on a slow machine. */
const SLICE = 32;

/** @param index of a server in its row @returns whether to stop before it */
export function isPause(index: number): boolean {
  return index > 0 && index % SLICE === 0;
}

/** Without a stop. */
export function allOf<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** @param later runs what it is given, after what else there is to do */
export function inSlices<T>(
  work: Generator<void, T>,
  later: (run: () => void) => void,
  ended: (value: T) => void,
): void {
  const { done, value } = work.next();
  if (done === true) ended(value);
  else later(() => inSlices(work, later, ended));
}
