/**
 * What becomes of the words of mon.cf that have no place in the configuration: each by name, with the reason.
 * It reads nothing; `monCf.ts` does.
 */
import { shown } from '../problem';
import type { Verdict } from './draft';

/** Where programs are that are named without a path. */
export const MONITOR_DIRECTORY = '/usr/lib/mon/mon.d';
export const ALERT_DIRECTORY = '/usr/lib/mon/alert.d';

type Judged = readonly [Verdict, string];

const NO_CLIENTS: Judged = ['meaningless', "mon's clients and their port are not served on this box."];
const PATHS: Judged = ['meaningless', 'Where files lie is settled by the box.'];
const LOGS: Judged = ['meaningless', 'The log goes to /var/log/understudy.log and the console.'];
const TRAPS: Judged = ['refused', 'Traps come later.'];
const DEPENDENCIES: Judged = ['refused', 'Dependencies between services come later.'];
const ALERT_CONTROL: Judged = ['refused', 'Holding alerts back or repeating them comes later.'];
const ALERT_KINDS: Judged = [
  'refused',
  'Of the kinds of alert, alert and upalert are offered; the others come later.',
];
const ACKNOWLEDGE: Judged = ['meaningless', 'Failures are not acknowledged on this box.'];

/** Where this program looks, too. */
const PROGRAM_DIRECTORIES: ReadonlyMap<string, string> = new Map([
  ['mondir', MONITOR_DIRECTORY],
  ['alertdir', ALERT_DIRECTORY],
]);

/** Globals of mon.cf, `name = value`. */
const GLOBALS: ReadonlyMap<string, Judged> = new Map<string, Judged>([
  ['basedir', PATHS],
  ['cfbasedir', PATHS],
  ['statedir', PATHS],
  ['logdir', PATHS],
  ['pidfile', PATHS],
  ['authfile', NO_CLIENTS],
  ['authtype', NO_CLIENTS],
  ['userfile', NO_CLIENTS],
  ['pamservice', NO_CLIENTS],
  ['serverbind', NO_CLIENTS],
  ['serverport', NO_CLIENTS],
  ['clientallow', NO_CLIENTS],
  ['cltimeout', NO_CLIENTS],
  ['monremote', NO_CLIENTS],
  ['trapbind', TRAPS],
  ['trapport', TRAPS],
  ['maxprocs', ['meaningless', 'How many checks run at a time is limited by the box.']],
  ['randstart', ['meaningless', 'First checks run at once, so that the table is right soon after start.']],
  ['histlength', LOGS],
  ['historicfile', LOGS],
  ['historictime', LOGS],
  ['dtlogging', LOGS],
  ['dtlogfile', LOGS],
  ['monerrfile', LOGS],
  ['syslog_facility', LOGS],
  ['snmp', ['meaningless', 'SNMP is not served on this box.']],
  ['dep_recur_limit', DEPENDENCIES],
  ['dep_behavior', DEPENDENCIES],
  ['dep_memory', DEPENDENCIES],
  ['unack_summary', ACKNOWLEDGE],
  ['startupalerts_on_reset', ALERT_KINDS],
  ['exclude_period', ['refused', 'Times without checks come later.']],
]);

const SERVICE_KEYS: ReadonlyMap<string, Judged> = new Map<string, Judged>([
  [
    'failure_interval',
    ['refused', 'Another interval while failing comes later; write the interval that shall always hold.'],
  ],
  ['randskew', ['refused', 'Random shifts of checks come later.']],
  ['allow_empty_group', ['meaningless', 'Hosts cannot be disabled, so a group is never empty.']],
  ['exclude_hosts', ['refused', 'Leave the hosts out of the host group instead.']],
  ['exclude_period', ['refused', 'Times without checks come later.']],
  ['traptimeout', TRAPS],
  ['trapduration', TRAPS],
  ['depend', DEPENDENCIES],
  ['alertdepend', DEPENDENCIES],
  ['monitordepend', DEPENDENCIES],
  ['hostdepend', DEPENDENCIES],
  ['dep_behavior', DEPENDENCIES],
  ['dep_memory', DEPENDENCIES],
  ['redistribute', ['refused', 'An alert at every check comes later.']],
  ['unack_summary', ACKNOWLEDGE],
  ['description', ['meaningless', 'There is no place where a description would be shown.']],
]);

const PERIOD_KEYS: ReadonlyMap<string, Judged> = new Map<string, Judged>([
  ['startupalert', ALERT_KINDS],
  ['ackalert', ALERT_KINDS],
  ['disablealert', ALERT_KINDS],
  ['alertevery', ALERT_CONTROL],
  [
    'alertafter',
    ['refused', 'Alerts only after several failures come later; the alert goes out at the first.'],
  ],
  ['numalerts', ALERT_CONTROL],
  ['no_comp_alerts', ALERT_CONTROL],
  ['alerts_dont_count', ALERT_CONTROL],
  ['alertexitrange', ALERT_CONTROL],
  ['upalertafter', ALERT_CONTROL],
]);

/** In the sentence the word is named: of a pasted text, nobody sees the numbers of the lines. */
function named(word: string, judged: Judged | undefined): Judged | null {
  return judged === undefined ? null : [judged[0], `${word}: ${judged[1]}`];
}

/** @param value what stands behind the equals sign */
export function globalVerdict(name: string, value: string): Judged {
  const directory = PROGRAM_DIRECTORIES.get(name);
  if (directory === undefined)
    return named(name, GLOBALS.get(name)) ?? ['refused', `${shown(name)} is no global setting of mon.`];
  const where = `${name}: Programs named without a path are in ${directory}`;
  return value === directory
    ? ['taken', `${where}.`]
    : ['refused', `${where}; write the whole path of others.`];
}

/** Null when the key belongs to a service rather than a period, or to neither. */
export function periodKeyVerdict(key: string): Judged | null {
  return named(key, PERIOD_KEYS.get(key));
}

export function serviceKeyVerdict(line: string, key: string): Judged {
  const known = named(key, SERVICE_KEYS.get(key));
  if (known !== null) return known;
  const [variable] = /^[A-Z_][A-Z0-9_]*(?==)/.exec(line) ?? [];
  if (variable !== undefined)
    return ['refused', `${variable}: The environment of monitors and alerts comes later.`];
  return ['refused', `${shown(key)} is no key of a service or period of mon.`];
}
