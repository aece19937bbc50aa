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
