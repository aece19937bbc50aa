/** The load client for the parts that need one: started once for a stage, asked for one thing at a time. */

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../lab/clock';
import type { LoadOutcome, LongOutcome } from '../load-client';
import type { Stage } from '../stage';

const PROGRAM = join(dirname(dirname(fileURLToPath(import.meta.url))), 'load-client.ts');
const NAME = 'load client';
/** Beyond the time that was asked for. */
const SLACK_MS = 10_000;

export class LoadClient {
  /** Of the long page that was asked for last. */
  long: LongOutcome = { kind: 'long', bytes: 0, ended: null };
  private readonly loads: LoadOutcome[] = [];

  private constructor(private readonly stage: Stage) {}

  static async start(stage: Stage): Promise<LoadClient> {
    const client = new LoadClient(stage);
    const { network, pair } = stage.bench;
    await stage.bench.startNode(NAME, PROGRAM, [pair.vip, '80'], network.namespace('client'), (line) =>
      client.take(JSON.parse(line) as LoadOutcome | LongOutcome),
    );
    return client;
  }

  /** Asks as fast as it gets answers, `atOnce` at a time. */
  async load(seconds: number, atOnce: number): Promise<LoadOutcome> {
    const before = this.loads.length;
    this.stage.bench.tell(NAME, `load ${seconds} ${atOnce}`);
    return waitFor('end of the load', seconds * 1000 + SLACK_MS, () => this.loads[before] ?? null);
  }

  /** Begins to read the long page; `long` tells how far it is. */
  readLong(): void {
    this.long = { kind: 'long', bytes: 0, ended: null };
    this.stage.bench.tell(NAME, 'long');
  }

  private take(outcome: LoadOutcome | LongOutcome): void {
    if (outcome.kind === 'load') this.loads.push(outcome);
    else this.long = outcome;
  }
}
