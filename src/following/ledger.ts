/**
 * What operators have said of single things of the pair, a real server or a watch, as both boxes are to hold it: of each
 * thing the newest entry. Owns which one that is, and the text form; knows nothing of what the things are. Pure.
 *
 * The rule: an operator's word gets a number one higher than any that its box has seen, and of two entries for one thing
 * the higher number counts; of equal numbers, given while the boxes did not hear each other, the node's name that sorts
 * last. No clock is asked. That nothing is ordered any more is an entry, too: a box that was away must learn of it.
 */

import { mixed, textHash } from '../config/hash';

export interface Entry {
  /** Counts up over the whole pair. */
  readonly revision: number;
  /** Of the box where it was said. */
  readonly node: string;
  /** E.g. `server 10.0.0.21:80 of tcp 192.0.2.10:80`. */
  readonly about: string;
  /** E.g. `disable`; empty: nothing any more. */
  readonly says: string;
}

/** Entries that are kept, those that say nothing any more included; of more, the newest. */
export const ENTRIES_LIMIT = 4096;
/** Characters of an entry as it is written in a letter. */
export const LINE_UNITS = 380;

const LINE = /^([1-9]\d{0,14}) ([\w.-]{1,64}) ([^\t\n]+)\t([^\t\n]*)$/;

export class Ledger {
  /** Those that came last are last. */
  private readonly entries = new Map<string, Entry>();
  private newest = 0;
  /** Of what each line comes to: the same whatever the order. */
  private sum = 0;

  /** The same on two boxes that have the same entries. */
  get digest(): string {
    return `${this.entries.size}-${(this.sum >>> 0).toString(16)}`;
  }

  get size(): number {
    return this.entries.size;
  }

  /** Those that say something, the oldest first. */
  said(): readonly Entry[] {
    return [...this.entries.values()].filter(({ says }) => says !== '');
  }

  /** What is said of it; empty for nothing. */
  get(about: string): string {
    return this.entries.get(about)?.says ?? '';
  }

  /** An operator of this box has said so. @returns false where it cannot be kept: too long, or not one line */
  say(about: string, says: string, node: string): boolean {
    const entry = { revision: this.newest + 1, node, about, says };
    if (readEntry(printEntry(entry)) === null) return false;
    this.put(entry);
    return true;
  }

  /** Another box has this. @returns whether it is news */
  merge(entry: Entry): boolean {
    this.newest = Math.max(this.newest, entry.revision);
    const own = this.entries.get(entry.about);
    if (own !== undefined && !isNewer(entry, own)) return false;
    this.put(entry);
    return this.entries.get(entry.about) === entry;
  }

  /** As letters have them, the last that came first. @param from how many to pass over; up to so many characters */
  lines(from: number, unitsLimit: number): readonly string[] {
    const entries = [...this.entries.values()];
    const lines: string[] = [];
    let units = -1;
    for (let at = entries.length - 1 - from; at >= 0; at--) {
      const line = printEntry(entries[at]!);
      units += unitsOf(line) + 1;
      if (units > unitsLimit) break;
      lines.push(line);
    }
    return lines;
  }

  print(): string {
    return [...this.entries.values()].map((entry) => `${printEntry(entry)}\n`).join('');
  }

  private put(entry: Entry): void {
    this.newest = Math.max(this.newest, entry.revision);
    this.remove(entry.about);
    this.entries.set(entry.about, entry);
    this.sum = (this.sum + hashOf(entry)) | 0;
    if (this.entries.size > ENTRIES_LIMIT) this.removeOldest();
  }

  private remove(about: string): void {
    const entry = this.entries.get(about);
    if (entry === undefined) return;
    this.entries.delete(about);
    this.sum = (this.sum - hashOf(entry)) | 0;
  }

  /** By number, not by when they came: so that both boxes keep the same. */
  private removeOldest(): void {
    let oldest: Entry | null = null;
    for (const entry of this.entries.values()) if (oldest === null || isNewer(oldest, entry)) oldest = entry;
    if (oldest !== null) this.remove(oldest.about);
  }
}

/** @returns what was kept, and how many lines of it are no entries */
export function readLedger(text: string): { readonly ledger: Ledger; readonly bad: number } {
  const ledger = new Ledger();
  let bad = 0;
  for (const line of text.split('\n')) {
    const entry = readEntry(line);
    if (entry !== null) ledger.merge(entry);
    else if (line !== '') bad += 1;
  }
  return { ledger, bad };
}

/** One line, without its end. */
export function printEntry({ revision, node, about, says }: Entry): string {
  return `${revision} ${node} ${about}\t${says}`;
}

/** @returns null for what is no entry, or too long for a letter */
export function readEntry(line: string): Entry | null {
  const [, revision, node = '', about = '', says = ''] = LINE.exec(line) ?? [];
  if (revision === undefined || unitsOf(line) > LINE_UNITS) return null;
  return { revision: Number(revision), node, about, says };
}

/** As a letter has it; infinite for what no letter can have: half of a pair of surrogates. */
export function unitsOf(line: string): number {
  // What is longer as it is need not be written.
  if (line.length > LINE_UNITS) return Number.POSITIVE_INFINITY;
  try {
    return encodeURIComponent(line).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A box that lost its power before the disk had its word may give a number twice: then what it says decides. */
function isNewer(one: Entry, other: Entry): boolean {
  if (one.revision !== other.revision) return one.revision > other.revision;
  if (one.node !== other.node) return one.node > other.node;
  return one.says > other.says;
}

function hashOf(entry: Entry): number {
  return mixed(textHash(printEntry(entry)));
}
