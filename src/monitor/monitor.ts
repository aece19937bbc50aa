/**
 * mon's watches: when each service is checked, whether it fails, and which alerts that sets off. Decides only;
 * running checks and alerts, and what an alert does, is for others. Events in, effects out; the state is changed in
 * place, as a copy for each event would cost more than the event with a thousand services.
 */

import type { Config } from '../config/config';
import type { ServiceName } from '../config/dependency';
import type { CheckEffect, CheckHistory, MonitorEffect, MonitorEvent } from './events';
import { giveOrder, giveStartupalerts } from './order-desk';
import { acknowledgement, isDisabled, noOrders, type Orders } from './orders';
import { inPeriod } from './period';
import { Schedule } from './schedule';
import { areMet, detailsOf, hostsOf, parentsOf, tell } from './standing';
import { endTraps, handleTrap, trapTimes } from './trap-times';
import { createWatched, type ServiceState, takeCheck, type Watched } from './watched';

export type { AlertEffect, MonitorEvent } from './events';

/** First checks after a start are spread over this time, so that a freshly booted box serves soon. */
export const firstChecksMs = 200;

/** Checks that run at a time; others that are due wait for one of them to end. */
export const checksAtOnce = 512;
/** Checks that one step starts, so that a heartbeat does not wait for all that are due. */
export const startsAtOnce = 4;

/** A check that is held back, by a dependency or an exclude_period, is looked at again after so long at the latest. */
export const heldCheckMs = 5000;

/** One watched service, for people to read. */
export interface ServiceStatus {
  readonly watch: string;
  readonly service: string;
  readonly state: ServiceState;
  /** Monotonic time of the last change of state. */
  readonly sinceMs: number;
  readonly history: CheckHistory;
}

/** What an operator has said of a service. */
export interface ServiceOrders {
  readonly isDisabled: boolean;
  /** The operator's words; null: the failure is not acknowledged. */
  readonly acknowledged: string | null;
}

export interface Monitor {
  services: readonly Watched[];
  schedule: Schedule<Watched>;
  /** When the next trap is missed, or the last one is over; where that has moved, it is put in again. */
  traps: Schedule<Watched>;
  /** Those on whose services others depend, by `serviceKey`. */
  parents: ReadonlyMap<string, Watched>;
  readonly running: Map<number, Watched>;
  nextId: number;
  /** Services from the first on that are known to be good or bad. */
  known: number;
  orders: Orders;
  /** Of two boxes that watch the same, this is the active one. */
  leads: boolean;
  /** Of the wall clock, milliseconds since 1970, over the monotonic one. */
  wallAheadMs: number;
  /** Of the box's time zone over UTC: periods are read in it. */
  zoneMs: number;
}

/** Multiples of it, modulo one, are spread evenly however many there are. */
const goldenRatio = 0.618_033_988_749_895;

/**
 * @param spread random, 0 <= spread < 1, so that the two boxes do not check at the same moments
 * @throws Error when a period or dependency cannot be read; `monitorFaults` says so beforehand
 */
export function createMonitor(
  config: Pick<Config, 'watches' | 'hostgroups'>,
  spread: number,
  nowMs: number,
): Monitor {
  const groups = new Map(config.hostgroups.map((group) => [group.name, group.hosts]));
  const services = config.watches
    // As in mon, a watch on a name that is no group watches that host.
    .map((watch) => ({ watch, hosts: groups.get(watch.hostgroup) ?? [watch.hostgroup] }))
    // As in mon, a group without hosts is not checked.
    .filter(({ hosts }) => hosts.length > 0)
    .flatMap(({ watch, hosts }) => watch.services.map((service) => ({ watch, hosts, service })))
    .map(({ watch, hosts, service }, index) =>
      createWatched(watch, hosts, service, (spread + index * goldenRatio) % 1, nowMs),
    );
  const schedule = new Schedule<Watched>();
  services.forEach((entry, index) => {
    const { monitor, intervalMs, randstartMs } = entry.config;
    const spanMs = Math.min(firstChecksMs, intervalMs);
    const firstMs = randstartMs === undefined ? (spanMs * index) / services.length : randstartMs * entry.skew;
    if (monitor.length > 0) schedule.add(nowMs + firstMs, entry);
  });
  return {
    services,
    schedule,
    traps: trapTimes(services),
    parents: parentsOf(services),
    running: new Map(),
    nextId: 1,
    known: 0,
    orders: noOrders(),
    leads: true,
    wallAheadMs: 0,
    zoneMs: 0,
  };
}

/**
 * Other watches from now on. Those that are as they were go on with their state and at their times; the others start as
 * at the beginning, and what still runs for them counts no more.
 * @returns those that go on
 */
export function changeMonitor(
  monitor: Monitor,
  config: Pick<Config, 'watches' | 'hostgroups'>,
  spread: number,
  nowMs: number,
): readonly ServiceName[] {
  const fresh = createMonitor(config, spread, nowMs);
  const before = new Map(monitor.services.map((entry) => [definition(entry), entry]));
  const due = monitor.schedule.entries();
  const kept = new Set<Watched>();
  const freshDue = fresh.schedule.entries();
  const schedule = new Schedule<Watched>();
  monitor.services = fresh.services.map((entry) => {
    const old = before.get(definition(entry));
    const dueMs = old === undefined ? freshDue.get(entry) : due.get(old);
    // One that is being checked is scheduled when its result comes.
    if (dueMs !== undefined) schedule.add(dueMs, old ?? entry);
    if (old !== undefined) kept.add(old);
    return old ?? entry;
  });
  monitor.schedule = schedule;
  monitor.known = 0;
  monitor.traps = trapTimes(monitor.services);
  monitor.parents = parentsOf(monitor.services);
  for (const [id, entry] of monitor.running) if (!kept.has(entry)) monitor.running.delete(id);
  return [...kept].map(({ watch, config: { name } }) => ({ watch, service: name }));
}

