/** Keeps what an operator has disabled and acknowledged (monitor/orders.ts) over a restart and a loss of power. */

import type { Host } from '../host/host';
import type { Watchman } from '../monitor/watchman';
import type { Answers } from './control';
import { KeptFile } from './kept-file';

export class WatchOrders {
  private readonly kept: KeptFile;

  constructor(
    private readonly host: Pick<Host, 'readFile' | 'saveFile' | 'log'>,
    private readonly file: string,
  ) {
    this.kept = new KeptFile(host, file, (_, fault) => {
      if (fault === null) return;
      const sentence = `what is disabled and acknowledged holds until the next restart only: ${fault}`;
      host.log('error', 'state-not-saved', sentence);
    });
  }

  /** Empty where there is nothing. */
  recall(): string {
    const text = this.host.readFile(this.file);
    return text.ok ? text.value : '';
  }

  remember(text: string): void {
    this.kept.save(text);
  }
}

/** Characters of what a check said, for people to read. */
const SUMMARY_SHOWN = 120;

/** Every watched service with the operator's orders for it, as the console shows them. */
export function watchStates(
  watchman: Pick<Watchman, 'states' | 'disabledHosts'>,
  nowMs: number,
): Answers['watches'] {
  const watches = watchman
    .states()
    .map(({ watch, service, state, sinceMs, history, isDisabled, acknowledged }) => ({
      watch,
      service,
      state,
      sinceMs,
      disabled: isDisabled,
      ack: acknowledged,
      summary: history.lastSummary.slice(0, SUMMARY_SHOWN),
    }));
  return { nowMs, watches, hosts: watchman.disabledHosts };
}
