/**
 * What the kernel's IPVS table should hold: a function of the configuration, the servers' health, the operator's orders
 * and the table as it is. Pure; never asks how a server's health was found, and never says how to get there
 * (reconcile.ts).
 */

import type { Config, RealServer, ServiceSettings, VirtualService } from '../config/config';
import type { OrderMap } from './orders';
import { allOf, isPause } from './slices';
import {
  destinationName,
  type HealthMap,
  type IpvsDestination,
  type IpvsService,
  type IpvsTable,
  keyOf,
  serverName,
  serviceFlag,
  serviceName,
} from './table';

export const DRAIN_TIME_MS = 300_000;
const SORRY_WEIGHT = 1;

/** What the table depends on besides the configuration. */
export interface Situation {
  readonly health: HealthMap;
  readonly orders: OrderMap;
  /**
   * The table as it is: a server of unknown health keeps its place in it, so that a restarted supervisor changes nothing,
   * and a freshly booted one lets a server in only after its first good check.
   */
  readonly kernel: IpvsTable;
  /** This box is the active one, and sees when a server that is drained has no more connections. */
  readonly leads: boolean;
  /** As the last plan had them. */
  readonly ramps: ReadonlyMap<string, number>;
  /** Monotonic. */
  readonly nowMs: number;
}

export interface Plan {
  readonly table: IpvsTable;
  /** By `serverName`, of those that do not serve as configured: why, as a clause behind the name. */
  readonly reasons: ReadonlyMap<string, string>;
  /** By `serverName`: since when its weight grows. */
  readonly ramps: ReadonlyMap<string, number>;
  /** By `serverName`: those whose draining has come to its end. */
  readonly drained: readonly string[];
  /** A weight grows or a server is drained: the plan will be another one soon, although nothing happens. */
  readonly isMoving: boolean;
}

interface Draft {
  readonly reasons: Map<string, string>;
  readonly ramps: Map<string, number>;
  readonly drained: string[];
  isDraining: boolean;
}

/** The whole plan at once; see `planSteps`. */
export function planTable(config: Pick<Config, 'services'>, situation: Situation): Plan {
  return allOf(planSteps(config, situation));
}

/** Stops between some servers and the next: heartbeats do not wait for a thousand of them. */
export function* planSteps(
  { services }: Pick<Config, 'services'>,
  situation: Situation,
): Generator<void, Plan> {
  const kernel = new Map(situation.kernel.map((service) => [serviceName(service), service]));
  const draft: Draft = { reasons: new Map(), ramps: new Map(), drained: [], isDraining: false };
  const table: IpvsService[] = [];
  for (const service of services)
    table.push(yield* planService(service, kernel.get(serviceName(service)), situation, draft));
  const { reasons, ramps, drained, isDraining } = draft;
  return { table, reasons, ramps, drained, isMoving: isDraining || ramps.size > 0 };
}

interface Served {
  readonly server: RealServer;
  readonly found: IpvsDestination | undefined;
  readonly name: string;
  readonly state: State;
}

/** @param actual null: the kernel has no such service */
function* planService(
  service: VirtualService,
  actual: IpvsService | undefined,
  situation: Situation,
  draft: Draft,
): Generator<void, IpvsService> {
  const held = new Map<string, IpvsDestination>();
  for (const [at, one] of (actual?.destinations ?? []).entries()) {
    if (isPause(at)) yield;
    held.set(destinationName(one), one);
  }
  const served: Served[] = [];
  for (const [at, server] of service.servers.entries()) {
    if (isPause(at)) yield;
    const found = held.get(destinationName(server));
    const name = serverName(service, server);
    served.push({ server, found, name, state: stateOf(service, name, found, situation) });
  }
  let weight = 0;
  for (const { server, state } of served) if (state.kind === 'in') weight += server.weight;
  const isSorry = actual === undefined || (service.sorry && held.has(destinationName(service.sorry)));
  const missing = quorumMissing(service, weight, isSorry === true);
  const destinations: IpvsDestination[] = [];
  if (missing !== null && service.sorry) destinations.push(destinationOf(service.sorry, SORRY_WEIGHT));
  for (const [at, { server, found, name, state }] of served.entries()) {
    if (isPause(at)) yield;
    const isWithdrawn = state.kind === 'in' && missing !== null && service.sorry !== undefined;
    const why = isWithdrawn ? missing : state.why;
    if (why !== null) draft.reasons.set(name, why);
    if (state.kind === 'draining') {
      draft.isDraining ||= situation.leads;
      destinations.push(destinationOf(server, 0));
    } else if (state.kind === 'drained') draft.drained.push(name);
    else if (state.kind === 'in' && !isWithdrawn)
      destinations.push(destinationOf(server, rampedWeight(service, server, name, found, situation, draft)));
    else if (service.down === 'weight-0' && state.kind !== 'disabled')
      destinations.push(destinationOf(server, 0));
  }
  return { ...keyOf(service), ...settingsOf(service), destinations };
}

interface State {
  readonly kind: 'in' | 'down' | 'disabled' | 'draining' | 'drained';
  readonly why: string | null;
}

