/**
 * How a service stands among others and with the operator, by which its results are judged: what it depends on, which of
 * its hosts count, whether it is disabled or acknowledged. Source: `depend`, `dep_ok` and `dep_summary` of mon 1.3, and
 * mon(8) where these depart from it.
 */

import { DEPENDENCY_DEPTH, isMet, type ServiceName, servicesOf } from '../config/dependency';
import type { Details, MonitorEffect } from './events';
import type { Monitor } from './monitor';
import { acknowledgement, enabledHosts, isDisabled } from './orders';
import { isAtRest, isNewSummary, type News, settle, type Watched } from './watched';

/** Services that others depend on, by `serviceKey`. */
export function parentsOf(services: readonly Watched[]): ReadonlyMap<string, Watched> {
  const keys = new Set<string>();
  for (const { depends } of services)
    for (const one of depends === null ? [] : [depends.alert, depends.monitor, depends.host])
      for (const name of one === null ? [] : servicesOf(one)) keys.add(serviceKey(name));
  const parents = new Map<string, Watched>();
  if (keys.size === 0) return parents;
  for (const entry of services) {
    const key = serviceKey({ watch: entry.watch, service: entry.config.name });
    if (keys.has(key)) parents.set(key, entry);
  }
  return parents;
}

function serviceKey({ watch, service }: ServiceName): string {
  return `${watch} ${service}`;
}

/** Whether what the service depends on, and what that depends on, is good. */
export function areMet(
  monitor: Monitor,
  entry: Watched,
  kind: 'alert' | 'monitor',
  nowMs: number,
  depth = 0,
): boolean {
  const dependency = entry.depends?.[kind] ?? null;
  // `monitorFaults` lets nothing deeper through.
  if (dependency === null || depth > DEPENDENCY_DEPTH) return true;
  return isMet(dependency, (name) => {
    const parent = monitor.parents.get(serviceKey(name));
    if (parent === undefined) return false;
    return failingSummary(parent, nowMs) === null && areMet(monitor, parent, kind, nowMs, depth + 1);
  });
}

/** The summary of a service that fails, or has failed so short a time ago that it counts as failing; else null. */
function failingSummary({ state, failure, memory }: Watched, nowMs: number): string | null {
  if (state === 'failed') return failure?.summary ?? '';
  return memory !== null && nowMs < memory.untilMs ? memory.summary : null;
}

/** Without those that are disabled, and those that a failing service which it depends on has in its summary. */
export function hostsOf(monitor: Monitor, entry: Watched, nowMs: number): readonly string[] {
  const hosts = enabledHosts(monitor.orders, entry.hosts);
  const dependency = entry.depends?.host ?? null;
  if (dependency === null) return hosts;
  const failing = new Set(
    servicesOf(dependency).flatMap((name) => {
      const parent = monitor.parents.get(serviceKey(name));
      const summary = parent === undefined ? null : failingSummary(parent, nowMs);
      return summary === null ? [] : summary.split(/[\s,;]+/).map((word) => word.replace(/[.:]$/, ''));
    }),
  );
  return failing.size === 0 ? hosts : hosts.filter((host) => !failing.has(host));
}

/** What monitors and alerts are told beyond names and history; null when there is nothing. */
export function detailsOf(monitor: Monitor, entry: Watched, nowMs: number): Details | null {
  const { description, variables } = entry.config;
  const acknowledged = acknowledgement(monitor.orders, entry.watch, entry.config.name);
  const isAlertBound = (entry.depends?.alert ?? null) !== null;
  const isBound = isAlertBound || (entry.depends?.monitor ?? null) !== null;
  if (description === undefined && variables === undefined && acknowledged === null && !isBound) return null;
  return {
    ...(description === undefined ? {} : { description }),
    ...(variables === undefined ? {} : { variables }),
    ...(acknowledged === null ? {} : { acknowledged }),
    ...(isBound ? { isMet: areMet(monitor, entry, isAlertBound ? 'alert' : 'monitor', nowMs) } : {}),
  };
}

/** Gives the service a result that counts. */
export function tell(
  monitor: Monitor,
  entry: Watched,
  result: Pick<News, 'outcome' | 'alertType' | 'atMs' | 'nowMs' | 'wallMs'> & { readonly intended?: string },
  effects: MonitorEffect[],
): void {
  const { orders } = monitor;
  const { outcome, alertType, atMs, nowMs, wallMs, intended } = result;
  // Nearly every check ends here, and a thousand servers have many.
  if (outcome.ok && isAtRest(entry)) return;
  const { watch, config } = entry;
  const service = config.name;
  const isAcknowledged = acknowledgement(orders, watch, service) !== null;
  const isOver = outcome.ok || (config.unackSummary === true && isNewSummary(entry, outcome));
  if (isAcknowledged && isOver && monitor.leads) {
    orders.acknowledged.delete(`${watch} ${service}`);
    effects.push({ type: 'orders', reply: null, isChanged: true });
  }
  const details = detailsOf(monitor, entry, nowMs);
  settle(
    entry,
    {
      outcome,
      alertType,
      atMs,
      nowMs,
      wallMs,
      localMs: wallMs + monitor.zoneMs,
      isDisabled: isDisabled(orders, watch, service),
      isMet: areMet(monitor, entry, 'alert', nowMs),
      isAcknowledged: isAcknowledged && !isOver,
      details: intended === undefined ? details : { ...details, intended },
      hosts: enabledHosts(orders, entry.hosts),
    },
    effects,
  );
}
