/**
 * A virtual service and its servers as the kernel's table has them and calls them. Made once for each configuration: a
 * thousand servers are looked at again and again. Pure; knows no health and no order.
 */

import type { RealServer, VirtualService } from '../config/config';
import { allOf, isPause } from './slices';
import {
  type BareService,
  destinationName,
  type IpvsDestination,
  keyOf,
  serverName,
  serviceFlag,
  serviceName,
} from './table';

export interface Member {
  readonly server: RealServer;
  /** As `destinationName` and `serverName` say it. */
  readonly endpoint: string;
  readonly name: string;
  /** With the configured weight. */
  readonly whole: IpvsDestination;
}

export interface Roster {
  readonly name: string;
  readonly bare: BareService;
  readonly members: readonly Member[];
}

/** A configuration never changes; another one has other services. */
const rosters = new WeakMap<VirtualService, Roster>();

export function rosterOf(service: VirtualService): Roster {
  return allOf(rosterSteps(service));
}

/** The same, with stops between some servers and the next where it has to be made. */
export function* rosterSteps(service: VirtualService): Generator<void, Roster> {
  const made = rosters.get(service);
  if (made !== undefined) return made;
  const members: Member[] = [];
  for (const [at, server] of service.servers.entries()) {
    if (isPause(at)) yield;
    members.push({
      server,
      endpoint: destinationName(server),
      name: serverName(service, server),
      whole: destinationOf(server, server.weight),
    });
  }
  const roster = { name: serviceName(service), bare: { ...keyOf(service), ...settingsOf(service) }, members };
  rosters.set(service, roster);
  return roster;
}

export function destinationOf(server: Omit<RealServer, 'weight'>, weight: number): IpvsDestination {
  const { address, port, method, upperThreshold, lowerThreshold, tunnel } = server;
  return {
    address,
    port,
    weight,
    method,
    ...(upperThreshold ? { upper: upperThreshold } : {}),
    ...(lowerThreshold ? { lower: lowerThreshold } : {}),
    ...(tunnel ? { tunnel } : {}),
  };
}

const SCHEDULER_FLAGS = {
  'sh-fallback': serviceFlag.schedule1,
  'sh-port': serviceFlag.schedule2,
  'mh-fallback': serviceFlag.schedule1,
  'mh-port': serviceFlag.schedule2,
} as const;

/** As the kernel takes them. */
export function settingsOf(service: VirtualService) {
  const { scheduler, schedulerFlags, persistence, onePacket } = service;
  let flags = 0;
  for (const flag of schedulerFlags ?? []) flags |= SCHEDULER_FLAGS[flag];
  if (onePacket) flags |= serviceFlag.onePacket;
  if (persistence) flags |= serviceFlag.persistent;
  const isIpv6 = service.protocol === 'fwmark' ? service.family === 'ipv6' : service.address.includes(':');
  const { timeoutMs, prefix, engine } = persistence ?? {};
  return {
    scheduler,
    ...(flags === 0 ? {} : { flags }),
    ...(timeoutMs === undefined ? {} : { timeoutS: Math.ceil(timeoutMs / 1000) }),
    ...(prefix === undefined || prefix === (isIpv6 ? 128 : 32)
      ? {}
      : { mask: isIpv6 ? prefix : netmask(prefix) }),
    ...(engine === undefined ? {} : { engine }),
  };
}

function netmask(prefix: number): number {
  return (-1 << (32 - prefix)) >>> 0;
}
