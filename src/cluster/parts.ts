/** The small state machines that make up one box's core, as seen by those who only read them. */

import type { Announcer } from './announcer';
import type { Fencing } from './fencing';
import type { Health } from './health';
import type { Hearing } from './hearing';
import type { Holder } from './holder';
import type { Mismatches } from './mismatches';
import type { Orders } from './orders';
import type { PingNodes } from './pings';
import type { Preference } from './preference';
import type { ClusterConfig, Counters, ServerCount } from './types';
import type { Voice } from './voice';
import type { Watchdog } from './watchdog';

export interface Parts {
  readonly config: ClusterConfig;
  readonly voice: Voice;
  readonly hearing: Hearing;
  readonly health: Health;
  readonly pings: PingNodes;
  readonly orders: Orders;
  readonly preference: Preference;
  readonly holder: Holder;
  readonly fencing: Fencing;
  readonly watchdog: Watchdog;
  readonly mismatches: Mismatches;
  readonly announcer: Announcer;
  readonly servers: ServerCount | null;
  readonly moves: Pick<Counters, 'takeovers' | 'handovers' | 'failedAcquires' | 'oversleeps'>;
}
