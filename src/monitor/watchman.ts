/**
 * Runs the watches on a host: wakes the monitor machine, starts the checks that it decides on, and hands on its alerts
 * and what the built-in `lvs.alert` says of real servers. Decides nothing itself; a slow check holds up nothing.
 */

import type { Config } from '../config/config';
import type { HealthMap } from '../director/table';
import type { Cancellable, Host } from '../host/host';
import { Checks } from './checks/index';
import { ServerHealth } from './health';
import { type LastCheck, lastChecks } from './last-checks';
import { isLvsAlert } from './lvs-alert';
import {
  type AlertEffect,
  changeMonitor,
  createMonitor,
  type Monitor,
  type MonitorEvent,
  nextTickMs,
  type ServiceOrders,
  type ServiceStatus,
  seesServers,
  serviceOrders,
  serviceStates,
  step,
} from './monitor';
import { lead } from './order-desk';
import { disabledHosts, obey, printOrders, type WatchOrder } from './orders';
import type { Trap } from './traps';

/** From the start: a box whose network comes up slowly has bad checks first, but servers may really all be dead. */
export const readyLimitMs = 10_000;

export interface WatchmanHandler {
  onHealth(health: HealthMap): void;
  /** An alert that says nothing of real servers is to be given. */
  onAlert(alert: AlertEffect): void;
  /** Every watch was checked, and one of them is good; or `readyLimitMs` have passed. Told once. */
  onReady(): void;
  /** What is disabled or acknowledged has changed: to be kept over a restart. */
  onOrders?(text: string): void;
}

/** What came of an order. */
export interface OrderAnswer {
  readonly accepted: boolean;
  readonly text: string;
}

type WatchmanHost = Pick<Host, 'clock' | 'log' | 'exchange' | 'execute'>;

export class Watchman {
  private readonly monitor: Monitor;
  private readonly servers: ServerHealth;
  private readonly checks: Checks;
  private timer: Cancellable | null = null;
  /** When it is due; null when there is none. */
  private timerMs: number | null = null;
  private ready = false;

  /** @param spread random, 0 <= spread < 1 */
  constructor(
    private readonly host: WatchmanHost,
    config: Pick<Config, 'watches' | 'hostgroups'>,
    spread: number,
    private readonly handler: WatchmanHandler,
  ) {
    this.monitor = createMonitor(config, spread, host.clock.now());
    this.servers = new ServerHealth(config.watches);
    this.checks = new Checks(host);
  }

  /** Other watches from now on; those that are as they were go on. @param spread random, 0 <= spread < 1 */
  change(config: Pick<Config, 'watches' | 'hostgroups'>, spread: number): void {
    const kept = changeMonitor(this.monitor, config, spread, this.host.clock.now());
    this.servers.change(config.watches, kept);
    this.handle({ type: 'tick' });
  }

  get health(): HealthMap {
    return this.servers.map;
  }

  /** By `serverName`; takes a while with a thousand servers. */
  lastChecks(): ReadonlyMap<string, LastCheck> {
    return lastChecks(this.servers.sources, serviceStates(this.monitor));
  }

  start(): void {
    this.host.clock.after(readyLimitMs, () => this.becomeReady());
    this.handle({ type: 'start', wallMs: this.host.clock.wall() });
  }

  /** Another machine says how a service is. */
  hear(trap: Trap): void {
    this.handle({ type: 'trap', trap, wallMs: this.host.clock.wall() });
  }

  order(order: WatchOrder): OrderAnswer {
    return this.handle({ type: 'order', order, wallMs: this.host.clock.wall() });
  }

  /**
   * The same on the other box, or before a restart.
   * @param lines as `onOrders` tells them
   * @param holds or does no more
   */
  obey(lines: string, holds: boolean): void {
    obey(this.monitor.orders, lines, holds);
  }

  /** Whether this box is the active one: what ends an acknowledgement there ends it for both. */
  lead(leads: boolean): void {
    if (lead(this.monitor, leads)) this.handler.onOrders?.(printOrders(this.monitor.orders));
  }

  /** Hosts that are not checked because an operator has said so. */
  get disabledHosts(): readonly string[] {
    return disabledHosts(this.monitor.orders);
  }

  states(): readonly (ServiceStatus & ServiceOrders)[] {
    const orders = serviceOrders(this.monitor);
    return serviceStates(this.monitor).map((state, index) => ({ ...state, ...orders[index]! }));
  }

  /** @returns what came of an order; of anything else, nothing to tell */
  private handle(event: MonitorEvent): OrderAnswer {
    const { clock } = this.host;
    const [nowMs, wallMs] = [clock.now(), clock.wall()];
    this.monitor.wallAheadMs = wallMs - nowMs;
    this.monitor.zoneMs = clock.zoneMs?.(wallMs) ?? 0;
    let answer: OrderAnswer = { accepted: false, text: '' };
    for (const effect of step(this.monitor, event, nowMs))
      switch (effect.type) {
        case 'check':
          this.checks.run(effect, (outcome) =>
            this.handle({ type: 'check-result', id: effect.id, outcome, wallMs: this.host.clock.wall() }),
          );
          break;
        case 'alert':
          this.alert(effect);
          break;
        case 'log':
          this.host.log(effect.level, effect.event, effect.sentence, effect.values);
          break;
        case 'orders':
          answer = effect.reply ?? answer;
          if (effect.isChanged) this.handler.onOrders?.(printOrders(this.monitor.orders));
          break;
      }
    this.wakeAtNextTick();
    if (!this.ready && seesServers(this.monitor)) this.becomeReady();
    return answer;
  }

  private becomeReady(): void {
    if (this.ready) return;
    this.ready = true;
    this.handler.onReady();
  }

  private wakeAtNextTick(): void {
    const atMs = nextTickMs(this.monitor);
    if (atMs === this.timerMs) return;
    this.timer?.cancel();
    this.timerMs = atMs;
    this.timer =
      atMs === null
        ? null
        : this.host.clock.after(Math.max(0, atMs - this.host.clock.now()), () => {
            this.timerMs = null;
            this.handle({ type: 'tick' });
          });
  }

  private alert(alert: AlertEffect): void {
    if (isLvsAlert(alert.argv)) {
      if (this.servers.apply(alert) !== null) this.handler.onHealth(this.servers.map);
      return;
    }
    this.handler.onAlert(alert);
  }
}
