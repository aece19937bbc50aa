/**
 * The lab's judgement: checks with what was measured, and the table that ends a run. Counts and formats; what is
 * checked is the scenario's business.
 */

export interface Check {
  /** Part of the scenario, e.g. `(f) power loss, paper timing`. */
  readonly step: string;
  /** What must be true, e.g. `outage at most 5.5 s`. */
  readonly claim: string;
  readonly ok: boolean;
  /** What was seen, e.g. `5.12 s`. */
  readonly seen: string;
}

/** A measured number that nothing is asserted about here. */
export interface Measurement {
  readonly name: string;
  readonly value: string;
  /** What the design allows, where it says so. */
  readonly budget?: string;
}

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly checks: readonly Check[];
  readonly measurements: readonly Measurement[];
}

export function verdictOf(checks: readonly Check[], measurements: readonly Measurement[]): Verdict {
  const passed = checks.filter((check) => check.ok).length;
  return { passed, failed: checks.length - passed, checks, measurements };
}

export function formatVerdict(verdict: Verdict): string {
  const width = Math.max(0, ...verdict.checks.map((check) => check.claim.length)) + 2;
  const lines: string[] = [];
  let step = '';
  for (const check of verdict.checks) {
    if (check.step !== step) lines.push('', check.step);
    step = check.step;
    lines.push(`  ${check.ok ? 'pass' : 'FAIL'}  ${check.claim.padEnd(width)}${check.seen}`);
  }
  const nameWidth = Math.max(0, ...verdict.measurements.map(({ name }) => name.length)) + 2;
  if (verdict.measurements.length > 0) lines.push('', 'Measured');
  for (const { name, value, budget } of verdict.measurements) {
    lines.push(`  ${name.padEnd(nameWidth)}${value}${budget === undefined ? '' : `   (budget ${budget})`}`);
  }
  lines.push('', `${verdict.passed} passed, ${verdict.failed} failed`);
  return lines.join('\n');
}

/** Milliseconds for people: `87 ms`, `5.12 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
