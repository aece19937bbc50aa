/**
 * The operator's orders for single real servers, kept over a loss of power: one line each in one file. Decides nothing
 * about the table.
 */

import type { VirtualService } from '../config/config';
import { someOf } from '../config/problem';
import { ORDERS_LIMIT, type Order, type OrderMap, printOrders, readOrders } from '../director/orders';
import { destinationName, serverName, serviceName } from '../director/table';
import type { Host } from '../host/host';
import type { Answer } from './control';
import { KeptFile } from './kept-file';

export type ServerAction = 'enable' | 'disable' | 'drain';

export class OrderBook {
  private orders: Map<string, Order>;
  private readonly kept: KeptFile;

  /** Reads what was kept. A line that cannot be understood is left out and reported. */
  constructor(
    private readonly host: Pick<Host, 'clock' | 'readFile' | 'saveFile' | 'log'>,
    file: string,
  ) {
    this.kept = new KeptFile(host, file, (_, fault) => {
      const sentence = `orders for real servers hold until the next boot only: ${fault}`;
      if (fault !== null) host.log('error', 'orders-not-saved', sentence);
    });
    const text = host.readFile(file);
    const { orders, bad } = readOrders(text.ok ? text.value : '', host.clock.now());
    this.orders = new Map(orders);
    if (bad > 0)
      host.log('error', 'orders-garbled', `${bad} lines of ${file} are no orders, and are left out`);
  }

  get map(): OrderMap {
    return this.orders;
  }

  /** @param service its name, like the server's, as the status has it */
  order(services: readonly VirtualService[], action: ServerAction, service: string, server: string): Answer {
    // One mark is one service of the configuration, of whichever family.
    const found = services.find((one) => serviceName(one).replace(/ ipv6$/, '') === service);
    if (found === undefined)
      return refused(`there is no service ${service}`, 'there are', services.map(serviceName));
    const real = found.servers.find((one) => destinationName(one) === server);
    if (real === undefined)
      return refused(
        `service ${service} has no server ${server}`,
        'it has',
        found.servers.map(destinationName),
      );
    return this.give(action, serverName(found, real));
  }

  /** @param server as `serverName` says it */
  give(action: ServerAction, server: string): Answer {
    const before = this.orders.get(server)?.kind ?? 'enable';
    if (before === action)
      return { accepted: true, text: `${server} is ${ORDERED[action]} on this box already` };
    if (action === 'enable') this.orders.delete(server);
    else if (before === 'enable' && this.orders.size >= ORDERS_LIMIT)
      return {
        accepted: false,
        text: `${ORDERS_LIMIT} servers are disabled or drained; enable some of them first`,
      };
    else this.orders.set(server, { kind: action, sinceMs: this.host.clock.now() });
    this.save();
    const text = `${server} is ${ORDERED[action]} on this box`;
    this.host.log('info', 'server-ordered', text, { server, action });
    return { accepted: true, text };
  }

  /** The servers are out, and stay out. */
  drained(servers: readonly string[]): void {
    for (const server of servers) {
      const order = this.orders.get(server);
      if (order?.kind !== 'drain') continue;
      this.orders.set(server, { ...order, kind: 'disable' });
      this.host.log('info', 'server-drained', `${server} is drained, and disabled until it is enabled`);
    }
    this.save();
  }

  private save(): void {
    this.kept.save(printOrders(this.orders));
  }
}

function refused(what: string, has: string, names: readonly string[]): Answer {
  return { accepted: false, text: `${what}; ${has} ${someOf(names)}` };
}

const ORDERED: Readonly<Record<ServerAction, string>> = {
  enable: 'enabled',
  disable: 'disabled',
  drain: 'being drained',
};
