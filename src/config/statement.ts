/** One setting as it stands in a text: the words of one `set` line. Owns how such a line is written. Pure. */

import { type Entry, SCHEMA } from './schema';
import type { Setting } from './settings';
import { LINE_LIMIT, quoteWord, splitLine } from './text';
import { HIDDEN, printValue } from './values';

export interface Statement {
  readonly entry: Entry;
  /** With arguments in place: `heartbeat serial /dev/ttyS1 baud`. */
  readonly path: string;
  /** As it would be written; null where the path says it all. */
  readonly value: string | null;
  /** The path, a blank and the value: the same for what means the same, and begins with the path and a blank. */
  readonly key: string;
}

export function statementOf(entry: Entry, path: string, value: string | null): Statement {
  return { entry, path, value, key: `${path} ${value ?? ''}` };
}

/** As it was read. */
export function stated(entry: Entry, { path, value }: Setting): Statement {
  const type = entry.value;
  return statementOf(entry, path, type === null || value === null ? null : printValue(type, value));
}

export function isSecret({ entry }: Statement): boolean {
  return entry.value?.kind === 'secret';
}

/** With `***` where a secret is. */
export function hidden(statement: Statement): Statement {
  return isSecret(statement) ? statementOf(statement.entry, statement.path, HIDDEN) : statement;
}

/** The words behind `set`. */
export function wordsOf({ path, value }: Statement): readonly string[] {
  return value === null ? path.split(' ') : [...path.split(' '), value];
}

/** What exists because of the statement, be it said or not, deepest first: a real server's weight makes the real server. */
export function presencesOf(statement: Statement): readonly Statement[] {
  const entries = presenceEntries(statement.entry);
  if (entries.length === 0) return [];
  const words = statement.path.split(' ');
  return entries.map((entry) => {
    const length = entry.path.split(' ').length;
    return length === words.length && statement.value === null
      ? statement
      : statementOf(entry, words.slice(0, length).join(' '), null);
  });
}

/** Of those that were asked for. */
const PRESENCES = new Map<Entry, readonly Entry[]>();

function presenceEntries(entry: Entry): readonly Entry[] {
  const known = PRESENCES.get(entry);
  if (known !== undefined) return known;
  const found = SCHEMA.filter(({ path, value }) => value === null && `${entry.path} `.startsWith(`${path} `));
  found.sort((a, b) => b.path.length - a.path.length);
  PRESENCES.set(entry, found);
  return found;
}

/** One line of a text. */
export interface TextLine {
  /** As written, without its end. */
  readonly text: string;
  /** None where there are only blanks and a comment. */
  readonly statements: readonly Statement[];
}

export function lineOf(statement: Statement): TextLine {
  const { path, value } = statement;
  return {
    text: value === null ? `set ${path}` : `set ${path} ${quoteWord(value)}`,
    statements: [statement],
  };
}

/**
 * The line with other statements, each in a line of its own. The comment stays with the first, or before it where it
 * has no room.
 */
export function rewritten({ text }: TextLine, statements: readonly Statement[]): readonly TextLine[] {
  const [first, ...others] = statements.map(lineOf);
  if (first === undefined) return [];
  const { blanks, comment } = endOf(text);
  if (first.text.length + blanks.length + comment.length > LINE_LIMIT)
    return [{ text: comment, statements: [] }, first, ...others];
  return [{ ...first, text: first.text + blanks + comment }, ...others];
}

/** The comment, and the blanks in front of it. */
function endOf(text: string): { readonly blanks: string; readonly comment: string } {
  const split = splitLine(text);
  const comment = split.ok ? split.value.comment : '';
  if (comment === '') return { blanks: '', comment };
  const end = text.length - comment.length;
  let start = end;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start -= 1;
  return { blanks: text.slice(start, end), comment };
}
