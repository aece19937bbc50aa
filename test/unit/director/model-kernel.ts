import {
  type BareService,
  destinationName,
  type IpvsDestination,
  type IpvsOperation,
  type IpvsSettings,
  type IpvsTable,
  type SyncDaemon,
  serviceName,
} from '../../../src/director/table';

/**
 * The kernel's table with the kernel's errors: adding what is there and changing what is not both fail. A server that is
 * changed keeps its connections; one that is deleted loses them.
 */
export class ModelKernel {
  private readonly services = new Map<
    string,
    { service: BareService; servers: Map<string, IpvsDestination> }
  >();
  private readonly daemons = new Map<string, SyncDaemon>();
  private timeouts = { tcpS: 900, tcpFinS: 120, udpS: 300 };

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

  settings(): IpvsSettings {
    return { timeouts: this.timeouts, daemons: [...this.daemons.values()] };
  }

  /** Clients have so many connections to a server. */
  connect(address: string, active: number): void {
    for (const { servers } of this.services.values())
      for (const [name, server] of servers)
        if (server.address === address)
          servers.set(name, { ...server, connections: { active, inactive: 0 } });
  }

  apply(operation: IpvsOperation): void {
    if (operation.type === 'timeouts-set') {
      this.timeouts = operation.timeouts;
      return;
    }
    if ('daemon' in operation) {
      const { role } = operation.daemon;
      if (this.daemons.has(role) === (operation.type === 'daemon-start'))
        throw new Error(`${operation.type} ${role}`);
      if (operation.type === 'daemon-stop') this.daemons.delete(role);
      // The kernel's own choice for an MTU of 1500.
      else this.daemons.set(role, { ...operation.daemon, maxBytes: operation.daemon.maxBytes ?? 1472 });
      return;
    }
    if ('destination' in operation && operation.type !== 'destination-delete') {
      const { upper = 0, lower = 0, tunnel } = operation.destination;
      if (lower > upper) throw new Error('ERANGE thresholds');
      if (tunnel?.kind === 'gue' && tunnel.port === 0) throw new Error('EINVAL tunnel port');
    }
    const name = serviceName(operation.service);
    const entry = this.services.get(name);
    switch (operation.type) {
      case 'service-add':
        if (entry !== undefined) throw new Error(`EEXIST ${name}`);
        this.services.set(name, { service: operation.service, servers: new Map() });
        return;
      case 'service-set':
        if (entry === undefined) throw new Error(`ESRCH ${name}`);
        entry.service = operation.service;
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
    else {
      const { connections } = entry.servers.get(server) ?? {};
      entry.servers.set(server, { ...operation.destination, ...(connections && { connections }) });
    }
  }
}
