/**
 * IPVS over generic netlink: operations and table entries <-> attribute bytes (<linux/ip_vs.h>, family `IPVS`,
 * version 1). `attributes` is always the payload behind the generic netlink header. Pure; sends nothing, and
 * decides nothing about what the table should hold.
 *
 * Decoders throw an Error with one sentence on malformed input. They return null for an entry that is well formed
 * but that our table cannot express (firewall mark, IPv6, SCTP): such an entry is left alone.
 */

import { octets } from '../config/address';
import type { Address } from '../config/config';
import { type Attributes, attribute, concat, nest, parseAttributes, u16, u16be, u32 } from './attributes';
import type { ForwardMethod, IpvsDestination, IpvsOperation, IpvsService, ServiceKey } from './table';

export const ipvsFamily = { name: 'IPVS', version: 1 } as const;

/** enum IPVS_CMD_*. */
export const ipvsCommand = {
  newService: 1,
  setService: 2,
  deleteService: 3,
  /** Dump without attributes gives all services. */
  getService: 4,
  newDestination: 5,
  setDestination: 6,
  deleteDestination: 7,
  /** Dump only; takes `encodeServiceKey`. */
  getDestination: 8,
} as const;

/** enum IPVS_CMD_ATTR_*, IPVS_SVC_ATTR_*, IPVS_DEST_ATTR_*. */
const top = { service: 1, destination: 2 } as const;
const svc = {
  family: 1,
  protocol: 2,
  address: 3,
  port: 4,
  mark: 5,
  scheduler: 6,
  flags: 7,
  timeout: 8,
  netmask: 9,
};
const dest = {
  address: 1,
  port: 2,
  method: 3,
  weight: 4,
  upper: 5,
  lower: 6,
  active: 7,
  inactive: 8,
  family: 11,
};

const familyIpv4 = 2;
const protocolNumber = { tcp: 6, udp: 17 } as const;
/** In the order of IP_VS_CONN_F_MASQ .. IP_VS_CONN_F_BYPASS. */
const methods: readonly ForwardMethod[] = ['nat', 'local', 'tun', 'dr', 'bypass'];
const methodMask = 7;
/** sizeof(union nf_inet_addr) */
const addressBytes = 16;
/** IP_VS_SCHEDNAME_MAXLEN, with the terminating NUL. */
const schedulerBytes = 16;
/** The kernel's limit for a weight: it is a signed int. */
const weightLimit = 0x7fffffff;
const allBits = 0xffffffff;

export interface IpvsMessage {
  /** One of `ipvsCommand`. */
  readonly command: number;
  readonly attributes: Uint8Array;
}

/** @throws Error with a sentence when a value does not fit the kernel's type */
export function encodeOperation(operation: IpvsOperation): IpvsMessage {
  switch (operation.type) {
    case 'service-add':
      return { command: ipvsCommand.newService, attributes: encodeService(operation.service) };
    case 'service-set':
      return { command: ipvsCommand.setService, attributes: encodeService(operation.service) };
    case 'service-delete':
      return { command: ipvsCommand.deleteService, attributes: encodeServiceKey(operation.service) };
    case 'destination-add':
      return { command: ipvsCommand.newDestination, attributes: encodeDestination(operation) };
    case 'destination-set':
      return { command: ipvsCommand.setDestination, attributes: encodeDestination(operation) };
    case 'destination-delete':
      return {
        command: ipvsCommand.deleteDestination,
        attributes: concat([
          encodeServiceKey(operation.service),
          nest(top.destination, destinationKey(operation.destination)),
        ]),
      };
  }
}

/** What a GET_DEST dump and a single GET_SERVICE ask for. */
export function encodeServiceKey(key: ServiceKey): Uint8Array {
  return nest(top.service, serviceKey(key));
}

/** One message of a GET_SERVICE answer. */
export function decodeService(attributes: Uint8Array): Omit<IpvsService, 'destinations'> | null {
  const found = nested(attributes, top.service, 'service');
  const protocol = protocolOf(found);
  if (found.has(svc.mark) || readU16(found, svc.family, 'service family') !== familyIpv4 || protocol === null)
    return null;
  return {
    protocol,
    address: readAddress(found, svc.address, 'service address'),
    port: readPort(found, svc.port, 'service port'),
    scheduler: readText(found, svc.scheduler, 'scheduler name'),
  };
}

