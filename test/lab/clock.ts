/**
 * The lab's time and waiting. One monotonic clock for all processes of the lab; no wait without a deadline.
 */

/** CLOCK_MONOTONIC in milliseconds: the same in every process of this machine, the arp watcher's runner included. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

const POLL_MS = 10;

/**
 * Waits until `condition` gives a value other than `null`.
 * @param what ends the sentence "No ... within N s" of the error
 * @throws Error at the deadline
 */
export async function waitFor<T>(what: string, deadlineMs: number, condition: () => T | null): Promise<T> {
  const end = monotonicMs() + deadlineMs;
  for (;;) {
    const value = condition();
    if (value !== null) return value;
    if (monotonicMs() > end) throw new Error(`No ${what} within ${(deadlineMs / 1000).toFixed(1)} s.`);
    await sleep(POLL_MS);
  }
}
