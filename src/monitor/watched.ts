/**
 * One watched service and what it knows of itself: made from the configuration, and told what its checks and traps say.
 * Pure values, changed in place; when it is checked, the monitor decides.
 */

import type { Watch, WatchService } from '../config/config';
import { type Dependency, parseDependency } from '../config/dependency';
import { alertsAtFailure, alertsAtSuccess, type PeriodState, startPeriod } from './alert-decision';
import type { AlertEffect, CheckHistory, CheckOutcome, Details, LogEffect, MonitorEffect } from './events';
import type { AlertType } from './lvs-alert';
import { parsePeriod, type TimePeriod } from './period';

export type ServiceState = 'unknown' | 'ok' | 'failed';

export interface Watched {
  readonly watch: string;
  /** Of the group, without those that are excluded. */
  readonly hosts: readonly string[];
  readonly config: WatchService;
  readonly periods: readonly PeriodState[];
  /** When it is not checked; null: never. */
  readonly excluded: TimePeriod | null;
  /** Null when it depends on nothing. */
  readonly depends: Dependencies | null;
  state: ServiceState;
  /** Monotonic time of the last change of state. */
  sinceMs: number;
  history: CheckHistory;
  startedMs: number;
  /** Time from the first check to the second, which spreads the services over their interval. */
  readonly firstIntervalMs: number;
  /** Random, 0 <= skew < 1, another one for each check. */
  skew: number;
  checked: boolean;
  /** Results in a row that speak against the state, as yet too few to change it. */
  against: number;
  /** In a row; null while it is good. */
  failure: { count: number; readonly firstMs: number; summary: string; output: string } | null;
  /** After a failure, what depends on it is held back until then (monotonic). */
  memory: { readonly untilMs: number; readonly summary: string } | null;
  /** Monotonic: it fails unless a trap comes by then, and it is good again then. */
  traptimeoutMs: number | null;
  trapendMs: number | null;
}

export interface Dependencies {
  readonly alert: Dependency | null;
  readonly monitor: Dependency | null;
  readonly host: Dependency | null;
}

const noHistory: CheckHistory = {
  lastSummary: '',
  lastOutput: '',
  firstFailureMs: null,
  lastFailureMs: null,
  firstSuccessMs: null,
  lastSuccessMs: null,
};

/**
 * @param phase 0 <= phase < 1, another one for each service
 * @throws Error when a period or dependency cannot be read; `monitorFaults` says so beforehand
 */
export function createWatched(
  watch: Watch,
  groupHosts: readonly string[],
  config: WatchService,
  phase: number,
  nowMs: number,
): Watched {
  const { excludeHosts, excludePeriod, randstartMs, traptimeoutMs } = config;
  return {
    watch: watch.hostgroup,
    hosts:
      excludeHosts === undefined ? groupHosts : groupHosts.filter((host) => !excludeHosts.includes(host)),
    config,
    periods: config.periods.map(startPeriod),
    excluded: excludePeriod === undefined ? null : sure(parsePeriod(excludePeriod)),
    depends: dependenciesOf(config, watch.hostgroup),
    state: 'unknown',
    sinceMs: nowMs,
    history: noHistory,
    startedMs: nowMs,
    // Where the first checks are spread over a time of their own, they are spread enough.
    firstIntervalMs: randstartMs === undefined ? config.intervalMs * phase : config.intervalMs,
    skew: phase,
    checked: false,
    against: 0,
    failure: null,
    memory: null,
    traptimeoutMs: traptimeoutMs === undefined ? null : nowMs + traptimeoutMs,
    trapendMs: null,
  };
}

function dependenciesOf(config: WatchService, self: string): Dependencies | null {
  const { alertDepend, monitorDepend, hostDepend } = config;
  const read = (text: string | undefined) => (text === undefined ? null : sure(parseDependency(text, self)));
  if (alertDepend === undefined && monitorDepend === undefined && hostDepend === undefined) return null;
  return { alert: read(alertDepend), monitor: read(monitorDepend), host: read(hostDepend) };
}

