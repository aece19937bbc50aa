/**
 * The settings of watches that need not be set: from settings to the typed configuration and back, each field with its
 * word in one table. Where nothing is set the field is absent, so that a thousand plain services cost nothing.
 */

import type { AlerteveryMode, Period, TrapsConfig, WatchService } from './config';
import { entryOf, type Settings } from './settings';
import { joinWords, splitWords } from './text';
import type { Value } from './values';

type ServiceRules = Omit<
  WatchService,
  'name' | 'intervalMs' | 'monitor' | 'timeoutMs' | 'periods' | 'variables'
>;
type PeriodRules = Omit<Period, 'label' | 'time' | 'alerts' | 'upalerts' | 'alertevery' | 'alertafter'>;

export const SERVICE_PATH = 'watch HOSTGROUP service SERVICE';
export const PERIOD_PATH = `${SERVICE_PATH} period PERIOD`;

const SERVICE_WORDS: Readonly<Record<keyof ServiceRules, string>> = {
  failureIntervalMs: 'failure-interval',
  randskewMs: 'randskew',
  randstartMs: 'randstart',
  rise: 'rise',
  fall: 'fall',
  description: 'description',
  allowEmptyGroup: 'allow-empty-group',
  excludeHosts: 'exclude-host',
  excludePeriod: 'exclude-period',
  traptimeoutMs: 'traptimeout',
  trapdurationMs: 'trapduration',
  alertDepend: 'alert-depend',
  monitorDepend: 'monitor-depend',
  hostDepend: 'host-depend',
  depMemoryMs: 'dep-memory',
  unackSummary: 'unack-summary',
};

const PERIOD_WORDS: Readonly<Record<keyof PeriodRules, string>> = {
  startupalerts: 'startupalert',
  ackalerts: 'ackalert',
  disablealerts: 'disablealert',
  numalerts: 'numalerts',
  noCompAlerts: 'no-comp-alerts',
  upalertafterMs: 'upalertafter',
};

/** One line: its pattern, and its value; null where the path says it all. */
export type RuleLine = readonly [pattern: string, value: Value | null, name?: string];

export function buildServiceRules(settings: Settings, hostgroup: string, service: string): ServiceRules {
  const rules = fields(settings, SERVICE_PATH, SERVICE_WORDS, [hostgroup, service]) as ServiceRules;
  const path = `${SERVICE_PATH} variable`;
  const names = settings.names(path, hostgroup, service);
  if (names.length === 0) return rules;
  const values = names.map((name) => [
    name,
    String(settings.value(`${path} VARIABLE`, hostgroup, service, name) ?? ''),
  ]);
  return { ...rules, ...{ variables: Object.fromEntries(values) as Record<string, string> } };
}

export function buildPeriodRules(settings: Settings, ...args: readonly string[]): Partial<Period> {
  const rules = fields(settings, PERIOD_PATH, PERIOD_WORDS, args) as PeriodRules;
  const number = (word: string): number | undefined => {
    const value = settings.all(`${PERIOD_PATH} ${word}`, ...args)[0]?.value;
    return value === undefined ? undefined : Number(value);
  };
  const [everyMs, failures, withinMs] = ['alertevery', 'alertafter-failures', 'alertafter-time'].map(number);
  const mode = settings.value(`${PERIOD_PATH} alertevery-mode`, ...args) as AlerteveryMode;
  return {
    ...rules,
    ...(everyMs === undefined ? {} : { alertevery: { everyMs, mode } }),
    ...(failures === undefined && withinMs === undefined
      ? {}
      : {
          alertafter: {
            ...(failures === undefined ? {} : { failures }),
            ...(withinMs === undefined ? {} : { withinMs }),
          },
        }),
  };
}

export function buildTraps(settings: Settings): { readonly traps?: TrapsConfig } {
  const from = settings.all('traps from').map(({ value }) => String(value));
  if (from.length === 0) return {};
  const users = settings
    .names('traps user')
    .map((name) => ({ name, password: String(settings.value('traps user USER password', name) ?? '') }));
  return { traps: { port: Number(settings.value('traps port')), from, users } };
}

export function serviceRuleLines({ variables = {}, ...service }: WatchService): readonly RuleLine[] {
  return [
    ...lines(SERVICE_PATH, SERVICE_WORDS, service),
    ...Object.entries(variables).map(
      ([name, value]): RuleLine => [`${SERVICE_PATH} variable VARIABLE`, value, name],
    ),
  ];
}

export function periodRuleLines(period: Period): readonly RuleLine[] {
  const { alertevery, alertafter = {} } = period;
  const own = (word: string, value: Value | undefined): readonly RuleLine[] =>
    value === undefined ? [] : [[`${PERIOD_PATH} ${word}`, value]];
  return [
    ...lines(PERIOD_PATH, PERIOD_WORDS, period),
    ...own('alertevery', alertevery?.everyMs),
    ...own('alertevery-mode', alertevery?.mode),
    ...own('alertafter-failures', alertafter.failures),
    ...own('alertafter-time', alertafter.withinMs),
  ];
}

/** Only those that are set, as the schema's types have them. */
function fields<K extends string>(
  settings: Settings,
  path: string,
  words: Readonly<Record<K, string>>,
  args: readonly string[],
): Readonly<Partial<Record<K, unknown>>> {
  const found: Partial<Record<K, unknown>> = {};
  for (const field of Object.keys(words) as K[]) {
    const { value: type, many } = entryOf(`${path} ${words[field]}`);
    const set = settings.all(`${path} ${words[field]}`, ...args);
    if (set.length === 0) continue;
    const values = set.map(({ value }) => (type?.kind === 'command' ? commandWords(value) : (value ?? true)));
    found[field] = many === true ? values : values[0];
  }
  return found;
}

function lines<K extends string>(
  path: string,
  words: Readonly<Record<K, string>>,
  of: Readonly<Partial<Record<K, unknown>>>,
): readonly RuleLine[] {
  return (Object.keys(words) as K[]).flatMap((field): readonly RuleLine[] => {
    const value = of[field];
    const pattern = `${path} ${words[field]}`;
    if (value === undefined) return [];
    if (value === true) return [[pattern, null]];
    if (!Array.isArray(value)) return [[pattern, value as Value]];
    return value.map((one: Value | readonly string[]) => [
      pattern,
      Array.isArray(one) ? joinWords(one) : (one as Value),
    ]);
  });
}

/** The schema has checked that it can be split. */
function commandWords(command: Value | null): readonly string[] {
  const words = splitWords(String(command));
  return words.ok ? words.value : [];
}
