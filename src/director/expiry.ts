/**
 * What becomes of the connections of a server that is taken out: on the box that serves, their clients are told so soon,
 * instead of hanging (the kernel's `expire_nodest_conn`). Not at once: one lost packet may look like a dead server, and
 * who is back in the table by then serves its connections on. A box that waits keeps what connection sync has told
 * it, whatever its own checks say. Owns that one setting.
 */

import type { Cancellable, Host } from '../host/host';
import type { SyncDaemon } from './table';

export const EXPIRE_FILE = '/proc/sys/net/ipv4/vs/expire_nodest_conn';
/** After a server is taken out; before a client's third try at a connection that was meant for it (3 s, RFC 6298). */
export const KEPT_MS = 2500;
/** After a takeover: then a box is busier than ever, and answers may come late. */
export const UNCERTAIN_MS = 5000;

export class Expiry {
  private serves = false;
  private keptUntilMs = Number.NEGATIVE_INFINITY;
  private timer: Cancellable | null = null;

  constructor(private readonly host: Pick<Host, 'clock' | 'writeFile' | 'log'>) {}

  /** @param role as of the sync daemon: master on the box that holds the group */
  setRole(role: SyncDaemon['role']): void {
    this.serves = role === 'master';
    this.keptUntilMs = Number.NEGATIVE_INFINITY;
    this.keep(UNCERTAIN_MS);
  }

  /** To be called before servers are taken out: the kernel ends their connections as it does that. */
  beforeRemoval(): void {
    if (this.serves) this.keep(KEPT_MS);
  }

  private keep(forMs: number): void {
    const { clock } = this.host;
    this.timer?.cancel();
    this.write('0');
    this.keptUntilMs = Math.max(this.keptUntilMs, clock.now() + forMs);
    this.timer = this.serves ? clock.after(this.keptUntilMs - clock.now(), () => this.write('1')) : null;
  }

  private write(value: string): void {
    const written = this.host.writeFile(EXPIRE_FILE, value);
    if (!written.ok) this.host.log('error', 'sysctl-failed', written.error);
  }
}
