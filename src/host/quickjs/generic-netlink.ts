/**
 * Generic netlink for one family of the kernel's (<linux/genetlink.h>): some requests in one datagram, and what the kernel
 * says to them. One such datagram at a time: answers to two would interleave. Knows what no attribute means.
 *
 * The package `netlink` would do for a few messages, and does for the network's. Of a thousand it makes some
 * ten thousand objects, and of its large datagrams one is more than a heartbeat can wait for.
 */

import * as sys from 'sys';
import type { Cancellable, Clock } from '../host';
import { SystemError } from './failure';
import { AF, ERRNO, MSG, SOCK } from './linux';
import { loop } from './machine';
import { ADDRESS_BYTES, netlinkAddress } from './sockaddr';

/** NETLINK_GENERIC */
const PROTOCOL = 16;
/** The kernel fills a datagram of a dump up to what it is offered, and with at least a page. */
const RECEIVED_BYTES = 4096;
/** More than `REQUESTS_AT_ONCE` of the longest operations have. */
const SENT_BYTES = 4096;
/** They are carried out while the datagram is sent: some milliseconds on a slow machine. */
export const REQUESTS_AT_ONCE = 8;
/** Since the last sign of life. The kernel answers at once; this only bounds a lost answer. */
const ANSWER_TIMEOUT_MS = 2000;

/** struct nlmsghdr and struct genlmsghdr: words, and bytes. */
const HEADER_BYTES = 16;
const GENERIC_WORDS = 5;
const GENERIC_BYTES = 4 * GENERIC_WORDS;
/** NLM_F_* */
const FLAG = { REQUEST: 1, ACK: 4, DUMP: 0x300 } as const;
/** NLMSG_* */
const TYPE = { ERROR: 2, DONE: 3, LEAST: 16 } as const;

export interface Request {
  readonly command: number;
  readonly attributes: Uint8Array;
}

/**
 * One message of an answer.
 * @param words of the datagram; valid during the call only
 * @param from where the attributes begin, in words
 * @param bytes of the attributes
 */
export type Heard = (words: Uint32Array<ArrayBuffer>, from: number, bytes: number) => void;

interface Asked {
  readonly heard: Heard;
  readonly done: (errnos: readonly number[]) => void;
  /** In the order of the requests. */
  readonly errnos: number[];
  readonly firstSequence: number;
}

export class GenericNetlink {
  private readonly fd: number;
  private readonly received = new Uint32Array(RECEIVED_BYTES / 4);
  private readonly sent = new Uint32Array(SENT_BYTES / 4);
  private readonly sentBytes = new Uint8Array(this.sent.buffer);
  private readonly sender = new ArrayBuffer(ADDRESS_BYTES);
  private readonly senderWords = new Uint32Array(this.sender);
  private readonly kernel = netlinkAddress(0, 0);
  private sequence = 0;
  private asked: Asked | null = null;
  private deadline: Cancellable | null = null;
  private heardMs = 0;

  /** @throws Error when the kernel gives no such socket */
  constructor(private readonly clock: Pick<Clock, 'after' | 'now'>) {
    this.fd = sys.socket(AF.NETLINK, SOCK.RAW, PROTOCOL);
    const bound = this.fd < 0 ? this.fd : sys.bind(this.fd, netlinkAddress(0, 0));
    if (bound < 0) throw new SystemError('open a netlink socket', bound);
    loop.watch(this.fd, { readable: () => this.receive() }, true).want(true, false);
  }

  /** All entries that the kernel has. @param done told once, never from inside this call: 0, or the kernel's errno */
  dump(family: Family, request: Request, heard: Heard, done: (errno: number) => void): void {
    this.send(family, [request], FLAG.DUMP, heard, ([errno = 0]) => done(errno));
  }

  /**
   * @param requests at most `REQUESTS_AT_ONCE`; each is carried out, whatever comes of those before it
   * @param done told once, never from inside this call: for each 0, or the kernel's errno
   */
  ask(
    family: Family,
    requests: readonly Request[],
    heard: Heard,
    done: (errnos: readonly number[]) => void,
  ): void {
    this.send(family, requests, 0, heard, done);
  }

