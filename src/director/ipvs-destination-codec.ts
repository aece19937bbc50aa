/**
 * Real servers over generic netlink: operations and entries of the table <-> attribute words (<linux/ip_vs.h>). There are
 * a thousand of them in a dump that is read again and again, so nothing is made here that is not handed on. Pure.
 */

import { octets } from '../config/address';
import type { Address, TunnelConfig } from '../config/config';
import { ipv6Octets, printIpv6 } from '../config/ipv6';
import { FoundWords, swapped, WordWriter } from './attribute-words';
import {
  dest,
  familyNamed,
  familyNumber,
  familyOf,
  protocolNumber,
  rate,
  svc,
  top,
  whole,
} from './ipvs-attributes';
import type { ForwardMethod, IpvsDestination, Rates, ServiceKey } from './table';

/** In the order of IP_VS_CONN_F_MASQ .. IP_VS_CONN_F_BYPASS. */
const methods: readonly ForwardMethod[] = ['nat', 'local', 'tun', 'dr', 'bypass'];
const methodMask = 7;
/** In the order of IP_VS_CONN_F_TUNNEL_TYPE_*, and of IP_VS_TUNNEL_ENCAP_FLAG_*. */
const tunnelKinds: readonly TunnelConfig['kind'][] = ['ipip', 'gue', 'gre'];
const tunnelChecksums: readonly TunnelConfig['checksum'][] = ['none', 'csum', 'remcsum'];
/** The kernel's limit for a weight: it is a signed int. */
const weightLimit = 0x7fffffff;
const portLimit = 65_535;
/** sizeof(union nf_inet_addr) */
const addressBytes = 16;
/** More than the longest operation has. */
const writtenWords = 64;

const outer = new FoundWords();
const inner = new FoundWords();
const writer = new WordWriter(writtenWords);

/** What the kernel says of a server. */
type Found = IpvsDestination & Required<Pick<IpvsDestination, 'connections'>>;

/**
 * One message of a GET_DEST answer.
 * @param words of the datagram
 * @param from where the message's attributes begin, in words
 * @param bytes of its attributes
 * @param withRates which take as long to read as all the rest
 * @returns null for an entry that our table cannot express
 * @throws Error with one sentence on malformed input
 */
export function decodeDestination(
  words: Uint32Array<ArrayBuffer>,
  from: number,
  bytes: number,
  withRates = false,
): IpvsDestination | null {
  outer.parse(words, from, bytes);
  if (!outer.has(top.destination)) throw new Error('IPVS answer holds no destination');
  const place = outer.place(top.destination, 0, 'destination');
  const found = inner.parse(words, place, outer.bytes(top.destination));
  // Kernels before 3.18 do not send the family: it is IPv4 there, for all that this program ever ran on.
  const family = found.has(dest.family) ? familyNamed(found.u16(dest.family, 'destination family')) : 'ipv4';
  if (family === null) return null;
  const method = methods[found.u32(dest.method, 'forwarding method') & methodMask];
  if (method === undefined) throw new Error('IPVS destination has a forwarding method above 4 (bypass)');
  const upper = found.u32(dest.upper, 'upper threshold');
  const lower = found.u32(dest.lower, 'lower threshold');
  const tunnel = method === 'tun' ? readTunnel(found) : null;
  const one: { -readonly [Name in keyof Found]: Found[Name] } = {
    address: readAddress(found, family),
    port: found.u16be(dest.port, 'destination port'),
    weight: found.u32(dest.weight, 'weight'),
    method,
    connections: {
      active: found.u32(dest.active, 'active connections'),
      inactive: found.u32(dest.inactive, 'inactive connections'),
      persistent: found.u32(dest.persistent, 'persistent connections'),
    },
  };
  if (upper !== 0) one.upper = upper;
  if (lower !== 0) one.lower = lower;
  if (tunnel !== null) one.tunnel = tunnel;
  if (withRates && found.has(dest.stats64)) one.rates = readRates(found);
  return one;
}

