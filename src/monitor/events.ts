/**
 * What goes into the monitor machine, and what comes out of it. Owns these types only.
 */

import type { LogLevel } from '../host/host';
import type { AlertType } from './lvs-alert';
import type { WatchOrder } from './orders';
import type { Trap } from './traps';

export type MonitorEvent =
  | { readonly type: 'tick' }
  /** Before everything else: sets off the startupalerts. */
  | { readonly type: 'start'; readonly wallMs: number }
  | { readonly type: 'trap'; readonly trap: Trap; readonly wallMs: number }
  | { readonly type: 'order'; readonly order: WatchOrder; readonly wallMs: number }
  | {
      readonly type: 'check-result';
      /** As in the `check` effect. A result with another id than the running check's is ignored. */
      readonly id: number;
      readonly outcome: CheckOutcome;
      /** Milliseconds since 1970. */
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

export type MonitorEffect = CheckEffect | AlertEffect | LogEffect | OrdersEffect;

/** What the configuration and the operator have monitors and alerts told. */
export interface Details {
  readonly description?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether what the service depends on is good; absent when it depends on nothing. */
  readonly isMet?: boolean;
  /** The operator's words. */
  readonly acknowledged?: string;
  /** Time to the next alert while the service goes on failing. */
  readonly everyMs?: number;
  /** Of a trap for a service that is not watched: `group:service`. */
  readonly intended?: string;
}

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
  readonly details?: Details;
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
  readonly history: CheckHistory;
  readonly details?: Details;
}

/** What came of an order, or of a recovery: what is acknowledged or disabled has changed, to be kept over a restart. */
export interface OrdersEffect {
  readonly type: 'orders';
  /** To the operator who gave an order; null where nobody waits. */
  readonly reply: { readonly accepted: boolean; readonly text: string } | null;
  readonly isChanged: boolean;
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
