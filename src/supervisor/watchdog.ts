/**
 * The hardware watchdog, moved as the cluster core says: armed on the way to active, fed with the beats, disarmed in
 * standby. Decides nothing; what the device refuses is told to the core, and the box goes on without.
 */

import type { Effect } from '../cluster/types';
import type { Host, Result, Watchdog } from '../host/host';

/** What the device said: its true timeout, or why it does not work. */
export interface WatchdogReport {
  readonly timeoutMs: number | null;
  readonly fault: string | null;
}

type Act = Extract<Effect, { type: 'watchdog' }>['act'];

/** The longest time in whole seconds, as the kernel takes it, that ends before the peer takes over; at least one. */
export function watchdogSeconds(deadtimeMs: number): number {
  return Math.max(1, Math.ceil(deadtimeMs / 1000) - 1);
}

export class WatchdogDriver {
  private watchdog: Watchdog | null = null;

  constructor(
    private readonly host: Pick<Host, 'openWatchdog'>,
    private readonly device: string,
    private readonly deadtimeMs: number,
    private readonly onReport: (report: WatchdogReport) => void,
  ) {}

  carryOut(act: Act): void {
    if (act === 'feed') {
      this.check(this.watchdog?.feed());
      return;
    }
    // Also to disarm: an earlier run that was killed has left the device running, and it would reset a box that is fine.
    if (this.watchdog === null && !this.open()) return;
    if (act === 'arm') this.onReport({ timeoutMs: this.watchdog?.timeoutMs ?? null, fault: null });
    else {
      this.check(this.watchdog?.disarm());
      this.watchdog = null;
    }
  }

  private open(): boolean {
    const opened = this.host.openWatchdog(this.device, watchdogSeconds(this.deadtimeMs));
    this.check(opened);
    if (opened.ok) this.watchdog = opened.value;
    return opened.ok;
  }

  private check(result: Result<unknown> | undefined): void {
    if (result?.ok === false) this.onReport({ timeoutMs: null, fault: result.error });
  }
}
