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

type Args = readonly (string | number)[];

/** The words of patterns, null for those in capitals. Each is taken apart once: a box of that age reads its file at start. */
const PATTERNS = new Map<string, readonly (string | null)[]>();

function wordsOf(pattern: string): readonly (string | null)[] {
  const known = PATTERNS.get(pattern);
  if (known !== undefined) return known;
  const words = pattern.split(' ').map((word) => (word === word.toUpperCase() ? null : word));
  PATTERNS.set(pattern, words);
  return words;
}

/** `heartbeat serial DEVICE baud` with its words in capitals replaced, in their order. */
export function fillIn(pattern: string, args: Args): string {
  if (args.length === 0) return pattern;
  let next = 0;
  return wordsOf(pattern)
    .map((word) => word ?? args[next++])
    .join(' ');
}

/** Defaults as values, of those that were asked for. */
const DEFAULTS = new Map<string, Value | null>();

function defaultOf(pattern: string): Value | null {
  const known = DEFAULTS.get(pattern);
  if (known !== undefined) return known;
  const { value: type, default: word } = entryOf(pattern);
  const read = type === null || word === undefined ? null : readValue(type, word);
  const value = read?.ok ? read.value : null;
  DEFAULTS.set(pattern, value);
  return value;
}

/** Where the words of a path lead, be it that something is set there or not. For others to read. */
export interface Point {
  /** The line that leads here first. */
  readonly line: number;
  /** In the order of their first appearance; null where nothing follows. */
  next: Map<string, Point> | null;
  set: readonly Setting[];
}

const NOTHING: readonly Setting[] = [];

export class Settings {
  readonly root: Point = { line: 0, next: null, set: NOTHING };

  /**
   * Goes on by one word, which makes it known: what is set badly is not missing.
   * @param from the root, or what this returned before
   */
  lead(from: Point, word: string, line: number): Point {
    from.next ??= new Map();
    const known = from.next.get(word);
    if (known !== undefined) return known;
    const point = { line, next: null, set: NOTHING };
    from.next.set(word, point);
    return point;
  }

  /** @returns the setting that it contradicts, which then stays; null when there is none */
  add(at: Point, setting: Setting, many: boolean): Setting | null {
    if (at.set.some(({ value }) => value === setting.value)) return null;
    if (at.set.length > 0 && !many) return at.set[0]!;
    at.set = at.set.length === 0 ? [setting] : [...at.set, setting];
    return null;
  }

  /** The words that follow the path, in the order of their first appearance: the names of what is set there. */
  names(pattern: string, ...args: Args): readonly string[] {
    return [...(this.find(pattern, args)?.next?.keys() ?? [])];
  }

  all(pattern: string, ...args: Args): readonly Setting[] {
    return this.find(pattern, args)?.set ?? NOTHING;
  }

  /** Like `all`, of a path with its arguments in place. */
  allOf(path: string): readonly Setting[] {
    return this.follow(path)?.set ?? NOTHING;
  }

  has(pattern: string, ...args: Args): boolean {
    return this.all(pattern, ...args).length > 0;
  }

  /** Where a path is first mentioned; null when it is not. */
  line(pattern: string, ...args: Args): number | null {
    return this.find(pattern, args)?.line ?? null;
  }

  /** Like `line`, of a path with its arguments in place. */
  lineOf(path: string): number | null {
    return this.follow(path)?.line ?? null;
  }

  /** As set, else the default; null when there is neither. */
  value(pattern: string, ...args: Args): Value | null {
    return this.all(pattern, ...args)[0]?.value ?? defaultOf(pattern);
  }

  private find(pattern: string, args: Args): Point | undefined {
    let point: Point | undefined = this.root;
    let next = 0;
    for (const word of wordsOf(pattern)) {
      point = point.next?.get(word ?? String(args[next++]));
      if (point === undefined) break;
    }
    return point;
  }

  private follow(path: string): Point | undefined {
    let point: Point | undefined = this.root;
    for (const word of path.split(' ')) {
      point = point.next?.get(word);
      if (point === undefined) break;
    }
    return point;
  }
}

/** The preset whose times hold where none is set. */
export function timingOf(settings: Settings): Timing {
  const set = settings.value('heartbeat timing');
  return (Object.keys(TIMINGS) as Timing[]).find((timing) => timing === set) ?? 'default';
}
