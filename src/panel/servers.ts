/** What the status says of a real server besides its health, as far as it says it. Pure. */

import type { ServerStatus } from '../supervisor/status';

/** It may be missing: nobody has looked into the kernel's table, or the server is not in it. */
type Told = ServerStatus & {
  /** `disabled` and `draining` by an operator's order; else as its health. */
  readonly state?: string;
  readonly kernel?: {
    readonly connections?: { readonly active: number };
    /** Per second. */
    readonly rates?: { readonly connections: number };
  } | null;
};

/** Open connections and new ones in a second; null where nobody counts them. */
export function countsOf({ kernel }: Told): {
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
export function orderOf({ state }: Told): 'disabled' | 'draining' | null {
  return state === 'disabled' || state === 'draining' ? state : null;
}
