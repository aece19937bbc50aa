/**
 * The settings of a text, found by path: what is set, to what, in which line, and what a setting that is not there
 * defaults to. Filled by read.ts. Knows the schema, not what settings mean together.
 */

import { type Entry, SCHEMA, TIMINGS, type Timing } from './schema';
import { readValue, type Value } from './values';

export interface Setting {
  /** As set, arguments in place: `heartbeat serial /dev/ttyS1 baud`. */
  readonly path: string;
  /** Null where the path says it all. */
  readonly value: Value | null;
  /** From 1. */
  readonly line: number;
}

const ENTRIES = new Map(SCHEMA.map((entry) => [entry.path, entry]));

/** @throws Error when there is no such setting: the program is wrong, not the text */
export function entryOf(pattern: string): Entry {
  const entry = ENTRIES.get(pattern);
  if (entry === undefined) throw new Error(`the schema has no ${pattern}`);
  return entry;
}

/** `heartbeat serial DEVICE baud` with its words in capitals replaced, in their order. */
export function fillIn(pattern: string, args: readonly (string | number)[]): string {
  let next = 0;
  return pattern.replace(/\b[A-Z]+\b/g, () => String(args[next++]));
}

export class Settings {
  private readonly settings = new Map<string, Setting[]>();
  /** Path -> the words that follow it somewhere, each with the line where it first does. */
  private readonly followers = new Map<string, Map<string, number>>();

  /** @returns the setting that it contradicts, which then stays; null when there is none */
  add(setting: Setting, many: boolean): Setting | null {
    const before = this.settings.get(setting.path) ?? [];
    if (before.some(({ value }) => value === setting.value)) return null;
    if (before.length > 0 && !many) return before[0]!;
    before.push(setting);
    this.settings.set(setting.path, before);
    this.mention(setting.path, setting.line);
    return null;
  }

  /** Makes the names in a path known, also where no value could be read: what is set badly is not missing. */
  mention(path: string, line: number): void {
    let prefix = '';
    for (const word of path.split(' ')) {
      const known = this.followers.get(prefix) ?? new Map<string, number>();
      if (!known.has(word)) known.set(word, line);
      this.followers.set(prefix, known);
      prefix = prefix === '' ? word : `${prefix} ${word}`;
    }
  }

  /** The words that follow the path, in the order of their first appearance: the names of what is set there. */
  names(pattern: string, ...args: readonly (string | number)[]): readonly string[] {
    return [...(this.followers.get(fillIn(pattern, args))?.keys() ?? [])];
  }

  all(pattern: string, ...args: readonly (string | number)[]): readonly Setting[] {
    return this.allOf(fillIn(pattern, args));
  }

  /** Like `all`, of a path with its arguments in place. */
  allOf(path: string): readonly Setting[] {
    return this.settings.get(path) ?? [];
  }

  has(pattern: string, ...args: readonly (string | number)[]): boolean {
    return this.all(pattern, ...args).length > 0;
  }

  /** Where a path is first mentioned; null when it is not. */
  line(pattern: string, ...args: readonly (string | number)[]): number | null {
    return this.lineOf(fillIn(pattern, args));
  }

  /** Like `line`, of a path with its arguments in place. */
  lineOf(path: string): number | null {
    const at = path.lastIndexOf(' ');
    return this.followers.get(path.slice(0, Math.max(at, 0)))?.get(path.slice(at + 1)) ?? null;
  }

  /** As set, else the default; null when there is neither. */
  value(pattern: string, ...args: readonly (string | number)[]): Value | null {
    const set = this.all(pattern, ...args)[0]?.value ?? null;
    const { value: type, default: fallback } = entryOf(pattern);
    if (set !== null || type === null || fallback === undefined) return set;
    const read = readValue(type, fallback);
    return read.ok ? read.value : null;
  }
}

/** The preset whose times hold where none is set. */
export function timingOf(settings: Settings): Timing {
  const set = settings.value('heartbeat timing');
  return (Object.keys(TIMINGS) as Timing[]).find((timing) => timing === set) ?? 'default';
}
