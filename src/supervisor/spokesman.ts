/**
 * Which box speaks for the pair: both watch the same and come to the same alerts, and people want each once. Owns whether
 * this box leads, and what it holds back until that is clear; gives no alert itself.
 *
 * The active box speaks, and one that is alone. Beside an active one this box is silent, but keeps what came up since that
 * was last heard: where it is dead, nobody has told of it. Where none of two is active for long, each speaks for itself:
 * twice is better than not at all.
 */

import type { Cancellable, Clock } from '../host/host';
import type { AlertEffect } from '../monitor/events';

const LOOK_MS = 1_000;
/** Alerts that are held back; of more, the newest. */
export const HELD_LIMIT = 64;
/** An alert is given so much later at the latest, unless the other box is active. */
export const HELD_MS = 60_000;

export interface Pair {
  /** This box is active, or alone. */
  readonly leads: boolean;
  /** When a peer that lives and is active was last heard (monotonic); else null. */
  readonly activePeerMs: number | null;
}

export interface SpokesmanHandler {
  /** Told at the start, and when it changes. */
  onLead(leads: boolean): void;
  onAlert(alert: AlertEffect): void;
}

interface Held {
  readonly alert: AlertEffect;
  readonly atMs: number;
}

export class Spokesman {
  private leads: boolean | null = null;
  private held: readonly Held[] = [];
  private timer: Cancellable | null = null;

  /** @param isOnBoth whether an alert is given by both boxes */
  constructor(
    private readonly clock: Pick<Clock, 'now' | 'after'>,
    private readonly pair: Pair,
    private readonly isOnBoth: (alert: AlertEffect) => boolean,
    private readonly handler: SpokesmanHandler,
  ) {}

  /** Who is active may have changed. Looks by itself from then on. */
  look(): void {
    this.timer?.cancel();
    this.timer = this.clock.after(LOOK_MS, () => this.look());
    const { leads } = this.pair;
    if (leads !== this.leads) {
      this.leads = leads;
      this.handler.onLead(leads);
    }
    if (this.held.length > 0) this.settle();
  }

  take(alert: AlertEffect): void {
    if (isOwn(alert) || this.isOnBoth(alert)) {
      this.handler.onAlert(alert);
      return;
    }
    this.held = [...this.held, { alert, atMs: this.clock.now() }].slice(-HELD_LIMIT);
    this.settle();
  }

  private settle(): void {
    const { leads, activePeerMs } = this.pair;
    const nowMs = this.clock.now();
    const { held } = this;
    this.held = [];
    for (const one of held)
      if (leads || (activePeerMs === null && nowMs >= one.atMs + HELD_MS)) this.handler.onAlert(one.alert);
      else if (activePeerMs === null || activePeerMs <= one.atMs) this.held = [...this.held, one];
  }
}

/** What this very box does: it starts, or its operator has just said something. */
function isOwn({ alertType }: AlertEffect): boolean {
  return alertType === 'startup' || alertType === 'ack' || alertType === 'disable';
}
