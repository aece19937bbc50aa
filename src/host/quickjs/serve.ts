/**
 * Requests of one line over a local stream socket, unix(7). Only root can connect: the socket file is writable for its
 * owner alone. Knows no request.
 */

import * as sys from 'sys';
import type { Cancellable, OnRequest, Result } from '../host';
import { DONE, failure, refusal } from './failure';
import { AF, ERRNO, SOCK } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { unixAddress } from './sockaddr';
import { bytesText, textBytes } from './text';

/** Clients at once; one more is closed unheard. */
export const CLIENT_LIMIT = 12;
/** Longest request, line feed included: it may hold a whole configuration. */
export const REQUEST_BYTES = 300 * 1024;
/** Longest answer. It tells a little more than the longest request. */
export const ANSWER_BYTES = 304 * 1024;
const CHUNK_BYTES = 4096;
const OWNER_ONLY = 0o600;
/** A client that has not asked, or not read its answer, by then is closed. What it asked for takes its own time. */
const CLIENT_DEADLINE_MS = 5_000;
const LINE_FEED = 10;

const chunk = new ArrayBuffer(CHUNK_BYTES);
let clients = 0;

class Client {
  private readonly pieces: Uint8Array[] = [];
  private received = 0;
  private asked = false;
  private answer: Uint8Array<ArrayBuffer> | null = null;
  /** The newest that came while that one was on its way. */
  private next: Uint8Array<ArrayBuffer> | null = null;
  private sent = 0;
  private open = true;
  private onGone: (() => void) | null = null;
  private readonly watcher: Watcher;
  private deadline: Cancellable;

  constructor(
    private readonly fd: number,
    private readonly onRequest: OnRequest,
  ) {
    clients++;
    this.watcher = loop.watch(fd, { readable: () => this.read(), writable: () => this.write() });
    this.watcher.want(true, false);
    this.deadline = this.limit();
  }

  private limit(): Cancellable {
    return loop.after(CLIENT_DEADLINE_MS, () => this.close());
  }

  private read(): void {
    const count = sys.receive(this.fd, chunk, 0, CHUNK_BYTES, 0, null);
    if (count === -ERRNO.EAGAIN) return;
    if (count <= 0) {
      this.close();
      return;
    }
    // What comes after the request means nothing.
    if (this.asked) return;
    const bytes = new Uint8Array(chunk, 0, count);
    const end = bytes.indexOf(LINE_FEED);
    this.pieces.push(bytes.slice(0, end < 0 ? count : end));
    this.received += count;
    if (end >= 0) this.ask();
    else if (this.received >= REQUEST_BYTES) this.close();
  }

  private ask(): void {
    this.asked = true;
    this.deadline.cancel();
    this.watcher.want(false, false);
    const line = bytesText(Buffer.concat(this.pieces));
    this.pieces.length = 0;
    this.onRequest(line, (text, onGone) => this.reply(text, onGone));
  }

  private reply(text: string, onGone: (() => void) | undefined): void {
    if (!this.open || (this.answer !== null && this.onGone === null)) return;
    this.onGone = onGone ?? null;
    const answer = textBytes(text);
    // Cut off, an answer would be taken for a whole one.
    if (answer.length > ANSWER_BYTES) {
      this.close();
      return;
    }
    if (this.answer === null) this.begin(answer);
    else this.next = answer;
  }

  private begin(answer: Uint8Array<ArrayBuffer>): void {
    this.answer = answer;
    this.sent = 0;
    this.deadline.cancel();
    this.deadline = this.limit();
    this.watcher.want(false, true);
  }

  private write(): void {
    if (this.answer === null) return;
    const left = this.answer.length - this.sent;
    const count = sys.send(this.fd, this.answer.buffer, this.sent, left, 0, null);
    if (count > 0) this.sent += count;
    if (count < 0 && count !== -ERRNO.EAGAIN) this.close();
    else if (this.sent === this.answer.length) this.answered();
  }

  private answered(): void {
    if (this.onGone === null) {
      this.close();
      return;
    }
    this.deadline.cancel();
    this.watcher.want(true, false);
    const { next } = this;
    this.answer = null;
    this.next = null;
    if (next !== null) this.begin(next);
  }

  private close(): void {
    if (!this.open) return;
    this.open = false;
    clients--;
    this.deadline.cancel();
    this.watcher.stop();
    sys.close(this.fd);
    const { onGone } = this;
    if (onGone !== null) loop.defer(onGone);
  }
}

/** See `Host.serve`. A socket file that an earlier run left is replaced. */
export function serve(path: string, onRequest: OnRequest): Result<null> {
  const fd = sys.socket(AF.UNIX, SOCK.STREAM, 0);
  if (fd < 0) return failure(refusal('open a local socket', fd));
  sys.unlink(path);
  // Before it has a name: there is no instant at which others could connect.
  sys.changeMode(fd, OWNER_ONLY);
  const bound = sys.bind(fd, unixAddress(path));
  const listening = bound < 0 ? bound : sys.listen(fd, CLIENT_LIMIT);
  if (listening < 0) {
    sys.close(fd);
    return failure(refusal(`listen on ${path}`, listening));
  }
  const watcher = loop.watch(fd, {
    readable: () => {
      const client = sys.accept(fd);
      if (client < 0) return;
      if (clients < CLIENT_LIMIT) new Client(client, onRequest);
      else sys.close(client);
    },
  });
  watcher.want(true, false);
  return DONE;
}
