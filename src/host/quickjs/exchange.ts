/**
 * One exchange with a host over TCP, UDP or ICMP: connect, send, collect. Never blocks; ends at the deadline whatever the
 * peer does.
 */

import * as sys from 'sys';
import { isIpv6 } from '../../config/ipv6';
import type { Cancellable, Done, Exchange, ExchangeReply, Result } from '../host';
import { failure, refusal, success } from './failure';
import { AF, ERRNO, ICMP_FILTER, IPPROTO, SO, SOCK, SOL } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { inetAddress, int } from './sockaddr';

/** Exchanges under way at once; each has a descriptor, of which a process has 1024 unless told otherwise. */
export const EXCHANGE_LIMIT = 512;
/** Exchanges that wait for one of these to end. Their deadlines begin when they do. */
export const WAITING_LIMIT = 8192;

/** Read at a time; one read per round keeps a fast peer from holding up the loop. */
const CHUNK_BYTES = 8192;
/** Room at first for an answer; most are short. */
const ROOM_BYTES = 512;
const chunk = new ArrayBuffer(CHUNK_BYTES);
const chunkBytes = new Uint8Array(chunk);
const ECHO_REPLY = 0;

let underWay = 0;
let waiting: RunningExchange[] = [];
let isBeginning = false;

class RunningExchange implements Cancellable {
  private readonly peer: string;
  private room = new Uint8Array(ROOM_BYTES);
  private received = 0;
  private outgoing: Uint8Array;
  private sent = 0;
  private connected: boolean;
  private started = false;
  private ended = false;
  private timers: Cancellable[] = [];
  private fd = -1;
  private watcher: Watcher | null = null;

  constructor(
    private readonly exchange: Exchange,
    private readonly done: Done<ExchangeReply>,
  ) {
    const { transport, address, port, request } = exchange;
    this.peer = transport === 'icmp' ? address : `${address} port ${port}`;
    this.outgoing = request;
    this.connected = transport !== 'tcp';
    if (underWay < EXCHANGE_LIMIT) this.begin();
    else if (waiting.length < WAITING_LIMIT) waiting.push(this);
    else {
      const sentence = `cannot ask ${this.peer}: ${WAITING_LIMIT} exchanges wait already`;
      // Never from inside the caller's call.
      loop.defer(() => this.end(failure(sentence)));
    }
  }

  cancel(): void {
    this.release();
  }

  get isOver(): boolean {
    return this.ended;
  }

  begin(): void {
    this.started = true;
    underWay++;
    const { deadlineMs, connectMs, resend } = this.exchange;
    this.after(deadlineMs, () => this.end(failure(`no answer from ${this.peer} within ${deadlineMs} ms`)));
    if (connectMs !== undefined)
      this.after(connectMs, () => {
        if (!this.connected) this.end(failure(`no connection to ${this.peer} within ${connectMs} ms`));
      });
    for (let count = 1; count <= (resend?.times ?? 0); count++)
      this.after(count * resend!.everyMs, () => this.send(this.exchange.request));
    const refused = this.start();
    if (refused !== null) loop.defer(() => this.end(failure(refused)));
  }

  private after(delayMs: number, run: () => void): void {
    this.timers.push(loop.after(delayMs, run));
  }

  private start(): string | null {
    const { transport, address, port } = this.exchange;
    const family = isIpv6(address) ? AF.INET6 : AF.INET;
    const type = { tcp: SOCK.STREAM, udp: SOCK.DGRAM, icmp: SOCK.RAW }[transport];
    this.fd = sys.socket(family, type, transport === 'icmp' ? IPPROTO.ICMP : 0);
    if (this.fd < 0) return refusal(`open a socket for ${transport.toUpperCase()}`, this.fd);
    if (transport === 'icmp') sys.setsockopt(this.fd, SOL.RAW, ICMP_FILTER, int(~(1 << ECHO_REPLY)));
    const result = sys.connect(this.fd, inetAddress(address, port));
    if (result < 0 && result !== -ERRNO.EINPROGRESS) return this.sentence(result);
    this.watcher = loop.watch(this.fd, { readable: () => this.read(), writable: () => this.write() });
    this.watcher.want(this.connected, true);
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

  private send(bytes: Uint8Array): void {
    this.outgoing = bytes;
    this.sent = 0;
    this.watcher?.want(true, true);
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
      // A connection is all that was wanted.
      if (this.exchange.limitBytes === 0) {
        this.end(this.reply('limit'));
        return;
      }
    }
    const { outgoing } = this;
    const left = outgoing.length - this.sent;
    if (left > 0) {
      const at = outgoing.byteOffset + this.sent;
      const count = sys.send(this.fd, outgoing.buffer as ArrayBuffer, at, left, 0, null);
      if (count < 0 && count !== -ERRNO.EAGAIN) {
        this.end(failure(this.sentence(count)));
        return;
      }
      if (count > 0) this.sent += count;
    }
    this.watcher?.want(true, this.sent < outgoing.length);
  }

  private read(): void {
    if (this.ended) return;
    const { limitBytes, transport, next } = this.exchange;
    const count = sys.receive(this.fd, chunk, 0, Math.min(CHUNK_BYTES, limitBytes - this.received), 0, null);
    if (count === -ERRNO.EAGAIN) return;
    if (count < 0) {
      this.end(failure(this.sentence(count)));
      return;
    }
    if (count === 0 && transport === 'tcp') {
      this.end(this.reply('closed'));
      return;
    }
    // Datagrams do not go on from each other.
    if (transport !== 'tcp') this.received = 0;
    this.keep(count);
    const step = next === undefined ? null : next(this.room.subarray(0, this.received));
    if (step === 'enough') this.end(this.reply('enough'));
    else if (this.received >= limitBytes && transport === 'tcp') this.end(this.reply('limit'));
    else if (step !== null) this.send(step);
  }

  private keep(count: number): void {
    if (this.received + count > this.room.length) {
      const larger = new Uint8Array(Math.max(2 * this.room.length, this.received + count));
      larger.set(this.room.subarray(0, this.received));
      this.room = larger;
    }
    this.room.set(chunkBytes.subarray(0, count), this.received);
    this.received += count;
  }

  private reply(end: ExchangeReply['end']): Result<ExchangeReply> {
    return success({ bytes: this.room.slice(0, this.received), end });
  }

  private end(result: Result<ExchangeReply>): void {
    if (this.ended) return;
    this.release();
    this.done(result);
  }

  private release(): void {
    if (this.ended) return;
    this.ended = true;
    for (const timer of this.timers) timer.cancel();
    this.watcher?.stop();
    if (this.fd >= 0) sys.close(this.fd);
    if (!this.started) return;
    underWay--;
    beginWaiting();
  }
}

/** Not from inside another one's end, and all that have room at once. */
function beginWaiting(): void {
  if (waiting.length === 0 || isBeginning) return;
  isBeginning = true;
  loop.defer(() => {
    isBeginning = false;
    const wanted = waiting.filter((one) => !one.isOver);
    const room = EXCHANGE_LIMIT - underWay;
    waiting = wanted.slice(room);
    for (const one of wanted.slice(0, room)) one.begin();
  });
}

/** See `Host.exchange`. Throws only for an address that is none. */
export function exchange(wanted: Exchange, done: Done<ExchangeReply>): Cancellable {
  return new RunningExchange(wanted, done);
}
