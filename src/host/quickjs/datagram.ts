/** One datagram to a host over UDP, or to a local socket. Sends only, and never waits. */

import * as sys from 'sys';
import type { Endpoint } from '../../config/endpoint';
import { isIpv6 } from '../../config/ipv6';
import type { Result } from '../host';
import { DONE, refusal } from './failure';
import { AF, SOCK } from './linux';
import { inetAddress, unixAddress } from './sockaddr';

/** See `Host.sendDatagram`. */
export function sendDatagram(to: Endpoint | string, bytes: Uint8Array): Result<null> {
  const isLocal = typeof to === 'string';
  const family = isLocal ? AF.UNIX : isIpv6(to.address) ? AF.INET6 : AF.INET;
  const what = `send to ${isLocal ? to : `${to.address} port ${to.port}`}`;
  const fd = sys.socket(family, SOCK.DGRAM, 0);
  if (fd < 0) return { ok: false, error: refusal(what, fd) };
  const address = isLocal ? unixAddress(to) : inetAddress(to.address, to.port);
  const sent = sys.send(fd, bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length, 0, address);
  sys.close(fd);
  return sent < 0 ? { ok: false, error: refusal(what, sent) } : DONE;
}
