/**
 * The terminal that this program was started on: raw while it is used, put back afterwards, and never waited for. Knows no
 * key and no screen.
 */

import * as sys from 'sys';
import type { Result } from '../host';
import { failure, refusal, success } from './failure';
import { readFile } from './files';
import { ERRNO, O } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { textBytes } from './text';

/** A descriptor of our own, so that nothing changes for those who share the one that we were given. */
const TERMINAL = '/proc/self/fd/0';
const MODE_BYTES = 60;
const CHUNK_BYTES = 1024;

export interface TerminalHandler {
  onData(bytes: Uint8Array): void;
  /** The line has taken all that was sent. */
  onDrained(): void;
  /** The other end has hung up. */
  onGone(): void;
}

export class TerminalLine {
  private readonly watcher: Watcher;
  private queue: Uint8Array[] = [];
  private queued = 0;

  private constructor(
    private readonly fd: number,
    private readonly mode: ArrayBuffer,
    private readonly handler: TerminalHandler,
  ) {
    this.watcher = loop.watch(fd, { readable: () => this.read(), writable: () => this.write() });
    this.watcher.want(true, false);
  }

  static open(handler: TerminalHandler): Result<TerminalLine> {
    const fd = sys.open(TERMINAL, O.RDWR, 0);
    if (fd < 0) return failure(refusal('open the terminal', fd));
    const mode = new ArrayBuffer(MODE_BYTES);
    const raw = sys.terminalRaw(fd, mode);
    if (raw >= 0) return success(new TerminalLine(fd, mode, handler));
    sys.close(fd);
    return failure(`the console needs a terminal: ${refusal('use the standard input as one', raw)}`);
  }

  /** Columns and rows; 0 where nobody told them. */
  get size(): readonly [columns: number, rows: number] {
    const size = sys.terminalSize(this.fd);
    return typeof size === 'number' ? [0, 0] : size;
  }

  /** Bytes that have not left this machine yet. */
  get unsentBytes(): number {
    return this.queued + Math.max(0, sys.outputQueued(this.fd));
  }

  send(text: string): void {
    const bytes = textBytes(text);
    this.queue.push(bytes);
    this.queued += bytes.length;
    this.watcher.want(true, true);
  }

  close(): void {
    this.watcher.stop();
    sys.terminalRestore(this.fd, this.mode);
    sys.close(this.fd);
  }

  private read(): void {
    const chunk = new ArrayBuffer(CHUNK_BYTES);
    const count = sys.read(this.fd, chunk, 0, CHUNK_BYTES);
    if (count === -ERRNO.EAGAIN) return;
    if (count > 0) this.handler.onData(new Uint8Array(chunk, 0, count));
    else this.handler.onGone();
  }

  private write(): void {
    const first = this.queue[0];
    if (first !== undefined) {
      const count = sys.write(this.fd, first.buffer as ArrayBuffer, first.byteOffset, first.length);
      if (count === -ERRNO.EAGAIN) return;
      if (count < 0) {
        this.handler.onGone();
        return;
      }
      this.queued -= count;
      if (count === first.length) this.queue.shift();
      else this.queue[0] = first.subarray(count);
    }
    if (this.queue.length > 0) return;
    this.watcher.want(true, false);
    this.handler.onDrained();
  }
}

/** Whether the terminal is known to take no escape sequences: TERM is `dumb`, or nobody has set it. */
export function isDumb(): boolean {
  const environment = readFile('/proc/self/environ');
  const term = environment.ok ? /(?:^|\0)TERM=([^\0]*)/.exec(environment.value)?.[1] : undefined;
  return term === undefined || term === '' || term === 'dumb';
}
