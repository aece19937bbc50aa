/** How long each configured real server has been as it is. Owns the times; changes nothing else. */

import type { VirtualService } from '../config/config';
import type { OrderMap } from './orders';
import { rosterSteps } from './roster';
import { isPause } from './slices';
import type { Health, HealthMap } from './table';

/** `disabled` and `draining` are the operator's doing, whatever the health is. */
export type StandingState = Health | 'disabled' | 'draining';

export interface Standing {
  readonly state: StandingState;
  /** Monotonic time of the last change. */
  readonly sinceMs: number;
}

export class Standings {
  private byServer = new Map<string, Standing>();

  get(server: string): Standing | null {
    return this.byServer.get(server) ?? null;
  }

  /** With stops between some servers and the next; holds when it is through. */
  *update(
    services: readonly VirtualService[],
    health: HealthMap,
    orders: OrderMap,
    nowMs: number,
  ): Generator<void, void> {
    const now = new Map<string, Standing>();
    for (const service of services) {
      const { members } = yield* rosterSteps(service);
      for (const [at, { name }] of members.entries()) {
        if (isPause(at)) yield;
        const order = orders.size === 0 ? undefined : orders.get(name);
        const state =
          order === undefined ? (health.get(name) ?? 'up') : order.kind === 'drain' ? 'draining' : 'disabled';
        const old = this.byServer.get(name);
        now.set(name, old?.state === state ? old : { state, sinceMs: nowMs });
      }
    }
    this.byServer = now;
  }
}
