/** The other end of `serve`: asks a supervisor on this machine one thing, without waiting for the answer. */

import * as sys from 'sys';
import type { Cancellable, Done, Result } from '../host';
import { failure, refusal, success } from './failure';
import { AF, ERRNO, SOCK } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { ANSWER_BYTES, REQUEST_BYTES } from './serve';
import { unixAddress } from './sockaddr';
import { bytesText, textBytes } from './text';

const CHUNK_BYTES = 4096;
const LINE_FEED = 10;

class Asking implements Cancellable {
  private sent = 0;
  private readonly pieces: Uint8Array[] = [];
  private received = 0;
  private open = true;
  private answered = false;
  private readonly watcher: Watcher;
  private readonly deadline: Cancellable;

  constructor(
    private readonly fd: number,
    private readonly request: Uint8Array<ArrayBuffer>,
    private readonly done: Done<string>,
    limitMs: number,
  ) {
    this.watcher = loop.watch(fd, { readable: () => this.read(), writable: () => this.write() });
    this.watcher.want(true, true);
    this.deadline = loop.after(limitMs, () =>
      this.fail(`the supervisor did not answer within ${limitMs / 1000} s`),
    );
  }

  cancel(): void {
    this.answered = true;
    this.close();
  }

  private write(): void {
    const left = this.request.length - this.sent;
    const count = sys.send(this.fd, this.request.buffer, this.sent, left, 0, null);
    if (count > 0) this.sent += count;
    if (count < 0 && count !== -ERRNO.EAGAIN) this.fail(refusal('ask the supervisor', count));
    else if (this.sent === this.request.length) this.watcher.want(true, false);
  }

  private read(): void {
    const chunk = new ArrayBuffer(CHUNK_BYTES);
    const count = sys.receive(this.fd, chunk, 0, CHUNK_BYTES, 0, null);
    if (count === -ERRNO.EAGAIN) return;
    if (count < 0) this.fail(refusal('hear the supervisor', count));
    else if (count === 0) this.fail('the supervisor gave no whole answer');
    // What comes after the answer means nothing.
    else if (!this.answered) this.take(new Uint8Array(chunk, 0, count));
  }

  private take(bytes: Uint8Array): void {
    const end = bytes.indexOf(LINE_FEED);
    this.pieces.push(bytes.subarray(0, end < 0 ? bytes.length : end));
    this.received += bytes.length;
    if (end >= 0) this.tell(success(bytesText(Buffer.concat(this.pieces))));
    else if (this.received > ANSWER_BYTES)
      this.fail(`the supervisor's answer is longer than ${ANSWER_BYTES} bytes`);
  }

  private fail(sentence: string): void {
    this.close();
    this.tell(failure(sentence));
  }

  private tell(result: Result<string>): void {
    this.deadline.cancel();
    if (this.answered) return;
    this.answered = true;
    this.done(result);
  }

  private close(): void {
    if (!this.open) return;
    this.open = false;
    this.deadline.cancel();
    this.watcher.stop();
    sys.close(this.fd);
  }
}

/**
 * Sends one line, and tells the line that is answered, without its end. The connection stays open until the supervisor
 * closes it, or this side cancels: some requests last as long as it does.
 * @param limitMs without an answer by then, that is what `done` is told
 */
export function ask(path: string, line: string, limitMs: number, done: Done<string>): Cancellable {
  const request = textBytes(`${line}\n`);
  if (request.length > REQUEST_BYTES)
    return later(done, `the request has ${request.length} bytes; at most ${REQUEST_BYTES} are possible`);
  const fd = sys.socket(AF.UNIX, SOCK.STREAM, 0);
  if (fd < 0) return later(done, refusal('open a local socket', fd));
  const connected = sys.connect(fd, unixAddress(path));
  if (connected >= 0) return new Asking(fd, request, done, limitMs);
  sys.close(fd);
  return later(done, `${refusal(`reach the supervisor at ${path}`, connected)}; is it running?`);
}

/** Never from inside the caller's call. */
function later(done: Done<string>, sentence: string): Cancellable {
  return loop.after(0, () => done(failure(sentence)));
}
