/**
 * A person's terminal at the end of a slow line: joins input queue, keys, line editor and pager, so that no character of
 * a paste is lost and no more output waits than the line can take. Lines are handed out one at a time: after each, what
 * comes is kept until the next prompt. Knows no command. Pure: bytes and time in, text and events out.
 *
 * To be driven so: `receive` what comes; then `step` until it gives null, and again when something came, when output was
 * sent, after `print` and `prompt`, and at `deadlineMs`.
 */

import { complete, help } from './completion';
import type { Guide } from './guidance';
import { INPUT_LIMIT_BYTES, InputQueue } from './input-queue';
import { type Key, KeyReader } from './keys';
import { LineEditor, type Prompt } from './line-editor';
import { wrap } from './lines';
import { Pager } from './pager';

/** Output that may wait for the line, apart from what one key or line of an answer causes; a second at 9600 baud. */
export const OUTPUT_LIMIT_BYTES = 1024;
/** A lone ESC is a key when nothing follows it for so long; a sequence takes 6 ms at 9600 baud, and networks pause. */
export const ESCAPE_MS = 100;
/** `?` and TAB ask for guidance when nothing follows them for so long; in a paste, something does. */
export const ASK_MS = 20;
/** A paste whose end mark was lost has ended after such a silence. */
const PASTE_QUIET_MS = 1_000;
/** xterm: DECSET 2004, bracketed paste; a VT100 ignores it. */
const PASTE_MARKS_ON = '\x1b[?2004h';
const PASTE_MARKS_OFF = '\x1b[?2004l';
const OVERFLOW = `More than ${INPUT_LIMIT_BYTES} characters came before they could be read: all of them, and what follows until the line is quiet, are thrown away.`;

export interface Size {
  readonly columns: number;
  readonly rows: number;
  /** Knows no escape sequence. */
  readonly dumb: boolean;
}

/** What terminals have when nobody tells. */
export const USUAL_SIZE: Size = { columns: 80, rows: 24, dumb: false };
/** Less is not to be worked with, and likely wrong. */
const LEAST_COLUMNS = 40;
const LEAST_ROWS = 4;
const MOST_COLUMNS = 512;

/** After each, but `overflow`, nothing is read before the next `prompt`. */
export type TerminalEvent =
  /**
   * A line, ended by Enter.
   * @param pasted whether it came faster than fingers type
   * @param burst the same number for lines between which the line was never quiet: what a paste consists of
   */
  | { readonly kind: 'line'; readonly text: string; readonly pasted: boolean; readonly burst: number }
  /** A line that cannot be one, and why. */
  | { readonly kind: 'refused'; readonly sentence: string; readonly burst: number }
  /** ^C: the line is given up, or what runs is to stop. */
  | { readonly kind: 'interrupt' }
  /** ^D on an empty line. */
  | { readonly kind: 'end' }
  /** Input was thrown away, which the terminal has said: what this burst has changed so far is to be undone. */
  | { readonly kind: 'overflow'; readonly burst: number };

export interface Step {
  readonly sent: string;
  readonly event: TerminalEvent | null;
}

export class Terminal {
  private readonly queue = new InputQueue();
  private readonly reader = new KeyReader();
  private readonly editor: LineEditor;
  private readonly pager: Pager;
  private size: Size;
  private guide: Guide | null = null;
  private wanted: Prompt | null = null;
  /** Running: a line was handed out, and no prompt came since. Covered: the editor's row is off the screen. */
  private editing: 'no' | 'covered' | 'shown' = 'no';
  /** A key that ended paging and belongs to the next line, or a question that something may yet follow. */
  private held: Key | null = null;
  private marked = false;
  /** Whether the last key came faster than fingers are. */
  private isFast = false;
  private burst = 0;
  private interrupted = false;
  private overflowed = false;
  /** Output that is older than what the next step gives. */
  private ready = '';

  constructor(size: Size) {
    this.size = sane(size);
    this.editor = new LineEditor(this.size.columns, this.size.dumb);
    this.pager = new Pager(this.size.columns, this.size.rows);
    this.ready = this.size.dumb ? '' : PASTE_MARKS_ON;
  }

