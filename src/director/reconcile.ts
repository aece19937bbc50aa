/**
 * From the kernel's IPVS table to the desired one in as few operations as it takes. Pure; never flushes, never
 * touches an entry that is already right, and lets servers in before it takes others out, so that no service is
 * empty in between.
 */

import {
  destinationName,
  type IpvsDestination,
  type IpvsOperation,
  type IpvsService,
  type IpvsTable,
  type ServiceKey,
  serverName,
  serviceName,
} from './table';

export interface Step {
  readonly operation: IpvsOperation;
  /** One clause for the log: what differs. */
  readonly reason: string;
}

/**
 * The steps in the order in which they must be carried out; none when nothing differs. Time is linear in the size
 * of the tables. Services that are not desired are removed, as the table belongs to the configuration.
 */
export function difference(desired: IpvsTable, actual: IpvsTable): readonly Step[] {
  const there = new Map(actual.map((service) => [serviceName(service), service]));
  const steps: Step[] = [];
  for (const service of desired) {
    const name = serviceName(service);
    const found = there.get(name);
    there.delete(name);
    const { destinations: _, ...bare } = service;
    if (found === undefined) {
      steps.push({ operation: { type: 'service-add', service: bare }, reason: `${name} is missing` });
    } else if (found.scheduler !== service.scheduler) {
      const reason = `${name} has scheduler ${found.scheduler} instead of ${service.scheduler}`;
      steps.push({ operation: { type: 'service-set', service: bare }, reason });
    }
    destinationSteps(steps, service, found?.destinations ?? []);
  }
  for (const [name, service] of there)
    steps.push({
      operation: { type: 'service-delete', service: keyOf(service) },
      reason: `${name} is not in the configuration`,
    });
  return steps;
}

function destinationSteps(steps: Step[], desired: IpvsService, actual: readonly IpvsDestination[]): void {
  const service = keyOf(desired);
  const there = new Map(actual.map((destination) => [destinationName(destination), destination]));
  for (const { address, port, weight, method } of desired.destinations) {
    const destination = { address, port, weight, method };
    const name = serverName(service, destination);
    const found = there.get(destinationName(destination));
    there.delete(destinationName(destination));
    if (found === undefined) {
      steps.push({
        operation: { type: 'destination-add', service, destination },
        reason: `${name} is missing`,
      });
    } else if (found.weight !== weight || found.method !== method) {
      const reason = `${name} has weight ${found.weight} ${found.method} instead of ${weight} ${method}`;
      steps.push({ operation: { type: 'destination-set', service, destination }, reason });
    }
  }
  for (const { address, port } of there.values())
    steps.push({
      operation: { type: 'destination-delete', service, destination: { address, port } },
      reason: `${serverName(service, { address, port })} should not serve`,
    });
}

function keyOf({ protocol, address, port }: ServiceKey): ServiceKey {
  return { protocol, address, port };
}
