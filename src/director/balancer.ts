/**
 * Keeps the kernel's IPVS table, timeouts and sync daemons at what configuration, health, operator and role say: reads
 * them, applies the difference, reads them back. Owns the only writes to them. It never flushes, and decides nothing
 * that desired.ts and reconcile.ts could decide.
 *
 * A thousand servers take a while to be read. So where only health or the configuration is another one, the table is taken
 * as it was read last and changed since, for the kernel says of each operation whether it was carried out; one that is
 * refused, or a while after the change, and the whole is read again.
 */

import type { Config } from '../config/config';
import type { Cancellable, Host } from '../host/host';
import { type Plan, planSteps } from './desired';
import { Held } from './held';
import type { OrderMap } from './orders';
import { differenceSteps, type Step, settingsDifference } from './reconcile';
import { desiredSettings } from './settings';
import { inSlices, isPause } from './slices';
import { type Standing, Standings } from './standings';
import {
  type HealthMap,
  type IpvsDestination,
  type IpvsOperation,
  type IpvsSettings,
  type IpvsTable,
  type SyncDaemon,
  serverName,
  serviceName,
} from './table';

/** How often the table is compared although nothing here changed, so that foreign changes are put right. */
export const RECONCILE_INTERVAL_MS = 30_000;
/** The same while a weight grows or a server is drained. */
export const MOVING_INTERVAL_MS = 1000;
/** From a change to the reading back of it. */
export const READ_BACK_MS = 5000;
/** What was read to be looked at is good for so long. */
export const LOOK_FRESH_MS = 1000;
/** And is told until then, where nobody looks anew: panels do each 10 s. */
export const LOOK_KEPT_MS = 15_000;

/** Rounds of read, apply, read back before an unfinished difference waits for the next interval. */
const ROUND_LIMIT = 3;
/** Operations that wait for the kernel at a time; fewer than the host's queue takes. */
const APPLY_AT_ONCE = 64;
/** Operations that may wait to be told of when the next comparison begins. */
const UNTOLD_LIMIT = 4000;
/** Differences that one sentence tells. */
const TOLD_LIMIT = 10;

type Waiting = ((fault: string | null) => void) | null;

export interface Orders {
  readonly map: OrderMap;
  /** Their draining has come to its end. */
  drained(servers: readonly string[]): void;
}

type Part = Pick<Config, 'services' | 'ipvs'>;

export class Balancer {
  private health: HealthMap;
  private role: SyncDaemon['role'] = 'backup';
  private running = false;
  private changed = false;
  /** The next comparison begins with reading. */
  private isUnread = true;
  /** As it was read last, and changed since; null when nothing is known of it. */
  private held: Held | null = null;
  /** As they were when the table was read: who is drained is counted by what was read. */
  private ordered: OrderMap = new Map();
  private readingBack: Cancellable | null = null;
  /** Operations that the kernel has carried out, and nobody was told of. */
  private readonly applied: Step[] = [];
  private moving: Cancellable | null = null;
  private plan: Plan = {
    table: [],
    reasons: new Map(),
    ramps: new Map(),
    drained: [],
    isDraining: false,
    isMoving: false,
  };
  private readonly standings = new Standings();
  /** Of the last look, by `serverName`; emptied when it is old. */
  private seen: ReadonlyMap<string, IpvsDestination> | null = null;
  private seenMs = Number.NEGATIVE_INFINITY;
  private lookers: (() => void)[] = [];
  /** What the last comparison came to: null, or why the kernel does not hold what it should. */
  private fault: string | null = null;
  /** What the kernel said last in this comparison, for the fault. */
  private refusal = '';
  /** Who waits for a comparison that has not begun yet, and for the one under way. */
  private waiting: Waiting = null;
  private answering: Waiting = null;

  constructor(
    private readonly host: Pick<Host, 'clock' | 'ipvs' | 'log'>,
    private config: Part,
    health: HealthMap,
    private readonly orders: Orders,
    /** Told before servers are taken out of the table. */
    private readonly beforeRemoval: () => void,
  ) {
    this.health = health;
  }

  /** Begins to compare, now and every `RECONCILE_INTERVAL_MS`. */
  start(): void {
    this.reconcile(true);
    this.host.clock.after(RECONCILE_INTERVAL_MS, () => this.start());
  }

