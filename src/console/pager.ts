/**
 * Output on its way to the terminal: in pieces as small as the line can take, and a screen at a time where a person
 * reads. Owns the lines that wait and where the screen is full; never what they say. Pure.
 */

import { bytesOf } from './cells';
import type { Key } from './keys';
import { BELL, LineEditor } from './line-editor';
import { printable, rowsOf, wrap } from './lines';

/** In characters, of all that waits: as much as two whole configurations. */
export const WAITING_LIMIT = 524_288;

/** Lines that were shown are removed when there are so many: one by one, each would move the others. */
const FORGET_LINES = 256;

const MORE = '--more--';
const NOT_FOUND = '--not found--';
const SKIPPING = '...';
const ERASE_ROW = '\r\x1b[K';
const LINE_END = '\r\n';

/** What became of a key while the screen is full. */
export interface Turned {
  readonly sent: string;
  /** False for a key that is meant for the line that follows: what was still to come is then given up. */
  readonly taken: boolean;
}

export class Pager {
  private lines: string[] = [];
  /** Of the first line that was not shown. */
  private next = 0;
  private waiting = 0;
  private dropped = 0;
  private paged = false;
  /** Rows until the screen is full. */
  private room = 0;
  /** Whether nothing was shown since the last key: then a line is shown even if it is longer than the screen. */
  private isFresh = true;
  private isFull = false;
  private query: LineEditor | null = null;

  constructor(
    private columns: number,
    private rows: number,
  ) {}

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
  }

  /** Nothing waits any more. */
  get isDone(): boolean {
    return this.next === this.lines.length && this.dropped === 0;
  }

  /** Waits for a key. */
  get isWaiting(): boolean {
    return this.isFull;
  }

  /** What is put in from now on is the answer to another command. @param paged whether a person reads along */
  start(paged: boolean): void {
    this.paged = paged;
    this.room = this.rows - 1;
    this.isFresh = true;
  }

  /** Lines without line ends. What has no room any more is lost, and counted. */
  put(lines: readonly string[]): void {
    if (this.next >= FORGET_LINES) {
      this.lines.splice(0, this.next);
      this.next = 0;
    }
    for (const line of lines) {
      const size = line.length + LINE_END.length;
      if (this.dropped > 0 || this.waiting + size > WAITING_LIMIT) this.dropped += 1;
      else {
        this.waiting += size;
        this.lines.push(line);
      }
    }
  }

  /** Output of about so many bytes: whole lines, at least one, up to the end of the screen. */
  take(budget: number): string {
    let sent = '';
    for (let left = budget; left > 0 && !this.isDone && !this.isFull; ) {
      const line = this.line();
      const rows = rowsOf(line, this.columns);
      if (this.paged && rows > this.room && !this.isFresh) {
        this.isFull = true;
        return sent + MORE;
      }
      this.room -= rows;
      this.isFresh = false;
      this.shift();
      sent += line + LINE_END;
      left -= bytesOf(line) + LINE_END.length;
    }
    return sent;
  }

  /** Nothing of what waits is shown. */
  stop(): string {
    const sent = this.isFull ? ERASE_ROW : '';
    this.lines = [];
    this.next = 0;
    this.waiting = 0;
    this.dropped = 0;
    this.isFull = false;
    this.query = null;
    return sent;
  }

  /** A key while the screen is full. */
  press(key: Key): Turned {
    if (this.query !== null) return { sent: this.asked(this.query, key), taken: true };
    if (key === 'enter' || key === 'down') return this.go(1);
    if (key === 'escape' || key === 'interrupt') return { sent: this.stop(), taken: true };
    if (typeof key === 'string') return { sent: BELL, taken: true };
    if (key.text === ' ') return this.go(this.rows - 1);
    if (key.text === 'q' || key.text === 'Q') return { sent: this.stop(), taken: true };
    if (key.text === '/') {
      this.query = new LineEditor(this.columns, false);
      return {
        sent: ERASE_ROW + this.query.begin({ text: '/', hidden: false, history: null, guided: false }),
        taken: true,
      };
    }
    return { sent: this.stop(), taken: false };
  }

  private go(rows: number): Turned {
    this.isFull = false;
    this.isFresh = true;
    this.room = rows;
    return { sent: ERASE_ROW, taken: true };
  }

  /** While a text to look for is typed behind `/`. */
  private asked(query: LineEditor, key: Key): string {
    const { sent, event } = query.press(key, false);
    if (key === 'escape' || key === 'cancel' || event?.kind === 'interrupt') return this.unasked(MORE);
    if (event?.kind !== 'line') return sent;
    const found = event.text === '' ? -1 : this.find(event.text);
    if (found < 0) return this.unasked(event.text === '' ? MORE : NOT_FOUND);
    this.query = null;
    const isNext = found === this.next;
    while (this.next < found) this.shift();
    return this.go(this.rows - 2).sent + (isNext ? '' : SKIPPING + LINE_END);
  }

  private unasked(prompt: string): string {
    this.query = null;
    return ERASE_ROW + prompt;
  }

  private find(text: string): number {
    const wanted = text.toLowerCase();
    return this.lines.findIndex((line, at) => at >= this.next && line.toLowerCase().includes(wanted));
  }

  /** The next line as it is shown. */
  private line(): string {
    const line = this.lines[this.next];
    if (line !== undefined) return printable(line);
    const lost = `(${this.dropped} more lines were lost: they came faster than the terminal shows them)`;
    return wrap(lost, this.columns).join(LINE_END);
  }

  private shift(): void {
    const line = this.lines[this.next];
    if (line === undefined) {
      this.dropped = 0;
      return;
    }
    this.waiting -= line.length + LINE_END.length;
    this.next += 1;
  }
}
