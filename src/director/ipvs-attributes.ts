/**
 * Numbers of the IPVS netlink family (<linux/ip_vs.h>), and single values of its attributes: to bytes with a check, from
 * bytes with a sentence when they are not there. Pure; knows no message.
 */

import { octets } from '../config/address';
import type { Address } from '../config/config';
import { ipv6Octets, isIpv6, printIpv6 } from '../config/ipv6';
import { type Attributes, parseAttributes, u16be } from './attributes';

export const ipvsFamily = { name: 'IPVS', version: 1 } as const;

/** enum IPVS_CMD_*. */
export const ipvsCommand = {
  newService: 1,
  setService: 2,
  deleteService: 3,
  /** With a key one service; a dump without attributes gives all. */
  getService: 4,
  newDestination: 5,
  setDestination: 6,
  deleteDestination: 7,
  /** Dump only; takes `encodeServiceKey`. */
  getDestination: 8,
  newDaemon: 9,
  deleteDaemon: 10,
  /** Dump only. */
  getDaemon: 11,
  setConfig: 12,
  getConfig: 13,
  /** Of the answer to `getInfo`. */
  setInfo: 14,
  getInfo: 15,
  /** Counters of one service, or without a key of all. */
  zero: 16,
  /** Removes all services: known, and never sent by the reconciler. */
  flush: 17,
} as const;

/** enum IPVS_CMD_ATTR_*. */
export const top = { service: 1, destination: 2, daemon: 3, tcp: 4, tcpFin: 5, udp: 6 } as const;
/** enum IPVS_SVC_ATTR_*. */
export const svc = {
  family: 1,
  protocol: 2,
  address: 3,
  port: 4,
  mark: 5,
  scheduler: 6,
  flags: 7,
  timeout: 8,
  netmask: 9,
  stats: 10,
  engine: 11,
  stats64: 12,
} as const;
/** enum IPVS_DEST_ATTR_*. */
export const dest = {
  address: 1,
  port: 2,
  method: 3,
  weight: 4,
  upper: 5,
  lower: 6,
  active: 7,
  inactive: 8,
  persistent: 9,
  stats: 10,
  family: 11,
  stats64: 12,
  tunnelType: 13,
  tunnelPort: 14,
  tunnelFlags: 15,
} as const;
/** enum IPVS_DAEMON_ATTR_*. */
export const daemonAttribute = {
  state: 1,
  interface: 2,
  id: 3,
  maxBytes: 4,
  group: 5,
  group6: 6,
  port: 7,
  ttl: 8,
} as const;
/** enum IPVS_STATS_ATTR_*: totals. In `stats` they and the rates have 32 bits; kernels from 4.1 on give `stats64` as well. */
export const total = { connections: 1, inPackets: 2, outPackets: 3, inBytes: 4, outBytes: 5 } as const;
/** enum IPVS_STATS_ATTR_*: rates, per second. */
export const rate = { connections: 6, inPackets: 7, outPackets: 8, inBytes: 9, outBytes: 10 } as const;
/** enum IPVS_INFO_ATTR_*. */
export const infoAttribute = { version: 1, tableSize: 2 } as const;

/** AF_INET, AF_INET6. */
export const familyNumber = { ipv4: 2, ipv6: 10 } as const;
/** IPPROTO_* */
export const protocolNumber = { tcp: 6, udp: 17 } as const;
/** sizeof(union nf_inet_addr) */
const addressBytes = 16;
/** IP_VS_SCHEDNAME_MAXLEN, IP_VS_PENAME_MAXLEN and IP_VS_IFNAME_MAXLEN, with the terminating NUL. */
export const nameBytes = 16;
const numberLimit = 0xffffffff;

/** Null for one that IPVS does not have. */
export function familyNamed(number: number): 'ipv4' | 'ipv6' | null {
  return number === familyNumber.ipv4 ? 'ipv4' : number === familyNumber.ipv6 ? 'ipv6' : null;
}

export function familyOf(address: Address): 'ipv4' | 'ipv6' {
  return isIpv6(address) ? 'ipv6' : 'ipv4';
}

/** In the 16 bytes that both families take. @throws Error when it is no address */
export function addressBytesOf(value: Address): Uint8Array {
  const bytes = new Uint8Array(addressBytes);
  if (!isIpv6(value)) bytes.set(octets(value));
  else {
    const given = ipv6Octets(value);
    if (given === null) throw new Error(`${JSON.stringify(value)} is not an IPv6 address like 2001:db8::1`);
    bytes.set(given);
  }
  return bytes;
}

export function portBytes(value: number): Uint8Array {
  return u16be(whole('port', value, 65_535));
}

/** NUL-terminated. @param what for the sentence */
export function nameText(what: string, value: string): Uint8Array {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.:@+-]*$/.test(value) || value.length >= nameBytes)
    throw new Error(`${JSON.stringify(value)} is not ${what} of 1 to ${nameBytes - 1} characters`);
  return Uint8Array.from([...value].map((character) => character.charCodeAt(0)).concat(0));
}

/** @throws Error with a sentence when it is no whole number from 0 to `limit` */
export function whole(what: string, value: number, limit = numberLimit): number {
  if (!Number.isInteger(value) || value < 0 || value > limit)
    throw new Error(`${what} ${value} is not a whole number from 0 to ${limit}`);
  return value;
}

/** The attributes in one that holds some. @throws Error when it is not there */
export function nested(attributes: Uint8Array, type: number, what: string): Attributes {
  const payload = parseAttributes(attributes).get(type);
  if (payload === undefined) throw new Error(`IPVS answer holds no ${what}`);
  return parseAttributes(payload);
}

export function readU16(found: Attributes, type: number, what: string): number {
  return payload(found, type, 2, what).getUint16(0, true);
}

export function readPort(found: Attributes, type: number, what: string): number {
  return payload(found, type, 2, what).getUint16(0, false);
}

export function readU32(found: Attributes, type: number, what: string): number {
  return payload(found, type, 4, what).getUint32(0, true);
}

/** In network byte order. */
export function readU32be(found: Attributes, type: number, what: string): number {
  return payload(found, type, 4, what).getUint32(0, false);
}

export function readAddress(found: Attributes, type: number, family: 'ipv4' | 'ipv6', what: string): Address {
  if (family === 'ipv4') {
    const view = payload(found, type, 4, what);
    return [0, 1, 2, 3].map((at) => view.getUint8(at)).join('.');
  }
  const { buffer, byteOffset } = payload(found, type, addressBytes, what);
  return printIpv6(new Uint8Array(buffer, byteOffset, addressBytes));
}

/** Whose text ends with a NUL. */
export function readText(found: Attributes, type: number, what: string): string {
  const bytes = found.get(type);
  const end = bytes?.indexOf(0) ?? -1;
  if (bytes === undefined || end < 1 || end >= nameBytes)
    throw new Error(`IPVS ${what} is not a NUL-terminated text of 1 to ${nameBytes - 1} characters`);
  return String.fromCharCode(...bytes.subarray(0, end));
}

export function payload(found: Attributes, type: number, bytes: number, what: string): DataView {
  const value = found.get(type);
  if (value === undefined || value.length < bytes)
    throw new Error(`IPVS ${what} has ${value?.length ?? 'no'} bytes, needs ${bytes}`);
  return new DataView(value.buffer, value.byteOffset, value.byteLength);
}
