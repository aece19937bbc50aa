/**
 * IPVS over generic netlink: operations and table entries <-> attribute bytes (<linux/ip_vs.h>). `attributes` is always
 * the payload behind the generic netlink header. Pure; sends nothing, and decides nothing about what the table should
 * hold. Timeouts, sync daemons and the rest are in ipvs-settings-codec.ts.
 *
 * Decoders throw an Error with one sentence on malformed input. They return null for an entry that is well formed
 * but that our table cannot express (SCTP): such an entry is left alone.
 */

import type { TunnelConfig } from '../config/config';
import { type Attributes, attribute, concat, nest, parseAttributes, u16, u32, u32be } from './attributes';
import {
  addressBytesOf,
  dest,
  familyNumber,
  familyOf,
  ipvsCommand,
  nameText,
  nested,
  payload,
  portBytes,
  rate,
  readAddress,
  readPort,
  readText,
  readU16,
  readU32,
  readU32be,
  readU64,
  svc,
  top,
  whole,
} from './ipvs-attributes';
import { encodeDaemon, encodeDaemonRole, encodeTimeouts } from './ipvs-settings-codec';
import {
  type BareService,
  type ForwardMethod,
  type IpvsDestination,
  type IpvsOperation,
  type Rates,
  type ServiceKey,
  serviceFlag,
} from './table';

const protocolNumber = { tcp: 6, udp: 17 } as const;
/** In the order of IP_VS_CONN_F_MASQ .. IP_VS_CONN_F_BYPASS. */
const methods: readonly ForwardMethod[] = ['nat', 'local', 'tun', 'dr', 'bypass'];
const methodMask = 7;
/** In the order of IP_VS_CONN_F_TUNNEL_TYPE_*, and of IP_VS_TUNNEL_ENCAP_FLAG_*. */
const tunnelKinds: readonly TunnelConfig['kind'][] = ['ipip', 'gue', 'gre'];
const tunnelChecksums: readonly TunnelConfig['checksum'][] = ['none', 'csum', 'remcsum'];
/** The kernel's limit for a weight: it is a signed int. */
const weightLimit = 0x7fffffff;
const allBits = 0xffffffff;
const plenOfHost = 128;
/** Without IP_VS_SVC_F_HASHED, which is the kernel's own. */
const flagMask = Object.values(serviceFlag).reduce((sum, bit) => sum + bit, 0);

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
    case 'timeouts-set':
      return { command: ipvsCommand.setConfig, attributes: encodeTimeouts(operation.timeouts) };
    case 'daemon-start':
      return { command: ipvsCommand.newDaemon, attributes: encodeDaemon(operation.daemon) };
    case 'daemon-stop':
      return { command: ipvsCommand.deleteDaemon, attributes: encodeDaemonRole(operation.daemon.role) };
  }
}

/** What a GET_DEST dump, a single GET_SERVICE and the ZERO of one service ask for. */
export function encodeServiceKey(key: ServiceKey): Uint8Array {
  return nest(top.service, serviceKey(key));
}

/** One message of a GET_SERVICE answer. */
export function decodeService(attributes: Uint8Array): BareService | null {
  const found = nested(attributes, top.service, 'service');
  const key = readKey(found);
  if (key === null) return null;
  const family = 'family' in key ? key.family : familyOf(key.address);
  const flags = payload(found, svc.flags, 8, 'service flags').getUint32(0, true) & flagMask;
  const timeoutS = readU32(found, svc.timeout, 'persistence time');
  // The netmask is in network byte order, the prefix length of IPv6 in the machine's.
  const mask = (family === 'ipv4' ? readU32be : readU32)(found, svc.netmask, 'persistence netmask');
  return {
    ...key,
    scheduler: readText(found, svc.scheduler, 'scheduler name'),
    ...(flags === 0 ? {} : { flags }),
    ...(timeoutS === 0 ? {} : { timeoutS }),
    ...(mask === hostMask(family) ? {} : { mask }),
    ...(found.has(svc.engine) ? { engine: readText(found, svc.engine, 'persistence engine') } : {}),
  };
}

/**
 * One message of a GET_DEST answer.
 * @param withRates which take as long to read as all the rest
 */
export function decodeDestination(attributes: Uint8Array, withRates = false): IpvsDestination | null {
  const found = nested(attributes, top.destination, 'destination');
  // Kernels before 3.18 do not send the family: it is IPv4 there, for all that this program ever ran on.
  const family = found.has(dest.family)
    ? familyNamed(readU16(found, dest.family, 'destination family'))
    : 'ipv4';
  if (family === null) return null;
  const method = methods[readU32(found, dest.method, 'forwarding method') & methodMask];
  if (method === undefined) throw new Error('IPVS destination has a forwarding method above 4 (bypass)');
  const upper = readU32(found, dest.upper, 'upper threshold');
  const lower = readU32(found, dest.lower, 'lower threshold');
  const tunnel = method === 'tun' ? readTunnel(found) : null;
  const rates = withRates ? readRates(found) : null;
  return {
    address: readAddress(found, dest.address, family, 'destination address'),
    port: readPort(found, dest.port, 'destination port'),
    weight: readU32(found, dest.weight, 'weight'),
    method,
    ...(upper === 0 ? {} : { upper }),
    ...(lower === 0 ? {} : { lower }),
    ...(tunnel === null ? {} : { tunnel }),
    connections: {
      active: readU32(found, dest.active, 'active connections'),
      inactive: readU32(found, dest.inactive, 'inactive connections'),
      persistent: readU32(found, dest.persistent, 'persistent connections'),
    },
    ...(rates === null ? {} : { rates }),
  };
}

