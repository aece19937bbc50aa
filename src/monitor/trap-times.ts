/**
 * Traps among the watches: which service one is for, and what follows when none comes (traptimeout) or when its time is
 * over (trapduration). Decides only; hearing traps is for others.
 */

import type { CheckOutcome, MonitorEffect } from './events';
import type { Monitor } from './monitor';
import { Schedule } from './schedule';
import { tell } from './standing';
import type { Trap } from './traps';
import { noteTrap, type Watched } from './watched';

/** Name of the watch, and of its service, that traps for unknown ones go to. */
const DEFAULT = 'default';

/** When the traps of each service are missed or over. */
export function trapTimes(services: readonly Watched[]): Schedule<Watched> {
  const times = new Schedule<Watched>();
  for (const entry of services) plan(times, entry);
  return times;
}

function plan(times: Schedule<Watched>, entry: Watched): void {
  const dueMs = dueAtMs(entry);
  if (dueMs !== null) times.add(dueMs, entry);
}

function dueAtMs({ traptimeoutMs, trapendMs }: Watched): number | null {
  if (traptimeoutMs === null || trapendMs === null) return traptimeoutMs ?? trapendMs;
  return Math.min(traptimeoutMs, trapendMs);
}

export function handleTrap(
  monitor: Monitor,
  trap: Trap,
  wallMs: number,
  nowMs: number,
  effects: MonitorEffect[],
): void {
  const name = `${trap.watch}:${trap.service}`;
  const known = find(monitor, trap.watch, trap.service);
  const isOfOthers = !monitor.services.some(({ watch }) => watch === trap.watch);
  const entry =
    known ??
    (isOfOthers ? find(monitor, DEFAULT, trap.service) : null) ??
    (isOfOthers || trap.watch === DEFAULT ? find(monitor, DEFAULT, DEFAULT) : null);
  if (entry === null) {
    const sentence = `a trap for ${name}, which is not watched, is not heard`;
    effects.push({ type: 'log', level: 'warn', event: 'trap-refused', sentence, values: {} });
    return;
  }
  const { traptimeoutMs, trapdurationMs } = entry.config;
  const isPlanned = dueAtMs(entry) !== null;
  if (traptimeoutMs !== undefined) entry.traptimeoutMs = nowMs + traptimeoutMs;
  if (trapdurationMs !== undefined) entry.trapendMs = trap.status === 0 ? null : nowMs + trapdurationMs;
  // One that has been put in is put in again when it comes up, so that a flood of traps leaves nothing behind.
  const dueMs = dueAtMs(entry);
  if (!isPlanned && dueMs !== null) monitor.traps.add(dueMs, entry);
  const outcome = {
    ok: trap.status === 0,
    status: trap.status,
    summary: trap.summary,
    output: trap.detail,
  };
  const about = known === null ? { intended: name } : {};
  take(monitor, entry, { outcome, alertType: 'trap', nowMs, wallMs, ...about }, effects);
}

/** What has come due by now. */
export function endTraps(monitor: Monitor, nowMs: number, effects: MonitorEffect[]): void {
  for (let entry = monitor.traps.take(nowMs); entry !== null; entry = monitor.traps.take(nowMs)) {
    endTrap(monitor, entry, nowMs, effects);
    plan(monitor.traps, entry);
  }
}

function endTrap(monitor: Monitor, entry: Watched, nowMs: number, effects: MonitorEffect[]): void {
  const wallMs = nowMs + monitor.wallAheadMs;
  if (entry.trapendMs !== null && entry.trapendMs <= nowMs) {
    entry.trapendMs = null;
    const outcome = { ok: true, status: 0, summary: '', output: 'the time of the trap is over' };
    take(monitor, entry, { outcome, alertType: 'trap', nowMs, wallMs }, effects);
  }
  const { traptimeoutMs } = entry.config;
  if (traptimeoutMs === undefined || entry.traptimeoutMs === null || entry.traptimeoutMs > nowMs) return;
  entry.traptimeoutMs = nowMs + traptimeoutMs;
  const output = `no trap for ${traptimeoutMs / 1000} s`;
  const outcome = { ok: false, status: 1, summary: 'trap timeout', output };
  take(monitor, entry, { outcome, alertType: 'traptimeout', nowMs, wallMs }, effects);
}

function take(
  monitor: Monitor,
  entry: Watched,
  news: {
    readonly outcome: CheckOutcome;
    readonly alertType: 'trap' | 'traptimeout';
    readonly nowMs: number;
    readonly wallMs: number;
    readonly intended?: string;
  },
  effects: MonitorEffect[],
): void {
  noteTrap(entry, news.outcome, news.wallMs);
  tell(monitor, entry, { ...news, atMs: news.nowMs }, effects);
}

function find({ services }: Monitor, watch: string, service: string): Watched | null {
  return services.find((entry) => entry.watch === watch && entry.config.name === service) ?? null;
}
