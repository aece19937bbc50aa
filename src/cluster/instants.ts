/** Instants on the monotonic clock, in milliseconds, that have no date; and how parts say when they need to be woken. */

export const LONG_AGO_MS = Number.NEGATIVE_INFINITY;
export const NEVER_MS = Number.POSITIVE_INFINITY;

/** `atMs` when that is still to come, else never. */
export function ahead(atMs: number, nowMs: number): number {
  return atMs > nowMs ? atMs : NEVER_MS;
}
