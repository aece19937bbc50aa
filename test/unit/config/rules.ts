/** Random settings of watches that need not be set, such as mon.cf can say. */

import type { AlerteveryMode, Period, WatchService } from '../../../src/config/config';
import type { Random } from '../../sim/random';

const MODES: readonly AlerteveryMode[] = ['observe_summary', 'observe_detail', 'ignore_summary', 'strict'];
const TEXTS = ['web servers', 'the "shop" \\ more', '#1', 'a=b'];
const PERIODS = ['hr {2am-4am}', 'wd {Sun}, hr {1}'];
const DEPENDS = ['SELF:ping', '!a:b && (c:d || SELF:http)', 'a:b c:d'];

/** Without those that are not there. */
function some<T extends object>(random: Random, all: T): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(() => random.chance(0.3))) as Partial<T>;
}

export function serviceRules(random: Random): Partial<WatchService> {
  const seconds = (): number => 1000 * (1 + random.below(80_000));
  return some(random, {
    failureIntervalMs: seconds(),
    randskewMs: 1 + random.below(99),
    description: random.pick(TEXTS),
    allowEmptyGroup: true as const,
    excludeHosts: ['10.1.1.1', 'www.example.org'].slice(0, 1 + random.below(2)),
    excludePeriod: random.pick(PERIODS),
    alertDepend: random.pick(DEPENDS),
    monitorDepend: random.pick(DEPENDS),
    hostDepend: random.pick(DEPENDS),
    depMemoryMs: seconds(),
    unackSummary: true as const,
    variables: { DIRECTORY: random.pick(TEXTS), _X: 'y' },
  });
}

export function periodRules(random: Random): Partial<Period> {
  const seconds = (): number => 1000 * (1 + random.below(600_000));
  // So much longer than the interval that an alert can come.
  const alertafter = some(random, { failures: 1 + random.below(3), withinMs: 604_800_000 });
  return some(random, {
    startupalerts: [['prog', 'up'], ['other']],
    ackalerts: [['prog', 'a b']],
    disablealerts: [['prog']],
    alertevery: { everyMs: seconds(), mode: random.pick(MODES) },
    ...(Object.keys(alertafter).length === 0 ? {} : { alertafter }),
    numalerts: 1 + random.below(99),
    noCompAlerts: true as const,
    upalertafterMs: seconds(),
  });
}
