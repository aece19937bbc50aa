/**
 * The log: pino makes JSON lines, a bounded file in RAM keeps them, and the console gets a line for people. The
 * loop never waits for either: what a slow console cannot take is dropped and counted.
 */

import pino from 'pino';
import * as sys from 'sys';
import type { Log, LogLevel } from '../host';
import { ERRNO, O } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { textBytes } from './text';

/** The file is renamed to `NAME.1` at this size; so at most twice this is kept. */
export const LOG_FILE_BYTES = 256 * 1024;
/** What may wait for the console: about a second at 115200 bits/s. */
export const CONSOLE_QUEUE_BYTES = 8192;
/** A console that cannot be opened, or has hung up, is tried again with the next line after this time. */
const CONSOLE_RETRY_MS = 5000;

export interface LogOptions {
  /** JSON lines go here; null for nowhere. */
  readonly file: string | null;
  /** Terminal for the human form, e.g. `/dev/console`; null for none. */
  readonly console: string | null;
  readonly level: LogLevel;
}

let isHushed = false;
let ownConsole: Console | null = null;

/** While somebody's screen is there, lines for the console are left out, those that wait too; the file has them. */
export function hushConsole(on: boolean): void {
  if (on && !isHushed) ownConsole?.forget();
  isHushed = on;
}

/** One line of the human form, without its end. Values that the sentence does not hold are for programs. */
export function humanLine(level: string, sentence: string): string {
  return level === 'info' || level === 'debug' ? sentence : `${level}: ${sentence}`;
}

class LogFile {
  private fd = -1;
  private size = 0;

  constructor(private readonly path: string) {
    this.start();
  }

  write(line: ArrayBuffer): void {
    if (this.fd < 0) return;
    const { byteLength } = line;
    if (this.size + byteLength > LOG_FILE_BYTES) {
      sys.close(this.fd);
      sys.rename(this.path, `${this.path}.1`);
      this.start();
    }
    const count = sys.write(this.fd, line, 0, byteLength);
    if (count > 0) this.size += count;
  }

  private start(): void {
    // What an earlier run wrote moves aside too; only its last part is of interest.
    if (this.size === 0) sys.rename(this.path, `${this.path}.1`);
    this.size = 0;
    this.fd = sys.open(this.path, O.WRONLY | O.CREAT | O.APPEND, 0o640);
  }
}

class Console {
  private fd = -1;
  private watcher: Watcher | null = null;
  private queue: Uint8Array[] = [];
  private queuedBytes = 0;
  private dropped = 0;
  private retryAtMs = 0;

  constructor(private readonly path: string) {}

  write(text: string): void {
    if (!this.opened()) return;
    const line = new Uint8Array(sys.utf8(`${text}\r\n`));
    if (this.queuedBytes + line.length > CONSOLE_QUEUE_BYTES) this.dropped++;
    else this.add(line);
    if (this.queue.length === 1) this.drain();
  }

  private add(line: Uint8Array): void {
    this.queue.push(line);
    this.queuedBytes += line.length;
  }

  private opened(): boolean {
    if (this.fd >= 0) return true;
    if (loop.now() < this.retryAtMs) return false;
    this.retryAtMs = loop.now() + CONSOLE_RETRY_MS;
    this.fd = sys.open(this.path, O.WRONLY | O.NOCTTY | O.NONBLOCK, 0);
    if (this.fd < 0) return false;
    this.watcher = loop.watch(this.fd, { writable: () => this.drain() });
    // Whatever stands there, a prompt perhaps, keeps its line; if the console is full, that is no loss.
    const end = textBytes('\r\n');
    sys.write(this.fd, end.buffer as ArrayBuffer, end.byteOffset, end.length);
    return true;
  }

  private drain(): void {
    for (let line = this.queue[0]; line !== undefined; line = this.queue[0]) {
      const count = sys.write(this.fd, line.buffer as ArrayBuffer, line.byteOffset, line.length);
      if (count < 0 && count !== -ERRNO.EAGAIN) {
        this.fail();
        return;
      }
      const taken = Math.max(0, count);
      this.queuedBytes -= taken;
      if (taken < line.length) {
        this.queue[0] = line.subarray(taken);
        this.watcher?.want(false, true);
        return;
      }
      this.queue.shift();
      if (this.dropped > 0 && this.queuedBytes < CONSOLE_QUEUE_BYTES / 2) {
        this.add(textBytes(`(${this.dropped} lines dropped: the console was too slow)\r\n`));
        this.dropped = 0;
      }
    }
    this.watcher?.want(false, false);
  }

  private fail(): void {
    this.watcher?.stop();
    sys.close(this.fd);
    this.fd = -1;
    this.forget();
  }

  /** Nothing waits any more. */
  forget(): void {
    this.queue = [];
    this.queuedBytes = 0;
    this.dropped = 0;
    this.watcher?.want(false, false);
  }
}

/** JSON of one event. Values that JSON cannot express must not end the program. */
function jsonLine(event: object): string {
  try {
    return JSON.stringify(event);
  } catch (error) {
    const { level, time, event: name, msg } = event as Readonly<Record<string, unknown>>;
    return JSON.stringify({ level, time, event: name, msg, unprintable: String(error) });
  }
}

export function createLog(options: LogOptions): Log {
  const file = options.file === null ? null : new LogFile(options.file);
  const terminal = options.console === null ? null : new Console(options.console);
  ownConsole = terminal;
  const write = (event: object): void => file?.write(sys.utf8(`${jsonLine(event)}\n`));
  const logger = pino({
    level: options.level,
    serializers: { error: pino.stdSerializers.err },
    // pino asks for both: without `serialize` an Error would become {}.
    browser: { write, serialize: true },
  });
  return (level, event, sentence, values) => {
    if (!logger.isLevelEnabled(level)) return;
    // pino replaces what it serializes, so it gets a copy.
    logger[level]({ event, ...values }, sentence);
    if (!isHushed) terminal?.write(humanLine(level, sentence));
  };
}
