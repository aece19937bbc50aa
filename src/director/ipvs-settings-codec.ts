/**
 * What IPVS has besides its table, to attribute bytes and back: timeouts, sync daemons, its version (<linux/ip_vs.h>).
 * Pure; sends nothing.
 */

import { attribute, concat, nest, parseAttributes, u16, u32 } from './attributes';
import {
  addressBytesOf,
  daemonAttribute as daemon,
  familyOf,
  infoAttribute,
  nameText,
  nested,
  payload,
  readAddress,
  readText,
  readU16,
  readU32,
  top,
  whole,
} from './ipvs-attributes';
import type { SyncDaemon, Timeouts } from './table';

/** IP_VS_STATE_MASTER, IP_VS_STATE_BACKUP */
const stateOf = { master: 1, backup: 2 } as const;

/** Of a SET_CONFIG. */
export function encodeTimeouts({ tcpS, tcpFinS, udpS }: Timeouts): Uint8Array {
  return concat([
    attribute(top.tcp, u32(whole('timeout', tcpS))),
    attribute(top.tcpFin, u32(whole('timeout', tcpFinS))),
    attribute(top.udp, u32(whole('timeout', udpS))),
  ]);
}

/** The answer to a GET_CONFIG. */
export function decodeTimeouts(attributes: Uint8Array): Timeouts {
  const found = parseAttributes(attributes);
  return {
    tcpS: readU32(found, top.tcp, 'tcp timeout'),
    tcpFinS: readU32(found, top.tcpFin, 'tcpfin timeout'),
    udpS: readU32(found, top.udp, 'udp timeout'),
  };
}

/** Of a NEW_DAEMON. */
export function encodeDaemon(of: SyncDaemon): Uint8Array {
  const group = addressBytesOf(of.group);
  return nest(top.daemon, [
    attribute(daemon.state, u32(stateOf[of.role])),
    attribute(daemon.interface, nameText('an interface name', of.interface)),
    attribute(daemon.id, u32(whole('sync id', of.id, 255))),
    ...(of.maxBytes === null
      ? []
      : [attribute(daemon.maxBytes, u16(whole('length of sync messages', of.maxBytes, 65_535)))]),
    attribute(daemon.port, u16(whole('sync port', of.port, 65_535))),
    attribute(daemon.ttl, Uint8Array.of(whole('sync TTL', of.ttl, 255))),
    familyOf(of.group) === 'ipv4'
      ? attribute(daemon.group, group.subarray(0, 4))
      : attribute(daemon.group6, group),
  ]);
}

/** Of a DEL_DAEMON. */
export function encodeDaemonRole(role: SyncDaemon['role']): Uint8Array {
  return nest(top.daemon, [attribute(daemon.state, u32(stateOf[role]))]);
}

/** One message of a GET_DAEMON answer. */
export function decodeDaemon(attributes: Uint8Array): SyncDaemon {
  const found = nested(attributes, top.daemon, 'sync daemon');
  const state = readU32(found, daemon.state, 'state of the sync daemon');
  if (state !== stateOf.master && state !== stateOf.backup)
    throw new Error(`IPVS sync daemon has state ${state}, which is neither master nor backup`);
  const family = found.has(daemon.group6) ? 'ipv6' : 'ipv4';
  return {
    role: state === stateOf.master ? 'master' : 'backup',
    interface: readText(found, daemon.interface, 'interface of the sync daemon'),
    id: readU32(found, daemon.id, 'sync id'),
    group: readAddress(found, family === 'ipv6' ? daemon.group6 : daemon.group, family, 'sync group'),
    port: readU16(found, daemon.port, 'sync port'),
    ttl: payload(found, daemon.ttl, 1, 'sync TTL').getUint8(0),
    maxBytes: readU16(found, daemon.maxBytes, 'length of sync messages'),
  };
}

/** The answer to a GET_INFO, whose command is SET_INFO. */
export function decodeInfo(attributes: Uint8Array): { readonly version: string; readonly buckets: number } {
  const found = parseAttributes(attributes);
  const version = readU32(found, infoAttribute.version, 'version');
  return {
    version: `${version >> 16}.${(version >> 8) & 255}.${version & 255}`,
    buckets: readU32(found, infoAttribute.tableSize, 'size of the connection table'),
  };
}
