/**
 * Those who watch the status: panels and consoles. Each is told at once, and again when something has changed. While nobody
 * watches, nothing is looked at. Owns when the status is looked at; never what it says.
 */

import type { Cancellable, Clock } from '../host/host';
import type { Reply } from './control';

/** Watchers at once; one more is refused. */
export const WATCHERS_LIMIT = 6;
/** After something has happened the status is looked at, but not more often than so. */
const SOON_MS = 100;
/** Without anything that was told of; what has changed all the same is found by then. */
const LOOK_MS = 1_000;
/** Without any change, for the counts and times that change always. */
export const TELL_MS = 10_000;

/** What changes while nothing happens. */
const RESTLESS: ReadonlySet<string> = new Set([
  'nowMs',
  'wallMs',
  'lastHeardMs',
  'heard',
  'missed',
  'counters',
  'kernel',
  'lastCheck',
]);

type Told = Reply<'watch'>;

export class Watchers {
  private readonly sends = new Set<(reply: Told) => void>();
  private timer: Cancellable | null = null;
  private isSoon = false;
  private lookedMs = 0;
  private toldMs = 0;
  private known = '';
  /** How many of them show it on the console's terminal. */
  private consoles = 0;

  /**
   * @param refresh brings the counts of the status up to date, and calls back once
   * @param hush keeps the log off the console
   */
  constructor(
    private readonly clock: Pick<Clock, 'now' | 'after'>,
    private readonly status: () => Told,
    private readonly refresh: (done: () => void) => void,
    private readonly hush: (on: boolean) => void,
  ) {}

  get isFull(): boolean {
    return this.sends.size >= WATCHERS_LIMIT;
  }

  /** @returns what ends it */
  add(send: (reply: Told) => void, isConsole: boolean): () => void {
    this.sends.add(send);
    this.count(isConsole ? 1 : 0);
    this.tell(this.status());
    return () => {
      if (!this.sends.delete(send)) return;
      this.count(isConsole ? -1 : 0);
      if (this.sends.size > 0) return;
      this.timer?.cancel();
      this.timer = null;
    };
  }

  private count(consoles: number): void {
    this.consoles += consoles;
    this.hush(this.consoles > 0);
  }

  /** Something has happened. Looks at nothing itself, so that it may be called from anywhere. */
  touch(): void {
    if (this.sends.size === 0 || this.isSoon) return;
    this.isSoon = true;
    this.lookAfter(Math.max(0, this.lookedMs + SOON_MS - this.clock.now()));
  }

  private lookAfter(delayMs: number): void {
    this.timer?.cancel();
    this.timer = this.clock.after(delayMs, () => this.look());
  }

  private look(): void {
    const status = this.status();
    const isDue = this.clock.now() >= this.toldMs + TELL_MS;
    if (restful(status) !== this.known) this.tell(status);
    else this.looked();
    if (isDue) this.refresh(() => this.tell(this.status()));
  }

  private tell(status: Told): void {
    if (this.sends.size === 0) return;
    this.toldMs = this.clock.now();
    this.known = restful(status);
    this.looked();
    for (const send of this.sends) send(status);
  }

  private looked(): void {
    this.lookedMs = this.clock.now();
    this.isSoon = false;
    this.lookAfter(LOOK_MS);
  }
}

function restful(status: Told): string {
  return JSON.stringify(status, (key, value: unknown) => (RESTLESS.has(key) ? undefined : value));
}
