/**
 * Requests of one line over a local stream socket, unix(7). Only root can connect: the socket file is writable for its
 * owner alone. Knows no request.
 */

import * as sys from 'sys';
import type { Cancellable, Result } from '../host';
import { DONE, failure, refusal } from './failure';
import { AF, ERRNO, SOCK } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { unixAddress } from './sockaddr';
import { textBytes } from './text';

/** Clients at once; one more is closed unheard. */
export const CLIENT_LIMIT = 4;
/** Longest request, line feed included. */
export const REQUEST_BYTES = 256;
/** Longest answer. */
export const ANSWER_BYTES = 256 * 1024;
const OWNER_ONLY = 0o600;
/** A client that has not asked, or not read its answer, by then is closed. */
const CLIENT_DEADLINE_MS = 5_000;

export type OnRequest = (line: string, reply: (text: string) => void) => void;

const chunk = new ArrayBuffer(REQUEST_BYTES);
let clients = 0;

class Client {
  private line = '';
  private answer: Uint8Array<ArrayBuffer> | null = null;
  private sent = 0;
  private open = true;
  private readonly watcher: Watcher;
  private readonly deadline: Cancellable;

  constructor(
    private readonly fd: number,
    private readonly onRequest: OnRequest,
  ) {
    clients++;
    this.watcher = loop.watch(fd, { readable: () => this.read(), writable: () => this.write() });
    this.watcher.want(true, false);
    this.deadline = loop.after(CLIENT_DEADLINE_MS, () => this.close());
  }

  private read(): void {
    const count = sys.receive(this.fd, chunk, 0, REQUEST_BYTES - this.line.length, 0, null);
    if (count === -ERRNO.EAGAIN) return;
    if (count <= 0) {
      this.close();
      return;
    }
    this.line += String.fromCharCode(...new Uint8Array(chunk, 0, count));
    const end = this.line.indexOf('\n');
    if (end < 0) {
      if (this.line.length >= REQUEST_BYTES) this.close();
      return;
    }
    this.watcher.want(false, false);
    this.onRequest(this.line.slice(0, end), (text) => this.reply(text));
  }

  private reply(text: string): void {
    if (!this.open || this.answer !== null) return;
    const answer = textBytes(text);
    // Cut off, an answer would be taken for a whole one.
    if (answer.length > ANSWER_BYTES) {
      this.close();
      return;
    }
    this.answer = answer;
    this.watcher.want(false, true);
  }

  private write(): void {
    if (this.answer === null) return;
    const left = this.answer.length - this.sent;
    const count = sys.send(this.fd, this.answer.buffer, this.sent, left, 0, null);
    if (count > 0) this.sent += count;
    if (this.sent === this.answer.length || (count < 0 && count !== -ERRNO.EAGAIN)) this.close();
  }

  private close(): void {
    if (!this.open) return;
    this.open = false;
    clients--;
    this.deadline.cancel();
    this.watcher.stop();
    sys.close(this.fd);
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
