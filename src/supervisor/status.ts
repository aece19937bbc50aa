/**
 * The state of one box as one value. Console, panel, logs and JSON all render this and nothing else. Owns its shape and
 * how it is put together; draws nothing.
 */

import type { ClusterStatus } from '../cluster/types';
import type { VirtualService } from '../config/config';
import type { Placement } from '../director/addresses';
import type { Standing, StandingState } from '../director/standings';
import {
  destinationName,
  type Health,
  type HealthMap,
  type IpvsDestination,
  serverName,
  serviceName,
} from '../director/table';
import type { InterfaceState } from '../host/host';
import type { LastCheck } from '../monitor/last-checks';
import type { StatusEvent } from './events';

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
  /** The newest last. */
  readonly events: readonly StatusEvent[];
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
  /** As configured. */
  readonly weight: number;
  readonly health: Health;
  /** What it is, the operator's orders included, and monotonic time of the last change. */
  readonly state?: StandingState;
  readonly sinceMs?: number;
  /** As the watch has it; absent for a server that nobody watches. */
  readonly lastCheck?: LastCheck;
  /** As it is in the kernel's table; null when it is not there, absent when that is not known. */
  readonly kernel?: KernelServer | null;
}

export type KernelServer = Pick<IpvsDestination, 'weight' | 'connections' | 'rates'>;

/** What is known of a real server besides its health, by `serverName`. */
export interface ServerFacts {
  standing(server: string): Standing | null;
  inKernel(server: string): KernelServer | null | undefined;
  readonly checks: ReadonlyMap<string, LastCheck>;
}

/** The virtual services with their real servers as the watches see them. */
export function serviceStatus(
  services: readonly VirtualService[],
  health: HealthMap,
  facts: ServerFacts | null = null,
): readonly ServiceStatus[] {
  return services.map((service) => ({
    name: serviceName(service),
    scheduler: service.scheduler,
    servers: service.servers.map((server) => {
      const name = serverName(service, server);
      return {
        name: destinationName(server),
        weight: server.weight,
        // A server that nobody watches is taken for good.
        health: health.get(name) ?? 'up',
        ...(facts === null ? {} : told(name, facts)),
      };
    }),
  }));
}

function told(name: string, facts: ServerFacts): Partial<ServerStatus> {
  const standing = facts.standing(name);
  const lastCheck = facts.checks.get(name);
  const kernel = facts.inKernel(name);
  return {
    ...(standing ?? {}),
    ...(lastCheck === undefined ? {} : { lastCheck }),
    ...(kernel === undefined ? {} : { kernel: kernel && counted(kernel) }),
  };
}

function counted({ weight, connections, rates }: KernelServer): KernelServer {
  return { weight, ...(connections && { connections }), ...(rates && { rates }) };
}
