/** A console at the end of a serial line: a terminal whose bytes take their time both ways, and a person who looks. */

import type { Guide } from '../../../src/console/guidance';
import { History } from '../../../src/console/history';
import type { Prompt } from '../../../src/console/line-editor';
import { type Size, Terminal, type TerminalEvent, USUAL_SIZE } from '../../../src/console/terminal';
import { Vt100 } from './vt100';

const BITS_PER_BYTE = 10;
/** Longest silence that is simulated while something is still due. */
const STEP_MS = 1;
/** Steps without input until the console must rest. */
const STEPS_LIMIT = 1_000_000;

export class SerialLine {
  readonly screen: Vt100;
  readonly terminal: Terminal;
  readonly events: TerminalEvent[] = [];
  readonly history = new History();
  nowMs = 0;
  /** Output that the line has not taken yet, and the most of it that ever was. */
  unsent = '';
  mostUnsent = 0;
  sentBytes = 0;
  /** What the session does with a line: prints, and asks for the next when it is done, maybe later. */
  onEvent: (event: TerminalEvent) => void = () => this.prompt();
  guide: Guide | null = null;

  constructor(
    readonly baud = 115_200,
    size: Size = USUAL_SIZE,
  ) {
    this.screen = new Vt100(size.columns, size.rows, size.dumb);
    this.terminal = new Terminal(size);
    this.prompt();
    this.settle();
    this.sentBytes = 0;
  }

  prompt(prompt: Partial<Prompt> = {}): void {
    const usual: Prompt = { text: 'lb1# ', hidden: false, history: this.history, guided: true };
    this.terminal.prompt({ ...usual, ...prompt }, this.guide);
  }

  get lines(): string[] {
    return this.events.flatMap((event) => (event.kind === 'line' ? [event.text] : []));
  }

  /** As fingers do. */
  type(text: string): void {
    for (const key of text.match(/\x1b\[[\d;]*[A-Za-z~]|./gsu) ?? []) {
      this.pass(120);
      this.receive(key);
      this.settle();
    }
  }

  /** As a program does, at the speed of the line and in small pieces. */
  paste(text: string, pieceBytes = 1): void {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      this.pass((1000 * BITS_PER_BYTE * piece.length) / this.baud);
      this.terminal.receive(piece, this.nowMs);
      this.work();
    }
    this.settle();
  }

  receive(text: string): void {
    this.terminal.receive(new TextEncoder().encode(text), this.nowMs);
    this.work();
  }

  /** Time passes: the line takes output, and what is due happens. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= STEP_MS) {
      const part = Math.min(left, STEP_MS);
      this.nowMs += part;
      this.drain(part);
      this.work();
    }
  }

  /** Until all output is sent and nothing is due. */
  settle(): void {
    this.work();
    for (let steps = 0; this.unsent !== '' || this.terminal.deadlineMs(0) !== null; steps++) {
      if (steps > STEPS_LIMIT) throw new Error('The console never rests.');
      this.pass(STEP_MS);
    }
  }

  private credit = 0;

  private drain(ms: number): void {
    this.credit = Math.min(this.credit + (ms * this.baud) / 1000 / BITS_PER_BYTE, 64);
    const count = Math.floor(this.credit);
    this.screen.write(this.unsent.slice(0, count));
    this.unsent = this.unsent.slice(count);
    this.credit -= count;
  }

  private work(): void {
    for (;;) {
      const step = this.terminal.step(this.nowMs, this.unsent.length);
      if (step === null) break;
      this.unsent += step.sent;
      this.sentBytes += step.sent.length;
      this.mostUnsent = Math.max(this.mostUnsent, this.unsent.length);
      if (step.event === null) continue;
      this.events.push(step.event);
      if (step.event.kind !== 'overflow') this.onEvent(step.event);
    }
  }
}
