/**
 * What has happened since an operator last saw the prompt: the new ones among the events that the supervisor remembers.
 * Pure.
 */

import { eventsOf } from '../panel/view';
import type { Status } from '../supervisor/status';

/** More is no news, but a log; there is a command that shows it. */
export const NEWS_LIMIT = 10;

export class News {
  /** The newest event that was there; null before the first status. */
  private seen: string | null = null;
  private lines: readonly string[] = [];
  private dropped = 0;

  /** What is there at the first call is no news. */
  hear(status: Status): void {
    const all = eventsOf(status).map(
      ({ time, level, sentence }) =>
        `${time} ${level === 'error' || level === 'warn' ? `${level}: ` : ''}${sentence}`,
    );
    const fresh = this.seen === null ? [] : all.slice(all.lastIndexOf(this.seen) + 1);
    this.seen = all.at(-1) ?? '';
    const lines = [...this.lines, ...fresh];
    this.dropped += Math.max(0, lines.length - NEWS_LIMIT);
    this.lines = lines.slice(-NEWS_LIMIT);
  }

  /** What has not been taken yet. */
  take(): readonly string[] {
    const { lines, dropped } = this;
    this.lines = [];
    this.dropped = 0;
    return dropped === 0 ? lines : [`(${dropped} events before these; show log has them)`, ...lines];
  }
}
