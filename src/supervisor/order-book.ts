/**
 * The operator's orders for single real servers, as they hold on this box; what holds on both, `SharedOrders` has. Decides
 * nothing about the table.
 */

import type { VirtualService } from '../config/config';
import { someOf } from '../config/problem';
import { ORDERS_LIMIT, type Order, type OrderMap } from '../director/orders';
import { destinationName, serverName, serviceName } from '../director/table';
import type { Entry } from '../following/ledger';
import type { Host } from '../host/host';
import type { Answer } from './control';
import type { SharedOrders } from './shared-orders';

export type ServerAction = 'enable' | 'disable' | 'drain';

/** What an entry of the pair's orders is about. */
const ABOUT = 'server ';

export class OrderBook {
  private readonly orders = new Map<string, Order>();

  /**
   * @param reach where an order holds that is given now, e.g. `on both boxes`
   */
  constructor(
    private readonly host: Pick<Host, 'clock' | 'log'>,
    private readonly shared: Pick<SharedOrders, 'said' | 'say'>,
    private readonly reach: () => string,
  ) {
    for (const entry of shared.said) this.hear(entry);
  }

  get map(): OrderMap {
    return this.orders;
  }

  /** An order of the other box, or one that was kept. @returns whether it is about a real server */
  hear({ about, says }: Entry): boolean {
    if (!about.startsWith(ABOUT)) return false;
    const server = about.slice(ABOUT.length);
    if (says === 'disable' || says === 'drain')
      this.orders.set(server, { kind: says, sinceMs: this.host.clock.now() });
    else this.orders.delete(server);
    return true;
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
    if (before === action) return { accepted: true, text: `${server} is ${ORDERED[action]} already` };
    if (action === 'enable') this.orders.delete(server);
    else if (before === 'enable' && this.orders.size >= ORDERS_LIMIT)
      return {
        accepted: false,
        text: `${ORDERS_LIMIT} servers are disabled or drained; enable some of them first`,
      };
    else this.orders.set(server, { kind: action, sinceMs: this.host.clock.now() });
    this.shared.say(`${ABOUT}${server}`, action === 'enable' ? '' : action);
    const text = `${server} is ${ORDERED[action]} ${this.reach()}`;
    this.host.log('info', 'server-ordered', text, { server, action });
    return { accepted: true, text };
  }

  /** The servers are out, and stay out. */
  drained(servers: readonly string[]): void {
    for (const server of servers) {
      const order = this.orders.get(server);
      if (order?.kind !== 'drain') continue;
      this.orders.set(server, { ...order, kind: 'disable' });
      this.shared.say(`${ABOUT}${server}`, 'disable');
      this.host.log('info', 'server-drained', `${server} is drained, and disabled until it is enabled`);
    }
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
