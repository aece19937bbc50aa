/**
 * Keeps the interface of connection sync listening to its multicast group on both boxes, whichever role the kernel's
 * daemon has. A network card whose last listener of a group leaves gets a new filter, and some cards receive nothing
 * while they take it (QEMU's e1000 for a second, pcnet32 while it restarts): at a takeover that would be an outage of
 * the real servers. Reads nothing from the group.
 */

import type { SyncConfig } from '../config/config';
import type { Cancellable, Host } from '../host/host';

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
