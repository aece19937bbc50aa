/**
 * Shapes what is shown: lines of text for a terminal of so many columns. Owns the form, never what is said. Pure.
 *
 * Only sentences and lists are broken at the margin: a line of a configuration stays whole, so that what is copied from
 * the screen can be pasted again.
 */

import { columnsOf } from './cells';

/** Between the columns of a table. */
const GAP = '  ';
/** A column of a table that is not the last takes at most this part of a row. */
const COLUMN_SHARE = 0.5;
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f]/g;

/**
 * The line without control characters: what a server or a peer said must not give orders to the terminal. They are shown
 * as `^X`, a tab as blanks.
 */
export function printable(line: string): string {
  return line.replace(UNPRINTABLE, (character) => {
    if (character === '\t') return GAP;
    const code = character.charCodeAt(0);
    return code < 0x80 ? `^${String.fromCharCode(code ^ 0x40)}` : '?';
  });
}

/** Rows that a line takes on the screen. */
export function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(columnsOf(line) / columns));
}

/**
 * Breaks a sentence into lines, between words where it can.
 * @param columns of the terminal; its last column stays empty, because terminals differ in what follows it
 * @param indent blanks before all lines but the first
 */
export function wrap(text: string, columns: number, indent = 0): string[] {
  const width = Math.max(1, columns - 1 - indent);
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const whole = line === '' ? word : `${line} ${word}`;
    if (columnsOf(whole) <= width) {
      line = whole;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = cut(word, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  lines.push(line);
  return lines.map((one, at) => (at === 0 ? one : margin + one));
}

/**
 * Rows with aligned columns. The last column is broken into lines under itself where it is too long.
 * @param margin blanks before each line
 */
export function table(rows: readonly (readonly string[])[], columns: number, margin = 0): string[] {
  const limit = Math.floor(columns * COLUMN_SHARE);
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.slice(0, -1).entries())
      widths[at] = Math.min(limit, Math.max(widths[at] ?? 0, columnsOf(cell)));
  return rows.flatMap((row) => {
    let line = ' '.repeat(margin);
    for (const [at, cell] of row.slice(0, -1).entries()) line += pad(cell, widths[at] ?? 0) + GAP;
    const last = row.at(-1) ?? '';
    const indent = columnsOf(line);
    const [first = '', ...more] = wrap(last, columns - indent);
    return [line + first, ...more.map((one) => ' '.repeat(indent) + one)].map((one) => one.trimEnd());
  });
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnsOf(text)));
}

/** A word in pieces of at most so many columns; its last piece is last. */
function cut(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let room = width;
  for (const character of word) {
    const columns = columnsOf(character);
    if (columns > room && piece !== '') {
      pieces.push(piece);
      piece = '';
      room = width;
    }
    piece += character;
    room -= columns;
  }
  return [...pieces, piece];
}