/** Of a NEW_DEST or a SET_DEST. @throws Error with a sentence when a value does not fit the kernel's type */
export function encodeDestination(
  service: ServiceKey,
  destination: IpvsDestination,
): Uint8Array<ArrayBuffer> {
  const { weight, method, upper = 0, lower = 0, tunnel } = destination;
  writer.take();
  writeService(service);
  const place = writer.begin(top.destination);
  writeKey(destination);
  writer.word(dest.method, 4, methods.indexOf(method));
  writer.word(dest.weight, 4, whole('weight', weight, weightLimit));
  writer.word(dest.tunnelType, 1, tunnelKinds.indexOf(tunnel?.kind ?? 'ipip'));
  writer.word(dest.tunnelPort, 2, swapped(whole('port', tunnel?.port ?? 0, portLimit)));
  writer.word(dest.tunnelFlags, 2, tunnelChecksums.indexOf(tunnel?.checksum ?? 'none'));
  writer.word(dest.upper, 4, whole('upper threshold', upper));
  writer.word(dest.lower, 4, whole('lower threshold', lower));
  writer.end(place);
  return writer.take();
}

/** Of a DEL_DEST. @throws Error with a sentence when a value does not fit the kernel's type */
export function encodeDestinationKey(
  service: ServiceKey,
  destination: Pick<IpvsDestination, 'address' | 'port'>,
): Uint8Array<ArrayBuffer> {
  writer.take();
  writeService(service);
  const place = writer.begin(top.destination);
  writeKey(destination);
  writer.end(place);
  return writer.take();
}

function writeService(key: ServiceKey): void {
  const place = writer.begin(top.service);
  if (key.protocol === 'fwmark') {
    writer.word(svc.family, 2, familyNumber[key.family]);
    writer.word(svc.mark, 4, whole('firewall mark', key.mark));
  } else {
    writer.word(svc.family, 2, familyNumber[familyOf(key.address)]);
    writer.word(svc.protocol, 2, protocolNumber[key.protocol]);
    writer.row(svc.address, addressWords(key.address));
    writer.word(svc.port, 2, swapped(whole('port', key.port, portLimit)));
  }
  writer.end(place);
}

function writeKey({ address, port }: Pick<IpvsDestination, 'address' | 'port'>): void {
  writer.word(dest.family, 2, familyNumber[familyOf(address)]);
  writer.row(dest.address, addressWords(address));
  writer.word(dest.port, 2, swapped(whole('port', port, portLimit)));
}

/** In the 16 bytes that both families take. @throws Error when it is no address */
function addressWords(address: Address): readonly number[] {
  if (familyOf(address) === 'ipv4') {
    const [a = 0, b = 0, c = 0, d = 0] = octets(address);
    return [a | (b << 8) | (c << 16) | (d << 24), 0, 0, 0];
  }
  const bytes = ipv6Octets(address);
  if (bytes === null) throw new Error(`${JSON.stringify(address)} is not an IPv6 address like 2001:db8::1`);
  return [...new Uint32Array(Uint8Array.from(bytes).buffer)];
}

function readAddress(found: FoundWords, family: 'ipv4' | 'ipv6'): Address {
  if (family === 'ipv6') {
    const place = found.place(dest.address, addressBytes, 'destination address');
    return printIpv6(new Uint8Array(found.words.slice(place, place + 4).buffer));
  }
  const word = found.u32(dest.address, 'destination address');
  return `${word & 255}.${(word >> 8) & 255}.${(word >> 16) & 255}.${word >>> 24}`;
}

/** Null for IPIP, which is all that kernels before 5.3 have. */
function readTunnel(found: FoundWords): TunnelConfig | null {
  if (!found.has(dest.tunnelType)) return null;
  const kind = tunnelKinds[found.words[found.place(dest.tunnelType, 1, 'tunnel type')]! & 0xff];
  const checksum = tunnelChecksums[found.u16(dest.tunnelFlags, 'tunnel flags')];
  if (kind === undefined || checksum === undefined)
    throw new Error('IPVS destination has an unknown kind of tunnel');
  const port = found.u16be(dest.tunnelPort, 'tunnel port');
  return kind === 'ipip' && checksum === 'none' && port === 0 ? null : { kind, port, checksum };
}

function readRates(found: FoundWords): Rates {
  const place = found.place(dest.stats64, 0, 'rates');
  const stats = outer.parse(found.words, place, found.bytes(dest.stats64));
  return {
    connections: stats.u64(rate.connections, 'rate'),
    inPackets: stats.u64(rate.inPackets, 'rate'),
    outPackets: stats.u64(rate.outPackets, 'rate'),
    inBytes: stats.u64(rate.inBytes, 'rate'),
    outBytes: stats.u64(rate.outBytes, 'rate'),
  };
}
