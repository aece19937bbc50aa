/**
 * What goes into the monitor machine, and what comes out of it. Owns these types only.
 */

import type { LogLevel } from '../host/host';
import type { AlertType } from './lvs-alert';

export type MonitorEvent =
  | { readonly type: 'tick' }
  | {
      readonly type: 'check-result';
      /** As in the `check` effect. A result with another id than the running check's is ignored. */
      readonly id: number;
      readonly outcome: CheckOutcome;
      /** Wall clock in the box's time zone, milliseconds: periods are read in it. */
      readonly wallMs: number;
    };

export interface CheckOutcome {
  readonly ok: boolean;
  /** Exit status in mon's sense: 0 is good. */
  readonly status: number;
  /** One line; by custom the hosts that failed. */
  readonly summary: string;
  readonly output: string;
}

export type MonitorEffect = CheckEffect | AlertEffect | LogEffect;

export interface CheckEffect {
  readonly type: 'check';
  readonly id: number;
  readonly watch: string;
  readonly service: string;
  /** Program name and arguments, without the hosts. */
  readonly argv: readonly string[];
  readonly hosts: readonly string[];
  readonly deadlineMs: number;
  readonly history: CheckHistory;
}

export interface AlertEffect {
  readonly type: 'alert';
  readonly alertType: AlertType;
  readonly watch: string;
  readonly service: string;
  readonly argv: readonly string[];
  readonly hosts: readonly string[];
  readonly outcome: CheckOutcome;
  readonly wallMs: number;
  /** Time until the alert is given again, as `alertevery` has it; absent: it is not. */
  readonly everyMs?: number;
  readonly history: CheckHistory;
}

export interface LogEffect {
  readonly type: 'log';
  readonly level: LogLevel;
  readonly event: string;
  readonly sentence: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What monitors and alerts are told about the past; wall clock in milliseconds, null for never. */
export interface CheckHistory {
  readonly lastSummary: string;
  readonly lastOutput: string;
  readonly firstFailureMs: number | null;
  readonly lastFailureMs: number | null;
  readonly firstSuccessMs: number | null;
  readonly lastSuccessMs: number | null;
}
