/**
 * A heartbeat link over UDP: broadcast, multicast or unicast through one interface. An interface that is missing
 * or down is tried again every second.
 */

import * as sys from 'sys';
import type { HeartbeatLink } from '../../config/config';
import type { Cancellable, LinkHandler, LinkPort } from '../host';
import { refusal } from './failure';
import { AF, ERRNO, IP, MSG, SO, SOCK, SOL } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { inetAddress, int, interfaceName, multicastRequest } from './sockaddr';

export type UdpLink = Exclude<HeartbeatLink, { kind: 'serial' }>;

export const RETRY_MS = 1000;
/** Longer datagrams are dropped: a heartbeat is a few hundred bytes. */
const DATAGRAM_BYTES = 2048;
const DATAGRAMS_PER_ROUND = 8;
/** Longest digest of a frame, in hexadecimal. */
const TAIL_BYTES = 64;

/** Refusals that say something about this one datagram or the peer, not about the link. */
const PASSING: readonly number[] = [ERRNO.EAGAIN, ERRNO.ENOBUFS, ERRNO.ECONNREFUSED, ERRNO.EPERM];

const scratch = new ArrayBuffer(DATAGRAM_BYTES);
const received = new Uint8Array(scratch);

export class UdpPort implements LinkPort {
  private readonly target: ArrayBuffer;
  private fd = -1;
  private watcher: Watcher | null = null;
  private retry: Cancellable | null = null;
  private closed = false;
  /** Undefined until the first report. */
  private fault: string | null | undefined;
  private lastSent = new Uint8Array(0);

  constructor(
    private readonly link: UdpLink,
    private readonly handler: LinkHandler,
  ) {
    // Through a socket that is bound to its interface, the limited broadcast needs neither address nor route.
    const address =
      link.kind === 'bcast' ? '255.255.255.255' : link.kind === 'mcast' ? link.group : link.peer;
    this.target = inetAddress(address, link.port);
    this.retry = loop.after(0, () => this.open());
  }

  send(frame: Uint8Array): void {
    if (this.fd < 0) return;
    const { buffer, byteOffset, length } = frame;
    this.lastSent = frame as Uint8Array<ArrayBuffer>;
    const sent = sys.send(this.fd, buffer as ArrayBuffer, byteOffset, length, 0, this.target);
    if (sent >= 0) this.report(null);
    else if (!PASSING.includes(-sent)) this.fail(refusal(`send through ${this.link.interface}`, sent));
  }

  /** A datagram waits for nothing. */
  sendAside(frame: Uint8Array): void {
    this.send(frame);
  }

  close(): void {
    this.closed = true;
    this.retry?.cancel();
    this.release();
  }

  private open(): void {
    const fd = sys.socket(AF.INET, SOCK.DGRAM, 0);
    if (fd < 0) {
      this.fail(refusal('open a UDP socket', fd));
      return;
    }
    this.fd = fd;
    for (const [what, result] of this.setUp(fd)) {
      if (result >= 0) continue;
      this.fail(refusal(what, result));
      return;
    }
    this.watcher = loop.watch(fd, { readable: () => this.receive() });
    this.watcher.want(true, false);
    // Whether frames can leave is known only when one does.
  }

  private *setUp(fd: number): Generator<readonly [string, number]> {
    const { link } = this;
    const index = sys.ifIndex(link.interface);
    yield [`find the interface ${link.interface}`, index];
    // Before bind: sockets of the same port on different interfaces are then no conflict.
    const bound = sys.setsockopt(fd, SOL.SOCKET, SO.BINDTODEVICE, interfaceName(link.interface));
    yield [`bind to the interface ${link.interface}`, bound];
    yield ['share a UDP port', sys.setsockopt(fd, SOL.SOCKET, SO.REUSEADDR, int(1))];
    if (link.kind === 'bcast')
      yield ['allow broadcast', sys.setsockopt(fd, SOL.SOCKET, SO.BROADCAST, int(1))];
    if (link.kind === 'mcast') {
      const request = multicastRequest(link.group, index);
      yield ['set the multicast interface', sys.setsockopt(fd, SOL.IP, IP.MULTICAST_IF, request)];
      yield ['set the multicast TTL', sys.setsockopt(fd, SOL.IP, IP.MULTICAST_TTL, int(link.ttl))];
      yield ['keep own frames away', sys.setsockopt(fd, SOL.IP, IP.MULTICAST_LOOP, int(0))];
      yield [`join the group ${link.group}`, sys.setsockopt(fd, SOL.IP, IP.ADD_MEMBERSHIP, request)];
    }
    yield [`bind UDP port ${link.port}`, sys.bind(fd, inetAddress('0.0.0.0', link.port))];
  }

  private receive(): void {
    for (let count = 0; count < DATAGRAMS_PER_ROUND && this.fd >= 0; count++) {
      const length = sys.receive(this.fd, scratch, 0, DATAGRAM_BYTES, MSG.TRUNC, null);
      if (length === -ERRNO.EAGAIN) return;
      if (length < 0) {
        if (PASSING.includes(-length)) continue;
        this.fail(refusal(`receive through ${this.link.interface}`, length));
        return;
      }
      if (length > DATAGRAM_BYTES || this.isOwn(length)) continue;
      this.handler.onData(received.slice(0, length));
    }
  }

  /** The kernel hands a copy of each own broadcast to local sockets of that port, this one included. */
  private isOwn(length: number): boolean {
    const { lastSent } = this;
    if (length !== lastSent.length) return false;
    // The end holds the digest of the rest, so it is enough, and comparing all would cost ten times as much.
    const end = Math.max(0, length - TAIL_BYTES);
    for (let at = length - 1; at >= end; at--) if (received[at] !== lastSent[at]) return false;
    return true;
  }

  private fail(sentence: string): void {
    this.release();
    if (this.closed) return;
    this.retry = loop.after(RETRY_MS, () => this.open());
    // The caller may be inside `send`.
    this.report(sentence);
  }

  private report(fault: string | null): void {
    if (fault === this.fault) return;
    this.fault = fault;
    loop.defer(() => {
      if (!this.closed) this.handler.onState(fault);
    });
  }

  private release(): void {
    this.watcher?.stop();
    this.watcher = null;
    if (this.fd >= 0) sys.close(this.fd);
    this.fd = -1;
  }
}
