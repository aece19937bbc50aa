/** How many real servers are good, for the cluster to compare both boxes by. Pure. */

import type { ServerCount } from '../cluster/types';
import type { VirtualService } from '../config/config';
import { rosterSteps } from '../director/roster';
import { isPause } from '../director/slices';
import type { HealthMap } from '../director/table';

/** With stops between some servers and the next. A server that nobody watches is taken for good. */
export function* countServers(
  services: readonly VirtualService[],
  health: HealthMap,
): Generator<void, ServerCount> {
  let [good, all] = [0, 0];
  for (const service of services) {
    const { members } = yield* rosterSteps(service);
    for (const [at, { name }] of members.entries()) {
      if (isPause(at)) yield;
      if ((health.get(name) ?? 'up') === 'up') good += 1;
    }
    all += members.length;
  }
  return { good, all };
}