const UP: State = { kind: 'in', why: null };
const DOWN: State = { kind: 'down', why: 'is down' };
const UNCHECKED: State = { kind: 'down', why: 'has had no good check yet' };
const DISABLED: State = { kind: 'disabled', why: 'is disabled by the operator' };
const DRAINING: State = { kind: 'draining', why: 'is drained by the operator' };
const DRAINED: State = { kind: 'drained', why: 'is drained by the operator, and free of connections' };
const OVERDUE: State = { kind: 'drained', why: 'is drained by the operator, and its time is over' };

function stateOf(
  service: VirtualService,
  name: string,
  found: IpvsDestination | undefined,
  { health, orders, leads, nowMs }: Situation,
): State {
  const order = orders.get(name);
  if (order?.kind === 'disable') return DISABLED;
  if (order?.kind === 'drain') {
    if (!leads) return DRAINING;
    if (found === undefined || connectionsLeft(service, found) <= (service.drainConnections ?? 0))
      return DRAINED;
    return nowMs - order.sinceMs >= (service.drainTimeMs ?? DRAIN_TIME_MS) ? OVERDUE : DRAINING;
  }
  const state = health.get(name) ?? 'up';
  if (state === 'up') return UP;
  if (state === 'down') return DOWN;
  // With weight 0 it was taken out for being down, where that is the way to do it.
  return found !== undefined && (service.down !== 'weight-0' || found.weight > 0) ? UP : UNCHECKED;
}

/** IPVS counts as inactive the closing connections of TCP, and all of UDP. */
function connectionsLeft({ protocol }: VirtualService, { connections }: IpvsDestination): number {
  const { active, inactive } = connections ?? { active: 0, inactive: 0 };
  return protocol === 'tcp' ? active : active + inactive;
}

/**
 * As keepalived has it: lost below `quorum - hysteresis`, or without any server; reached again at `quorum + hysteresis`.
 * @param isLost it was not reached before
 * @returns null when it is reached
 */
function quorumMissing(
  { quorum = 1, hysteresis = 0 }: ServiceSettings,
  weight: number,
  isLost: boolean,
): string | null {
  const needed = isLost ? quorum + hysteresis : quorum - hysteresis;
  if (weight > 0 && weight >= needed) return null;
  return `is withdrawn: the servers that are up have weight ${weight}, and the quorum needs ${Math.max(needed, 1)}`;
}

/** Grows from 1 to the configured weight; a server that serves already does not begin again. */
function rampedWeight(
  { slowStartMs = 0 }: ServiceSettings,
  { weight }: RealServer,
  name: string,
  found: IpvsDestination | undefined,
  { ramps, nowMs }: Situation,
  draft: Draft,
): number {
  if (slowStartMs === 0 || weight <= 1) return weight;
  const serves = found !== undefined && found.weight > 0;
  const sinceMs = ramps.get(name) ?? (serves ? null : nowMs);
  if (sinceMs === null || nowMs - sinceMs >= slowStartMs) return weight;
  const grown = Math.max(1, Math.floor((weight * (nowMs - sinceMs)) / slowStartMs));
  draft.ramps.set(name, sinceMs);
  draft.reasons.set(name, `is in its slow start, on the way to weight ${weight}`);
  return grown;
}

function destinationOf(server: Omit<RealServer, 'weight'>, weight: number): IpvsDestination {
  const { address, port, method, upperThreshold, lowerThreshold, tunnel } = server;
  return {
    address,
    port,
    weight,
    method,
    ...(upperThreshold ? { upper: upperThreshold } : {}),
    ...(lowerThreshold ? { lower: lowerThreshold } : {}),
    ...(tunnel ? { tunnel } : {}),
  };
}

const SCHEDULER_FLAGS = {
  'sh-fallback': serviceFlag.schedule1,
  'sh-port': serviceFlag.schedule2,
  'mh-fallback': serviceFlag.schedule1,
  'mh-port': serviceFlag.schedule2,
} as const;

/** As the kernel takes them. */
export function settingsOf(service: VirtualService) {
  const { scheduler, schedulerFlags, persistence, onePacket } = service;
  let flags = 0;
  for (const flag of schedulerFlags ?? []) flags |= SCHEDULER_FLAGS[flag];
  if (onePacket) flags |= serviceFlag.onePacket;
  if (persistence) flags |= serviceFlag.persistent;
  const isIpv6 = service.protocol === 'fwmark' ? service.family === 'ipv6' : service.address.includes(':');
  const { timeoutMs, prefix, engine } = persistence ?? {};
  return {
    scheduler,
    ...(flags === 0 ? {} : { flags }),
    ...(timeoutMs === undefined ? {} : { timeoutS: Math.ceil(timeoutMs / 1000) }),
    ...(prefix === undefined || prefix === (isIpv6 ? 128 : 32)
      ? {}
      : { mask: isIpv6 ? prefix : netmask(prefix) }),
    ...(engine === undefined ? {} : { engine }),
  };
}

function netmask(prefix: number): number {
  return (-1 << (32 - prefix)) >>> 0;
}
