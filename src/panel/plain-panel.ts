/**
 * The panel where no screen can be drawn: a line when something has changed, and from time to time. On a dumb terminal
 * Enter ends it; on a port of its own nothing does. Pure.
 */

import { printable } from './grid';
import { bytesOf, type Renderer } from './renderer';

/** Longer lines are cut. */
const LINE_CHARACTERS = 500;

export interface PlainOptions {
  /** A line comes at least so often. */
  readonly intervalMs: number;
  /** Only then, not for each change. */
  readonly onlyThen: boolean;
  readonly endsAtEnter: boolean;
}

export class PlainPanel implements Renderer<string> {
  private line: string | null = null;
  private told = '';
  private nextMs = 0;

  constructor(private readonly options: PlainOptions) {}

  /** @param line holds from now on */
  show(line: string): void {
    this.line = printable(line).slice(0, LINE_CHARACTERS);
  }

  restart(nowMs: number): void {
    this.nextMs = nowMs;
  }

  receive(bytes: Uint8Array): boolean {
    return this.options.endsAtEnter && bytes.some((byte) => byte === 13 || byte === 10);
  }

  take(nowMs: number): Uint8Array {
    const { line, options } = this;
    if (line === null) return bytesOf('');
    const isNew = !options.onlyThen && withoutCounts(line) !== this.told;
    if (!isNew && nowMs < this.nextMs) return bytesOf('');
    this.told = withoutCounts(line);
    this.nextMs = nowMs + options.intervalMs;
    return bytesOf(`${line}\r\n`);
  }

  dueMs(): number | null {
    return this.line === null ? null : this.nextMs;
  }
}

function withoutCounts(line: string): string {
  return line.replace(/ conn=\S+/, '');
}
