/**
 * What the client saw, and what it means: outages, errors, how evenly the real servers were used. Pure functions
 * over outcomes; all times in milliseconds of one monotonic clock.
 */

export interface Outcome {
  /**
   * `steady`: one of the open-loop requests; `boot`: likewise, while the pair boots and nobody is expected to answer;
   * `burst`: one of a row of requests.
   */
  readonly kind: 'steady' | 'boot' | 'burst';
  readonly startMs: number;
  readonly endMs: number;
  /** Name that the real server answered with, or null. */
  readonly server: string | null;
  readonly error: string | null;
}

/** Outcomes of requests that were started in a stretch of time. */
export function between(outcomes: readonly Outcome[], fromMs: number, toMs: number): Outcome[] {
  return outcomes.filter((outcome) => outcome.startMs >= fromMs && outcome.startMs < toMs);
}

export function failures(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter((outcome) => outcome.server === null);
}

/**
 * The longest time without a good answer: from the end of one good answer to the end of the next. A rate of 50/s
 * without any outage gives about 20 ms.
 */
export function longestGap(outcomes: readonly Outcome[]): {
  readonly fromMs: number;
  readonly lengthMs: number;
} {
  const ends = outcomes.filter((outcome) => outcome.server !== null).map((outcome) => outcome.endMs);
  ends.sort((a, b) => a - b);
  let longest = { fromMs: ends[0] ?? 0, lengthMs: ends.length < 2 ? Number.POSITIVE_INFINITY : 0 };
  for (let index = 1; index < ends.length; index += 1) {
    const lengthMs = ends[index]! - ends[index - 1]!;
    if (lengthMs > longest.lengthMs) longest = { fromMs: ends[index - 1]!, lengthMs };
  }
  return longest;
}

/** The first of `count` good answers in a row, by the times at which the requests were sent; null where there are none. */
export function firstInARow(outcomes: readonly Outcome[], count: number): Outcome | null {
  const sent = [...outcomes].sort((a, b) => a.startMs - b.startMs);
  let row = 0;
  for (const [index, { server }] of sent.entries()) {
    row = server === null ? 0 : row + 1;
    if (row === count) return sent[index - count + 1]!;
  }
  return null;
}

/** How often each real server answered. */
export function shares(outcomes: readonly Outcome[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { server } of outcomes) if (server !== null) counts.set(server, (counts.get(server) ?? 0) + 1);
  return counts;
}

/** Whether no two neighbours were answered by the same real server, and none failed. */
export function alternates(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(
    ({ server }, index) => server !== null && (index === 0 || server !== outcomes[index - 1]!.server),
  );
}

/** The middle value; with an even number the higher of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
