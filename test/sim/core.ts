/** The parts of the product that the simulator runs, as one value, so that a mutant of them can run instead. */

import { createCluster, nextWakeMs, status, step } from '../../src/cluster/cluster';
import { Receiver, Sender } from '../../src/cluster/wire';

export interface Core {
  readonly createCluster: typeof createCluster;
  readonly step: typeof step;
  readonly nextWakeMs: typeof nextWakeMs;
  readonly status: typeof status;
  readonly Receiver: typeof Receiver;
  readonly Sender: typeof Sender;
}

export const CORE: Core = { createCluster, step, nextWakeMs, status, Receiver, Sender };
