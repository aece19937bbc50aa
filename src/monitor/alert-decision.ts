/**
 * Which alerts of one period a failure or a recovery sets off: mon's "alert decision logic". Pure; the state of a period
 * is changed in place. Source: mon(8); where mon's code departs from it, as the manual says.
 *
 * `lvs.alert` tells nobody anything, it says what serves. So whatever spares people (alertevery, numalerts, an
 * acknowledgement, upalertafter) does not hold it back, and what it has to say is never lost, only late.
 */

import type { Period } from '../config/config';
import { isLvsAlert } from './lvs-alert';
import { inPeriod, parsePeriod, type TimePeriod } from './period';

/** Program name and arguments. */
type Command = readonly string[];

export interface PeriodState {
  readonly config: Period;
  readonly time: TimePeriod;
  /** Some of its alerts are for people. */
  readonly tellsPeople: boolean;
  /** Alerts given since the service was last good; for each, all alert lines of the period count as one. */
  alertsSent: number;
  /** An alert of any kind was given since the service was last good: an upalert has its counterpart. */
  told: boolean;
  /** Monotonic; null: the next failure is not held back by alertevery. */
  lastAlertMs: number | null;
  /** Of the last failures, as many as alertafter counts within its time. */
  readonly failuresMs: number[];
  /**
   * What `lvs.alert` was to say last: up, or the exit status of a failure; null before there was anything to say. `late`
   * after a failure when it is to say up, but not now.
   */
  lvs: 'up' | 'late' | number | null;
}

export interface Failure {
  /** Monotonic time to which it belongs. */
  readonly atMs: number;
  /** Wall clock in the box's time zone. */
  readonly localMs: number;
  /** Exit status in mon's sense. */
  readonly status: number;
  /** Failures in a row, this one included. */
  readonly inARow: number;
  /** Since the first of them. */
  readonly failedMs: number;
  /** Against the failure before. */
  readonly isNewSummary: boolean;
  readonly isNewDetail: boolean;
  /** The service is disabled, or what it depends on fails: no alert of any kind. */
  readonly isHeld: boolean;
  readonly isAcknowledged: boolean;
}

export interface Recovery {
  readonly localMs: number;
  /** The service was down for so long; null: it was not. */
  readonly downMs: number | null;
  /** The service is disabled. */
  readonly isHeld: boolean;
}

/** @throws Error when the period cannot be read; `monitorFaults` says so beforehand */
export function startPeriod(config: Period): PeriodState {
  const time = parsePeriod(config.time);
  if (!time.ok) throw new Error(time.error);
  return {
    config,
    time: time.value,
    tellsPeople: config.alerts.some((alert) => !isLvsAlert(withoutExit(alert))),
    alertsSent: 0,
    told: false,
    lastAlertMs: null,
    failuresMs: [],
    lvs: null,
  };
}

/** @returns the alerts to give, without their `exit=` */
export function alertsAtFailure(period: PeriodState, failure: Failure): readonly Command[] {
  remember(period, failure.atMs);
  // Of a thousand dead servers, nearly every check ends here.
  if (!period.tellsPeople && period.lvs === failure.status) return [];
  if (failure.isHeld || !inPeriod(period.time, failure.localMs) || !isAfter(period, failure)) return [];
  const due = period.config.alerts.filter((alert) => isInExitRange(alert, failure.status)).map(withoutExit);
  const table = period.lvs === failure.status ? [] : due.filter(isLvsAlert);
  const people = isSpared(period, failure) ? [] : due.filter((alert) => !isLvsAlert(alert));
  period.lvs = failure.status;
  if (people.length > 0) {
    period.alertsSent += 1;
    period.lastAlertMs = failure.atMs;
  }
  period.told ||= due.length > 0 && table.length + people.length > 0;
  return due.filter((alert) => table.includes(alert) || people.includes(alert));
}

/** Told of every good result. @returns the upalerts to give */
export function alertsAtSuccess(period: PeriodState, recovery: Recovery): readonly Command[] {
  const { config, told } = period;
  const isOpen = !recovery.isHeld && inPeriod(period.time, recovery.localMs);
  // After a start a healthy server must come into the table, at whatever time of day.
  const table = period.lvs === null || (period.lvs !== 'up' && isOpen);
  period.lvs = table || period.lvs === 'up' ? 'up' : 'late';
  const people =
    isOpen &&
    recovery.downMs !== null &&
    (told || config.noCompAlerts === true) &&
    recovery.downMs >= (config.upalertafterMs ?? 0);
  period.told = false;
  period.alertsSent = 0;
  if (config.alertevery?.mode !== 'strict') period.lastAlertMs = null;
  return config.upalerts.filter((alert) => (isLvsAlert(alert) ? table : people));
}

/** alertafter: N in a row; N within a time, in a row or not; failing for longer than a time. */
function isAfter({ config, failuresMs }: PeriodState, { atMs, inARow, failedMs }: Failure): boolean {
  const { failures, withinMs } = config.alertafter ?? {};
  if (failures === undefined) return withinMs === undefined || failedMs > withinMs;
  if (withinMs === undefined) return inARow >= failures;
  return failuresMs.length === failures && atMs - failuresMs[0]! <= withinMs;
}

function remember({ config, failuresMs }: PeriodState, atMs: number): void {
  const { failures, withinMs } = config.alertafter ?? {};
  if (failures === undefined || withinMs === undefined) return;
  failuresMs.push(atMs);
  if (failuresMs.length > failures) failuresMs.shift();
}

function isSpared({ config, alertsSent, lastAlertMs }: PeriodState, failure: Failure): boolean {
  if (failure.isAcknowledged) return true;
  if (config.numalerts !== undefined && alertsSent >= config.numalerts) return true;
  const { alertevery } = config;
  if (alertevery === undefined || lastAlertMs === null) return false;
  if (failure.atMs - lastAlertMs >= alertevery.everyMs) return false;
  switch (alertevery.mode) {
    case 'strict':
    case 'ignore_summary':
      return true;
    case 'observe_detail':
      return !failure.isNewSummary && !failure.isNewDetail;
    case 'observe_summary':
      return !failure.isNewSummary;
  }
}

/** In front of an alert's program: `exit=2` or `exit=1-9`. */
const EXIT = /^exit=(\d{1,3})(?:-(\d{1,3}))?$/i;

/** The exit values that an alert is for; null when the line does not say. */
export function exitRange([first = '']: Command): { readonly from: number; readonly to: number } | null {
  const [, from, to = from] = EXIT.exec(first) ?? [];
  return from === undefined ? null : { from: Number(from), to: Number(to) };
}

/** Program name and arguments of an alert line. */
export function withoutExit(alert: Command): Command {
  return exitRange(alert) === null ? alert : alert.slice(1);
}

function isInExitRange(alert: Command, status: number): boolean {
  const range = exitRange(alert);
  return range === null || (status >= range.from && status <= range.to);
}