  resize(size: Size): void {
    this.size = sane(size);
    this.cover();
    this.editor.resize(this.size.columns, this.size.dumb);
    this.pager.resize(this.size.columns, this.size.rows);
  }

  /** Takes bytes from the line, at most a few kilobytes at a time. */
  receive(bytes: Uint8Array, nowMs: number): void {
    const { queue } = this;
    const quietMs = nowMs - queue.lastByteMs;
    if (queue.length === 0) {
      if (quietMs >= PASTE_QUIET_MS) this.marked = false;
      if (queue.isQuiet(nowMs)) this.burst += 1;
    }
    const received = queue.receive(bytes, nowMs);
    if (received === 'interrupt') this.interrupted = true;
    if (received === 'overflow') this.overflowed = true;
  }

  /** When `step` has something to do though nothing comes and nothing is sent; null when it has not. */
  deadlineMs(unsentBytes: number): number | null {
    const takesKeys = this.pager.isWaiting || (this.pager.isDone && this.editing === 'shown');
    if (!takesKeys || unsentBytes >= OUTPUT_LIMIT_BYTES) return null;
    if (this.held !== null) return this.queue.lastByteMs + ASK_MS;
    return this.reader.isPending ? this.queue.lastByteMs + ESCAPE_MS : null;
  }

  /**
   * Lines to show, without line ends; any control characters in them are made harmless. While a line is being edited,
   * they appear above it.
   * @param paged false for what must not wait for a person, such as the lines of `ping`
   */
  print(lines: readonly string[], paged = true): void {
    if (this.editing !== 'no') {
      this.cover();
      this.pager.start(false);
    } else if (!paged) this.pager.start(false);
    this.pager.put(lines);
  }

  /** Asks for the next line, as soon as all is shown. */
  prompt(prompt: Prompt, guide: Guide | null = null): void {
    this.cover();
    this.wanted = prompt;
    this.guide = guide;
  }

  /** What puts the terminal back as it was. */
  close(): string {
    return this.size.dumb ? '' : PASTE_MARKS_OFF;
  }

  /**
   * Does the next thing.
   * @param unsentBytes of earlier output that the line has not taken yet
   * @returns null when there is nothing to do for now
   */
  step(nowMs: number, unsentBytes: number): Step | null {
    const { ready } = this;
    this.ready = '';
    const step = this.act(nowMs, unsentBytes);
    if (step === null) return ready === '' ? null : { sent: ready, event: null };
    return { sent: ready + step.sent, event: step.event };
  }

  private act(nowMs: number, unsentBytes: number): Step | null {
    if (this.overflowed) return this.overflow();
    if (this.interrupted) return this.interrupt();
    const budget = OUTPUT_LIMIT_BYTES - unsentBytes;
    if (budget <= 0) return null;
    if (this.pager.isWaiting) return this.turn(nowMs);
    if (!this.pager.isDone) return only(this.pager.take(budget));
    if (this.wanted !== null) return only(this.begin(this.wanted));
    if (this.editing === 'covered') {
      this.editing = 'shown';
      return only(this.editor.show());
    }
    return this.editing === 'shown' ? this.edit(nowMs) : null;
  }

  private begin(prompt: Prompt): string {
    this.wanted = null;
    this.editing = 'shown';
    return this.editor.begin(prompt);
  }

  /** The next key into the line. */
  private edit(nowMs: number): Step | null {
    const key = this.key(nowMs, INPUT_LIMIT_BYTES);
    if (key === null) return null;
    // What comes right behind it was not typed by someone who waits for help.
    const isFollowed = isQuestion(key) && this.queue.length > 0;
    const pasted = this.isFast || this.marked || isFollowed;
    if (isQuestion(key) && !pasted && nowMs < this.queue.lastByteMs + ASK_MS) {
      this.held = key;
      return null;
    }
    const { sent, event } = this.editor.press(key, pasted);
    if (event === null) return only(sent);
    switch (event.kind) {
      case 'help':
      case 'complete':
        return only(sent + this.guided(event.kind, event.before));
      case 'line':
        return this.handOut(sent, { ...event, pasted, burst: this.burst }, pasted);
      case 'too-long':
        return this.handOut(sent, { kind: 'refused', sentence: event.sentence, burst: this.burst }, pasted);
      default:
        return this.handOut(sent, event, pasted);
    }
  }

