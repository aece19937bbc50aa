/**
 * The hardware watchdog, moved as the cluster core says: armed on the way to active, fed with the beats, disarmed in
 * standby. Decides nothing; a device that cannot be opened is reported, and the box goes on without.
 */

import type { Effect } from '../cluster/types';
import type { Host, Watchdog } from '../host/host';

/** How the device came to be armed: its true timeout, or why it is not. */
export interface Armed {
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
  private complained = false;

  constructor(
    private readonly host: Pick<Host, 'openWatchdog' | 'log'>,
    private readonly device: string,
    private readonly deadtimeMs: number,
    private readonly onArmed: (armed: Armed) => void,
  ) {}

  /** An earlier run that was killed has left the device running: it would reset a box that is fine. */
  calm(): void {
    this.open();
    this.disarm();
  }

  carryOut(act: Act): void {
    if (act === 'arm') this.arm();
    else if (act === 'feed') this.report(this.watchdog?.feed());
    else this.disarm();
  }

  private arm(): void {
    const fault = this.watchdog === null ? this.open() : null;
    this.onArmed({ timeoutMs: this.watchdog?.timeoutMs ?? null, fault });
  }

  /** @returns why it cannot be opened, or null */
  private open(): string | null {
    const opened = this.host.openWatchdog(this.device, watchdogSeconds(this.deadtimeMs));
    if (opened.ok) this.watchdog = opened.value;
    else this.report(opened);
    return opened.ok ? null : opened.error;
  }

  private disarm(): void {
    this.report(this.watchdog?.disarm());
    this.watchdog = null;
  }

  /** Once: what fails does so with every beat. */
  private report(result: { readonly ok: boolean; readonly error?: string } | undefined): void {
    if (result === undefined || result.ok || this.complained) return;
    this.complained = true;
    this.host.log('error', 'watchdog-failed', `${result.error}; a hang of this box is not cut short`);
  }
}
