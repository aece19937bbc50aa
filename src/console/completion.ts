/**
 * What `?` shows and TAB inserts, from what may stand next. Owns the form and the cutting of an unfinished line into
 * words; what may stand where is the guide's. Pure.
 */

import { shown } from '../config/problem';
import type { Candidate, Guidance, Guide } from './guidance';
import { table, wrap } from './lines';

/** Candidates of a list; there may be hundreds of servers. */
const LISTED_CANDIDATES = 100;
/** Blanks before the lines of a list. */
const MARGIN = 2;
const CLOSED = /^"((?:[^"\\]|\\.)*)"$/s;
const END: Candidate = { word: '<Enter>', help: 'the line may end here' };

export type Completion =
  /** `text` takes the place of what stands before the cursor from place `from` of the line. */
  | { readonly kind: 'insert'; readonly from: number; readonly text: string }
  | { readonly kind: 'list'; readonly lines: readonly string[] };

interface Unfinished {
  /** Whole words, without quotation marks. */
  readonly words: readonly string[];
  /** What stands right before the cursor, as it was typed, and where; empty behind a blank. */
  readonly last: string;
  readonly from: number;
}

/** Cuts a line that may end anywhere, also in quotation marks. */
export function unfinished(before: string): Unfinished {
  const words: string[] = [];
  let from = 0;
  for (let at = 0; at <= before.length; ) {
    while (before[at] === ' ' || before[at] === '\t') at += 1;
    from = at;
    at = wordEnd(before, at);
    if (at >= before.length) break;
    words.push(unquoted(before.slice(from, at)));
  }
  return { words, last: before.slice(from), from };
}

/** The lines that `?` shows. */
export function help(before: string, guide: Guide, columns: number): readonly string[] {
  const { words, last } = unfinished(before);
  const guidance = guide(words);
  if (!guidance.ok) return wrap(guidance.error, columns);
  const fitting = matching(guidance.value, last);
  return fitting.length > 0 || last === ''
    ? list(guidance.value, fitting, last === '', columns)
    : unknown(guidance.value, last, columns);
}

/** What TAB does: inserts what is certain, or shows what there is to choose from. */
export function complete(before: string, guide: Guide, columns: number): Completion {
  const { words, last, from } = unfinished(before);
  const guidance = guide(words);
  if (!guidance.ok) return { kind: 'list', lines: wrap(guidance.error, columns) };
  const fitting = matching(guidance.value, last);
  const [first] = fitting;
  if (first === undefined)
    return {
      kind: 'list',
      lines: last === '' ? list(guidance.value, [], true, columns) : unknown(guidance.value, last, columns),
    };
  // Where any word of a form may stand, and none is begun, nothing is certain.
  const isCertain = last !== '' || guidance.value.argument === null;
  if (isCertain && fitting.length === 1) return { kind: 'insert', from, text: `${first.word} ` };
  const common = fitting.map(({ word }) => word).reduce(commonStart);
  if (isCertain && unquoted(common).length > unquoted(last).length)
    return { kind: 'insert', from, text: common };
  return { kind: 'list', lines: list(guidance.value, fitting, last === '', columns) };
}

function matching({ candidates }: Guidance, last: string): readonly Candidate[] {
  const start = unquoted(last);
  return candidates.filter(({ word }) => unquoted(word).startsWith(start));
}

function list(
  { argument, complete }: Guidance,
  fitting: readonly Candidate[],
  atWordStart: boolean,
  columns: number,
): string[] {
  const told = fitting.slice(0, LISTED_CANDIDATES);
  if (argument !== null) told.push(argument);
  if (complete && atWordStart) told.push(END);
  if (told.length === 0) return ['Nothing may follow here.'];
  const lines = table(
    told.map(({ word, help }) => [word, help]),
    columns,
    MARGIN,
  );
  const more = fitting.length - LISTED_CANDIDATES;
  return more > 0 ? [...lines, `${' '.repeat(MARGIN)}and ${more} more`] : lines;
}

/** For a word that begins like none of the candidates. */
function unknown(guidance: Guidance, last: string, columns: number): string[] {
  if (guidance.argument !== null) return list({ ...guidance, complete: false }, [], false, columns);
  const sentence = `Nothing here begins with ${shown(unquoted(last))}.`;
  if (guidance.candidates.length === 0) return wrap(sentence, columns);
  return [...wrap(sentence, columns), ...list(guidance, guidance.candidates, false, columns)];
}

function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

/** Where the word that starts at `start` ends: at a blank, or behind its closing quotation mark. */
function wordEnd(line: string, start: number): number {
  let at = start;
  if (line[at] !== '"') {
    while (at < line.length && line[at] !== ' ' && line[at] !== '\t') at += 1;
    return at;
  }
  at += 1;
  while (at < line.length && line[at] !== '"') at += line[at] === '\\' ? 2 : 1;
  // A closed word still stands right before the cursor.
  return Math.min(at + 1, line.length);
}

/** The text of a word as it was typed, whether or not its quotation marks are closed. */
function unquoted(word: string): string {
  if (!word.startsWith('"')) return word;
  return (CLOSED.exec(word)?.[1] ?? word.slice(1)).replace(/\\(["\\])/g, '$1');
}
