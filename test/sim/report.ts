/** What many seeds came to: the worst values per class of fault against their bounds, as a table for people. */

import type { Outcome } from './run';

interface Row {
  seeds: number;
  /** Worst values, and the worst share of a bound. */
  overlapMs: number;
  overlapShare: number;
  gapMs: number;
  gapShare: number;
}

/** Collects outcomes; a part of it that another process collected can be added. */
export class Report {
  seeds = 0;
  simulatedMs = 0;
  readonly rows = new Map<string, Row>();

  note({ faults, worst, bounds, simulatedMs }: Outcome): void {
    const name = faults.length === 0 ? 'none' : faults.length > 1 ? 'several' : (faults[0] ?? '');
    this.#add(name, {
      seeds: 1,
      overlapMs: worst.overlapMs,
      overlapShare: worst.overlapMs / bounds.overlapMs,
      gapMs: worst.gapMs,
      gapShare: worst.gapMs / bounds.gapMs,
    });
    this.seeds++;
    this.simulatedMs += simulatedMs;
  }

  merge(part: Pick<Report, 'seeds' | 'simulatedMs' | 'rows'>): void {
    for (const [name, row] of part.rows) this.#add(name, row);
    this.seeds += part.seeds;
    this.simulatedMs += part.simulatedMs;
  }

  lines(): string[] {
    const title = 'worst seen, by the only fault of a seed';
    const head = `${title.padEnd(42)}${'seeds'.padStart(8)}${'both hold'.padStart(18)}${'nobody serves'.padStart(20)}`;
    const rows = [...this.rows].sort(([a], [b]) => a.localeCompare(b));
    return [head, ...rows.map(([name, row]) => line(name, row))];
  }

  #add(name: string, row: Row): void {
    const sum = this.rows.get(name);
    if (sum === undefined) {
      this.rows.set(name, { ...row });
      return;
    }
    sum.seeds += row.seeds;
    for (const key of ['overlapMs', 'overlapShare', 'gapMs', 'gapShare'] as const)
      sum[key] = Math.max(sum[key], row[key]);
  }
}

function line(name: string, { seeds, overlapMs, overlapShare, gapMs, gapShare }: Row): string {
  const overlap = `${overlapMs.toFixed(0)} ms ${percent(overlapShare)}`;
  // Several faults one after the other have no common bound.
  const gap = `${gapMs.toFixed(0)} ms ${name === 'several' ? '' : percent(gapShare)}`;
  return `  ${name.padEnd(40)}${String(seeds).padStart(8)}${overlap.padStart(18)}${gap.padStart(20)}`;
}

function percent(share: number): string {
  return `(${(100 * share).toFixed(0).padStart(3)} %)`;
}