function sure<T>(
  read: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string },
): T {
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** Notes a check. @returns whether it counts: enough of them in a row agree */
export function takeCheck(entry: Watched, outcome: CheckOutcome, wallMs: number): boolean {
  entry.history = remember(entry.history, outcome, wallMs, entry.state);
  const { rise = 1, fall = 1 } = entry.config;
  const isAsBefore = entry.state === (outcome.ok ? 'ok' : 'failed');
  // The first good check puts a server into the table, whatever it would take later.
  const needed = outcome.ok ? (entry.state === 'unknown' ? 1 : rise) : fall;
  entry.against = isAsBefore ? 0 : entry.against + 1;
  if (!isAsBefore && entry.against < needed) return false;
  entry.against = 0;
  return true;
}

export interface News {
  readonly outcome: CheckOutcome;
  /** Of a failure. */
  readonly alertType: Extract<AlertType, 'failure' | 'trap' | 'traptimeout'>;
  /** Monotonic time to which it belongs, and now. */
  readonly atMs: number;
  readonly nowMs: number;
  readonly wallMs: number;
  /** Wall clock in the box's time zone. */
  readonly localMs: number;
  readonly isDisabled: boolean;
  /** What it depends on is good. */
  readonly isMet: boolean;
  readonly isAcknowledged: boolean;
  /** As monitors and alerts are told them. */
  readonly details: Details | null;
  readonly hosts: readonly string[];
}

/** What a check that counts, or a trap, means: the state, and the alerts. */
export function settle(entry: Watched, news: News, effects: MonitorEffect[]): void {
  const { outcome, nowMs } = news;
  const state = outcome.ok ? 'ok' : 'failed';
  if (entry.state !== state) {
    effects.push(logChange(entry, outcome));
    if (entry.state === 'failed') entry.memory = memoryOf(entry, nowMs);
    entry.state = state;
    entry.sinceMs = nowMs;
  }
  const due = outcome.ok ? recover(entry, news) : fail(entry, news);
  for (const { period, argv } of due)
    effects.push(alertEffect(entry, outcome.ok ? 'up' : news.alertType, argv, news, period));
}

function memoryOf({ config, failure }: Watched, nowMs: number): Watched['memory'] {
  const { depMemoryMs } = config;
  return depMemoryMs === undefined ? null : { untilMs: nowMs + depMemoryMs, summary: failure?.summary ?? '' };
}

type Due = readonly { readonly period: PeriodState; readonly argv: readonly string[] }[];

/** Whether it is good, and has no more to say about that. */
export function isAtRest({ state, periods }: Watched): boolean {
  return state === 'ok' && periods.every(({ lvs }) => lvs === 'up');
}

/** Whether the summary of a failure is another one than that of the failure before. */
export function isNewSummary({ failure }: Watched, { summary }: CheckOutcome): boolean {
  return failure?.summary !== summary;
}

function fail(entry: Watched, news: News): Due {
  const { outcome, atMs, localMs, isDisabled, isMet, isAcknowledged } = news;
  const { failure } = entry;
  const [inARow, firstMs] = [(failure?.count ?? 0) + 1, failure?.firstMs ?? atMs];
  const facts = {
    atMs,
    localMs,
    status: outcome.status,
    inARow,
    failedMs: atMs - firstMs,
    isNewSummary: isNewSummary(entry, outcome),
    isNewDetail: failure?.output !== outcome.output,
    isHeld: isDisabled || !isMet,
    isAcknowledged,
  };
  entry.failure = { count: inARow, firstMs, summary: outcome.summary, output: outcome.output };
  return entry.periods.flatMap((period) => alertsAtFailure(period, facts).map((argv) => ({ period, argv })));
}

function recover(entry: Watched, { atMs, localMs, isDisabled }: News): Due {
  const { failure } = entry;
  const recovery = { localMs, downMs: failure === null ? null : atMs - failure.firstMs, isHeld: isDisabled };
  entry.failure = null;
  return entry.periods.flatMap((period) =>
    alertsAtSuccess(period, recovery).map((argv) => ({ period, argv })),
  );
}

export function alertEffect(
  entry: Watched,
  alertType: AlertType,
  argv: readonly string[],
  { outcome, wallMs, details, hosts }: Pick<News, 'outcome' | 'wallMs' | 'details' | 'hosts'>,
  { config }: PeriodState,
): AlertEffect {
  const everyMs = config.alertevery?.everyMs;
  const all = everyMs === undefined ? details : { ...details, everyMs };
  return {
    type: 'alert',
    alertType,
    watch: entry.watch,
    service: entry.config.name,
    argv,
    hosts,
    outcome,
    wallMs,
    history: entry.history,
    ...(all === null ? {} : { details: all }),
  };
}

function remember(
  history: CheckHistory,
  outcome: CheckOutcome,
  wallMs: number,
  before: ServiceState,
): CheckHistory {
  const said = { ...history, lastSummary: outcome.summary, lastOutput: outcome.output };
  return outcome.ok
    ? { ...said, firstSuccessMs: before === 'ok' ? history.firstSuccessMs : wallMs, lastSuccessMs: wallMs }
    : {
        ...said,
        firstFailureMs: before === 'failed' ? history.firstFailureMs : wallMs,
        lastFailureMs: wallMs,
      };
}

/** A trap is a result, too. */
export function noteTrap(entry: Watched, outcome: CheckOutcome, wallMs: number): void {
  entry.history = remember(entry.history, outcome, wallMs, entry.state);
  entry.against = 0;
}

function logChange(entry: Watched, outcome: CheckOutcome): LogEffect {
  const what = `${entry.config.name} of ${entry.watch}`;
  const values = {
    watch: entry.watch,
    service: entry.config.name,
    summary: outcome.summary,
    detail: outcome.output,
  };
  if (!outcome.ok)
    return {
      type: 'log',
      level: 'warn',
      event: 'watch-failed',
      sentence: `${what} failed: ${outcome.output || outcome.summary}`,
      values,
    };
  const sentence = entry.state === 'failed' ? `${what} is good again` : `${what} is good`;
  return { type: 'log', level: 'info', event: 'watch-good', sentence, values };
}
