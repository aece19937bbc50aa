/**
 * One row of a terminal, and what to send so that it shows something else: as few bytes as possible, because at 9600
 * baud each takes a millisecond. Knows what stands on the row and where the cursor is; never what it means. Pure.
 */

import { bytesOf } from './cells';

const BACKSPACE = '\b';
const RETURN = '\r';
/** VT100: EL, erase from the cursor to the end of the line. */
const ERASE = '\x1b[K';

/** Where in the row what is wanted differs from what is there: from `first` to `last`, or nowhere. */
interface Change {
  readonly first: number;
  readonly last: number;
}

export class Row {
  private cells: string[] = [];
  private at = 0;

  /** @param dumb the terminal knows no escape sequence, only backspace and carriage return */
  constructor(public dumb: boolean) {}

  /** Columns of what stands on the row. */
  get length(): number {
    return this.cells.length;
  }

  /**
   * What shows `cells` and puts the cursor at column `cursor`, counted from 0.
   * @param cells fewer than the terminal has columns: in the last one, terminals differ in where the cursor goes
   */
  draw(cells: readonly string[], cursor: number): string {
    const change = changed(this.cells, cells);
    let sent = '';
    if (change !== null) {
      sent = this.move(change.first) + cells.slice(change.first, change.last + 1).join('');
      this.at = change.last + 1;
    }
    const surplus = this.cells.length - cells.length;
    this.cells = [...cells];
    return sent + (surplus > 0 ? this.erase(surplus, cursor) : this.move(cursor));
  }

  /**
   * Adds narrow characters of ASCII at the end of the row: what nearly all typing is, without looking at the row.
   * @returns null where the cursor is elsewhere, or the row would get longer than `width`
   */
  append(text: string, width: number): string | null {
    const { length } = this.cells;
    if (this.at !== length || length + text.length > width) return null;
    for (const character of text) this.cells.push(character);
    this.at += text.length;
    return text;
  }

  /** The cursor goes to the start of the next row, which is empty. */
  leave(): string {
    this.forget();
    return '\r\n';
  }

  /** The row becomes empty. */
  clear(): string {
    return this.draw([], 0);
  }

  /** The terminal's cursor stands at the start of an empty row, whatever was there. */
  forget(): void {
    this.cells = [];
    this.at = 0;
  }

  /** Erases so many columns behind the cells, by blanks or by an escape sequence, and puts the cursor at its place. */
  private erase(count: number, cursor: number): string {
    const { length } = this.cells;
    const start = this.move(length);
    this.at = length + count;
    const blanks = ' '.repeat(count) + this.move(cursor);
    if (this.dumb) return start + blanks;
    this.at = length;
    const erased = ERASE + this.move(cursor);
    return start + (bytesOf(blanks) < bytesOf(erased) ? blanks : erased);
  }

  /** The shortest way to a column. */
  private move(to: number): string {
    const from = this.at;
    this.at = to;
    if (to === from) return '';
    const isBack = to < from;
    const steps = Math.abs(to - from);
    const ways = isBack
      ? [BACKSPACE.repeat(steps), RETURN + this.shown(0, to)]
      : // Going over what is there by sending it again.
        [this.shown(from, to)];
    if (!this.dumb) {
      ways.push(`\x1b[${steps === 1 ? '' : steps}${isBack ? 'D' : 'C'}`);
      if (isBack && to > 0) ways.push(`${RETURN}\x1b[${to === 1 ? '' : to}C`);
    }
    return ways.reduce((best, way) => (bytesOf(way) < bytesOf(best) ? way : best));
  }

  /** What stands there; blanks where nothing does. */
  private shown(from: number, to: number): string {
    return this.cells.slice(from, to).join('') + ' '.repeat(Math.max(0, to - Math.max(from, this.length)));
  }
}

function changed(old: readonly string[], wanted: readonly string[]): Change | null {
  let first = 0;
  while (first < wanted.length && wanted[first] === old[first]) first += 1;
  if (first === wanted.length) return null;
  let last = wanted.length - 1;
  while (last > first && wanted[last] === old[last]) last -= 1;
  // The second column of a wide character comes with the first.
  while (wanted[last + 1] === '') last += 1;
  return { first, last };
}
