/**
 * The text form's lines and words: blanks, comments, quotation marks. Knows no setting. Pure.
 *
 * A word with blanks, a leading `#` or nothing in it stands in quotation marks, in which `\"` and `\\` are a
 * quotation mark and a backslash. A `#` where a word could begin starts a comment.
 */

import type { Reading } from './problem';

/** In characters; the longest sensible line is an alert with its arguments. */
export const LINE_LIMIT = 2048;
/** Lines of one configuration: some hundred services with their servers and watches. */
export const LINES_LIMIT = 2048;
/** In characters; read whole by a program that has a few megabytes. */
export const TEXT_LIMIT = 262_144;

// Each is made once: they are needed for every line of a file that is read at start.
const NEEDS_QUOTES = /[ \t"]|^#/;
const MARK = /["#\t]/;
const MORE_THAN_WORDS = /[^ !$-~]/;
const NOT_ASCII = /[^\t -~]/;
const NO_TEXT = /[\x00-\x08\x0a-\x1f\x7f\ufeff]|\p{Surrogate}/u;
const UNQUOTED = /[^ \t]+/y;
/** A backslash before anything else stands for itself. */
const QUOTED = /(?:[^"\\]+|\\["\\]?)*/y;

export interface Line {
  readonly words: readonly string[];
  /** True at the places of the words that stood in quotation marks. */
  readonly quoted: readonly boolean[];
  /** From its `#` to the end of the line; empty when there is none. */
  readonly comment: string;
}

const NONE_QUOTED: readonly boolean[] = [];

/** Words of one line; none for an empty line or a comment. */
export function splitWords(line: string): Reading<readonly string[]> {
  const split = splitLine(line);
  return split.ok ? { ok: true, value: split.value.words } : split;
}

/** As `splitWords`, with how the words were written. */
export function splitLine(line: string): Reading<Line> {
  if (line.length > LINE_LIMIT)
    return { ok: false, error: `the line has ${line.length} characters; at most ${LINE_LIMIT} are allowed` };
  // Most lines hold nothing but words and blanks.
  if (!MORE_THAN_WORDS.test(line))
    return { ok: true, value: { words: plainWords(line), quoted: NONE_QUOTED, comment: '' } };
  const bad = NOT_ASCII.test(line) ? NO_TEXT.exec(line) : null;
  if (bad !== null)
    return {
      ok: false,
      error: `character ${bad.index + 1} of the line is not a character of text (U+${codeOf(bad[0])}); remove it`,
    };
  // Up to the first quotation mark or comment, there is often no more than that either.
  const mark = line.search(MARK);
  const isPlain = mark > 0 && line[mark - 1] === ' ' && !MORE_THAN_WORDS.test(line.slice(0, mark));
  const words = isPlain ? plainWords(line.slice(0, mark)) : [];
  const quoted: boolean[] = [];
  let at = isPlain ? mark : 0;
  while (at < line.length) {
    const first = line[at]!;
    if (first === '#') break;
    if (first === ' ' || first === '\t') {
      at += 1;
    } else if (first === '"') {
      const word = quotedWord(line, at);
      if (!word.ok) return word;
      quoted[words.length] = true;
      words.push(word.value.text);
      at = word.value.end;
    } else {
      UNQUOTED.lastIndex = at;
      const word = UNQUOTED.exec(line)![0];
      if (word.includes('"'))
        return {
          ok: false,
          error: `a quotation mark stands inside a word (character ${at + word.indexOf('"') + 1}); put the whole value in quotation marks, and \\" for one inside it`,
        };
      words.push(word);
      at += word.length;
    }
  }
  return { ok: true, value: { words, quoted, comment: line.slice(at) } };
}

/** The word as `splitWords` reads it back; in quotation marks only where it needs them. */
export function quoteWord(word: string): string {
  if (word !== '' && !NEEDS_QUOTES.test(word)) return word;
  return `"${word.replace(/["\\]/g, '\\$&')}"`;
}

export function joinWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function plainWords(line: string): string[] {
  const words = line.split(' ');
  return words.includes('') ? words.filter((word) => word !== '') : words;
}

function quotedWord(line: string, start: number): Reading<{ readonly text: string; readonly end: number }> {
  QUOTED.lastIndex = start + 1;
  const inside = QUOTED.exec(line)?.[0] ?? '';
  const at = start + 1 + inside.length;
  const next = line[at + 1];
  if (at < line.length)
    return next === undefined || next === ' ' || next === '\t'
      ? { ok: true, value: { text: inside.replace(/\\(["\\])/g, '$1'), end: at + 1 } }
      : { ok: false, error: `a blank must follow the quotation mark at character ${at + 1}` };
  return {
    ok: false,
    error: `the quotation mark at character ${start + 1} is never closed; add one at the end of the value`,
  };
}

function codeOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
