/**
 * Keeps the interface of connection sync listening to its multicast group on both boxes, whichever role the kernel's
 * daemon has. A network card whose last listener of a group leaves gets a new filter, and some cards receive nothing
 * while they take it (QEMU's e1000 for a second, pcnet32 while it restarts): at a takeover that would be an outage of
 * the real servers. Also knows how long learning takes. Reads nothing from the group.
 */

import type { SyncConfig } from '../config/config';
import type { Cancellable, Host } from '../host/host';

/** From its start, until a box knows the connections that are in use: it can only be told of each as that goes on. */
export const LEARNING_MS = 30_000;

/** How long a box should still wait before it takes the group back from one that knows the connections. */
export function learningLeftMs(sync: SyncConfig | null, upMs: number): number {
  return sync === null ? 0 : Math.max(0, LEARNING_MS - upMs);
}

export class SyncGroup {
  private joined: SyncConfig | null = null;
  private membership: Cancellable | null = null;

  constructor(
    private readonly host: { readonly network: Pick<Host['network'], 'join'>; readonly log: Host['log'] },
  ) {}

  /** Listens to this one from now on; null: to none. */
  use(next: SyncConfig | null): void {
    const isSame = next?.interface === this.joined?.interface && next?.group === this.joined?.group;
    if (isSame && (next === null || this.membership !== null)) return;
    const former = this.membership;
    this.joined = next;
    this.membership = next === null ? null : this.join(next);
    former?.cancel();
  }

  private join({ interface: name, group }: SyncConfig): Cancellable | null {
    const result = this.host.network.join(name, group);
    if (result.ok) return result.value;
    this.host.log('warn', 'sync-group', `connection sync: ${result.error}`);
    return null;
  }
}