  /**
   * Other services from now on.
   * @param health of their real servers
   * @param done told once the kernel has them: null, or why not. A table that was not right before is no fault of the change
   */
  change(config: Part, health: HealthMap, done: (fault: string | null) => void): void {
    const before = this.fault;
    const overtaken = this.waiting;
    this.config = config;
    this.waiting = (fault) => {
      overtaken?.(fault);
      done(before === null ? fault : null);
    };
    this.setHealth(health);
  }

  /** The same map may be another one by now. */
  setHealth(health: HealthMap): void {
    this.health = health;
    this.reconcile(false);
  }

  /** The operator's orders are other ones. */
  ordersChanged(): void {
    this.reconcile(true);
  }

  /** Of the sync daemon: master on the box that holds the group. */
  setRole(role: SyncDaemon['role']): void {
    if (role === this.role) return;
    this.role = role;
    this.reconcile(false);
  }

  /** Reads the table with its counters, unless that was done a moment ago. @param done told once, whatever comes of it */
  look(done: () => void): void {
    this.lookers.push(done);
    if (this.host.clock.now() < this.seenMs + LOOK_FRESH_MS) this.showAll();
    else if (this.lookers.length === 1) this.readRates();
  }

  private readRates(): void {
    this.host.ipvs.read((table) => {
      if (!table.ok) this.showAll();
      else
        this.inSlices(byServer(table.value), (seen) => {
          this.keep(seen);
          this.showAll();
        });
    }, true);
  }

  private showAll(): void {
    for (const looker of this.lookers.splice(0)) looker();
  }

  private keep(seen: ReadonlyMap<string, IpvsDestination>): void {
    this.seen = seen;
    this.seenMs = this.host.clock.now();
    this.host.clock.after(LOOK_KEPT_MS, () => {
      if (this.host.clock.now() >= this.seenMs + LOOK_KEPT_MS) this.seen = null;
    });
  }

  /** A server as the kernel had it at the last look; null when it is not in the table, undefined when nobody looked lately. */
  inKernel(server: string): IpvsDestination | null | undefined {
    return this.seen === null ? undefined : (this.seen.get(server) ?? null);
  }

  /** Null when the server is not configured. */
  standing(server: string): Standing | null {
    return this.standings.get(server);
  }

  /** @param reads the table as it is known will not do */
  private reconcile(reads: boolean): void {
    this.changed = true;
    this.isUnread ||= reads;
    if (!this.running) this.begin(1);
  }

  /** Whether the kernel holds what it has taken: if not, there must not be yet another first round. */
  private readBack(): void {
    this.readingBack = null;
    this.isUnread = true;
    if (this.running) this.changed = true;
    else this.begin(2);
  }

  private begin(number: number): void {
    this.running = true;
    this.answering = this.waiting;
    this.waiting = null;
    this.refusal = '';
    this.round(number);
  }

  private round(number: number): void {
    const { held, isUnread, plan, config, health, orders } = this;
    this.changed = false;
    this.isUnread = false;
    const update = this.standings.update(config.services, health, orders.map, this.host.clock.now());
    this.inSlices(update, () => {
      if (held === null || isUnread || plan.isDraining) this.readTable(number);
      else this.readSettings(number, held);
    });
  }

  private readTable(number: number): void {
    this.readingBack?.cancel();
    this.readingBack = null;
    this.held = null;
    this.host.ipvs.read((table) => {
      if (!table.ok) this.unreadable(table.error);
      else
        this.inSlices(Held.steps(table.value), (held) => {
          this.ordered = new Map(this.orders.map);
          this.held = held;
          this.readSettings(number, held);
        });
    });
  }

  private readSettings(number: number, held: Held): void {
    this.host.ipvs.readSettings((settings) => {
      if (settings.ok) this.compare(number, held, settings.value);
      else this.unreadable(settings.error);
    });
  }

  private unreadable(error: string): void {
    this.host.log('error', 'balancing-unreadable', error);
    this.held = null;
    this.finish(error);
  }

  private compare(number: number, held: Held, settings: IpvsSettings): void {
    const nowMs = this.host.clock.now();
    const { config, health, ordered: orders, plan, role } = this;
    const leads = role === 'master';
    const situation = { health, orders, leads, kernel: held, ramps: plan.ramps, nowMs };
    this.inSlices(planSteps(config, situation), (planned) => {
      this.plan = planned;
      this.inSlices(differenceSteps(planned.table, held, planned.reasons), (steps) => {
        const more = settingsDifference(desiredSettings(config.ipvs, role), settings);
        this.follow(number, held, [...steps, ...more]);
      });
    });
  }

