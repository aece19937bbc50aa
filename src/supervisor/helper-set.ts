/** All helpers of a configuration: those that stay in it run on when it changes. */

import type { Host } from '../host/host';
import { Helper } from './helpers';

export class HelperSet {
  private readonly running = new Map<string, Helper>();

  constructor(private readonly host: Pick<Host, 'clock' | 'execute' | 'log'>) {}

  /** Lets these run and no others. @param helpers program names and arguments */
  run(helpers: readonly (readonly string[])[]): void {
    const wanted = new Map(helpers.map((argv) => [JSON.stringify(argv), argv]));
    for (const [name, helper] of this.running)
      if (!wanted.has(name)) {
        helper.stop();
        this.running.delete(name);
      }
    for (const [name, argv] of wanted) {
      if (this.running.has(name)) continue;
      const helper = new Helper(this.host, argv);
      this.running.set(name, helper);
      helper.start();
    }
  }
}
