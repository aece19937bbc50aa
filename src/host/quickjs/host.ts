/** Puts the adapters together: the machine as `../host` describes it, over QuickJS and Linux. */

import * as sys from 'sys';
import type { HeartbeatLink } from '../../config/config';
import type { Clock, Host, LinkHandler, LinkPort, Texts } from '../host';
import { sendDatagram } from './datagram';
import { exchange } from './exchange';
import { execute } from './execute';
import { readFile, writeFile } from './files';
import { openPinger } from './icmp';
import { NetlinkIpvs } from './ipvs';
import { createLog, type LogOptions } from './log';
import { createMac } from './mac';
import { loop } from './machine';
import { NetlinkNetwork } from './network';
import { openReceiver } from './receiver';
import { saveFile } from './save';
import { SerialPort } from './serial';
import { serve } from './serve';
import { UdpPort } from './udp';
import { openWatchdog } from './watchdog';

/** getrandom(2) gives at most this at once without ever being interrupted. */
const RANDOM_BYTES = 256;

export const clock: Clock = {
  now: () => sys.monotonic(),
  wall: () => sys.realtime(),
  // As localtime_r(3) has it: TZ of the environment, else /etc/localtime, else UTC.
  zoneMs: (wallMs) => -60_000 * new Date(wallMs).getTimezoneOffset(),
  after: (delayMs, run) => loop.after(delayMs, run),
};

const texts: Texts = {
  read: ({ buffer, byteOffset, length }) => sys.latin1(buffer as ArrayBuffer, byteOffset, length),
  write: ({ buffer, byteOffset }, offset, text) =>
    sys.putLatin1(text, buffer as ArrayBuffer, byteOffset + offset) - byteOffset,
  hex: ({ buffer, byteOffset, length }) => sys.hex(buffer as ArrayBuffer, byteOffset, length),
  same: sys.sameText,
};

function random(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += RANDOM_BYTES)
    bytes.set(new Uint8Array(sys.random(Math.min(RANDOM_BYTES, length - at))), at);
  return bytes;
}

function openLink(link: HeartbeatLink, handler: LinkHandler): LinkPort {
  return link.kind === 'serial' ? new SerialPort(link, handler) : new UdpPort(link, handler);
}

/**
 * The machine. Call once; callbacks come while `loop.run()` (see `machine.ts`) is running.
 * @throws Error when the kernel gives no netlink socket
 */
export function createHost(options: { readonly log: LogOptions }): Host {
  return {
    clock,
    mac: createMac(sys),
    texts,
    network: new NetlinkNetwork(),
    ipvs: new NetlinkIpvs(clock),
    log: createLog(options.log),
    random,
    openLink,
    openPinger,
    openReceiver,
    openWatchdog,
    serve,
    exchange,
    sendDatagram,
    execute,
    readFile,
    writeFile: (path, text) => writeFile(path, text),
    saveFile,
  };
}
