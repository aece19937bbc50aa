/**
 * Brings a VT100 from the screen that it shows to another one, in few bytes: remembers what is shown, and sends only what
 * differs, the rows that matter most first. Pure.
 *
 * Sequences: CUP, CUF, EL, ED and SGR of ECMA-48 as the VT100 has them (VT100 User Guide, chapter 3). The last column is
 * never written.
 */

import { Drawing, type Grid, type Style } from './grid';

/** Cells between two differences that are rather written again than jumped over; a jump takes 3 or 4 bytes. */
const GAP_CELLS = 4;

const SGR: Readonly<Record<Style, string>> = { ' ': '', b: '1', g: '32', y: '33', r: '1;31' };
/** The character set of letters, no attributes, an empty screen. DECTCEM hides the cursor; a VT100 ignores it. */
const CLEAR = '\x0f\x1b[m\x1b[?25l\x1b[H\x1b[2J';
/** No character that is ever shown. */
const UNKNOWN = '\0';
/** Below the screen, where the next program begins to write. */
const LEAVE = '\x1b[m\x1b[?25h';

export class Painter {
  private shown: Drawing;
  /** -1: not known. */
  private row = -1;
  private column = -1;
  private pen: Style = ' ';

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    this.shown = new Drawing(columns, rows);
  }

  /** Whatever the terminal shows, it is empty after these bytes. */
  clear(): string {
    this.shown = new Drawing(this.columns, this.rows);
    this.row = 0;
    this.column = 0;
    this.pen = ' ';
    return CLEAR;
  }

  /**
   * A row may show something else: noise was on the line, or another program wrote. It is sent again by `paint`.
   * @returns bytes that bring the terminal's own state back to what is known
   */
  doubt(row: number): string {
    this.shown.text[row] = UNKNOWN.repeat(this.columns);
    this.row = -1;
    this.pen = ' ';
    return '\x0f\x1b[m';
  }

  /** Gives the terminal back, with an empty last row. */
  leave(): string {
    return `${LEAVE}\x1b[${this.rows};1H\x1b[K\r\n`;
  }

  /**
   * The next bytes towards `wanted`, which has this painter's size.
   * @param limitBytes more is left for the next call, but for what one run of cells takes
   * @returns empty when all of it is shown
   */
  paint(wanted: Grid, limitBytes: number): string {
    let bytes = '';
    for (const row of wanted.order) {
      while (bytes.length < limitBytes) {
        const sent = this.run(row, wanted.text[row]!, wanted.style[row]!);
        if (sent === '') break;
        bytes += sent;
      }
      if (bytes.length >= limitBytes) break;
    }
    return bytes;
  }

  /** The first cells of a row that differ. */
  private run(row: number, text: string, style: string): string {
    const hasText = this.shown.text[row]!;
    const hasStyle = this.shown.style[row]!;
    if (text === hasText && style === hasStyle) return '';
    const last = this.columns - 1;
    const differs = (at: number): boolean =>
      text[at] !== hasText[at] || look(text, style, at) !== look(hasText, hasStyle, at);
    let from = 0;
    while (from < last && !differs(from)) from += 1;
    if (from >= last) return '';
    const filled = text.trimEnd().length;
    const hadFilled = hasText.trimEnd().length;
    if (filled <= from && hadFilled - from > 3) return this.erase(row, from);
    let to = from + 1;
    for (let at = to; at < last && at - to <= GAP_CELLS; at++) {
      if (at >= filled && hadFilled - at > 3) break;
      if (differs(at)) to = at + 1;
    }
    const bytes = this.move(row, from) + this.write(text, style, from, to);
    this.keep(row, from, text.slice(from, to), style.slice(from, to));
    return bytes;
  }

  private erase(row: number, from: number): string {
    const bytes = `${this.move(row, from)}\x1b[K`;
    const empty = ' '.repeat(this.columns - from);
    this.keep(row, from, empty, empty);
    return bytes;
  }

  private write(text: string, style: string, from: number, to: number): string {
    let bytes = '';
    for (let at = from; at < to; at++) {
      const wanted = look(text, style, at) as Style;
      // What cannot be seen takes whatever the pen is.
      if (text[at] !== ' ' && wanted !== this.pen) {
        bytes +=
          this.pen === ' ' ? `\x1b[${SGR[wanted]}m` : `\x1b[${wanted === ' ' ? '' : `;${SGR[wanted]}`}m`;
        this.pen = wanted;
      }
      bytes += text[at];
    }
    this.column = to;
    return bytes;
  }

  /** The shortest way there. */
  private move(row: number, column: number): string {
    const { row: fromRow, column: fromColumn } = this;
    this.row = row;
    this.column = column;
    const ways = [
      `\x1b[${row === 0 && column === 0 ? '' : column === 0 ? row + 1 : `${row + 1};${column + 1}`}H`,
    ];
    if (fromRow === row && column === fromColumn) return '';
    if (fromRow === row && column > fromColumn) ways.push(forward(column - fromColumn));
    if (fromRow === row && column < fromColumn) ways.push('\b'.repeat(fromColumn - column));
    if (fromRow >= 0 && fromRow <= row && row - fromRow <= 3)
      ways.push(`\r${'\n'.repeat(row - fromRow)}${forward(column)}`);
    return ways.reduce((best, way) => (way.length < best.length ? way : best));
  }

  private keep(row: number, from: number, text: string, style: string): void {
    const { text: texts, style: styles } = this.shown;
    texts[row] = texts[row]!.slice(0, from) + text + texts[row]!.slice(from + text.length);
    styles[row] = styles[row]!.slice(0, from) + style + styles[row]!.slice(from + style.length);
  }
}

function forward(cells: number): string {
  return cells === 0 ? '' : cells === 1 ? '\x1b[C' : `\x1b[${cells}C`;
}

/** A blank looks the same in all styles: there is no background. */
function look(text: string, style: string, at: number): string {
  return text[at] === ' ' ? ' ' : style[at]!;
}
