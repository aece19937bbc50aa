/**
 * The kernel's table as far as it is known: as it was read, and as the kernel has taken operations since. Owns the
 * copy; reads and writes nothing.
 */

import { allOf, isPause } from './slices';
import {
  type BareService,
  destinationName,
  type IpvsDestination,
  type IpvsOperation,
  type IpvsTable,
  serviceName,
} from './table';

export interface HeldService {
  service: BareService;
  /** By `destinationName`. */
  readonly servers: Map<string, IpvsDestination>;
}

export class Held {
  /** By `serviceName`. */
  readonly services = new Map<string, HeldService>();

  static of(table: IpvsTable): Held {
    return allOf(Held.steps(table));
  }

  /** With stops between some servers and the next. */
  static *steps(table: IpvsTable): Generator<void, Held> {
    const held = new Held();
    for (const service of table) {
      const servers = new Map<string, IpvsDestination>();
      held.services.set(serviceName(service), { service, servers });
      for (const [at, one] of service.destinations.entries()) {
        if (isPause(at)) yield;
        servers.set(destinationName(one), one);
      }
    }
    return held;
  }

  /** The kernel has carried it out. A server's connections are not known any more. */
  apply(operation: IpvsOperation): void {
    if (!('service' in operation)) return;
    const { type, service } = operation;
    const name = serviceName(service);
    const there = this.services.get(name);
    switch (type) {
      case 'service-add':
        this.services.set(name, { service: operation.service, servers: new Map() });
        break;
      case 'service-set':
        if (there !== undefined) there.service = operation.service;
        break;
      case 'service-delete':
        this.services.delete(name);
        break;
      case 'destination-delete':
        there?.servers.delete(destinationName(operation.destination));
        break;
      default:
        there?.servers.set(destinationName(operation.destination), operation.destination);
    }
  }
}
