/**
 * Socket addresses as the bytes of the kernel's structs, and socket option values. Pure. Little endian, as both
 * machines of a build are.
 */

import type { Address } from '../../config/config';
import { ipv6Octets, isIpv6 } from '../../config/ipv6';
import { AF } from './linux';

/** Room for any address that the kernel writes, as `sys` asks for. */
export const ADDRESS_BYTES = 128;

/** Longest interface name, IFNAMSIZ with its NUL. */
const INTERFACE_NAME_BYTES = 16;

function octets(address: Address): number[] {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255))
    throw new Error(`"${address}" is not an IPv4 address like 192.0.2.1`);
  return parts;
}

/** The four bytes of an IPv4 address. Throws one sentence for anything else. */
export function addressBytes(address: Address): Uint8Array {
  return Uint8Array.from(octets(address));
}

export function addressText(bytes: ArrayLike<number>): Address {
  return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
}

/** struct sockaddr_in, ip(7), or struct sockaddr_in6, ipv6(7). */
export function inetAddress(address: Address, port: number): ArrayBuffer {
  const ipv6 = isIpv6(address) ? ipv6Octets(address) : null;
  if (ipv6 !== null) return inet6Address(ipv6, port);
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF.INET, true);
  view.setUint16(2, port, false);
  bytes.set(octets(address), 4);
  return bytes.buffer;
}

function inet6Address(octets: readonly number[], port: number): ArrayBuffer {
  const bytes = new Uint8Array(28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF.INET6, true);
  view.setUint16(2, port, false);
  bytes.set(octets, 8);
  return bytes.buffer;
}

/** struct sockaddr_un, unix(7), for a path of at most 107 characters. */
export function unixAddress(path: string): ArrayBuffer {
  const bytes = new Uint8Array(110);
  new DataView(bytes.buffer).setUint16(0, AF.UNIX, true);
  bytes.set(ascii(path, 107), 2);
  return bytes.buffer;
}

/** struct sockaddr_nl, netlink(7). */
export function netlinkAddress(port: number, groups: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint16(0, AF.NETLINK, true);
  view.setUint32(4, port >>> 0, true);
  view.setUint32(8, groups >>> 0, true);
  return view.buffer as ArrayBuffer;
}

/** struct sockaddr_ll, packet(7), to send one frame through an interface. */
export function packetAddress(
  interfaceIndex: number,
  etherType: number,
  destination: Uint8Array,
): ArrayBuffer {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF.PACKET, true);
  view.setUint16(2, etherType, false);
  view.setInt32(4, interfaceIndex, true);
  bytes[11] = 6;
  bytes.set(destination.subarray(0, 6), 12);
  return bytes.buffer;
}

/** struct sockaddr_alg, <linux/if_alg.h>. */
export function algorithmAddress(type: string, name: string): ArrayBuffer {
  const bytes = new Uint8Array(88);
  new DataView(bytes.buffer).setUint16(0, AF.ALG, true);
  bytes.set(ascii(type, 13), 2);
  bytes.set(ascii(name, 63), 24);
  return bytes.buffer;
}

/** One instruction of a socket filter, struct sock_filter of <linux/filter.h>. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

/** A program for SO_ATTACH_FILTER, socket(7). */
export function filterProgram(instructions: readonly Instruction[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(8 * instructions.length));
  instructions.forEach(([code, ifTrue, ifFalse, operand], index) => {
    view.setUint16(8 * index, code, true);
    view.setUint8(8 * index + 2, ifTrue);
    view.setUint8(8 * index + 3, ifFalse);
    view.setUint32(8 * index + 4, operand, true);
  });
  return view.buffer as ArrayBuffer;
}

/** An int, as most socket options take. */
export function int(value: number): ArrayBuffer {
  return new Int32Array([value]).buffer;
}

/** Value of SO_BINDTODEVICE. */
export function interfaceName(name: string): ArrayBuffer {
  const bytes = new Uint8Array(INTERFACE_NAME_BYTES);
  bytes.set(ascii(name, INTERFACE_NAME_BYTES - 1));
  return bytes.buffer;
}

/** struct ip_mreqn, ip(7). */
export function multicastRequest(group: Address, interfaceIndex: number): ArrayBuffer {
  const bytes = new Uint8Array(12);
  bytes.set(octets(group), 0);
  new DataView(bytes.buffer).setInt32(8, interfaceIndex, true);
  return bytes.buffer;
}

/** struct ipv6_mreq, ipv6(7). @param group its 16 bytes */
export function multicastRequest6(group: readonly number[], interfaceIndex: number): ArrayBuffer {
  const bytes = new Uint8Array(20);
  bytes.set(group, 0);
  new DataView(bytes.buffer).setInt32(16, interfaceIndex, true);
  return bytes.buffer;
}

function ascii(text: string, limit: number): Uint8Array {
  if (text.length > limit) throw new Error(`"${text}" is longer than ${limit} characters`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
