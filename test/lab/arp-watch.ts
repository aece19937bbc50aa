/**
 * Watches who answers for an address on an Ethernet segment, and who announces it. Runs on our own runner (Node has
 * no packet sockets), in the namespace of the lab's bridges. Asks as RFC 5227 probes do, from no address, so that no
 * ARP cache learns anything from it. Every sighting is one JSON line on stdout.
 *
 * Arguments: pairs of INTERFACE ADDRESS. The interface's name is the segment's.
 */

import * as sys from 'sys';
import type { Segment } from './network';
import { PROBE_MAC, type Sighting } from './sighting';

const PROBE_INTERVAL_MS = 50;
const AF_PACKET = 17;
const SOCK_RAW = 3;
const ETH_P_ARP = 0x0806;
const POLLIN = 1;
const FRAME_BYTES = 42;
const ARP_OFFSET = 14;
const REQUEST = 1;

interface Watched {
  readonly segment: Segment;
  readonly address: string;
  readonly target: Uint8Array;
  readonly fd: number;
}

const OWN_MAC = PROBE_MAC.split(':').map((byte) => Number.parseInt(byte, 16));

function openSocket(interfaceName: string): number {
  const network = ((ETH_P_ARP & 0xff) << 8) | (ETH_P_ARP >> 8);
  const fd = sys.socket(AF_PACKET, SOCK_RAW, network);
  // struct sockaddr_ll: family, protocol (network order), interface index, then what bind(2) ignores.
  const address = new DataView(new ArrayBuffer(20));
  address.setUint16(0, AF_PACKET, true);
  address.setUint16(2, network, true);
  address.setInt32(4, sys.ifIndex(interfaceName), true);
  const failure = fd < 0 ? fd : sys.bind(fd, address.buffer);
  if (failure < 0) throw new Error(`Cannot listen for ARP on ${interfaceName}: error ${-failure}.`);
  return fd;
}

function probeFrame(target: Uint8Array): ArrayBuffer {
  const frame = new Uint8Array(FRAME_BYTES);
  frame.fill(0xff, 0, 6);
  frame.set(OWN_MAC, 6);
  frame.set([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, REQUEST], 12);
  frame.set(OWN_MAC, ARP_OFFSET + 8);
  frame.set(target, ARP_OFFSET + 24);
  return frame.buffer;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
const same = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, index) => byte === b[index]);

/** What a received frame says about the watched address, if anything. */
function sight(watched: Watched, frame: Uint8Array, round: number): Sighting | null {
  const sender = frame.subarray(ARP_OFFSET + 14, ARP_OFFSET + 18);
  if (!same(sender, watched.target)) return null;
  const isAnnouncement = same(frame.subarray(ARP_OFFSET + 24, ARP_OFFSET + 28), sender);
  const isRequest = frame[ARP_OFFSET + 7] === REQUEST;
  // The holder's own questions for others ("who has ...? tell VIP") are neither.
  if (isRequest && !isAnnouncement) return null;
  return {
    atMs: sys.monotonic(),
    segment: watched.segment,
    kind: isAnnouncement ? 'announcement' : 'answer',
    address: watched.address,
    mac: Array.from(frame.subarray(ARP_OFFSET + 8, ARP_OFFSET + 14), hex).join(':'),
    round,
  };
}

function print(value: unknown): void {
  const text = `${JSON.stringify(value)}\n`;
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  sys.write(1, bytes.buffer, 0, bytes.length);
}

function watch(all: readonly Watched[]): never {
  const probes = all.map((watched) => probeFrame(watched.target));
  const set = new Int32Array(all.length * 3);
  const buffer = new ArrayBuffer(2048);
  let round = 0;
  let nextMs = sys.monotonic();
  for (;;) {
    if (sys.monotonic() >= nextMs) {
      round += 1;
      nextMs += PROBE_INTERVAL_MS;
      for (const [index, { fd }] of all.entries()) sys.send(fd, probes[index]!, 0, FRAME_BYTES, 0, null);
    }
    for (const [index, { fd }] of all.entries()) set.set([fd, POLLIN, 0], index * 3);
    sys.poll(set, all.length, Math.max(0, nextMs - sys.monotonic()));
    for (const watched of all) {
      for (;;) {
        const length = sys.receive(watched.fd, buffer, 0, buffer.byteLength, 0, null);
        if (length < 0) break;
        const sighting = length < FRAME_BYTES ? null : sight(watched, new Uint8Array(buffer), round);
        if (sighting) print(sighting);
      }
    }
  }
}

const watched: Watched[] = [];
for (let index = 0; index + 1 < sys.args.length; index += 2) {
  const segment = sys.args[index] as Segment;
  const address = sys.args[index + 1]!;
  watched.push({
    segment,
    address,
    target: Uint8Array.from(address.split('.'), Number),
    fd: openSocket(segment),
  });
}
watch(watched);
