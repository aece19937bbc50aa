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
  ['trapbind', ['refused', 'Traps are heard on every address of the box; traps from says from where.']],
  ['maxprocs', ['meaningless', 'How many checks run at a time is limited by the box.']],
  ['histlength', LOGS],
  ['historicfile', LOGS],
  ['historictime', LOGS],
  ['dtlogging', LOGS],
  ['dtlogfile', LOGS],
  ['monerrfile', LOGS],
  ['syslog_facility', LOGS],
  ['snmp', ['meaningless', 'SNMP is not served on this box.']],
  [
    'dep_recur_limit',
    ['meaningless', 'Services may depend on each other over 10 others, as by default in mon.'],
  ],
  [
    'startupalerts_on_reset',
    ['meaningless', 'There is no reset; startupalerts are given when the supervisor starts.'],
  ],
]);

const SERVICE_KEYS: ReadonlyMap<string, Judged> = new Map<string, Judged>([
  [
    'redistribute',
    [
      'refused',
      'An alert at every check is not offered: a process for each would cost more than all checks; let an alert and an upalert send traps.',
    ],
  ],
]);

const PERIOD_KEYS: ReadonlyMap<string, Judged> = new Map<string, Judged>([
  [
    'alerts_dont_count',
    ['meaningless', "It changes a count that mon's clients are told, and there are none."],
  ],
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

export function serviceKeyVerdict(key: string): Judged {
  return (
    named(key, SERVICE_KEYS.get(key)) ?? ['refused', `${shown(key)} is no key of a service or period of mon.`]
  );
}
