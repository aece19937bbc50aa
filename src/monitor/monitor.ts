/**
 * mon's watches: when each service is checked, whether it fails, and which alerts that sets off. Decides only;
 * running checks and alerts, and what an alert does, is for others. Events in, effects out; the state is changed in
 * place, as a copy for each event would cost more than the event with a thousand services.
 */

import type { Config, Period, WatchService } from '../config/config';
import type {
  CheckEffect,
  CheckHistory,
  CheckOutcome,
  LogEffect,
  MonitorEffect,
  MonitorEvent,
} from './events';
import { type AlertType, isLvsAlert } from './lvs-alert';
import { inPeriod, parsePeriod, type TimePeriod } from './period';
import { Schedule } from './schedule';

export type { AlertEffect, MonitorEvent } from './events';

/** First checks after a start are spread over this time, so that a freshly booted box serves soon. */
export const firstChecksMs = 200;

/** Checks that run at a time; others that are due wait for one of them to end. */
export const checksAtOnce = 512;

/** One watched service, for people to read. */
export interface ServiceStatus {
  readonly watch: string;
  readonly service: string;
  readonly state: 'unknown' | 'ok' | 'failed';
  /** Monotonic time of the last change of state. */
  readonly sinceMs: number;
  readonly history: CheckHistory;
}

interface Watched {
  readonly watch: string;
  readonly hosts: readonly string[];
  readonly config: WatchService;
  readonly periods: readonly PeriodState[];
  state: ServiceStatus['state'];
  sinceMs: number;
  history: CheckHistory;
  startedMs: number;
  /** Time from the first check to the second, which spreads the services over their interval. */
  readonly firstIntervalMs: number;
  checked: boolean;
}

interface PeriodState {
  readonly config: Period;
  readonly time: TimePeriod;
  /** The type of alert that was sent last. */
  sent: AlertType | null;
}

export interface Monitor {
  services: readonly Watched[];
  schedule: Schedule<Watched>;
  readonly running: Map<number, Watched>;
  nextId: number;
}

const noHistory: CheckHistory = {
  lastSummary: '',
  lastOutput: '',
  firstFailureMs: null,
  lastFailureMs: null,
  firstSuccessMs: null,
  lastSuccessMs: null,
};

/** Multiples of it, modulo one, are spread evenly however many there are. */
const goldenRatio = 0.618_033_988_749_895;

/**
 * @param spread random, 0 <= spread < 1, so that the two boxes do not check at the same moments
 * @throws Error when a period cannot be read; `monitorFaults` says so beforehand
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
    .flatMap(({ watch, hosts }) =>
      watch.services.map((service) => ({ watch: watch.hostgroup, hosts, service })),
    );
  const watched = services.map(({ watch, hosts, service }, index): Watched => {
    const phase = (spread + index * goldenRatio) % 1;
    return {
      watch,
      hosts,
      config: service,
      periods: service.periods.map(startPeriod),
      state: 'unknown',
      sinceMs: nowMs,
      history: noHistory,
      startedMs: nowMs,
      firstIntervalMs: service.intervalMs * phase,
      checked: false,
    };
  });
  const schedule = new Schedule<Watched>();
  watched.forEach((entry, index) => {
    const spanMs = Math.min(firstChecksMs, entry.config.intervalMs);
    schedule.add(nowMs + (spanMs * index) / watched.length, entry);
  });
  return { services: watched, schedule, running: new Map(), nextId: 1 };
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
): readonly { readonly watch: string; readonly service: string }[] {
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
  for (const [id, entry] of monitor.running) if (!kept.has(entry)) monitor.running.delete(id);
  return [...kept].map(({ watch, config: { name } }) => ({ watch, service: name }));
}

function definition({ watch, hosts, config }: Watched): string {
  return JSON.stringify([watch, hosts, config]);
}

/** Handles one event, and starts every check that is due by `nowMs` (monotonic). */
export function step(monitor: Monitor, event: MonitorEvent, nowMs: number): readonly MonitorEffect[] {
  const effects: MonitorEffect[] = [];
  if (event.type === 'check-result') handleResult(monitor, event, nowMs, effects);
  while (monitor.running.size < checksAtOnce) {
    const entry = monitor.schedule.take(nowMs);
    if (entry === null) break;
    effects.push(startCheck(monitor, entry, nowMs));
  }
  return effects;
}

/** When the next `tick` is needed, monotonic; null while nothing is waiting for the clock. */
export function nextTickMs(monitor: Monitor): number | null {
  return monitor.running.size < checksAtOnce ? monitor.schedule.nextMs() : null;
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

function startPeriod(config: Period): PeriodState {
  const time = parsePeriod(config.time);
  if (!time.ok) throw new Error(time.error);
  return { config, time: time.value, sent: null };
}

function startCheck(monitor: Monitor, entry: Watched, nowMs: number): CheckEffect {
  const id = monitor.nextId++;
  monitor.running.set(id, entry);
  entry.startedMs = nowMs;
  return {
    type: 'check',
    id,
    watch: entry.watch,
    service: entry.config.name,
    argv: entry.config.monitor,
    hosts: entry.hosts,
    deadlineMs: entry.config.timeoutMs,
    history: entry.history,
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
  const intervalMs = entry.checked ? entry.config.intervalMs : entry.firstIntervalMs;
  entry.checked = true;
  monitor.schedule.add(Math.max(nowMs, entry.startedMs + intervalMs), entry);

  entry.history = remember(entry.history, outcome, wallMs, entry.state);
  const state = outcome.ok ? 'ok' : 'failed';
  if (entry.state !== state) {
    effects.push(logChange(entry, outcome));
    entry.state = state;
    entry.sinceMs = nowMs;
  }
  for (const period of entry.periods)
    for (const argv of alertsDue(period, outcome.ok, wallMs))
      effects.push({
        type: 'alert',
        alertType: outcome.ok ? 'up' : 'failure',
        watch: entry.watch,
        service: entry.config.name,
        argv,
        hosts: entry.hosts,
        outcome,
        wallMs,
        history: entry.history,
      });
}

/** Which alerts one result sets off; an alert outside its period waits for a result inside. */
function alertsDue(period: PeriodState, ok: boolean, wallMs: number): readonly (readonly string[])[] {
  const type = ok ? 'up' : 'failure';
  if (period.sent === type) return [];
  const first = period.sent === null && ok;
  // After a start nothing was lost that an upalert could report, but a healthy server must come into the table, at
  // whatever time of day.
  if (!first && !inPeriod(period.time, wallMs)) return [];
  period.sent = type;
  if (first) return period.config.upalerts.filter(isLvsAlert);
  return ok ? period.config.upalerts : period.config.alerts;
}

function remember(
  history: CheckHistory,
  outcome: CheckOutcome,
  wallMs: number,
  before: ServiceStatus['state'],
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
