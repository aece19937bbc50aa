/**
 * IPVS over generic netlink: operations and table entries <-> attribute bytes (<linux/ip_vs.h>). `attributes` is always
 * the payload behind the generic netlink header. Pure; sends nothing, and decides nothing about what the table should
 * hold. Destinations are in ipvs-destination-codec.ts; timeouts, sync daemons and the rest in ipvs-settings-codec.ts.
 *
 * Decoders throw an Error with one sentence on malformed input. They return null for an entry that is well formed
 * but that our table cannot express (SCTP): such an entry is left alone.
 */

import { type Attributes, attribute, concat, nest, u16, u32, u32be } from './attributes';
import {
  addressBytesOf,
  familyNamed,
  familyNumber,
  familyOf,
  ipvsCommand,
  nameText,
  nested,
  payload,
  portBytes,
  protocolNumber,
  readAddress,
  readPort,
  readText,
  readU16,
  readU32,
  readU32be,
  svc,
  top,
  whole,
} from './ipvs-attributes';
import { encodeDestination, encodeDestinationKey } from './ipvs-destination-codec';
import { encodeDaemon, encodeDaemonRole, encodeTimeouts } from './ipvs-settings-codec';
import { type BareService, type IpvsOperation, type ServiceKey, serviceFlag } from './table';

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
      return {
        command: ipvsCommand.newDestination,
        attributes: encodeDestination(operation.service, operation.destination),
      };
    case 'destination-set':
      return {
        command: ipvsCommand.setDestination,
        attributes: encodeDestination(operation.service, operation.destination),
      };
    case 'destination-delete':
      return {
        command: ipvsCommand.deleteDestination,
        attributes: encodeDestinationKey(operation.service, operation.destination),
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

function hostMask(family: 'ipv4' | 'ipv6'): number {
  return family === 'ipv4' ? allBits : plenOfHost;
}
