/** The newest events of the log, for people who look at a panel. Keeps a few in memory; the log itself has all. */

import type { LogLevel } from '../host/host';

/** Kept; the oldest goes when there is one more. */
export const EVENTS_LIMIT = 16;

export interface StatusEvent {
  /** Wall clock, ms since 1970. */
  readonly wallMs: number;
  readonly level: Exclude<LogLevel, 'debug'>;
  readonly sentence: string;
}

export class Events {
  private kept: readonly StatusEvent[] = [];

  /** The newest last. */
  get list(): readonly StatusEvent[] {
    return this.kept;
  }

  add(wallMs: number, level: LogLevel, sentence: string): void {
    if (level === 'debug') return;
    this.kept = [...this.kept.slice(1 - EVENTS_LIMIT), { wallMs, level, sentence }];
  }
}