function definition({ watch, hosts, config }: Watched): string {
  return JSON.stringify([watch, hosts, config]);
}

/** Handles one event, and starts the first checks that are due by `nowMs` (monotonic). */
export function step(monitor: Monitor, event: MonitorEvent, nowMs: number): readonly MonitorEffect[] {
  const effects: MonitorEffect[] = [];
  switch (event.type) {
    case 'check-result':
      handleResult(monitor, event, nowMs, effects);
      break;
    case 'start':
      effects.push(...giveStartupalerts(monitor, nowMs, event.wallMs));
      break;
    case 'trap':
      handleTrap(monitor, event.trap, event.wallMs, nowMs, effects);
      break;
    case 'order':
      effects.push(...giveOrder(monitor, event.order, nowMs, event.wallMs));
      break;
    case 'tick':
      break;
  }
  endTraps(monitor, nowMs, effects);
  for (let count = 0; count < startsAtOnce && monitor.running.size < checksAtOnce; count++) {
    const entry = monitor.schedule.take(nowMs);
    if (entry === null) break;
    const check = startCheck(monitor, entry, nowMs);
    if (check !== null) effects.push(check);
  }
  return effects;
}

/** When the next `tick` is needed, monotonic; null while nothing is waiting for the clock. */
export function nextTickMs(monitor: Monitor): number | null {
  const checkMs = monitor.running.size < checksAtOnce ? monitor.schedule.nextMs() : null;
  const trapMs = monitor.traps.nextMs();
  return checkMs === null || trapMs === null ? (checkMs ?? trapMs) : Math.min(checkMs, trapMs);
}

export function serviceStates(monitor: Monitor): readonly ServiceStatus[] {
  return monitor.services.map(({ watch, config, state, sinceMs, history }) => ({
    watch,
    service: config.name,
    state,
    sinceMs,
    history,
  }));
}

/** In the order of `serviceStates`. */
export function serviceOrders({ services, orders }: Monitor): readonly ServiceOrders[] {
  return services.map(({ watch, config: { name } }) => ({
    isDisabled: isDisabled(orders, watch, name),
    acknowledged: acknowledgement(orders, watch, name),
  }));
}

/** Whether every service that is checked was, and one of them is good. Goes on where it ended last. */
export function seesServers(monitor: Monitor): boolean {
  const { services } = monitor;
  while (monitor.known < services.length && isKnown(services[monitor.known]!)) monitor.known += 1;
  if (monitor.known < services.length) return false;
  const checked = services.filter(({ config }) => config.monitor.length > 0);
  return checked.length === 0 || checked.some(({ state }) => state === 'ok');
}

function isKnown({ config, state }: Watched): boolean {
  return config.monitor.length === 0 || state !== 'unknown';
}

/** A last argument of this form keeps hosts from being appended, so that none are needed. */
const withoutHosts = ';;';

/** @returns null where it is not checked now, and is looked at again later */
function startCheck(monitor: Monitor, entry: Watched, nowMs: number): CheckEffect | null {
  const { config, excluded } = entry;
  const isExcluded = excluded !== null && inPeriod(excluded, nowMs + monitor.wallAheadMs + monitor.zoneMs);
  if (isExcluded || !areMet(monitor, entry, 'monitor', nowMs)) {
    monitor.schedule.add(nowMs + Math.min(config.intervalMs, heldCheckMs), entry);
    return null;
  }
  const hosts = hostsOf(monitor, entry, nowMs);
  if (hosts.length === 0 && config.allowEmptyGroup !== true && config.monitor.at(-1) !== withoutHosts) {
    monitor.schedule.add(nowMs + config.intervalMs, entry);
    return null;
  }
  const id = monitor.nextId++;
  monitor.running.set(id, entry);
  entry.startedMs = nowMs;
  const details = detailsOf(monitor, entry, nowMs);
  return {
    type: 'check',
    id,
    watch: entry.watch,
    service: config.name,
    argv: config.monitor,
    hosts,
    deadlineMs: config.timeoutMs,
    history: entry.history,
    ...(details === null ? {} : { details }),
  };
}

function handleResult(
  monitor: Monitor,
  { id, outcome, wallMs }: MonitorEvent & { type: 'check-result' },
  nowMs: number,
  effects: MonitorEffect[],
): void {
  const entry = monitor.running.get(id);
  if (entry === undefined) return;
  monitor.running.delete(id);
  // Counted from the start of the check: a slow answer delays nothing but itself.
  monitor.schedule.add(Math.max(nowMs, entry.startedMs + nextIntervalMs(entry, outcome.ok)), entry);
  entry.checked = true;
  if (!takeCheck(entry, outcome, wallMs)) return;
  tell(monitor, entry, { outcome, alertType: 'failure', atMs: entry.startedMs, nowMs, wallMs }, effects);
}

function nextIntervalMs(entry: Watched, ok: boolean): number {
  const { intervalMs, failureIntervalMs = intervalMs, randskewMs } = entry.config;
  const intervalNowMs = ok ? intervalMs : failureIntervalMs;
  if (!entry.checked) return Math.min(entry.firstIntervalMs, intervalNowMs);
  if (randskewMs === undefined) return intervalNowMs;
  entry.skew = (entry.skew + goldenRatio) % 1;
  return Math.max(0, intervalNowMs + (2 * entry.skew - 1) * randskewMs);
}
