/** How long each configured real server has been as it is. Owns the times; changes nothing else. */

import type { VirtualService } from '../config/config';
import type { OrderMap } from './orders';
import { type Health, type HealthMap, serverName } from './table';

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

  update(services: readonly VirtualService[], health: HealthMap, orders: OrderMap, nowMs: number): void {
    const before = this.byServer;
    this.byServer = new Map();
    for (const service of services)
      for (const server of service.servers) {
        const name = serverName(service, server);
        const order = orders.get(name);
        const state =
          order === undefined ? (health.get(name) ?? 'up') : order.kind === 'drain' ? 'draining' : 'disabled';
        const old = before.get(name);
        this.byServer.set(name, old?.state === state ? old : { state, sinceMs: nowMs });
      }
  }
}
