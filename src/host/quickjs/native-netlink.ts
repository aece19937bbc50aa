/**
 * The class that the package `netlink` gets in place of its compiled addon: one AF_NETLINK socket, messages in
 * and out. Knows nothing of what the messages say.
 */

import * as sys from 'sys';
import { SystemError } from './failure';
import { AF, MSG, NETLINK, SO, SOCK, SOL } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { ADDRESS_BYTES, int, netlinkAddress } from './sockaddr';

/** The kernel fills at most 32 KiB per message of a dump; anything larger is reported as truncated. */
const MESSAGE_BYTES = 32 * 1024;
const MESSAGES_PER_ROUND = 8;

export interface NetlinkSender {
  readonly port: number;
  readonly groups: number;
  /** Original size of a message that did not fit. */
  readonly truncated?: number;
}

const scratch = new ArrayBuffer(MESSAGE_BYTES);
const sender = new ArrayBuffer(ADDRESS_BYTES);

function check(syscall: string, result: number): number {
  if (result < 0) throw new SystemError(syscall, result);
  return result;
}

export class NativeNetlink {
  private readonly fd: number;
  private readonly watcher: Watcher;
  private closed = false;

  constructor(
    protocol: number,
    _messageBuffer: number,
    private readonly onReceive: (message: Buffer, from: NetlinkSender) => void,
    private readonly onError: (error: SystemError) => void,
  ) {
    this.fd = check('open a netlink socket', sys.socket(AF.NETLINK, SOCK.RAW, protocol));
    this.watcher = loop.watch(this.fd, { readable: () => this.receive() });
    this.watcher.want(true, false);
  }

  bind(port: number, groups: number): void {
    check('bind a netlink socket', sys.bind(this.fd, netlinkAddress(port, groups)));
  }

  address(): { port: number; groups: number } {
    const bytes = new ArrayBuffer(ADDRESS_BYTES);
    check('getsockname', sys.getsockname(this.fd, bytes));
    const view = new DataView(bytes);
    return { port: view.getUint32(4, true), groups: view.getUint32(8, true) };
  }

  send(
    port: number,
    groups: number,
    message: Uint8Array | readonly Uint8Array[],
    callback: (error?: SystemError) => void,
  ): void {
    const parts = message instanceof Uint8Array ? [message] : message;
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const sent = sys.send(this.fd, bytes.buffer, 0, bytes.length, 0, netlinkAddress(port, groups));
    const error = sent < 0 ? new SystemError('send a netlink message', sent) : undefined;
    Promise.resolve().then(() => callback(error));
  }

  /** The supervisor's loop never ends for want of sockets, so references are not counted. */
  ref(): void {}
  unref(): void {}

  addMembership(group: number): void {
    check('join a netlink group', sys.setsockopt(this.fd, SOL.NETLINK, NETLINK.ADD_MEMBERSHIP, int(group)));
  }

  dropMembership(group: number): void {
    check('leave a netlink group', sys.setsockopt(this.fd, SOL.NETLINK, NETLINK.DROP_MEMBERSHIP, int(group)));
  }

  getRecvBufferSize(): number {
    return this.getOption(SO.RCVBUF);
  }

  getSendBufferSize(): number {
    return this.getOption(SO.SNDBUF);
  }

  setRecvBufferSize(bytes: number): void {
    check('set SO_RCVBUF', sys.setsockopt(this.fd, SOL.SOCKET, SO.RCVBUF, int(bytes)));
  }

  setSendBufferSize(bytes: number): void {
    check('set SO_SNDBUF', sys.setsockopt(this.fd, SOL.SOCKET, SO.SNDBUF, int(bytes)));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.watcher.stop();
    sys.close(this.fd);
  }

  private getOption(name: number): number {
    const value = int(0);
    check('read a socket option', sys.getsockopt(this.fd, SOL.SOCKET, name, value));
    return new Int32Array(value)[0]!;
  }

  private receive(): void {
    for (let count = 0; count < MESSAGES_PER_ROUND && !this.closed; count++) {
      const length = sys.receive(this.fd, scratch, 0, MESSAGE_BYTES, MSG.TRUNC, sender);
      if (length < 0) {
        const error = new SystemError('receive a netlink message', length);
        if (!error.is('EAGAIN')) this.onError(error);
        return;
      }
      const from = new DataView(sender);
      const port = from.getUint32(4, true);
      // Only the kernel is believed; any process can send to this socket.
      if (port !== 0) continue;
      const groups = from.getUint32(8, true);
      const kept = Math.min(length, MESSAGE_BYTES);
      const message = Buffer.from(scratch.slice(0, kept));
      this.onReceive(message, length > kept ? { port, groups, truncated: length } : { port, groups });
    }
  }
}
