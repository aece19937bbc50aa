/** What many seeds came to: the worst values per class of fault against their bounds, as a table for people. */

import type { Outcome } from './run';
import { type Seen, Worst } from './worst';

interface Row {
  seeds: number;
  readonly overlap: Worst;
  readonly gap: Worst;
}

/** Of another process, which cannot hand over more than values. */
export interface Part {
  readonly seeds: number;
  readonly simulatedMs: number;
  readonly rows: ReadonlyMap<string, { readonly seeds: number; readonly overlap: Seen; readonly gap: Seen }>;
}

/** Collects outcomes; a part of it that another process collected can be added. */
export class Report implements Part {
  seeds = 0;
  simulatedMs = 0;
  readonly rows = new Map<string, Row>();

  note({ faults, overlap, gap, simulatedMs }: Outcome): void {
    const [only] = faults;
    const name = only === undefined ? 'none' : faults.length > 1 ? 'several' : only;
    this.merge({ seeds: 1, simulatedMs, rows: new Map([[name, { seeds: 1, overlap, gap }]]) });
  }

  merge({ seeds, simulatedMs, rows }: Part): void {
    this.seeds += seeds;
    this.simulatedMs += simulatedMs;
    for (const [name, { seeds: count, overlap, gap }] of rows) {
      const row = this.rows.get(name) ?? { seeds: 0, overlap: new Worst(), gap: new Worst() };
      this.rows.set(name, row);
      row.seeds += count;
      row.overlap.note(overlap.seenMs, overlap.boundMs);
      row.gap.note(gap.seenMs, gap.boundMs);
    }
  }

  lines(): string[] {
    const head = line('the only fault of a seed', 'seeds', 'worst: both boxes hold', 'worst: nobody serves');
    const units = line('', '', 'ms of bound', 'ms of bound');
    const rows = [...this.rows].sort(([a], [b]) => a.localeCompare(b));
    return [
      head,
      units,
      ...rows.map(([name, { seeds, overlap, gap }]) => line(name, String(seeds), text(overlap), text(gap))),
    ];
  }
}

function line(name: string, seeds: string, overlap: string, gap: string): string {
  return `  ${name.padEnd(30)}${seeds.padStart(8)}${overlap.padStart(26)}${gap.padStart(26)}`;
}

function text({ seenMs, boundMs }: Seen): string {
  if (seenMs === 0) return '-';
  const share = `${((100 * seenMs) / boundMs).toFixed(0)} %`;
  return `${seenMs.toFixed(0)} of ${boundMs.toFixed(0)} ${share.padStart(5)}`;
}
