/** What is wrong with a configuration, in the form in which people read it. Owns the form, never what is right. */

/** A value, or one clause that says what is wrong and what would be right. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

export interface Problem {
  readonly file: string;
  /** From 1; null where no single line is at fault, such as for something missing. */
  readonly line: number | null;
  /** The setting, e.g. `heartbeat keepalive`; empty where there is none. */
  readonly key: string;
  /** What is wrong and what would be right. */
  readonly sentence: string;
}

/** What another part finds wrong with a configuration: a monitor or an alert that it could not run. */
export interface Fault {
  /** Path of the setting. */
  readonly path: string;
  /** Which of its values, from 0, where it may have several. */
  readonly index: number;
  /** Further paths on which the fault rests: with one of these unread, it may be none. */
  readonly sources: readonly string[];
  /** What is wrong and what would be right, without the path. */
  readonly sentence: string;
}

/** Nobody reads more, and each takes memory; what is beyond is told once these are gone. */
export const PROBLEMS_LIMIT = 256;

/** `FILE:LINE: sentence`, as compilers write it. */
export function formatProblem({ file, line, sentence }: Problem): string {
  return `${line === null ? file : `${file}:${line}`}: ${sentence}`;
}

/** Longest piece of somebody's text that a sentence repeats. */
const SHOWN_CHARACTERS = 48;

/** The text in quotation marks, shortened, with anything unprintable made visible. */
export function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text);
}

/** `a, b or c`. */
export function anyOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** Names that a sentence lists; there may be hundreds. */
const LISTED_NAMES = 16;

/** `a, b, c`, and how many more there are when they are too many for a sentence. */
export function someOf(names: readonly string[]): string {
  const more = names.length - LISTED_NAMES;
  return more > 0 ? `${names.slice(0, LISTED_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

/** Longer words are not compared: no known word comes near them. */
const COMPARED_CHARACTERS = 32;

/** More names than these are not compared, or a text with nothing but mistakes would take minutes. */
const COMPARED_CANDIDATES = 64;

/** The candidate that `word` most likely was meant to be; null when none comes near. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (word.length > COMPARED_CHARACTERS) return null;
  const lower = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates.slice(0, COMPARED_CANDIDATES)) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