function encodeService(service: BareService): Uint8Array {
  const family = service.protocol === 'fwmark' ? service.family : familyOf(service.address);
  const mask = whole('netmask', service.mask ?? hostMask(family));
  // The kernel wants all of these, even where they say nothing: no flags, no persistence, netmask of one host.
  return nest(top.service, [
    ...serviceKey(service),
    attribute(svc.scheduler, nameText('a scheduler name', service.scheduler)),
    ...(service.engine === undefined
      ? []
      : [attribute(svc.engine, nameText('the name of a persistence engine', service.engine))]),
    attribute(svc.flags, concat([u32(whole('flags', service.flags ?? 0)), u32(allBits)])),
    attribute(svc.timeout, u32(whole('persistence time', service.timeoutS ?? 0))),
    attribute(svc.netmask, family === 'ipv4' ? u32be(mask) : u32(mask)),
  ]);
}

function encodeDestination(operation: { service: ServiceKey; destination: IpvsDestination }): Uint8Array {
  const { weight, method, upper, lower, tunnel } = operation.destination;
  return concat([
    encodeServiceKey(operation.service),
    nest(top.destination, [
      ...destinationKey(operation.destination),
      attribute(dest.method, u32(methods.indexOf(method))),
      attribute(dest.weight, u32(whole('weight', weight, weightLimit))),
      attribute(dest.tunnelType, Uint8Array.of(tunnelKinds.indexOf(tunnel?.kind ?? 'ipip'))),
      attribute(dest.tunnelPort, portBytes(tunnel?.port ?? 0)),
      attribute(dest.tunnelFlags, u16(tunnelChecksums.indexOf(tunnel?.checksum ?? 'none'))),
      attribute(dest.upper, u32(whole('upper threshold', upper ?? 0))),
      attribute(dest.lower, u32(whole('lower threshold', lower ?? 0))),
    ]),
  ]);
}

function serviceKey(key: ServiceKey): Uint8Array[] {
  if (key.protocol === 'fwmark')
    return [
      attribute(svc.family, u16(familyNumber[key.family])),
      attribute(svc.mark, u32(whole('firewall mark', key.mark))),
    ];
  return [
    attribute(svc.family, u16(familyNumber[familyOf(key.address)])),
    attribute(svc.protocol, u16(protocolNumber[key.protocol])),
    attribute(svc.address, addressBytesOf(key.address)),
    attribute(svc.port, portBytes(key.port)),
  ];
}

function destinationKey(destination: Pick<IpvsDestination, 'address' | 'port'>): Uint8Array[] {
  return [
    attribute(dest.family, u16(familyNumber[familyOf(destination.address)])),
    attribute(dest.address, addressBytesOf(destination.address)),
    attribute(dest.port, portBytes(destination.port)),
  ];
}

function readKey(found: Attributes): ServiceKey | null {
  const family = familyNamed(readU16(found, svc.family, 'service family'));
  if (family === null) return null;
  if (found.has(svc.mark))
    return { protocol: 'fwmark', mark: readU32(found, svc.mark, 'firewall mark'), family };
  const protocol = protocolOf(found);
  if (protocol === null) return null;
  return {
    protocol,
    address: readAddress(found, svc.address, family, 'service address'),
    port: readPort(found, svc.port, 'service port'),
  };
}

function protocolOf(found: Attributes): 'tcp' | 'udp' | null {
  const number = readU16(found, svc.protocol, 'protocol');
  return number === protocolNumber.tcp ? 'tcp' : number === protocolNumber.udp ? 'udp' : null;
}

function familyNamed(number: number): 'ipv4' | 'ipv6' | null {
  return number === familyNumber.ipv4 ? 'ipv4' : number === familyNumber.ipv6 ? 'ipv6' : null;
}

function hostMask(family: 'ipv4' | 'ipv6'): number {
  return family === 'ipv4' ? allBits : plenOfHost;
}

/** Null for IPIP, which is all that kernels before 5.3 have. */
function readTunnel(found: Attributes): TunnelConfig | null {
  if (!found.has(dest.tunnelType)) return null;
  const kind = tunnelKinds[payload(found, dest.tunnelType, 1, 'tunnel type').getUint8(0)];
  const checksum = tunnelChecksums[readU16(found, dest.tunnelFlags, 'tunnel flags')];
  if (kind === undefined || checksum === undefined)
    throw new Error('IPVS destination has an unknown kind of tunnel');
  const port = readPort(found, dest.tunnelPort, 'tunnel port');
  return kind === 'ipip' && checksum === 'none' && port === 0 ? null : { kind, port, checksum };
}

function readRates(found: Attributes): Rates | null {
  const bytes = found.get(dest.stats64);
  if (bytes === undefined) return null;
  const stats = parseAttributes(bytes);
  const read = (type: number): number => readU64(stats, type, 'rate');
  return {
    connections: read(rate.connections),
    inPackets: read(rate.inPackets),
    outPackets: read(rate.outPackets),
    inBytes: read(rate.inBytes),
    outBytes: read(rate.outBytes),
  };
}
