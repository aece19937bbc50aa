/**
 * One exchange with a host over TCP, UDP or ICMP: connect, send, collect. Never blocks; ends at the deadline whatever the
 * peer does.
 */

import * as sys from 'sys';
import type { Address } from '../../config/config';
import { isIpv6 } from '../../config/ipv6';
import type { Cancellable, Done, Exchange, ExchangeReply, Result } from '../host';
import { failure, refusal, success } from './failure';
import { AF, ERRNO, ICMP_FILTER, IPPROTO, SO, SOCK, SOL, TCP_QUICKACK } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { inetAddress, int } from './sockaddr';

/** Exchanges under way at once; each has a descriptor, of which a process has 1024 unless told otherwise. */
export const EXCHANGE_LIMIT = 512;
/** Exchanges that wait for one of these to end. Their deadlines begin when they do. */
export const WAITING_LIMIT = 8192;

/** Read at a time; one read per round keeps a fast peer from holding up the loop. */
const CHUNK_BYTES = 8192;
/** Reads at the deadline, to get what is there already. */
const LAST_READS = 16;
/** Room at first for an answer; most are short. */
const ROOM_BYTES = 512;
const chunk = new ArrayBuffer(CHUNK_BYTES);
const chunkBytes = new Uint8Array(chunk);
const ECHO_REPLY = 0;
const socketError = new Int32Array(1);
/**
 * struct linger, socket(7): closed at once, by a reset, as HAProxy does it. Two hundred checks a second would otherwise leave
 * ten thousand sockets in TIME_WAIT, and cost half as many packets more.
 */
const AT_ONCE = new Int32Array([1, 0]).buffer;
/** Of TCP_QUICKACK, tcp(7): the connection is acknowledged by the request, and not by a packet of its own. */
const OFF = int(0);

/** Peers whose address is kept in the kernel's form. */
const PEERS_LIMIT = 1024;
const peers = new Map<string, ArrayBuffer>();

let underWay = 0;
const waiting: RunningExchange[] = [];
let isAdmitting = false;

function socketAddress(address: Address, port: number): ArrayBuffer {
  const name = `${address} ${port}`;
  const known = peers.get(name);
  if (known !== undefined) return known;
  const made = inetAddress(address, port);
  if (peers.size >= PEERS_LIMIT) peers.clear();
  peers.set(name, made);
  return made;
}

class RunningExchange implements Cancellable {
  private room = new Uint8Array(ROOM_BYTES);
  private received = 0;
  private outgoing: Uint8Array;
  private sent = 0;
  private connected: boolean;
  private started = false;
  private ended = false;
  private timers: Cancellable[] = [];
  private resending: Cancellable | null = null;
  private fd = -1;
  private watcher: Watcher | null = null;

  constructor(
    private readonly exchange: Exchange,
    private readonly done: Done<ExchangeReply>,
  ) {
    const { transport, request } = exchange;
    this.outgoing = request;
    this.connected = transport !== 'tcp';
    if (waiting.length < WAITING_LIMIT) {
      waiting.push(this);
      admit();
    } else {
      const sentence = `cannot ask ${this.peer}: ${WAITING_LIMIT} exchanges wait already`;
      // Never from inside the caller's call.
      loop.defer(() => this.end(failure(sentence)));
    }
  }

  cancel(): void {
    this.release();
  }

  private get peer(): string {
    const { transport, address, port } = this.exchange;
    return transport === 'icmp' ? address : `${address} port ${port}`;
  }

  begin(): void {
    if (this.ended) return;
    this.started = true;
    underWay++;
    const { deadlineMs, connectMs, resend } = this.exchange;
    this.after(deadlineMs, () => {
      this.readLast();
      this.end(failure(`no answer from ${this.peer} within ${deadlineMs} ms`));
    });
    if (connectMs !== undefined)
      this.after(connectMs, () => {
        if (!this.connected) this.end(failure(`no connection to ${this.peer} within ${connectMs} ms`));
      });
    if (resend !== undefined) this.resend(resend.everyMs, resend.times);
    const refused = this.start();
    if (refused !== null) loop.defer(() => this.end(failure(refused)));
  }