  private send(
    family: Family,
    requests: readonly Request[],
    flags: number,
    heard: Heard,
    done: (errnos: readonly number[]) => void,
  ): void {
    const firstSequence = this.sequence + 1;
    let at = 0;
    for (const [index, { command, attributes }] of requests.entries()) {
      // Of the others the kernel tells only what fails, and it tells it before it tells of the last.
      const isLast = index === requests.length - 1;
      const more = isLast && flags === 0 ? FLAG.ACK : flags;
      this.sequence = (this.sequence + 1) >>> 0;
      this.sent[at] = GENERIC_BYTES + attributes.length;
      this.sent[at + 1] = family.number | ((FLAG.REQUEST | more) << 16);
      this.sent[at + 2] = this.sequence;
      this.sent[at + 3] = 0;
      this.sent[at + 4] = command | (family.version << 8);
      this.sentBytes.set(attributes, 4 * (at + GENERIC_WORDS));
      at += GENERIC_WORDS + ((attributes.length + 3) >> 2);
    }
    this.asked = { heard, done, errnos: requests.map(() => 0), firstSequence };
    const sent = sys.send(this.fd, this.sent.buffer, 0, 4 * at, 0, this.kernel);
    if (sent < 0) this.clock.after(0, () => this.fail(-sent));
    else this.await();
  }

  /** One timer for many answers: it looks how long ago the last one was. */
  private await(): void {
    this.heardMs = this.clock.now();
    this.deadline ??= this.clock.after(ANSWER_TIMEOUT_MS, () => this.lookAtTime());
  }

  private lookAtTime(): void {
    this.deadline = null;
    if (this.asked === null) return;
    const leftMs = this.heardMs + ANSWER_TIMEOUT_MS - this.clock.now();
    if (leftMs <= 0) this.fail(ERRNO.ETIMEDOUT);
    else this.deadline = this.clock.after(leftMs, () => this.lookAtTime());
  }

  private fail(errno: number): void {
    this.end(this.asked?.errnos.map(() => errno) ?? []);
  }

  private end(errnos: readonly number[]): void {
    const { asked } = this;
    this.asked = null;
    asked?.done(errnos);
  }

  /** One datagram; the next one in the next round. */
  private receive(): void {
    const { received, sender } = this;
    const length = sys.receive(this.fd, received.buffer, 0, RECEIVED_BYTES, MSG.TRUNC, sender);
    if (length === -ERRNO.EAGAIN) return;
    if (length < 0) this.fail(-length);
    // Only the kernel is believed; any process can send to this socket.
    else if (this.senderWords[1] === 0) {
      this.heardMs = this.clock.now();
      if (length > RECEIVED_BYTES) this.fail(ERRNO.EMSGSIZE);
      else this.read(length);
    }
  }

  private read(length: number): void {
    const { received } = this;
    for (let at = 0; 4 * at + HEADER_BYTES <= length; ) {
      const bytes = received[at]!;
      if (bytes < HEADER_BYTES || 4 * at + bytes > length) return;
      this.hear(at, bytes);
      at += (bytes + 3) >> 2;
    }
  }

  /** @param at where the message begins, in words */
  private hear(at: number, bytes: number): void {
    const { asked, received } = this;
    const type = received[at + 1]! & 0xffff;
    // Of a request that has been given up, perhaps.
    const index = asked === null ? -1 : received[at + 2]! - asked.firstSequence;
    if (asked === null || index < 0 || index >= asked.errnos.length) return;
    if (type >= TYPE.LEAST) {
      if (bytes >= GENERIC_BYTES) asked.heard(received, at + GENERIC_WORDS, bytes - GENERIC_BYTES);
    } else if (type === TYPE.ERROR || type === TYPE.DONE) {
      asked.errnos[index] = bytes > HEADER_BYTES ? -(received[at + 4]! | 0) : 0;
      if (index === asked.errnos.length - 1) this.end(asked.errnos);
    }
  }
}

/** A family's number in this kernel, and the version of its commands. */
export interface Family {
  readonly number: number;
  readonly version: number;
}
