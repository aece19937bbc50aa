/**
 * Carries out what an operator says about watches, and gives the alerts that answer no check: startupalert, ackalert and
 * disablealert. Pure, over the monitor's state.
 */

import type { Period } from '../config/config';
import { shown } from '../config/problem';
import type { PeriodState } from './alert-decision';
import type { AlertEffect, MonitorEffect } from './events';
import type { Monitor } from './monitor';
import {
  enabledHosts,
  isDisabled,
  isFull,
  ORDERS_LIMIT,
  type Target,
  targetText,
  type WatchOrder,
} from './orders';
import { inPeriod } from './period';
import { detailsOf } from './standing';
import { alertEffect, type Watched } from './watched';

/** Those of all services that are not disabled, in their periods. */
export function giveStartupalerts(monitor: Monitor, nowMs: number, wallMs: number): readonly AlertEffect[] {
  return monitor.services
    .filter(({ watch, config }) => !isDisabled(monitor.orders, watch, config.name))
    .flatMap((entry) => alerts(monitor, entry, 'startup', '', nowMs, wallMs));
}

/** @returns the alerts that it sets off, and one `orders` with the answer */
export function giveOrder(
  monitor: Monitor,
  order: WatchOrder,
  nowMs: number,
  wallMs: number,
): readonly MonitorEffect[] {
  switch (order.action) {
    case 'ack':
      return acknowledge(monitor, order, nowMs, wallMs);
    case 'disable':
      return disable(monitor, order.target, nowMs, wallMs);
    case 'enable':
      return enable(monitor, order.target);
  }
}

function acknowledge(
  monitor: Monitor,
  { watch, service, comment }: WatchOrder & { action: 'ack' },
  nowMs: number,
  wallMs: number,
): readonly MonitorEffect[] {
  const { orders } = monitor;
  const entry = covered(monitor, { kind: 'service', watch, service })[0];
  if (entry === undefined) return refuse(unknown(monitor, { kind: 'service', watch, service }));
  if (entry.state !== 'failed')
    return refuse(`${service} of ${watch} does not fail; there is nothing to acknowledge`);
  if (isFull(orders)) return refuse(full());
  orders.acknowledged.set(`${watch} ${service}`, comment);
  const given = isDisabled(orders, watch, service)
    ? []
    : alerts(
        monitor,
        entry,
        'ack',
        comment,
        nowMs,
        wallMs,
        (period) => period.told || period.config.noCompAlerts === true,
      );
  return [...given, accept(`the failure of ${service} of ${watch} is acknowledged; no alert repeats it`)];
}

function disable(monitor: Monitor, target: Target, nowMs: number, wallMs: number): readonly MonitorEffect[] {
  const { orders } = monitor;
  const text = targetText(target);
  const entries = covered(monitor, target);
  if (entries.length === 0) return refuse(unknown(monitor, target));
  if (orders.disabled.has(text)) return refuse(`${text} is disabled already`);
  if (isFull(orders)) return refuse(full());
  const given =
    target.kind === 'host'
      ? []
      : entries
          .filter(({ watch, config }) => !isDisabled(orders, watch, config.name))
          .flatMap((entry) => alerts(monitor, entry, 'disable', `${text} is disabled`, nowMs, wallMs));
  orders.disabled.add(text);
  const what =
    target.kind === 'host' ? 'it is not checked' : 'no alerts are given, and servers stay as they are';
  return [...given, accept(`${text} is disabled: ${what} until it is enabled`)];
}

/** Also what is watched no more. */
function enable(monitor: Monitor, target: Target): readonly MonitorEffect[] {
  const text = targetText(target);
  if (monitor.orders.disabled.delete(text)) return [accept(`${text} is enabled`)];
  return refuse(covered(monitor, target).length === 0 ? unknown(monitor, target) : `${text} is not disabled`);
}

/**
 * This box is the active one of two that watch the same, or no more. One that waits sees failures begin and end at other
 * moments, and ends no acknowledgement.
 * @returns whether one has ended
 */
export function lead(monitor: Monitor, leads: boolean): boolean {
  monitor.leads = leads;
  const { acknowledged } = monitor.orders;
  const before = acknowledged.size;
  if (!leads || before === 0) return false;
  for (const { watch, config, state } of monitor.services)
    if (state === 'ok') acknowledged.delete(`${watch} ${config.name}`);
  return acknowledged.size < before;
}

function covered({ services }: Monitor, target: Target): readonly Watched[] {
  return services.filter((entry) => {
    if (target.kind === 'host') return entry.hosts.includes(target.host);
    return entry.watch === target.watch && (target.kind === 'watch' || entry.config.name === target.service);
  });
}

function unknown({ services }: Monitor, target: Target): string {
  if (target.kind === 'host') return `no watch has a host ${shown(target.host)}`;
  const isKnown = services.some(({ watch }) => watch === target.watch);
  if (target.kind === 'watch' || !isKnown) return `there is no watch ${shown(target.watch)}`;
  return `watch ${target.watch} has no service ${shown(target.service)}`;
}

const LINES = { startup: 'startupalerts', ack: 'ackalerts', disable: 'disablealerts' } as const;

function alerts(
  monitor: Monitor,
  entry: Watched,
  type: keyof typeof LINES,
  summary: string,
  nowMs: number,
  wallMs: number,
  isDue: (period: PeriodState) => boolean = () => true,
): readonly AlertEffect[] {
  const given = entry.periods
    .filter((period) => (linesOf(period.config, type)?.length ?? 0) > 0)
    .filter((period) => inPeriod(period.time, wallMs + monitor.zoneMs) && isDue(period));
  if (given.length === 0) return [];
  const facts = {
    outcome: { ok: entry.state !== 'failed', status: 0, summary, output: '' },
    wallMs,
    details: detailsOf(monitor, entry, nowMs),
    hosts: enabledHosts(monitor.orders, entry.hosts),
  };
  return given.flatMap((period) =>
    (linesOf(period.config, type) ?? []).map((argv) => alertEffect(entry, type, argv, facts, period)),
  );
}

function linesOf(period: Period, type: keyof typeof LINES): Period['startupalerts'] {
  return period[LINES[type]];
}

function accept(text: string): MonitorEffect {
  return { type: 'orders', reply: { accepted: true, text }, isChanged: true };
}

function refuse(text: string): readonly MonitorEffect[] {
  return [{ type: 'orders', reply: { accepted: false, text }, isChanged: false }];
}

function full(): string {
  return `${ORDERS_LIMIT} things are disabled or acknowledged, and no more are possible; enable some`;
}
