/**
 * The panel on a VT100 terminal: keeps the screen as the view is, asks the terminal for its size, and mends what noise has
 * done to the screen, one row after the other. Pure.
 */

import type { Grid } from './grid';
import { Painter } from './painter';
import { bytesOf, type Renderer } from './renderer';
import { drawScreen, type ScreenSize, screenSize } from './screen';
import type { PanelView } from './view';

/** Sent in one go; what becomes known meanwhile waits for no more than this. */
const CHUNK_BYTES = 64;
/** A row is sent again, and the terminal asked, so often: 2 % of a line of 9600 bits/s. */
export const CARE_MS = 5_000;
/** Far below on the right, where the cursor cannot be: DSR of ECMA-48 asks where it is. */
const ASK = '\x1b[999;999H\x1b[6n';
const USUAL: ScreenSize = { columns: 80, rows: 24 };
/** Less is no screen, but noise. */
const LEAST: ScreenSize = { columns: 20, rows: 4 };
/** Of an answer, from ESC to its last number. */
const ANSWER_CHARACTERS = 10;
const ESC = 27;

export class TerminalPanel implements Renderer<PanelView> {
  private painter: Painter;
  private wanted: Grid | null = null;
  private view: PanelView | null = null;
  private careMs = 0;
  private row = 0;
  private isFresh = false;
  /** For the answer to the last question. */
  private isWaiting = false;
  /** The question before that was not answered. */
  private isAway = false;
  /** What came of an answer so far. */
  private answer: string | null = null;

  /** @param size null where nobody told it; then the terminal is asked */
  constructor(
    private readonly size: ScreenSize | null,
    private readonly endsAtEnter = true,
  ) {
    this.painter = painterOf(size ?? USUAL);
  }

  show(view: PanelView): void {
    this.view = view;
    this.wanted = drawScreen(view, this.painter);
  }

  restart(): void {
    this.isFresh = false;
  }

  receive(bytes: Uint8Array): boolean {
    for (const byte of bytes) {
      const isEnter = byte === 13 || byte === 10;
      if (isEnter && this.answer === null && this.endsAtEnter) return true;
      this.read(byte);
    }
    return false;
  }

  take(nowMs: number): Uint8Array {
    const { painter, wanted } = this;
    if (wanted === null) return bytesOf('');
    if (!this.isFresh) {
      this.isFresh = true;
      this.careMs = nowMs;
      return bytesOf(painter.clear() + painter.paint(wanted, CHUNK_BYTES));
    }
    const bytes = painter.paint(wanted, CHUNK_BYTES);
    if (bytes !== '' || nowMs < this.careMs) return bytesOf(bytes);
    return bytesOf(this.care(nowMs) + painter.paint(wanted, CHUNK_BYTES));
  }

  dueMs(): number | null {
    return this.wanted === null ? null : this.careMs;
  }

  /** Gives the terminal back. */
  leave(): Uint8Array {
    return bytesOf(this.painter.leave());
  }

  private care(nowMs: number): string {
    this.careMs = nowMs + CARE_MS;
    this.row = (this.row + 1) % this.painter.rows;
    const mended = this.painter.doubt(this.row);
    if (this.size !== null) return mended;
    this.isAway ||= this.isWaiting;
    this.isWaiting = true;
    return mended + ASK;
  }

  private read(byte: number): void {
    if (byte === ESC) this.answer = '';
    else if (this.answer !== null) {
      this.answer += String.fromCharCode(byte);
      const [whole, rows, columns] = /^\[(\d+);(\d+)R$/.exec(this.answer) ?? [];
      if (whole !== undefined) this.fit({ columns: Number(columns), rows: Number(rows) });
      const goesOn = /^\[[\d;]*$/.test(this.answer) && this.answer.length < ANSWER_CHARACTERS;
      if (!goesOn) this.answer = null;
    }
  }

  /** The terminal has this size. One that was not there before has an empty screen, or something else on it. */
  private fit(size: ScreenSize): void {
    const isNew = this.isAway;
    this.isAway = false;
    this.isWaiting = false;
    if (size.columns < LEAST.columns || size.rows < LEAST.rows) return;
    const { columns, rows } = screenSize(size);
    const isOther = columns !== this.painter.columns || rows !== this.painter.rows;
    if (!isNew && !isOther) return;
    this.isFresh = false;
    if (!isOther) return;
    this.painter = painterOf(size);
    if (this.view !== null) this.wanted = drawScreen(this.view, this.painter);
  }
}

function painterOf(size: ScreenSize): Painter {
  const { columns, rows } = screenSize(size);
  return new Painter(columns, rows);
}
