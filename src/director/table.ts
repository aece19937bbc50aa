/**
 * The kernel's IPVS table as values: what is, what should be, and the operations that lead from one to the
 * other (<linux/ip_vs.h>). Pure; owns the types that the reconciler, the netlink codec and the host share.
 */

import type { Address, ServiceKey, TunnelConfig } from '../config/config';
import { printEndpoint } from '../config/endpoint';

export type { ServiceKey } from '../config/config';

export type ForwardMethod = 'nat' | 'dr' | 'tun' | 'local' | 'bypass';

/** IP_VS_SVC_F_*; those with two names mean one thing to each scheduler. */
export const serviceFlag = {
  persistent: 1,
  onePacket: 4,
  schedule1: 8,
  schedule2: 16,
  schedule3: 32,
} as const;

/** What is absent is the kernel's "nothing". */
export interface IpvsServiceSettings {
  readonly scheduler: string;
  /** Bits of `serviceFlag`. */
  readonly flags?: number;
  /** Of persistence. */
  readonly timeoutS?: number;
  /** Of persistence: the netmask's 32 bits, for IPv6 the prefix length. Absent: that of one host. */
  readonly mask?: number;
  /** Name of the persistence engine. */
  readonly engine?: string;
}

export type IpvsService = ServiceKey &
  IpvsServiceSettings & { readonly destinations: readonly IpvsDestination[] };

/** A service without its servers. */
export type BareService = ServiceKey & IpvsServiceSettings;

export interface IpvsDestination {
  readonly address: Address;
  readonly port: number;
  readonly weight: number;
  readonly method: ForwardMethod;
  /** Connections at which it gets no more, and below which it gets some again; absent: no limit. */
  readonly upper?: number;
  readonly lower?: number;
  /** Of method `tun`; absent: IPIP. */
  readonly tunnel?: TunnelConfig;
  /** Present when read from the kernel. */
  readonly connections?: { readonly active: number; readonly inactive: number; readonly persistent?: number };
  /** Present when they were asked for. */
  readonly rates?: Rates;
}

/** Per second, as the kernel's estimator has them (net/netfilter/ipvs/ip_vs_est.c). */
export interface Rates {
  readonly connections: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly inBytes: number;
  readonly outBytes: number;
}

export type IpvsTable = readonly IpvsService[];

/** Of IPVS as a whole. */
export interface IpvsSettings {
  readonly timeouts: Timeouts;
  readonly daemons: readonly SyncDaemon[];
}

/** Of idle connections, in seconds. */
export interface Timeouts {
  readonly tcpS: number;
  readonly tcpFinS: number;
  readonly udpS: number;
}

/** A master tells its connections, a backup learns them. The kernel has at most one of each. */
export interface SyncDaemon {
  readonly role: 'master' | 'backup';
  readonly interface: string;
  readonly id: number;
  readonly group: Address;
  readonly port: number;
  readonly ttl: number;
  /** Bytes of a message; null where the kernel is to choose. */
  readonly maxBytes: number | null;
}

export type IpvsOperation =
  | { readonly type: 'service-add' | 'service-set'; readonly service: BareService }
  | { readonly type: 'service-delete'; readonly service: ServiceKey }
  | {
      readonly type: 'destination-add' | 'destination-set';
      readonly service: ServiceKey;
      readonly destination: IpvsDestination;
    }
  | {
      readonly type: 'destination-delete';
      readonly service: ServiceKey;
      readonly destination: Pick<IpvsDestination, 'address' | 'port'>;
    }
  | { readonly type: 'timeouts-set'; readonly timeouts: Timeouts }
  | { readonly type: 'daemon-start' | 'daemon-stop'; readonly daemon: SyncDaemon };

/**
 * `unknown`: watched, but not yet checked; such a server keeps the place that it has in the kernel's table.
 */
export type Health = 'up' | 'down' | 'unknown';

/** `serverName` -> health of every watched real server. A server that is not in the map is not watched, and so up. */
export type HealthMap = ReadonlyMap<string, Health>;

/** The key alone. */
export function keyOf(key: ServiceKey): ServiceKey {
  if (key.protocol === 'fwmark') return { protocol: key.protocol, mark: key.mark, family: key.family };
  return { protocol: key.protocol, address: key.address, port: key.port };
}

/** E.g. `tcp 192.0.2.1:80` or `fwmark 3`; equal keys have equal names. */
export function serviceName(key: ServiceKey): string {
  if (key.protocol === 'fwmark') return `fwmark ${key.mark}${key.family === 'ipv6' ? ' ipv6' : ''}`;
  return `${key.protocol} ${printEndpoint(key)}`;
}

/** E.g. `192.168.2.3:80`; names a destination within its service. */
export function destinationName(destination: Pick<IpvsDestination, 'address' | 'port'>): string {
  return printEndpoint(destination);
}

/** E.g. `192.168.2.3:80 of tcp 192.0.2.1:80`; names one real server of one virtual service. */
export function serverName(key: ServiceKey, destination: Pick<IpvsDestination, 'address' | 'port'>): string {
  return `${destinationName(destination)} of ${serviceName(key)}`;
}
