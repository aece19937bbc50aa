/** What the benchmark has measured, as text. Pure. */

import type { BoxReport } from './box-checks';
import type { ReconcileReport } from './box-reconcile';

export interface CheckRow extends BoxReport {
  readonly servers: number;
  /** Of the checks that were due. */
  readonly done: number;
  readonly lateCheckMs: number;
  /** The latest heartbeat, as it came out of the box; while it started, and afterwards. */
  readonly lateBeatMs: number;
  readonly lateBeatAtStartMs: number;
  readonly beats: number;
}

export interface MonRow {
  readonly servers: number;
  readonly all: number;
  readonly residentBytes: number;
  readonly done: number;
  readonly lateCheckMs: number;
}

const share = (part: number): string => `${(100 * part).toFixed(1)} %`;
const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

export function table(
  checks: readonly CheckRow[],
  changes: ReconcileReport | null,
  mon: readonly MonRow[],
): string {
  return [
    checksTable(checks),
    changes === null ? '' : changesText(changes),
    mon.length === 0 ? '' : monTable(mon),
    ratios(checks, mon),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function checksTable(rows: readonly CheckRow[]): string {
  const head = [
    'understudy',
    'up',
    'CPU own',
    'CPU box',
    'RSS',
    'checks done',
    'latest check',
    'latest beat',
    'at start',
    'latest timer',
  ];
  const cells = rows.map((row) => [
    `${row.servers} servers`,
    String(row.up),
    share(row.own),
    share(row.all),
    mega(row.residentBytes),
    row.servers === 0 ? '-' : share(row.done),
    row.servers === 0 ? '-' : ms(row.lateCheckMs),
    ms(row.lateBeatMs),
    ms(row.lateBeatAtStartMs),
    ms(row.latenessMs),
  ]);
  return rows.length === 0 ? '' : columns([head, ...cells]);
}

function changesText({ addMs, takeOutMs, putInMs, latenessMs }: ReconcileReport): string {
  return columns([
    ['all servers at once', 'put in at first', 'taken out', 'put in again', 'latest timer'],
    ['', ms(addMs), ms(takeOutMs), ms(putInMs), ms(latenessMs)],
  ]);
}

function monTable(rows: readonly MonRow[]): string {
  const head = ['mon', 'CPU box', 'RSS without monitors', 'checks done', 'latest check'];
  const cells = rows.map((row) => [
    `${row.servers} servers`,
    share(row.all),
    mega(row.residentBytes),
    share(row.done),
    ms(row.lateCheckMs),
  ]);
  return columns([head, ...cells]);
}

/** Processor time per check: all of the box's, less what it spends without any server. */
function ratios(checks: readonly CheckRow[], mon: readonly MonRow[]): string {
  const idle = checks.find(({ servers }) => servers === 0);
  const many = checks.at(-1);
  const best = mon.filter(({ done }) => done >= 0.9).at(-1) ?? mon[0];
  if (many === undefined || many.servers === 0 || best === undefined) return '';
  const each = (row: { all: number; servers: number; done: number }, without: number): number =>
    (row.all - without) / (row.servers * row.done);
  const ratio = each(best, 0) / each(many, idle?.all ?? 0);
  return `one check of mon costs as much of the box as ${ratio.toFixed(0)} of understudy's (with ${best.servers} and ${many.servers} servers)`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')).join('\n');
}
