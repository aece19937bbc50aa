/** One TCP exchange: connect, send, collect. Never blocks; ends at the deadline whatever the peer does. */

import * as sys from 'sys';
import type { Cancellable, Done, Result, TcpExchange, TcpReply } from '../host';
import { failure, refusal, success } from './failure';
import { AF, ERRNO, SO, SOCK, SOL } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { inetAddress, int } from './sockaddr';

/** Exchanges under way at once. */
export const EXCHANGE_LIMIT = 64;

/** Read at a time; one read per round keeps a fast peer from holding up the loop. */
const CHUNK_BYTES = 8192;
const chunk = new ArrayBuffer(CHUNK_BYTES);

let underWay = 0;

class Exchange implements Cancellable {
  private readonly peer: string;
  private readonly pieces: Uint8Array[] = [];
  private received = 0;
  private sent = 0;
  private connected = false;
  private ended = false;
  private readonly deadline: Cancellable;
  private fd = -1;
  private watcher: Watcher | null = null;

  constructor(
    private readonly exchange: TcpExchange,
    private readonly done: Done<TcpReply>,
  ) {
    this.peer = `${exchange.address} port ${exchange.port}`;
    underWay++;
    this.deadline = loop.after(exchange.deadlineMs, () =>
      this.end(failure(`no answer from ${this.peer} within ${exchange.deadlineMs} ms`)),
    );
    const refused = this.start();
    // Never from inside the caller's call.
    if (refused !== null) loop.defer(() => this.end(failure(refused)));
  }

  cancel(): void {
    this.release();
  }

  private start(): string | null {
    if (underWay > EXCHANGE_LIMIT)
      return `cannot ask ${this.peer}: more than ${EXCHANGE_LIMIT} exchanges are under way`;
    this.fd = sys.socket(AF.INET, SOCK.STREAM, 0);
    if (this.fd < 0) return refusal('open a TCP socket', this.fd);
    const result = sys.connect(this.fd, inetAddress(this.exchange.address, this.exchange.port));
    if (result < 0 && result !== -ERRNO.EINPROGRESS) return this.sentence(result);
    this.watcher = loop.watch(this.fd, { readable: () => this.read(), writable: () => this.write() });
    this.watcher.want(false, true);
    return null;
  }

  private sentence(errno: number): string {
    switch (Math.abs(errno)) {
      case ERRNO.ECONNREFUSED:
        return `connection refused by ${this.peer}`;
      case ERRNO.ECONNRESET:
      case ERRNO.EPIPE:
        return `connection reset by ${this.peer}`;
      default:
        return refusal(`reach ${this.peer}`, errno);
    }
  }

  private write(): void {
    if (this.ended) return;
    if (!this.connected) {
      const error = int(0);
      sys.getsockopt(this.fd, SOL.SOCKET, SO.ERROR, error);
      const errno = new Int32Array(error)[0]!;
      if (errno !== 0) {
        this.end(failure(this.sentence(errno)));
        return;
      }
      this.connected = true;
    }
    const { request } = this.exchange;
    const left = request.length - this.sent;
    if (left > 0) {
      const at = request.byteOffset + this.sent;
      const count = sys.send(this.fd, request.buffer as ArrayBuffer, at, left, 0, null);
      if (count < 0 && count !== -ERRNO.EAGAIN) {
        this.end(failure(this.sentence(count)));
        return;
      }
      if (count > 0) this.sent += count;
    }
    this.watcher?.want(true, this.sent < request.length);
  }

  private read(): void {
    if (this.ended) return;
    const room = this.exchange.limitBytes - this.received;
    const count = sys.receive(this.fd, chunk, 0, Math.min(CHUNK_BYTES, room), 0, null);
    if (count === -ERRNO.EAGAIN) return;
    if (count < 0) {
      this.end(failure(this.sentence(count)));
      return;
    }
    if (count === 0) {
      this.end(this.reply('closed'));
      return;
    }
    this.pieces.push(new Uint8Array(chunk.slice(0, count)));
    this.received += count;
    if (this.received >= this.exchange.limitBytes) this.end(this.reply('limit'));
  }

  private reply(end: TcpReply['end']): Result<TcpReply> {
    const bytes = new Uint8Array(this.received);
    let at = 0;
    for (const piece of this.pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return success({ bytes, end });
  }

  private end(result: Result<TcpReply>): void {
    if (this.ended) return;
    this.release();
    this.done(result);
  }

  private release(): void {
    if (this.ended) return;
    this.ended = true;
    underWay--;
    this.deadline.cancel();
    this.watcher?.stop();
    if (this.fd >= 0) sys.close(this.fd);
  }
}

/** See `Host.tcpExchange`. Throws only for an address that is no IPv4 address. */
export function tcpExchange(exchange: TcpExchange, done: Done<TcpReply>): Cancellable {
  return new Exchange(exchange, done);
}
