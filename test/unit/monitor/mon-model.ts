/**
 * mon's rules about alerts as its manual tells them, written down slowly: everything that ever happened is kept, and each
 * decision looks through all of it. For comparison with the program's own.
 */

import type { Period, WatchService } from '../../../src/config/config';
import { inPeriod, parsePeriod } from '../../../src/monitor/period';

export interface Said {
  readonly ok: boolean;
  readonly status: number;
  readonly summary: string;
  readonly output: string;
}

interface Happened extends Said {
  readonly atMs: number;
  readonly localMs: number;
  readonly isTrap: boolean;
  /** Whether it counts, as `rise` and `fall` have it. */
  counts: boolean;
}

interface Given {
  readonly atMs: number;
  readonly period: Period;
  readonly kind: 'people' | 'table';
}

/** What the model expects of one event: programs for people by name, and what lvs.alert says last, if anything. */
export interface Expected {
  readonly people: readonly string[];
  readonly table: 'up' | 'down' | null;
}

const isTable = (alert: readonly string[]): boolean => alert.some((word) => word === 'lvs.alert');
const nameOf = (alert: readonly string[]): string =>
  alert.filter((word) => !word.startsWith('exit='))[0] ?? '';

export class MonModel {
  private readonly past: Happened[] = [];
  private readonly given: Given[] = [];
  private readonly table = new Map<Period, 'up' | 'down'>();
  isDisabled = false;
  isMet = true;
  isAcknowledged = false;

  constructor(private readonly service: WatchService) {}

  get isFailing(): boolean {
    return this.counted().at(-1)?.ok === false;
  }

  happens(said: Said, atMs: number, localMs: number, isTrap: boolean): Expected {
    const before = this.counted();
    const now: Happened = { ...said, atMs, localMs, isTrap, counts: false };
    this.past.push(now);
    now.counts = isTrap || this.isEnough(said.ok, before.at(-1));
    if (!now.counts) return { people: [], table: null };
    return said.ok ? this.recovers(now, before) : this.fails(now, before);
  }

  private counted(): readonly Happened[] {
    return this.past.filter(({ counts }) => counts);
  }

  private isEnough(ok: boolean, last: Happened | undefined): boolean {
    if (last === undefined && ok) return true;
    if (last?.ok === ok) return true;
    let run = 0;
    for (const { ok: was, isTrap } of [...this.past].reverse()) {
      if (was !== ok || isTrap) break;
      run += 1;
    }
    return run >= ((ok ? this.service.rise : this.service.fall) ?? 1);
  }

  private fails(now: Happened, before: readonly Happened[]): Expected {
    const previous = before.at(-1)?.ok === false ? before.at(-1)! : null;
    if (this.service.unackSummary === true && previous?.summary !== now.summary) this.isAcknowledged = false;
    const people: string[] = [];
    let table: Expected['table'] = null;
    for (const period of this.service.periods) {
      if (this.isDisabled || !this.isMet || !holds(period, now.localMs)) continue;
      if (!this.isAfter(period, now)) continue;
      const due = period.alerts.filter((alert) => isInRange(alert, now.status));
      const told = due.filter((alert) => !isTable(alert));
      if (told.length > 0 && !this.isSpared(period, now, previous)) {
        people.push(...told.map(nameOf));
        this.given.push({ atMs: now.atMs, period, kind: 'people' });
      }
      this.table.set(period, 'down');
      if (due.some(isTable)) {
        this.given.push({ atMs: now.atMs, period, kind: 'table' });
        table = 'down';
      }
    }
    return { people, table };
  }

  private isAfter({ alertafter }: Period, now: Happened): boolean {
    if (alertafter === undefined) return true;
    const { failures, withinMs } = alertafter;
    const streak = this.streak();
    if (failures === undefined) return now.atMs - streak[0]!.atMs > withinMs!;
    if (withinMs === undefined) return streak.length >= failures;
    const recent = this.counted().filter(({ ok, atMs }) => !ok && now.atMs - atMs <= withinMs);
    return recent.length >= failures;
  }

  /** Failures since the last success. */
  private streak(): readonly Happened[] {
    const counted = this.counted();
    return counted.slice(counted.map(({ ok }) => ok).lastIndexOf(true) + 1);
  }

  private isSpared(period: Period, now: Happened, previous: Happened | null): boolean {
    if (this.isAcknowledged) return true;
    const begunMs = this.streak()[0]!.atMs;
    const alerts = this.given.filter((one) => one.period === period && one.kind === 'people');
    const current = alerts.filter(({ atMs }) => atMs >= begunMs);
    if (period.numalerts !== undefined && current.length >= period.numalerts) return true;
    const { alertevery } = period;
    if (alertevery === undefined) return false;
    const last = (alertevery.mode === 'strict' ? alerts : current).at(-1);
    if (last === undefined || now.atMs - last.atMs >= alertevery.everyMs) return false;
    const isSame = {
      strict: true,
      ignore_summary: true,
      observe_summary: previous?.summary === now.summary,
      observe_detail: previous?.summary === now.summary && previous?.output === now.output,
    };
    return isSame[alertevery.mode];
  }

  private recovers(now: Happened, before: readonly Happened[]): Expected {
    const failed = before.slice(before.map(({ ok }) => ok).lastIndexOf(true) + 1);
    const people: string[] = [];
    let table: Expected['table'] = null;
    for (const period of this.service.periods) {
      const isOpen = !this.isDisabled && holds(period, now.localMs);
      const known = this.table.get(period);
      if (known === undefined || (known === 'down' && isOpen)) {
        this.table.set(period, 'up');
        if (period.upalerts.some(isTable)) table = 'up';
      }
      if (failed.length === 0 || !isOpen) continue;
      const wasTold = this.given.some((one) => one.period === period && one.atMs >= failed[0]!.atMs);
      if (!wasTold && period.noCompAlerts !== true) continue;
      if (now.atMs - failed[0]!.atMs < (period.upalertafterMs ?? 0)) continue;
      people.push(...period.upalerts.filter((alert) => !isTable(alert)).map(nameOf));
    }
    this.isAcknowledged = false;
    return { people, table };
  }
}

function holds({ time }: Period, localMs: number): boolean {
  const read = parsePeriod(time);
  return read.ok && inPeriod(read.value, localMs);
}

function isInRange([first = '']: readonly string[], status: number): boolean {
  if (!first.startsWith('exit=')) return true;
  const [from = 0, to = from] = first.slice('exit='.length).split('-').map(Number);
  return from <= status && status <= to;
}
