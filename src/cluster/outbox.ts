/** Collects the effects of one step, in order, and keeps complaints from flooding the log. Knows no decision. */

import type { Effect } from './types';

/** Complaints about frames are logged at most once in this time per link. */
const COMPLAINT_GAP_MS = 60_000;

/** Lines that a busy box may write many times a second are logged at most once in this time; counters have them all. */
const SELDOM_GAP_MS = 1_000;

type Log = Extract<Effect, { type: 'log' }>;

/** What comes of most steps. */
const NOTHING: readonly Effect[] = [];

export class Outbox {
  #effects: Effect[] = [];
  readonly #complainedMs = new Map<string, number>();
  readonly #seldomMs = new Map<string, number>();

  /** Hands out what was collected, and starts anew. */
  take(): readonly Effect[] {
    const effects = this.#effects;
    if (effects.length === 0) return NOTHING;
    this.#effects = [];
    return effects;
  }

  put(effect: Effect): void {
    this.#effects.push(effect);
  }

  log(level: Log['level'], event: string, sentence: string, values: Log['values'] = {}): void {
    this.#effects.push({ type: 'log', level, event, sentence, values });
  }

  /** A line about this box being slow, which must not make it slower. */
  seldom(level: Log['level'], event: string, sentence: string, nowMs: number, values: Log['values']): void {
    if (nowMs - (this.#seldomMs.get(event) ?? Number.NEGATIVE_INFINITY) < SELDOM_GAP_MS) return;
    this.#seldomMs.set(event, nowMs);
    this.log(level, event, sentence, values);
  }

  /** A warning that whoever reaches a link can cause at will. */
  complain(link: string, event: string, sentence: string, nowMs: number): void {
    if (nowMs - (this.#complainedMs.get(link) ?? Number.NEGATIVE_INFINITY) < COMPLAINT_GAP_MS) return;
    this.#complainedMs.set(link, nowMs);
    this.log('warn', event, `${link}: ${sentence}`, { link });
  }
}
