/**
 * The raw results: one JSON file for each part and system in out/bench, written when the part is done, so that a run
 * that was broken off goes on where it was. Interprets nothing.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

export const OUT = 'out/bench';
/** A machine with more runnable programs than this, before a part begins, has other things to do. */
export const BUSY_LOAD = 3;

export interface Stored<T = unknown> {
  readonly part: string;
  readonly system: string;
  /** When it was done, ISO 8601. */
  readonly at: string;
  /** Load average of the last minute, before and after. */
  readonly load: { readonly before: number; readonly after: number };
  readonly machine: string;
  readonly bootMs: number | null;
  readonly value: T;
}

export const fileOf = (part: string, system: string): string => join(OUT, `${part}.${system}.json`);

export function readResult<T>(part: string, system: string): Stored<T> | null {
  const file = fileOf(part, system);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stored<T>) : null;
}

export function writeResult(result: Stored): void {
  mkdirSync(OUT, { recursive: true });
  writeFileSync(fileOf(result.part, result.system), `${JSON.stringify(result, null, 1)}\n`);
}

export function load(): number {
  return Math.round(loadavg()[0]! * 100) / 100;
}

/** The kind of machine, for whoever reads the figures. */
export function machine(): string {
  const all = cpus();
  return `${all.length} x ${all[0]?.model.trim() ?? 'unknown processor'}`;
}
