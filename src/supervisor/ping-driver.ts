/** Sends pings while there are hosts to be pinged. Decides nothing; what the system refuses is logged, and told once. */

import type { Address } from '../config/config';
import type { Host, Pinger } from '../host/host';

export class PingDriver {
  private pinger: Pinger | null = null;

  constructor(
    private readonly host: Pick<Host, 'openPinger' | 'log'>,
    private readonly onReply: (from: Address) => void,
  ) {}

  /** @param wanted whether there are hosts to be pinged. @returns null, or why they cannot be */
  use(wanted: boolean): string | null {
    if (!wanted) {
      this.pinger?.close();
      this.pinger = null;
    }
    if (!wanted || this.pinger !== null) return null;
    const opened = this.host.openPinger(this.onReply);
    if (opened.ok) {
      this.pinger = opened.value;
      return null;
    }
    const sentence = `ping nodes cannot be reached: ${opened.error}`;
    this.host.log('error', 'ping-failed', sentence);
    return sentence;
  }

  ping(hosts: readonly Address[]): void {
    for (const host of hosts) this.pinger?.ping(host);
  }
}
