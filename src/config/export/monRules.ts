/**
 * The settings of services and periods that mon has keys for, as lines of `mon.cf`; what mon cannot say stands in it as a
 * comment.
 */
import type { Period, WatchService } from '../config';
import { printLine } from '../print';
import { type RuleLine, SERVICE_PATH, serviceRuleLines } from '../watch-rules';

const MINUTE_MS = 60_000;

export function monTime(ms: number): string {
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS}m` : `${ms / 1000}s`;
}

/** Keys and values by setting; null for what mon has no key for. */
type Key = (service: WatchService, value: string) => string | null;

const time =
  (key: string): Key =>
  (_, value) =>
    `${key} ${monTime(Number(value))}`;
const text =
  (key: string, join = ' '): Key =>
  (_, value) =>
    isPlain(value) ? `${key}${join}${value}` : null;
const flag =
  (key: string): Key =>
  () =>
    key;

const KEYS: Readonly<Record<string, Key>> = {
  'failure-interval': time('failure_interval'),
  randskew: time('randskew'),
  traptimeout: time('traptimeout'),
  trapduration: time('trapduration'),
  'dep-memory': time('dep_memory'),
  description: text('description'),
  'allow-empty-group': flag('allow_empty_group'),
  'exclude-period': text('exclude_period'),
  'unack-summary': flag('unack_summary'),
  'alert-depend': depend('alertDepend', 'a', 'alertdepend'),
  'monitor-depend': depend('monitorDepend', 'm', 'monitordepend'),
  'host-depend': depend('hostDepend', 'hm', 'hostdepend'),
};

/** @param hostgroup of the watch, as the configuration has it */
export function monServiceRules(service: WatchService, hostgroup: string): readonly string[] {
  const { excludeHosts = [] } = service;
  return [
    ...(excludeHosts.length === 0 ? [] : [`exclude_hosts ${excludeHosts.join(' ')}`]),
    ...serviceRuleLines(service)
      .filter(([pattern]) => pattern !== `${SERVICE_PATH} exclude-host`)
      .flatMap((rule) => lineOf(service, rule) ?? comment(service.name, hostgroup, rule)),
  ];
}

function lineOf(service: WatchService, [pattern, value, name]: RuleLine): readonly string[] | null {
  const shown = String(value ?? '');
  if (name !== undefined) return isPlain(shown) ? [`${name}=${shown}`] : null;
  const line = KEYS[pattern.slice(SERVICE_PATH.length + 1)]?.(service, shown) ?? null;
  return line === null ? null : line.split('\n');
}

function comment(service: string, hostgroup: string, [pattern, value, name]: RuleLine): readonly string[] {
  const args = name === undefined ? [hostgroup, service] : [hostgroup, service, name];
  return ['# mon cannot say this:', `#   ${printLine({ pattern, args, value })}`];
}

/** `depend` for the first kind that there is, as mon's own keys for the kinds are newer, and its alertdepend fails. */
function depend(field: 'alertDepend' | 'monitorDepend' | 'hostDepend', behavior: string, key: string): Key {
  return (service, value) => {
    if (!isPlain(value)) return null;
    const first = (['alertDepend', 'monitorDepend', 'hostDepend'] as const).find((one) =>
      isPlain(service[one] ?? ''),
    );
    return first === field ? `depend ${value}\ndep_behavior ${behavior}` : `${key} ${value}`;
  };
}

export function monPeriodRules(period: Period): readonly string[] {
  const { alertevery, alertafter, numalerts, noCompAlerts, upalertafterMs } = period;
  return [
    ...(alertevery === undefined ? [] : [alerteveryLine(alertevery)]),
    ...(alertafter === undefined ? [] : [alertafterLine(alertafter)]),
    ...(numalerts === undefined ? [] : [`numalerts ${numalerts}`]),
    ...(noCompAlerts === true ? ['no_comp_alerts'] : []),
    ...(upalertafterMs === undefined ? [] : [`upalertafter ${monTime(upalertafterMs)}`]),
  ];
}

function alerteveryLine({ everyMs, mode }: NonNullable<Period['alertevery']>): string {
  return `alertevery ${monTime(everyMs)}${mode === 'observe_summary' ? '' : ` ${mode}`}`;
}

function alertafterLine({ failures, withinMs }: NonNullable<Period['alertafter']>): string {
  const words = [failures, withinMs === undefined ? undefined : monTime(withinMs)];
  return `alertafter ${words.filter((word) => word !== undefined).join(' ')}`;
}

/** What is read back as it was: a line of mon has no blanks at its ends, and goes on after a backslash. */
function isPlain(value: string): boolean {
  return value !== '' && value === value.trim() && !value.endsWith('\\') && !/[\n\r]/.test(value);
}
