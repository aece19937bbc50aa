/** Tells of a thing that goes wrong once, not each time that it does: again when it goes wrong otherwise, or after it went well. */

import type { Log } from '../../host/host';

export class FaultTeller {
  /** By thing, of which a configuration has few: what was last told of it. */
  private readonly told = new Map<string, string>();

  constructor(private readonly log: Log) {}

  /** @param fault null: it went well */
  tell(thing: string, fault: string | null, sentence: string): void {
    if (fault === null) this.told.delete(thing);
    else if (this.told.get(thing) !== fault) {
      this.told.set(thing, fault);
      this.log('error', 'alert-failed', sentence);
    }
  }
}
