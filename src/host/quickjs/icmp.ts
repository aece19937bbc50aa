/**
 * ICMP echo to any number of hosts through one raw socket, RFC 792. Answers are told by the address they come from;
 * who is waited for, and for how long, is the caller's affair.
 */

import * as sys from 'sys';
import type { Address } from '../../config/config';
import { echoReplyIdentifier, echoRequest } from '../echo';
import type { Pinger, Result } from '../host';
import { failure, refusal, success } from './failure';
import { AF, ICMP_FILTER, IPPROTO, SOCK, SOL } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { ADDRESS_BYTES, addressText, inetAddress, int } from './sockaddr';

const ECHO_REPLY = 0;
const PACKET_BYTES = 256;
const PACKETS_PER_ROUND = 16;

const packet = new ArrayBuffer(PACKET_BYTES);
const packetBytes = new Uint8Array(packet);
const sender = new ArrayBuffer(ADDRESS_BYTES);

class IcmpPinger implements Pinger {
  private sequence = 0;
  private readonly watcher: Watcher;
  /** Tells own answers from those to other programs. */
  private readonly identifier = sys.pid() & 0xffff;

  constructor(
    private readonly fd: number,
    private readonly onReply: (host: Address) => void,
  ) {
    this.watcher = loop.watch(fd, { readable: () => this.receive() });
    this.watcher.want(true, false);
  }

  ping(host: Address): void {
    this.sequence = (this.sequence + 1) & 0xffff;
    const request = echoRequest(this.identifier, this.sequence);
    sys.send(this.fd, request.buffer, 0, request.length, 0, inetAddress(host, 0));
  }

  close(): void {
    this.watcher.stop();
    sys.close(this.fd);
  }

  private receive(): void {
    for (let count = 0; count < PACKETS_PER_ROUND; count++) {
      const length = sys.receive(this.fd, packet, 0, PACKET_BYTES, 0, sender);
      if (length < 0) return;
      if (echoReplyIdentifier(packetBytes.subarray(0, length)) !== this.identifier) continue;
      this.onReply(addressText(new Uint8Array(sender, 4, 4)));
    }
  }
}

/** See `Host.openPinger`. */
export function openPinger(onReply: (host: Address) => void): Result<Pinger> {
  const fd = sys.socket(AF.INET, SOCK.RAW, IPPROTO.ICMP);
  if (fd < 0) return failure(refusal('open a socket for ICMP', fd));
  // Pings to this box, however many, need not wake it. Without the filter it only works more.
  sys.setsockopt(fd, SOL.RAW, ICMP_FILTER, int(~(1 << ECHO_REPLY)));
  return success(new IcmpPinger(fd, onReply));
}
