/**
 * Watches a supervisor on this machine: one request, and a line for each time it answers, as long as both live. What ends
 * is begun again. Knows no answer.
 */

import * as sys from 'sys';
import type { Cancellable } from '../host';
import { refusal } from './failure';
import { AF, ERRNO, SOCK } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { ANSWER_BYTES } from './serve';
import { unixAddress } from './sockaddr';
import { bytesText, textBytes } from './text';

const CHUNK_BYTES = 4096;
const LINE_FEED = 10;
/** Before the next attempt. */
const RETRY_MS = 1000;
/** Longer than the time after which a supervisor answers though nothing has changed. */
const SILENCE_MS = 25_000;

export interface WatchHandler {
  /** One answer, without its end. */
  onLine(line: string): void;
  /** It does not answer, or no more; once until it does again. @param why one clause */
  onLost(why: string): void;
}

export class Watch implements Cancellable {
  private fd = -1;
  private watcher: Watcher | null = null;
  private timer: Cancellable | null = null;
  private readonly pieces: Uint8Array[] = [];
  private received = 0;
  private lost = false;

  constructor(
    private readonly path: string,
    /** Without its end; short, so that the socket takes it at once. */
    private readonly request: string,
    private readonly handler: WatchHandler,
  ) {
    this.timer = loop.after(0, () => this.open());
  }

  cancel(): void {
    this.close();
    this.timer?.cancel();
  }

  private open(): void {
    const fd = sys.socket(AF.UNIX, SOCK.STREAM, 0);
    const connected = fd < 0 ? fd : sys.connect(fd, unixAddress(this.path));
    if (connected < 0) {
      if (fd >= 0) sys.close(fd);
      this.lose(refusal(`reach the supervisor at ${this.path}`, connected));
      return;
    }
    this.fd = fd;
    this.watcher = loop.watch(fd, { readable: () => this.read() });
    this.watcher.want(true, false);
    const request = textBytes(`${this.request}\n`);
    const sent = sys.send(fd, request.buffer, request.byteOffset, request.length, 0, null);
    if (sent < request.length) this.lose(refusal('ask the supervisor', sent));
    else this.await();
  }

  private await(): void {
    this.timer?.cancel();
    this.timer = loop.after(SILENCE_MS, () => this.lose(`it said nothing for ${SILENCE_MS / 1000} s`));
  }

  private read(): void {
    const chunk = new ArrayBuffer(CHUNK_BYTES);
    const count = sys.receive(this.fd, chunk, 0, CHUNK_BYTES, 0, null);
    if (count === -ERRNO.EAGAIN) return;
    if (count <= 0) {
      this.lose(count === 0 ? 'it has ended' : refusal('hear the supervisor', count));
      return;
    }
    this.await();
    let rest = new Uint8Array(chunk, 0, count);
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      this.pieces.push(rest.subarray(0, end));
      const line = bytesText(Buffer.concat(this.pieces));
      this.pieces.length = 0;
      this.received = 0;
      rest = rest.subarray(end + 1);
      this.lost = false;
      this.handler.onLine(line);
    }
    this.pieces.push(rest);
    this.received += rest.length;
    if (this.received > ANSWER_BYTES) this.lose(`its answer is longer than ${ANSWER_BYTES} bytes`);
  }

  private lose(why: string): void {
    this.close();
    this.timer?.cancel();
    this.timer = loop.after(RETRY_MS, () => this.open());
    if (this.lost) return;
    this.lost = true;
    this.handler.onLost(why);
  }

  private close(): void {
    this.pieces.length = 0;
    this.received = 0;
    this.watcher?.stop();
    this.watcher = null;
    if (this.fd >= 0) sys.close(this.fd);
    this.fd = -1;
  }
}