  private handOut(sent: string, event: TerminalEvent, pasted: boolean): Step {
    this.editing = 'no';
    this.pager.start(!this.size.dumb && !pasted);
    return { sent, event };
  }

  private guided(kind: 'help' | 'complete', before: string): string {
    const { columns, dumb } = this.size;
    if (this.guide === null) return '';
    const completion =
      kind === 'complete'
        ? complete(before, this.guide, columns)
        : ({ kind: 'list', lines: help(before, this.guide, columns) } as const);
    if (completion.kind === 'insert') return this.editor.replaceBefore(completion.from, completion.text);
    this.pager.start(!dumb);
    this.pager.put(completion.lines);
    this.editing = 'covered';
    return this.editor.leave();
  }

  /** A key while the pager waits. */
  private turn(nowMs: number): Step | null {
    const key = this.key(nowMs, 1);
    if (key === null) return null;
    const { sent, taken } = this.pager.press(key);
    if (!taken) this.held = key;
    return only(sent);
  }

  /** What is shown stops; else the line is given up; else what runs is to stop. */
  private interrupt(): Step {
    this.interrupted = false;
    this.forgetKeys();
    const isShowing = !this.pager.isDone;
    const sent = this.pager.stop();
    if (this.editing !== 'no') return isShowing ? only(sent) : this.giveUp();
    return { sent, event: this.wanted === null ? { kind: 'interrupt' } : null };
  }

  private giveUp(): Step {
    const { sent, event } = this.editor.press('interrupt', false);
    // While ^R looks for a line, only the search is given up.
    return event === null ? only(sent) : this.handOut(sent, { kind: 'interrupt' }, false);
  }

  private overflow(): Step {
    this.overflowed = false;
    this.forgetKeys();
    // The line that is being written may be the beginning of what was thrown away.
    const left = this.editor.abandon();
    const sent = this.editing === 'shown' ? left : '';
    if (this.editing !== 'no') this.editing = 'covered';
    this.pager.start(false);
    this.pager.put(wrap(OVERFLOW, this.size.columns));
    return { sent, event: { kind: 'overflow', burst: this.burst } };
  }

  /** The next key: one that was held back, one from the queue, or ESC that nothing has followed. */
  private key(nowMs: number, limit: number): Key | null {
    let key = this.held;
    this.held = null;
    while (key === null && this.queue.length > 0)
      this.queue.next(limit, (bytes, from, to, pasted) => {
        key = this.unmarked(this.reader.read(bytes, from, to));
        this.isFast = pasted;
        return this.reader.taken - from;
      });
    const isOver = nowMs >= this.queue.lastByteMs + ESCAPE_MS;
    return key === null && isOver ? this.reader.expire() : key;
  }

  /** Notes the marks around a paste, which are no keys. */
  private unmarked(key: Key | null): Key | null {
    if (key !== 'paste-start' && key !== 'paste-end') return key;
    this.marked = key === 'paste-start';
    return null;
  }

  private forgetKeys(): void {
    this.reader.expire();
    this.held = null;
    this.marked = false;
  }

  private cover(): void {
    if (this.editing !== 'shown') return;
    this.editing = 'covered';
    this.ready += this.editor.hide();
  }
}

function isQuestion(key: Key): boolean {
  return key === 'tab' || (typeof key !== 'string' && key.text === '?');
}

function only(sent: string): Step {
  return { sent, event: null };
}

function sane({ columns, rows, dumb }: Size): Size {
  return {
    columns: columns === 0 ? USUAL_SIZE.columns : Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, columns)),
    rows: rows === 0 ? USUAL_SIZE.rows : Math.max(LEAST_ROWS, rows),
    dumb,
  };
}
