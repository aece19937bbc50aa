/**
 * The state of one box as one value. Console, panel, logs and JSON all render this and nothing else. Owns its shape and
 * how it is put together; draws nothing.
 */

import type { ClusterStatus } from '../cluster/types';
import type { VirtualService } from '../config/config';
import type { Placement } from '../director/addresses';
import { destinationName, type Health, type HealthMap, serverName, serviceName } from '../director/table';
import type { InterfaceState } from '../host/host';

/** Of the form of `Status`; raised when a field goes or changes its meaning. */
export const STATUS_FORM = 1;

export interface Status {
  readonly status: typeof STATUS_FORM;
  /** Monotonic time to which the other times are to be compared, and the wall clock at that moment (ms since 1970). */
  readonly nowMs: number;
  readonly wallMs: number;
  readonly startedMs: number;
  readonly cluster: ClusterStatus;
  readonly interfaces: readonly InterfaceStatus[];
  /** What the group consists of, whoever holds it. */
  readonly group: readonly GroupAddress[];
  readonly services: readonly ServiceStatus[];
  /** ARP announcements sent in this run: frames. */
  readonly announcements: number;
}

/** An address of the group, e.g. `192.0.2.10/24`, and the interface of this box where it belongs. */
export type GroupAddress = Placement;

export type InterfaceStatus = Pick<InterfaceState, 'name' | 'up' | 'carrier'>;

export interface ServiceStatus {
  /** E.g. `tcp 192.0.2.10:80`. */
  readonly name: string;
  readonly scheduler: string;
  readonly servers: readonly ServerStatus[];
}

export interface ServerStatus {
  /** E.g. `10.0.0.21:80`. */
  readonly name: string;
  readonly weight: number;
  readonly health: Health;
}

/** The virtual services with their real servers as the watches see them. */
export function serviceStatus(
  services: readonly VirtualService[],
  health: HealthMap,
): readonly ServiceStatus[] {
  return services.map((service) => ({
    name: serviceName(service),
    scheduler: service.scheduler,
    servers: service.servers.map((server) => ({
      name: destinationName(server),
      weight: server.weight,
      // A server that nobody watches is taken for good.
      health: health.get(serverName(service, server)) ?? 'up',
    })),
  }));
}
