/** Datagrams to one UDP port of the box, on every address. Nothing is ever sent. */

import * as sys from 'sys';
import type { Address } from '../../config/config';
import type { Receiver, Result } from '../host';
import { failure, refusal, success } from './failure';
import { AF, MSG, SOCK } from './linux';
import { loop } from './machine';
import { ADDRESS_BYTES, addressText, inetAddress } from './sockaddr';

/** Datagrams that are read before anything else has its turn. */
const DATAGRAMS_PER_ROUND = 8;

/** See `Host.openReceiver`. */
export function openReceiver(
  port: number,
  limitBytes: number,
  onDatagram: (bytes: Uint8Array, from: Address) => void,
): Result<Receiver> {
  const fd = sys.socket(AF.INET, SOCK.DGRAM, 0);
  if (fd < 0) return failure(refusal('open a UDP socket', fd));
  const bound = sys.bind(fd, inetAddress('0.0.0.0', port));
  if (bound < 0) {
    sys.close(fd);
    return failure(refusal(`listen on UDP port ${port}`, bound));
  }
  const buffer = new ArrayBuffer(limitBytes);
  const sender = new ArrayBuffer(ADDRESS_BYTES);
  let isOpen = true;
  const watcher = loop.watch(fd, {
    readable: () => {
      for (let count = 0; count < DATAGRAMS_PER_ROUND && isOpen; count++) {
        const length = sys.receive(fd, buffer, 0, limitBytes, MSG.TRUNC, sender);
        if (length < 0) return;
        if (length > limitBytes) continue;
        onDatagram(new Uint8Array(buffer).slice(0, length), addressText(new Uint8Array(sender, 4, 4)));
      }
    },
  });
  watcher.want(true, false);
  return success({
    close: () => {
      isOpen = false;
      watcher.stop();
      sys.close(fd);
    },
  });
}
