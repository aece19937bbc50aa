/**
 * The kernel's IPVS table as values: what is, what should be, and the operations that lead from one to the
 * other (<linux/ip_vs.h>). Pure; owns the types that the reconciler, the netlink codec and the host share.
 */

import type { Address } from '../config/config';

export type ForwardMethod = 'nat' | 'dr' | 'tun' | 'local' | 'bypass';

export interface ServiceKey {
  readonly protocol: 'tcp' | 'udp';
  readonly address: Address;
  readonly port: number;
}

export interface IpvsService extends ServiceKey {
  readonly scheduler: string;
  readonly destinations: readonly IpvsDestination[];
}

export interface IpvsDestination {
  readonly address: Address;
  readonly port: number;
  readonly weight: number;
  readonly method: ForwardMethod;
  /** Present when read from the kernel. */
  readonly connections?: { readonly active: number; readonly inactive: number };
}

export type IpvsTable = readonly IpvsService[];

export type IpvsOperation =
  | { readonly type: 'service-add' | 'service-set'; readonly service: Omit<IpvsService, 'destinations'> }
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
    };

/**
 * `unknown`: watched, but not yet checked; such a server keeps the place that it has in the kernel's table.
 */
export type Health = 'up' | 'down' | 'unknown';

/** `serverName` -> health of every watched real server. A server that is not in the map is not watched, and so up. */
export type HealthMap = ReadonlyMap<string, Health>;

/** E.g. `tcp 192.0.2.1:80`; equal keys have equal names. */
export function serviceName(key: ServiceKey): string {
  return `${key.protocol} ${key.address}:${key.port}`;
}

/** E.g. `192.168.2.3:80`; names a destination within its service. */
export function destinationName(destination: Pick<IpvsDestination, 'address' | 'port'>): string {
  return `${destination.address}:${destination.port}`;
}

/** E.g. `192.168.2.3:80 of tcp 192.0.2.1:80`; names one real server of one virtual service. */
export function serverName(key: ServiceKey, destination: Pick<IpvsDestination, 'address' | 'port'>): string {
  return `${destinationName(destination)} of ${serviceName(key)}`;
}
