/** `| match TEXT` and its like behind a command: cuts them off, and filters the lines of an answer. Pure. */

import { anyOf, nearest, type Reading, shown } from '../config/problem';
import type { Line } from '../config/text';
import type { Candidate, Guidance } from './guidance';

const PIPE = '|';
/** Filters behind one command. */
const FILTERS_LIMIT = 8;

export type Filter =
  /** Keeps lines that have the text in them, in capital letters or small ones. */
  | { readonly kind: 'match'; readonly text: string }
  | { readonly kind: 'except'; readonly text: string }
  /** Puts the number of lines in their place. */
  | { readonly kind: 'count' }
  /** Does not wait after each screen. */
  | { readonly kind: 'no-more' };

interface Piped {
  /** Before the first pipe. */
  readonly words: readonly string[];
  readonly filters: readonly Filter[];
}

const FILTERS: readonly Candidate[] = [
  { word: 'match', help: 'only lines with this text' },
  { word: 'except', help: 'only lines without this text' },
  { word: 'count', help: 'how many lines there are' },
  { word: 'no-more', help: 'without waiting after each screen' },
];
const TEXT: Candidate = {
  word: 'TEXT',
  help: 'in quotation marks if it has blanks; capital letters are like small ones',
};

/** Cuts a command off from the filters behind it. A pipe in quotation marks is none. */
export function readPipes({ words, quoted }: Line): Reading<Piped> {
  const first = words.findIndex((word, at) => word === PIPE && quoted[at] !== true);
  if (first < 0) return { ok: true, value: { words, filters: [] } };
  const filters: Filter[] = [];
  for (let at = first; at < words.length; ) {
    // The text of a filter may be a pipe itself.
    if (words[at] !== PIPE)
      return fault(`${shown(words[at]!)} is one word too many; a | or nothing may follow`);
    if (filters.length === FILTERS_LIMIT)
      return fault(`at most ${FILTERS_LIMIT} filters may follow a command`);
    const read = readFilter(words[at + 1], words[at + 2]);
    if (!read.ok) return read;
    filters.push(read.value);
    at += 'text' in read.value ? 3 : 2;
  }
  return { ok: true, value: { words: words.slice(0, first), filters } };
}

/** Lines in place of an answer's lines. */
export function applyFilters(lines: readonly string[], filters: readonly Filter[]): readonly string[] {
  let kept = lines;
  for (const filter of filters) {
    if (filter.kind === 'count') kept = [kept.length === 1 ? '1 line' : `${kept.length} lines`];
    else if (filter.kind !== 'no-more') {
      const text = filter.text.toLowerCase();
      const isWanted = filter.kind === 'match';
      kept = kept.filter((line) => line.toLowerCase().includes(text) === isWanted);
    }
  }
  return kept;
}

/** What may follow in a line with a pipe in it; null where it has none, or where a command may follow only. */
export function guidePipes(words: readonly string[]): Guidance | null {
  const last = words.lastIndexOf(PIPE);
  if (last < 1) return null;
  const [name, ...texts] = words.slice(last + 1);
  if (name === undefined) return { candidates: FILTERS, argument: null, complete: false };
  const known = FILTERS.filter(({ word }) => word.startsWith(name));
  const takesText = known.length === 1 && (known[0]!.word === 'match' || known[0]!.word === 'except');
  if (takesText && texts.length === 0) return { candidates: [], argument: TEXT, complete: false };
  return {
    candidates: known.length === 1 ? [{ word: PIPE, help: 'another filter' }] : [],
    argument: null,
    complete: known.length === 1,
  };
}

function readFilter(name: string | undefined, text: string | undefined): Reading<Filter> {
  const names = FILTERS.map(({ word }) => word);
  if (name === undefined) return fault(`${anyOf(names)} must follow the |`);
  const meant = names.filter((word) => word.startsWith(name));
  if (meant.length !== 1) {
    const near = nearest(name, names);
    const hint = near === null ? `it takes ${anyOf(names)}` : `did you mean ${near}?`;
    return fault(`unknown filter ${shown(name)} behind the |; ${hint}`);
  }
  const kind = meant[0];
  if (kind === 'count' || kind === 'no-more') return { ok: true, value: { kind } };
  if (text === undefined || text === '') return fault(`a text must follow ${kind}`);
  return { ok: true, value: { kind: kind === 'match' ? 'match' : 'except', text } };
}

function fault(error: string): Reading<never> {
  return { ok: false, error };
}
