import type { IpvsDestination, IpvsOperation, IpvsService, IpvsTable } from '../../../src/director/table';
import { destinationName, serviceName } from '../../../src/director/table';

/** The kernel's table with the kernel's errors: adding what is there and changing what is not both fail. */
export class ModelKernel {
  private readonly services = new Map<
    string,
    { service: IpvsService; servers: Map<string, IpvsDestination> }
  >();

  constructor(table: IpvsTable) {
    for (const service of table)
      this.services.set(serviceName(service), {
        service,
        servers: new Map(service.destinations.map((server) => [destinationName(server), server])),
      });
  }

  table(): IpvsTable {
    return [...this.services.values()].map(({ service, servers }) => ({
      ...service,
      destinations: [...servers.values()],
    }));
  }

  apply(operation: IpvsOperation): void {
    const name = serviceName(operation.service);
    const entry = this.services.get(name);
    switch (operation.type) {
      case 'service-add':
        if (entry !== undefined) throw new Error(`EEXIST ${name}`);
        this.services.set(name, { service: { ...operation.service, destinations: [] }, servers: new Map() });
        return;
      case 'service-set':
        if (entry === undefined) throw new Error(`ESRCH ${name}`);
        entry.service = { ...operation.service, destinations: [] };
        return;
      case 'service-delete':
        if (!this.services.delete(name)) throw new Error(`ESRCH ${name}`);
        return;
    }
    const server = destinationName(operation.destination);
    if (entry === undefined) throw new Error(`ESRCH ${name}`);
    if (entry.servers.has(server) === (operation.type === 'destination-add'))
      throw new Error(`${operation.type} ${server}`);
    if (operation.type === 'destination-delete') entry.servers.delete(server);
    else entry.servers.set(server, operation.destination);
  }
}
