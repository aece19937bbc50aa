/**
 * Drives the cluster core: hands it events one at a time, with the time, wakes it when it wants to be, and tells what it
 * says. Decides nothing, and carries nothing out.
 */

import {
  acknowledged,
  activePeerMs,
  type ClusterState,
  createCluster,
  nextWakeMs,
  sessions,
  status,
  step,
} from '../cluster/cluster';
import type { Boot, ClusterConfig, ClusterEvent, ClusterStatus, Effect } from '../cluster/types';
import type { Cancellable, Clock } from '../host/host';

const TICK: ClusterEvent = { type: 'tick' };

export class Core {
  private state: ClusterState | null = null;
  private wake: Cancellable | null = null;
  /** When it is due. */
  private wakeMs = Number.POSITIVE_INFINITY;
  /** Events that came up while another one was handled. */
  private readonly events: ClusterEvent[] = [];
  private handling = false;

  constructor(
    private readonly clock: Clock,
    private readonly carryOut: (effect: Effect) => void,
  ) {}

  join(config: ClusterConfig, boot: Boot): void {
    this.state = createCluster(config, boot);
  }

  /** An event from before the box has joined is lost. */
  handle(event: ClusterEvent): void {
    if (this.state === null) return;
    if (this.handling) {
      this.events.push(event);
      return;
    }
    this.handling = true;
    for (let next: ClusterEvent | undefined = event; next !== undefined; next = this.events.shift()) {
      const effects = step(this.state, next, this.clock.now());
      // Most events come to nothing, and under QuickJS an iterator costs as much as what made it.
      if (effects.length > 0) for (const effect of effects) this.carryOut(effect);
    }
    this.handling = false;
    this.setWake(nextWakeMs(this.state));
  }

  /** Most events move nothing: then the timer that runs is left alone. */
  private setWake(wakeMs: number): void {
    if (wakeMs === this.wakeMs) return;
    this.wake?.cancel();
    this.wakeMs = wakeMs;
    if (!Number.isFinite(wakeMs)) return;
    this.wake = this.clock.after(Math.max(0, wakeMs - this.clock.now()), () => {
      this.wakeMs = Number.POSITIVE_INFINITY;
      this.handle(TICK);
    });
  }

  get hasJoined(): boolean {
    return this.state !== null;
  }

  /** Null until the box has joined. */
  get status(): ClusterStatus | null {
    return this.state === null ? null : status(this.state);
  }

  get isActive(): boolean {
    return this.status?.role === 'active';
  }

  /** It is active, or alone: it has listened for its peer, and there is none. */
  get leads(): boolean {
    const { role, peer } = this.status ?? {};
    return role === 'active' || peer?.state === 'dead' || peer?.state === 'left';
  }

  /** When a peer that lives and is active was last heard; else null. */
  get activePeerMs(): number | null {
    return this.state === null ? null : activePeerMs(this.state);
  }

  /** The newest own beat that a peer which takes short frames has heard; 0 where there is none. */
  get acknowledged(): number {
    return this.state === null ? 0 : acknowledged(this.state);
  }

  /** It has the group, or is taking it. */
  get holdsGroup(): boolean {
    const role = this.status?.role;
    return role === 'active' || role === 'acquiring';
  }

  /** @param link by its number */
  isHeardOn(link: number): boolean {
    const { peer, links } = this.status ?? { peer: null, links: [] };
    return (peer?.state === 'alive' || peer?.state === 'late') && links[link]?.state === 'up';
  }

  /** Of this run, and of a peer that is there. */
  get sessions(): { readonly own: number; readonly peer: number | null } {
    return this.state === null ? { own: 0, peer: null } : sessions(this.state);
  }
}
