/**
 * A heartbeat link over UDP: broadcast, multicast or unicast through one interface. An interface that is missing
 * or down is tried again every second.
 */

import * as sys from 'sys';
import type { HeartbeatLink } from '../../config/config';
import type { Cancellable, LinkHandler, LinkPort } from '../host';
import { refusal } from './failure';
import { AF, ERRNO, FILTER, IP, MSG, PACKET_LOOPBACK, SO, SOCK, SOL } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { filterProgram, inetAddress, int, interfaceName, multicastRequest } from './sockaddr';

export type UdpLink = Exclude<HeartbeatLink, { kind: 'serial' }>;

export const RETRY_MS = 1000;
/** Longer datagrams are dropped: a heartbeat is a few hundred bytes. */
const DATAGRAM_BYTES = 2048;

/** Refusals that say something about this one datagram or the peer, not about the link. */
const PASSING: readonly number[] = [ERRNO.EAGAIN, ERRNO.ENOBUFS, ERRNO.ECONNREFUSED, ERRNO.EPERM];

/** The kernel hands a copy of each own broadcast to local sockets of that port, its sender's included: none is kept. */
const NOT_OWN = filterProgram([
  [FILTER.LOAD, 0, 0, FILTER.PACKET_TYPE],
  [FILTER.JUMP_IF_EQUAL, 0, 1, PACKET_LOOPBACK],
  [FILTER.RETURN, 0, 0, 0],
  [FILTER.RETURN, 0, 0, 0xffff],
]);

const scratch = new ArrayBuffer(DATAGRAM_BYTES);

export class UdpPort implements LinkPort {
  private readonly target: ArrayBuffer;
  private fd = -1;
  private watcher: Watcher | null = null;
  private retry: Cancellable | null = null;
  private closed = false;
  /** Undefined until the first report. */
  private fault: string | null | undefined;

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
    if (link.kind === 'bcast') {
      yield ['allow broadcast', sys.setsockopt(fd, SOL.SOCKET, SO.BROADCAST, int(1))];
      yield ['keep own frames away', sys.attachFilter(fd, NOT_OWN)];
    }
    if (link.kind === 'mcast') {
      const request = multicastRequest(link.group, index);
      yield ['set the multicast interface', sys.setsockopt(fd, SOL.IP, IP.MULTICAST_IF, request)];
      yield ['set the multicast TTL', sys.setsockopt(fd, SOL.IP, IP.MULTICAST_TTL, int(link.ttl))];
      yield ['keep own frames away', sys.setsockopt(fd, SOL.IP, IP.MULTICAST_LOOP, int(0))];
      yield [`join the group ${link.group}`, sys.setsockopt(fd, SOL.IP, IP.ADD_MEMBERSHIP, request)];
    }
    yield [`bind UDP port ${link.port}`, sys.bind(fd, inetAddress('0.0.0.0', link.port))];
  }

  /** One datagram: if there are more, the next round is at once. */
  private receive(): void {
    const length = sys.receive(this.fd, scratch, 0, DATAGRAM_BYTES, MSG.TRUNC, null);
    if (length >= 0) {
      if (length <= DATAGRAM_BYTES) this.handler.onData(new Uint8Array(scratch, 0, length));
    } else if (!PASSING.includes(-length)) {
      this.fail(refusal(`receive through ${this.link.interface}`, length));
    }
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
