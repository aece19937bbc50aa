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

type Act = Extract<Effect, { type: 'watchdog' }>;

/** The longest time in whole seconds, as the kernel takes it, that ends before the peer takes over; at least one. */
export function watchdogSeconds(deadtimeMs: number): number {
  return Math.max(1, Math.ceil(deadtimeMs / 1000) - 1);
}

/** Long enough for opening a device and closing it in peace. */
const DISARM_SECONDS = 60;

/** Disarms a device that an earlier run has left running, and this one does not use. @returns null, or why not */
export function disarmLeftover(host: Pick<Host, 'openWatchdog'>, device: string): string | null {
  const opened = host.openWatchdog(device, DISARM_SECONDS);
  if (!opened.ok) return opened.error;
  const disarmed = opened.value.disarm();
  return disarmed.ok ? null : disarmed.error;
}

export class WatchdogDriver {
  private watchdog: Watchdog | null = null;
  /** With which the device was opened. */
  private seconds = 0;
  /** What the device refused last. */
  fault: string | null = null;

  /** @param device null: there is none, and nothing is done */
  constructor(
    private readonly host: Pick<Host, 'openWatchdog'>,
    private device: string | null,
    private readonly onReport: (report: WatchdogReport) => void,
  ) {}

  /** Another device, or none, from now on; the one before is disarmed. @returns false when it is the same */
  use(device: string | null): boolean {
    if (device === this.device) return false;
    this.disarm();
    this.device = device;
    this.fault = null;
    return true;
  }

  carryOut({ act, deadtimeMs }: Act): void {
    const seconds = watchdogSeconds(deadtimeMs);
    if (act === 'feed') this.check(this.watchdog?.feed());
    else if (act === 'arm') this.arm(seconds);
    // An earlier run that was killed has left the device running, and it would reset a box that is fine.
    else if (this.watchdog !== null || this.open(seconds)) this.disarm();
  }

  private arm(seconds: number): void {
    if (this.watchdog !== null && this.seconds !== seconds) this.disarm();
    if (this.watchdog === null && !this.open(seconds)) return;
    this.onReport({ timeoutMs: this.watchdog?.timeoutMs ?? null, fault: null });
  }

  private disarm(): void {
    this.check(this.watchdog?.disarm());
    this.watchdog = null;
  }

  private open(seconds: number): boolean {
    if (this.device === null) return false;
    this.seconds = seconds;
    const opened = this.host.openWatchdog(this.device, seconds);
    this.check(opened);
    if (opened.ok) this.watchdog = opened.value;
    return opened.ok;
  }

  private check(result: Result<unknown> | undefined): void {
    if (result === undefined) return;
    this.fault = result.ok ? null : result.error;
    if (!result.ok) this.onReport({ timeoutMs: null, fault: result.error });
  }
}
