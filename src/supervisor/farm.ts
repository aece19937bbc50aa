/**
 * The web farm behind this box: its servers are watched, what is found out is told to people and put into the kernel's
 * table, and what operators order for it is kept. Wires monitor, alerts, orders and director; of the cluster it knows who
 * leads, and nothing else.
 */

import type { ServerCount } from '../cluster/types';
import type { Config } from '../config/config';
import { Balancer } from '../director/balancer';
import { Expiry } from '../director/expiry';
import { inSlices } from '../director/slices';
import { learningLeftMs, SyncGroup } from '../director/sync-group';
import type { Entry } from '../following/ledger';
import type { OrderExchange } from '../following/order-exchange';
import type { Host } from '../host/host';
import { Alerts, noAlerting, staysHere } from '../monitor/alerts/index';
import type { WatchOrder } from '../monitor/orders';
import { TrapReceiver } from '../monitor/trap-receiver';
import { Watchman } from '../monitor/watchman';
import type { Answer, Answers } from './control';
import { Gather } from './gather';
import { OrderBook, type ServerAction } from './order-book';
import { countServers } from './server-count';
import { SharedOrders } from './shared-orders';
import { type Pair, Spokesman } from './spokesman';
import { type ServiceStatus, serviceStatus } from './status';
import type { Done } from './turns';
import { hearWatchOrder, WatchOrders, watchStates } from './watch-orders';

/** Changes of health in this time per server are taken together: each costs as much as all servers. */
const GATHER_MS_PER_SERVER = 0.5;

export interface FarmHandler {
  onCount(servers: ServerCount): void;
  /** This box knows of its servers and of the connections what it should know to take the group back. Told once. */
  onReady(): void;
  /** Where an order holds that is given now, e.g. `on both boxes`. */
  reach(): string;
}

export class Farm {
  /** With the peer, about the orders of both. */
  readonly exchange: OrderExchange;
  private readonly watchman: Watchman;
  private readonly healthChanges: Gather;
  private readonly alerts: Alerts;
  private readonly spokesman: Spokesman;
  private readonly traps: TrapReceiver;
  private readonly balancer: Balancer;
  private readonly syncGroup: SyncGroup;
  private readonly expiry: Expiry;
  private readonly orders: OrderBook;
  private readonly startedMs: number;

  /**
   * @param node name of this box
   * @param ordersFile keeps the orders of operators over a loss of power
   */
  constructor(
    private readonly host: Host,
    private config: Config,
    node: string,
    ordersFile: string,
    pair: Pair,
    private readonly handler: FarmHandler,
  ) {
    this.startedMs = host.clock.now();
    this.alerts = new Alerts(host, node, config.alerting ?? noAlerting);
    this.spokesman = new Spokesman(
      host.clock,
      pair,
      ({ argv }) => this.config.alerting?.boxes === 'both' || staysHere(argv),
      {
        onLead: (leads) => this.watchman.lead(leads),
        onAlert: (alert) => this.alerts.give(alert),
      },
    );
    const shared = new SharedOrders(host, ordersFile, node, (entries) => this.hearOrders(entries));
    this.exchange = shared.exchange;
    const watchOrders = new WatchOrders(shared);
    this.watchman = new Watchman(host, config, this.spread(), {
      onAlert: (alert) => this.spokesman.take(alert),
      onHealth: () => this.healthChanges.ask(),
      onReady: () => this.learn(),
      onOrders: (text) => watchOrders.remember(text),
    });
    for (const entry of shared.said) hearWatchOrder(this.watchman, entry);
    const servers = (): number => this.config.services.reduce((sum, one) => sum + one.servers.length, 0);
    this.healthChanges = new Gather(
      host.clock,
      () => servers() * GATHER_MS_PER_SERVER,
      () => {
        this.balancer.setHealth(this.watchman.health);
        this.tellCount();
      },
    );
    this.orders = new OrderBook(host, shared, () => handler.reach());
    this.expiry = new Expiry(host);
    this.balancer = new Balancer(host, config, this.watchman.health, this.orders, () =>
      this.expiry.beforeRemoval(),
    );
    this.syncGroup = new SyncGroup(host);
    this.traps = new TrapReceiver(host, (trap) => this.watchman.hear(trap));
  }

  /** Keeps the kernel's table from now on. @param leads this box holds the group: a restart changes no role */
  balance(leads: boolean): void {
    this.syncGroup.use(this.config.ipvs?.sync ?? null);
    this.tellCount();
    this.lead(leads);
    this.balancer.start();
  }

  /** To be told once the network is set up. */
  watch(): void {
    this.watchman.start();
    this.traps.use(this.config.traps);
  }

  /** Goes over to another configuration. @param done told once: null, or what could not be done */
  use(next: Config, done: Done): void {
    const { watchman } = this;
    this.config = next;
    this.alerts.use(next.alerting ?? noAlerting);
    watchman.change(next, this.spread());
    this.traps.use(next.traps);
    this.syncGroup.use(next.ipvs?.sync ?? null);
    this.balancer.change(next, watchman.health, done);
    this.tellCount();
  }

  /** Whether this box is the active one. */
  lead(leads: boolean): void {
    const role = leads ? 'master' : 'backup';
    this.expiry.setRole(role);
    this.balancer.setRole(role);
    this.spokesman.look();
  }

  status(): readonly ServiceStatus[] {
    const { balancer, watchman } = this;
    return serviceStatus(this.config.services, watchman.health, {
      standing: (server) => balancer.standing(server),
      inKernel: (server) => balancer.inKernel(server),
      checks: watchman.lastChecks(),
    });
  }

  /** Brings what the status says of the kernel's table up to date. @param done told once */
  look(done: () => void): void {
    this.balancer.look(done);
  }

  /** @param service its name, like the server's, as the status has it */
  orderServer(action: ServerAction, service: string, server: string): Answer {
    const answer = this.orders.order(this.config.services, action, service, server);
    this.balancer.ordersChanged();
    return answer;
  }

  watches(): Answers['watches'] {
    return watchStates(this.watchman, this.host.clock.now());
  }

  orderWatch(order: WatchOrder): Answer {
    return this.watchman.order(order);
  }

  /** Given on the other box. */
  private hearOrders(entries: readonly Entry[]): void {
    const isAboutServers = entries.map(
      (entry) => !hearWatchOrder(this.watchman, entry) && this.orders.hear(entry),
    );
    if (isAboutServers.includes(true)) this.balancer.ordersChanged();
  }

  private tellCount(): void {
    const count = countServers(this.config.services, this.watchman.health);
    inSlices(count, this.host.clock, (servers) => this.handler.onCount(servers));
  }

  /** Of the connections, where the peer tells of them: until then this box should not take the group back. */
  private learn(): void {
    const { clock } = this.host;
    const leftMs = learningLeftMs(this.config.ipvs?.sync ?? null, clock.now() - this.startedMs);
    clock.after(leftMs, () => this.handler.onReady());
  }

  /** Random, from 0 to 1. */
  private spread(): number {
    return this.host.random(1)[0]! / 256;
  }
}