  private inSlices<T>(work: Generator<void, T>, ended: (value: T) => void): void {
    inSlices(work, this.host.clock, ended);
  }

  private follow(number: number, held: Held, steps: readonly Step[]): void {
    if (steps.length === 0) this.finish(null);
    else if (number > ROUND_LIMIT) this.giveUp(steps);
    else
      this.apply(held, steps, (isRefused) => {
        this.isUnread ||= isRefused || number > 1;
        if (this.isUnread) this.round(number + 1);
        else this.finish(null);
      });
  }

  private giveUp(steps: readonly Step[]): void {
    const told = steps.slice(0, TOLD_LIMIT).map((step) => step.reason());
    const more = steps.length > TOLD_LIMIT ? [`and ${steps.length - TOLD_LIMIT} more`] : [];
    const reasons = [...told, ...more].join('; ');
    const sentence = `the kernel does not hold what it was given: ${reasons}`;
    this.host.log('error', 'balancing-differs', sentence);
    this.finish(`${sentence}${this.refusal}`);
  }

  private apply(held: Held, steps: readonly Step[], done: (isRefused: boolean) => void): void {
    if (steps.some(({ operation }) => operation.type === 'destination-delete')) this.beforeRemoval();
    let next = 0;
    let left = steps.length;
    let isRefused = false;
    this.readingBack ??= this.host.clock.after(READ_BACK_MS, () => this.readBack());
    const begin = (): void => {
      const step = steps[next++];
      if (step === undefined) return;
      this.host.ipvs.apply(step.operation, (result) => {
        if (result.ok) {
          held.apply(step.operation);
          this.applied.push(step);
        } else {
          isRefused = true;
          this.reportRefusal(step, result.error);
        }
        left -= 1;
        if (left === 0) done(isRefused);
        else begin();
      });
    };
    for (let started = 0; started < APPLY_AT_ONCE; started++) begin();
  }

  private reportRefusal({ operation, reason }: Step, error: string): void {
    this.refusal = ` (${error})`;
    const sentence = `${describe(operation)} failed (${reason()}): ${error}`;
    this.host.log('error', 'balancing-refused', sentence);
  }

  /** What has become other in the kernel. If there is something to do again, that comes first, within limits. */
  private *report(): Generator<void, void> {
    const { applied } = this;
    let told = 0;
    for (const { operation, reason } of applied) {
      if (this.changed && applied.length - told <= UNTOLD_LIMIT) break;
      this.host.log('info', 'balancing', describe(operation), {
        operation: operation.type,
        reason: reason(),
      });
      told += 1;
      yield;
    }
    applied.splice(0, told);
  }

  private finish(fault: string | null): void {
    this.fault = fault;
    const answer = this.answering;
    this.answering = null;
    if (fault === null && this.plan.drained.length > 0) {
      this.orders.drained(this.plan.drained);
      this.ordered = new Map(this.orders.map);
    }
    this.moving?.cancel();
    this.moving = this.plan.isMoving
      ? this.host.clock.after(MOVING_INTERVAL_MS, () => this.reconcile(false))
      : null;
    answer?.(fault);
    this.inSlices(this.report(), () => {
      this.running = false;
      if (this.changed || this.waiting !== null) this.reconcile(false);
    });
  }
}

/** By `serverName`, with stops between some servers and the next. */
function* byServer(table: IpvsTable): Generator<void, Map<string, IpvsDestination>> {
  const found = new Map<string, IpvsDestination>();
  for (const service of table)
    for (const [at, one] of service.destinations.entries()) {
      if (isPause(at)) yield;
      found.set(serverName(service, one), one);
    }
  return found;
}

function describe(operation: IpvsOperation): string {
  switch (operation.type) {
    case 'service-add':
      return `Virtual service ${serviceName(operation.service)} added`;
    case 'service-set':
      return `Virtual service ${serviceName(operation.service)} changed`;
    case 'service-delete':
      return `Virtual service ${serviceName(operation.service)} removed`;
    case 'destination-add':
      return `Real server ${serverName(operation.service, operation.destination)} put in`;
    case 'destination-set':
      return `Real server ${serverName(operation.service, operation.destination)} changed`;
    case 'destination-delete':
      return `Real server ${serverName(operation.service, operation.destination)} taken out`;
    case 'timeouts-set':
      return 'Timeouts of connections set';
    case 'daemon-start':
      return `Connection sync ${operation.daemon.role} started on ${operation.daemon.interface}`;
    case 'daemon-stop':
      return `Connection sync ${operation.daemon.role} stopped`;
  }
}