  private resend(everyMs: number, times: number): void {
    if (times === 0) return;
    this.resending = loop.after(everyMs, () => {
      this.send(this.exchange.request);
      this.resend(everyMs, times - 1);
    });
  }

  /** What has come by then is looked at before; and a hundred that end at once hold up nothing else. */
  private after(delayMs: number, run: () => void): void {
    this.timers.push(loop.after(delayMs, () => loop.whenFree(run)));
  }

  private start(): string | null {
    const { transport, address, port } = this.exchange;
    const family = isIpv6(address) ? AF.INET6 : AF.INET;
    const type = { tcp: SOCK.STREAM, udp: SOCK.DGRAM, icmp: SOCK.RAW }[transport];
    this.fd = sys.socket(family, type, transport === 'icmp' ? IPPROTO.ICMP : 0);
    if (this.fd < 0) return refusal(`open a socket for ${transport.toUpperCase()}`, this.fd);
    if (transport === 'icmp') sys.setsockopt(this.fd, SOL.RAW, ICMP_FILTER, int(~(1 << ECHO_REPLY)));
    if (transport === 'tcp') {
      sys.setsockopt(this.fd, SOL.SOCKET, SO.LINGER, AT_ONCE);
      if (this.outgoing.length > 0) sys.setsockopt(this.fd, IPPROTO.TCP, TCP_QUICKACK, OFF);
    }
    const result = sys.connect(this.fd, socketAddress(address, port));
    if (result < 0 && result !== -ERRNO.EINPROGRESS) return this.sentence(result);
    const handlers = { readable: () => this.read(), writable: () => this.write() };
    this.watcher = loop.watch(this.fd, handlers, true);
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
      sys.getsockopt(this.fd, SOL.SOCKET, SO.ERROR, socketError.buffer);
      const errno = socketError[0]!;
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

  /** What has come in while this program did not get to it must not look like silence. */
  private readLast(): void {
    for (let reads = 0; reads < LAST_READS && this.connected && this.read(); reads++);
  }

  /** @returns whether there was something to read, and may be more */
  private read(): boolean {
    if (this.ended) return false;
    const { limitBytes, transport, next } = this.exchange;
    const count = sys.receive(this.fd, chunk, 0, Math.min(CHUNK_BYTES, limitBytes - this.received), 0, null);
    if (count === -ERRNO.EAGAIN) return false;
    if (count < 0) {
      this.end(failure(this.sentence(count)));
      return false;
    }
    if (count === 0 && transport === 'tcp') {
      this.end(this.reply('closed'));
      return false;
    }
    // Datagrams do not go on from each other.
    if (transport !== 'tcp') this.received = 0;
    this.keep(count);
    const step = next === undefined ? null : next(this.room.subarray(0, this.received));
    if (step === 'enough') this.end(this.reply('enough'));
    else if (this.received >= limitBytes && transport === 'tcp') this.end(this.reply('limit'));
    else if (step !== null) this.send(step);
    return !this.ended;
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
    this.resending?.cancel();
    this.watcher?.stop();
    // They refer to this: it would be garbage that only the collector finds, and that holds up heartbeats.
    this.timers = [];
    this.resending = null;
    this.watcher = null;
    if (this.fd >= 0) sys.close(this.fd);
    if (!this.started) return;
    underWay--;
    admit();
  }
}

/** Begins those that wait, one after the other, as the loop has time and there is room. */
function admit(): void {
  if (isAdmitting || waiting.length === 0 || underWay >= EXCHANGE_LIMIT) return;
  isAdmitting = true;
  loop.whenFree(() => {
    isAdmitting = false;
    waiting.shift()?.begin();
    admit();
  });
}

/** See `Host.exchange`. Throws only for an address that is none. */
export function exchange(wanted: Exchange, done: Done<ExchangeReply>): Cancellable {
  return new RunningExchange(wanted, done);
}
