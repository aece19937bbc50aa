/** What the status says of a real server besides its health, as far as it says it. Pure. */

import type { ServerStatus } from '../supervisor/status';

/** Open connections and new ones in a second; null where nobody has looked into the kernel's table. */
export function countsOf({ kernel }: ServerStatus): {
  readonly connections: number | null;
  readonly rate: number | null;
} {
  return { connections: kernel?.connections?.active ?? null, rate: kernel?.rates?.connections ?? null };
}

/** Null when nobody has counted any. */
export function total(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

/** What an operator has ordered for it, or null. */
export function orderOf({ state }: ServerStatus): 'disabled' | 'draining' | null {
  return state === 'disabled' || state === 'draining' ? state : null;
}