/** One message of a GET_DEST answer. */
export function decodeDestination(attributes: Uint8Array): IpvsDestination | null {
  const found = nested(attributes, top.destination, 'destination');
  // Kernels before 3.18 do not send the family: then it is the service's, and we only ask for IPv4 services.
  if (found.has(dest.family) && readU16(found, dest.family, 'destination family') !== familyIpv4) return null;
  const method = methods[readU32(found, dest.method, 'forwarding method') & methodMask];
  if (method === undefined) throw new Error('IPVS destination has a forwarding method above 4 (bypass)');
  return {
    address: readAddress(found, dest.address, 'destination address'),
    port: readPort(found, dest.port, 'destination port'),
    weight: readU32(found, dest.weight, 'weight'),
    method,
    connections: {
      active: readU32(found, dest.active, 'active connections'),
      inactive: readU32(found, dest.inactive, 'inactive connections'),
    },
  };
}

function encodeService(service: Omit<IpvsService, 'destinations'>): Uint8Array {
  // The kernel wants all of these, even where they say nothing: no flags, no persistence, netmask of one host.
  return nest(top.service, [
    ...serviceKey(service),
    attribute(svc.scheduler, text(service.scheduler)),
    attribute(svc.flags, concat([u32(0), u32(allBits)])),
    attribute(svc.timeout, u32(0)),
    attribute(svc.netmask, u32(allBits)),
  ]);
}

function encodeDestination(operation: { service: ServiceKey; destination: IpvsDestination }): Uint8Array {
  const { weight, method } = operation.destination;
  if (!Number.isInteger(weight) || weight < 0 || weight > weightLimit)
    throw new Error(`weight ${weight} is not a whole number from 0 to ${weightLimit}`);
  return concat([
    encodeServiceKey(operation.service),
    nest(top.destination, [
      ...destinationKey(operation.destination),
      attribute(dest.method, u32(methods.indexOf(method))),
      attribute(dest.weight, u32(weight)),
      attribute(dest.upper, u32(0)),
      attribute(dest.lower, u32(0)),
    ]),
  ]);
}

function serviceKey(key: ServiceKey): Uint8Array[] {
  return [
    attribute(svc.family, u16(familyIpv4)),
    attribute(svc.protocol, u16(protocolNumber[key.protocol])),
    attribute(svc.address, address(key.address)),
    attribute(svc.port, port(key.port)),
  ];
}

function destinationKey(destination: Pick<IpvsDestination, 'address' | 'port'>): Uint8Array[] {
  return [
    attribute(dest.family, u16(familyIpv4)),
    attribute(dest.address, address(destination.address)),
    attribute(dest.port, port(destination.port)),
  ];
}

function address(value: Address): Uint8Array {
  const bytes = new Uint8Array(addressBytes);
  bytes.set(octets(value));
  return bytes;
}

function port(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 65535)
    throw new Error(`port ${value} is not a whole number from 0 to 65535`);
  return u16be(value);
}

function text(value: string): Uint8Array {
  if (!/^[a-z0-9_-]+$/.test(value) || value.length >= schedulerBytes)
    throw new Error(
      `${JSON.stringify(value)} is not a scheduler name of 1 to ${schedulerBytes - 1} characters`,
    );
  return Uint8Array.from([...value].map((character) => character.charCodeAt(0)).concat(0));
}

function nested(attributes: Uint8Array, type: number, what: string): Attributes {
  const payload = parseAttributes(attributes).get(type);
  if (payload === undefined) throw new Error(`IPVS answer holds no ${what}`);
  return parseAttributes(payload);
}

function protocolOf(found: Attributes): 'tcp' | 'udp' | null {
  if (!found.has(svc.protocol)) return null;
  const number = readU16(found, svc.protocol, 'protocol');
  return number === protocolNumber.tcp ? 'tcp' : number === protocolNumber.udp ? 'udp' : null;
}

function payload(found: Attributes, type: number, bytes: number, what: string): DataView {
  const value = found.get(type);
  if (value === undefined || value.length < bytes)
    throw new Error(`IPVS ${what} has ${value?.length ?? 'no'} bytes, needs ${bytes}`);
  return new DataView(value.buffer, value.byteOffset, value.byteLength);
}

function readU16(found: Attributes, type: number, what: string): number {
  return payload(found, type, 2, what).getUint16(0, true);
}

function readPort(found: Attributes, type: number, what: string): number {
  return payload(found, type, 2, what).getUint16(0, false);
}

function readU32(found: Attributes, type: number, what: string): number {
  return payload(found, type, 4, what).getUint32(0, true);
}

function readAddress(found: Attributes, type: number, what: string): Address {
  const view = payload(found, type, 4, what);
  return [0, 1, 2, 3].map((at) => view.getUint8(at)).join('.');
}

function readText(found: Attributes, type: number, what: string): string {
  const bytes = found.get(type);
  const end = bytes?.indexOf(0) ?? -1;
  if (bytes === undefined || end < 1 || end >= schedulerBytes)
    throw new Error(`IPVS ${what} is not a NUL-terminated text of 1 to ${schedulerBytes - 1} characters`);
  return String.fromCharCode(...bytes.subarray(0, end));
}
