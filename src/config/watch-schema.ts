/** The settings of watches and traps, by mon's words: a part of the schema, and data only. */

import type { Entry, ValueType } from './schema';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SERVICE = 'watch HOSTGROUP service SERVICE';
const PERIOD = `${SERVICE} period PERIOD`;

export const HOST: ValueType = {
  kind: 'pattern',
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,252}$/,
  what: 'an address or a host name',
};

/** Names of environment variables, as mon has them. */
export const VARIABLE: ValueType = {
  kind: 'pattern',
  pattern: /^[A-Z_][A-Z0-9_]{0,63}$/,
  what: 'a name of at most 64 capital letters, digits and _, without a digit first',
};

const command: ValueType = { kind: 'command' };
const always: ValueType = { kind: 'text', maxCharacters: 1024 };
const expression: ValueType = { kind: 'text', maxCharacters: 1024 };
const inARow: ValueType = { kind: 'number', min: 1, max: 100 };

function time(minMs: number, maxMs: number): ValueType {
  return { kind: 'duration', minMs, maxMs };
}

function entry(path: string, value: ValueType | null, help: string, more: Partial<Entry> = {}): Entry {
  return { path, value, affects: 'monitor', help, ...more };
}

export const WATCH_SETTINGS: readonly Entry[] = [
  entry(`${SERVICE} interval`, time(100, DAY), 'time from one check to the next', { default: '5s' }),
  entry(
    `${SERVICE} monitor`,
    command,
    'the check: program name and arguments; required, unless traps tell how the service is',
  ),
  entry(`${SERVICE} timeout`, time(10, HOUR), 'a check that has not answered by then has failed', {
    default: '3s',
  }),
  entry(
    `${SERVICE} failure-interval`,
    time(100, DAY),
    'time from one check to the next after a bad one; as interval when not set',
  ),
  entry(
    `${SERVICE} randskew`,
    time(1, DAY),
    'each time to the next check is longer or shorter by up to so much',
  ),
  entry(
    `${SERVICE} randstart`,
    time(1, DAY),
    'the first check comes at a random moment within it; at once when not set',
  ),
  entry(`${SERVICE} rise`, inARow, 'good checks in a row after which a service that failed is good again', {
    default: '1',
    unit: 'checks',
  }),
  entry(`${SERVICE} fall`, inARow, 'bad checks in a row after which a service fails', {
    default: '1',
    unit: 'checks',
  }),
  entry(
    `${SERVICE} description`,
    { kind: 'text', maxCharacters: 256 },
    'what monitors and alerts are told of it',
  ),
  entry(
    `${SERVICE} variable VARIABLE`,
    { kind: 'text', maxCharacters: 1024 },
    'in the environment of monitors and alerts',
  ),
  entry(
    `${SERVICE} allow-empty-group`,
    null,
    'the monitor runs also when every host is disabled or excluded',
  ),
  entry(`${SERVICE} exclude-host`, HOST, 'a host of the group that is not checked', { many: true }),
  entry(`${SERVICE} exclude-period`, always, 'when it is not checked, as in "hr {2am-4am}"'),
  entry(`${SERVICE} traptimeout`, time(100, 7 * DAY), 'the service fails when no trap came for so long'),
  entry(`${SERVICE} trapduration`, time(100, 7 * DAY), 'a failure that a trap told of is over after so long'),
  entry(
    `${SERVICE} alert-depend`,
    expression,
    'no alerts unless this holds, as in "SELF:ping && routers:ping" (mon: depend with dep_behavior a)',
  ),
  entry(
    `${SERVICE} monitor-depend`,
    expression,
    'no checks unless this holds (mon: depend with dep_behavior m)',
  ),
  entry(
    `${SERVICE} host-depend`,
    expression,
    'services; hosts in the summary of one that fails are not checked (mon: depend with dep_behavior hm)',
  ),
  entry(
    `${SERVICE} dep-memory`,
    time(100, DAY),
    'what depends on the service is held back for so long after it is good again',
  ),
  entry(`${SERVICE} unack-summary`, null, 'an acknowledgement ends when the summary changes'),
  entry(PERIOD, null, 'a time in which alerts are given'),
  entry(`${PERIOD} time`, always, 'when, as in "wd {Mon-Fri} hr {9am-4pm}"; always when empty', {
    default: '',
  }),
  entry(
    `${PERIOD} alert`,
    command,
    'program name and arguments, run at each failure; with exit=N or exit=N-M in front, at these exit values',
    { many: true },
  ),
  entry(`${PERIOD} upalert`, command, 'program name and arguments, run when the service is back', {
    many: true,
  }),
  entry(`${PERIOD} startupalert`, command, 'program name and arguments, run when the supervisor starts', {
    many: true,
  }),
  entry(`${PERIOD} ackalert`, command, 'program name and arguments, run when a failure is acknowledged', {
    many: true,
  }),
  entry(`${PERIOD} disablealert`, command, 'program name and arguments, run when the service is disabled', {
    many: true,
  }),
  entry(
    `${PERIOD} alertevery`,
    time(100, 7 * DAY),
    'a service that goes on failing sets off alerts only so often; at each failure when not set',
  ),
  entry(
    `${PERIOD} alertevery-mode`,
    { kind: 'one-word', words: ['observe_summary', 'observe_detail', 'ignore_summary', 'strict'] },
    'what sets off an alert all the same: another summary, or detail, or nothing; strict: not even a good check between',
    { default: 'observe_summary' },
  ),
  entry(
    `${PERIOD} alertafter-failures`,
    inARow,
    'alerts only after so many failures in a row; with alertafter-time, after so many within that',
    { unit: 'failures' },
  ),
  entry(
    `${PERIOD} alertafter-time`,
    time(100, 7 * DAY),
    'alerts only when the service has failed for longer',
  ),
  entry(`${PERIOD} numalerts`, { kind: 'number', min: 1, max: 999_999 }, 'most alerts during a failure', {
    unit: 'alerts',
  }),
  entry(`${PERIOD} no-comp-alerts`, null, 'upalerts also for failures of which no alert was given'),
  entry(`${PERIOD} upalertafter`, time(100, 7 * DAY), 'upalerts only after failures that took so long'),
  entry(
    'traps from',
    { kind: 'network' },
    "a network whose machines' traps (UDP, as mon sends them) are heard; 0.0.0.0/0 is everywhere, none is when not set",
    { many: true },
  ),
  entry('traps port', { kind: 'number', min: 1, max: 65_535 }, 'UDP port', { default: '2583' }),
  entry(
    'traps user USER password',
    { kind: 'secret' },
    'a trap must name a user and his password; anyone may send when none is set',
  ),
];
