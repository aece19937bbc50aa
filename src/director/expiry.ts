/**
 * What becomes of the connections of a server that is taken out: on the box that serves, their clients are told so at
 * once instead of hanging (the kernel's `expire_nodest_conn`). A box that waits keeps what connection sync has told it,
 * whatever its own checks say, and so does one that has just taken over, whose checks are worth least: a server that
 * is back in the table serves its connections on. Owns that one setting.
 */

import type { Cancellable, Host } from '../host/host';
import type { SyncDaemon } from './table';

export const EXPIRE_FILE = '/proc/sys/net/ipv4/vs/expire_nodest_conn';
/** After a takeover a box is busier than ever, and answers may come late. */
export const UNCERTAIN_MS = 5000;

export class Expiry {
  private timer: Cancellable | null = null;

  constructor(private readonly host: Pick<Host, 'clock' | 'writeFile' | 'log'>) {}

  /** @param role as of the sync daemon: master on the box that holds the group */
  setRole(role: SyncDaemon['role']): void {
    this.timer?.cancel();
    this.timer = role === 'master' ? this.host.clock.after(UNCERTAIN_MS, () => this.write('1')) : null;
    this.write('0');
  }

  private write(value: string): void {
    const written = this.host.writeFile(EXPIRE_FILE, value);
    if (!written.ok) this.host.log('error', 'sysctl-failed', written.error);
  }
}
