/**
 * What the kernel's IPVS table should hold: a function of the configuration, the servers' health, the operator's orders
 * and the table as it is. Pure; never asks how a server's health was found, and never says how to get there
 * (reconcile.ts).
 */

import type { Config, ServiceSettings, VirtualService } from '../config/config';
import { Held, type HeldService } from './held';
import type { OrderMap } from './orders';
import { destinationOf, type Member, rosterSteps } from './roster';
import { allOf, isPause } from './slices';
import {
  destinationName,
  type HealthMap,
  type IpvsDestination,
  type IpvsService,
  type IpvsTable,
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
  readonly kernel: Held;
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
  /** A server is drained: it matters how many connections the kernel counts. */
  readonly isDraining: boolean;
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
export function planTable(
  config: Pick<Config, 'services'>,
  situation: Omit<Situation, 'kernel'> & { readonly kernel: IpvsTable },
): Plan {
  return allOf(planSteps(config, { ...situation, kernel: Held.of(situation.kernel) }));
}

/** Stops between some servers and the next: heartbeats do not wait for a thousand of them. */
export function* planSteps(
  { services }: Pick<Config, 'services'>,
  situation: Situation,
): Generator<void, Plan> {
  const draft: Draft = { reasons: new Map(), ramps: new Map(), drained: [], isDraining: false };
  const table: IpvsService[] = [];
  for (const service of services) table.push(yield* planService(service, situation, draft));
  const { reasons, ramps, drained, isDraining } = draft;
  return { table, reasons, ramps, drained, isDraining, isMoving: isDraining || ramps.size > 0 };
}

function* planService(
  service: VirtualService,
  situation: Situation,
  draft: Draft,
): Generator<void, IpvsService> {
  const { name, bare, members } = yield* rosterSteps(service);
  const held = situation.kernel.services.get(name);
  const states: State[] = [];
  let weight = 0;
  for (const [at, member] of members.entries()) {
    if (isPause(at)) yield;
    const state = stateOf(service, member, held, situation);
    states.push(state);
    if (state === UP) weight += member.server.weight;
  }
  const isSorry =
    held === undefined || (service.sorry !== undefined && held.servers.has(destinationName(service.sorry)));
  const missing = quorumMissing(service, weight, isSorry);
  const isWithdrawn = missing !== null && service.sorry !== undefined;
  const destinations: IpvsDestination[] = [];
  if (isWithdrawn && service.sorry) destinations.push(destinationOf(service.sorry, SORRY_WEIGHT));
  for (const [at, state] of states.entries()) {
    if (isPause(at)) yield;
    const member = members[at]!;
    const { server, name } = member;
    const why = isWithdrawn && state === UP ? missing : state.why;
    if (why !== null) draft.reasons.set(name, why);
    if (state.kind === 'draining') {
      draft.isDraining ||= situation.leads;
      destinations.push(destinationOf(server, 0));
    } else if (state.kind === 'drained') draft.drained.push(name);
    else if (state === UP && !isWithdrawn)
      destinations.push(growing(service, member, held, situation, draft));
    else if (service.down === 'weight-0' && state.kind !== 'disabled')
      destinations.push(destinationOf(server, 0));
  }
  return { ...bare, destinations };
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
  { name, endpoint }: Member,
  held: HeldService | undefined,
  { health, orders, leads, nowMs }: Situation,
): State {
  const order = orders.size === 0 ? undefined : orders.get(name);
  const state = health.get(name) ?? 'up';
  if (order === undefined && state !== 'unknown') return state === 'up' ? UP : DOWN;
  if (order?.kind === 'disable') return DISABLED;
  const found = held?.servers.get(endpoint);
  if (order?.kind === 'drain') {
    if (!leads) return DRAINING;
    if (found === undefined || connectionsLeft(service, found) <= (service.drainConnections ?? 0))
      return DRAINED;
    return nowMs - order.sinceMs >= (service.drainTimeMs ?? DRAIN_TIME_MS) ? OVERDUE : DRAINING;
  }
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
function growing(
  { slowStartMs = 0 }: ServiceSettings,
  { server, name, endpoint, whole }: Member,
  held: HeldService | undefined,
  { ramps, nowMs }: Situation,
  draft: Draft,
): IpvsDestination {
  const { weight } = server;
  if (slowStartMs === 0 || weight <= 1) return whole;
  const found = held?.servers.get(endpoint);
  const serves = found !== undefined && found.weight > 0;
  const sinceMs = ramps.get(name) ?? (serves ? null : nowMs);
  if (sinceMs === null || nowMs - sinceMs >= slowStartMs) return whole;
  draft.ramps.set(name, sinceMs);
  draft.reasons.set(name, `is in its slow start, on the way to weight ${weight}`);
  return destinationOf(server, Math.max(1, Math.floor((weight * (nowMs - sinceMs)) / slowStartMs)));
}
