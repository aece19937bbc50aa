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

export interface Word {
  readonly text: string;
  /** It stood in quotation marks. */
  readonly quoted: boolean;
}

/** Words of one line; none for an empty line or a comment. */
export function splitWords(line: string): Reading<readonly string[]> {
  const split = splitLine(line);
  return split.ok ? { ok: true, value: split.value.map(({ text }) => text) } : split;
}

/** As `splitWords`, with how the words were written. */
export function splitLine(line: string): Reading<readonly Word[]> {
  if (line.length > LINE_LIMIT)
    return { ok: false, error: `the line has ${line.length} characters; at most ${LINE_LIMIT} are allowed` };
  const bad = /[\x00-\x08\x0a-\x1f\x7f\ufeff]|\p{Surrogate}/u.exec(line);
  if (bad !== null)
    return {
      ok: false,
      error: `character ${bad.index + 1} of the line is not a character of text (U+${codeOf(bad[0])}); remove it`,
    };
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    const first = line[at]!;
    if (first === '#') break;
    if (first === ' ' || first === '\t') {
      at += 1;
    } else if (first === '"') {
      const word = quotedWord(line, at);
      if (!word.ok) return word;
      words.push({ text: word.value.text, quoted: true });
      at = word.value.end;
    } else {
      const word = /[^ \t]+/.exec(line.slice(at))![0];
      if (word.includes('"'))
        return {
          ok: false,
          error: `a quotation mark stands inside a word (character ${at + word.indexOf('"') + 1}); put the whole value in quotation marks, and \\" for one inside it`,
        };
      words.push({ text: word, quoted: false });
      at += word.length;
    }
  }
  return { ok: true, value: words };
}

/** The word as `splitWords` reads it back; in quotation marks only where it needs them. */
export function quoteWord(word: string): string {
  if (word !== '' && !/[ \t"]|^#/.test(word)) return word;
  return `"${word.replace(/["\\]/g, '\\$&')}"`;
}

export function joinWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quotedWord(line: string, start: number): Reading<{ readonly text: string; readonly end: number }> {
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at]!;
    const next = line[at + 1];
    if (character === '\\' && (next === '"' || next === '\\')) {
      text += next;
      at += 1;
    } else if (character !== '"') {
      text += character;
    } else if (next === undefined || next === ' ' || next === '\t') {
      return { ok: true, value: { text, end: at + 1 } };
    } else {
      return { ok: false, error: `a blank must follow the quotation mark at character ${at + 1}` };
    }
  }
  return {
    ok: false,
    error: `the quotation mark at character ${start + 1} is never closed; add one at the end of the value`,
  };
}

function codeOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
