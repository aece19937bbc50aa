/**
 * mon's calling convention: the arguments, environment and input with which monitor and alert programs are started.
 * Pure; starts nothing. Source: mon(8), and `mon` 1.3 where the manual is silent.
 */

import type { Command } from '../host/host';
import type { AlertEffect, CheckEffect, CheckHistory, Details } from './events';
import type { AlertType } from './lvs-alert';

/** Where programs are that are named without a path, as in Debian's mon. */
export const monitorDirectory = '/usr/lib/mon/mon.d';
export const alertDirectory = '/usr/lib/mon/alert.d';

/** Output of a program that is kept; what is beyond is dropped. */
export const outputLimitBytes = 16_384;

/** An alert that takes longer is ended. */
export const alertDeadlineMs = 60_000;

/** mon 1.3, `call_alert`; it tells the others apart by MON_ALERTTYPE alone. */
const typeFlags: Readonly<Partial<Record<AlertType, string>>> = {
  up: '-u',
  ack: '-a',
  disable: '-D',
  trap: '-T',
  traptimeout: '-O',
};

/** mon 1.3: 0 is failed, 1 is good, 7 is not tested yet. */
const FAILED = 0;
const GOOD = 1;
const UNTESTED = 7;

/** Where the box keeps what mon has elsewhere. What is in memory is gone at the next boot. */
const FOLDERS = { MON_CFBASEDIR: '/config', MON_LOGDIR: '/var/log', MON_STATEDIR: '/run' };

/** A last argument of this form keeps the hosts from being appended. */
const withoutHosts = ';;';

export function monitorCommand(check: CheckEffect): Command {
  const [program = '', ...rest] = check.argv;
  const bare = rest.at(-1) === withoutHosts;
  return {
    argv: [path(monitorDirectory, program), ...(bare ? rest.slice(0, -1) : [...rest, ...check.hosts])],
    environment: environment(check),
    stdin: '',
    deadlineMs: check.deadlineMs,
    limitBytes: outputLimitBytes,
    endsWhole: true,
  };
}

export function alertCommand(alert: AlertEffect): Command {
  const [program = '', ...rest] = alert.argv;
  const { summary, output, status } = alert.outcome;
  const { everyMs, acknowledged, intended } = alert.details ?? {};
  const flag = typeFlags[alert.alertType];
  return {
    argv: [
      path(alertDirectory, program),
      ...['-s', alert.service, '-g', alert.watch, '-h', alert.hosts.join(' '), '-t', seconds(alert.wallMs)],
      // Which mon(8) promises and mon forgets.
      ...(everyMs === undefined ? [] : ['-l', seconds(everyMs)]),
      ...(flag === undefined ? [] : [flag]),
      ...rest,
    ],
    environment: {
      ...environment(alert),
      MON_ALERTTYPE: alert.alertType,
      MON_RETVAL: String(status),
      MON_OPSTATUS: String(opStatus(alert)),
      ...(acknowledged === undefined ? {} : { MON_ACK: acknowledged }),
      ...(intended === undefined ? {} : { MON_TRAP_INTENDED: intended }),
    },
    stdin: `${summary}\n${output}\n`,
    deadlineMs: alertDeadlineMs,
    limitBytes: outputLimitBytes,
  };
}

function opStatus({ alertType, outcome }: AlertEffect): number {
  if (alertType === 'startup') return UNTESTED;
  return alertType === 'up' || outcome.ok ? GOOD : FAILED;
}

function environment(of: {
  readonly watch: string;
  readonly service: string;
  readonly history: CheckHistory;
  readonly details?: Details;
}): Record<string, string> {
  const { history } = of;
  const { description = '', variables = {}, isMet } = of.details ?? {};
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    ...FOLDERS,
    ...variables,
    MON_GROUP: of.watch,
    MON_SERVICE: of.service,
    MON_DESCRIPTION: description,
    ...(isMet === undefined ? {} : { MON_DEPEND_STATUS: isMet ? '1' : '0' }),
    MON_LAST_SUMMARY: history.lastSummary,
    MON_LAST_OUTPUT: history.lastOutput,
    MON_FIRST_FAILURE: seconds(history.firstFailureMs),
    MON_LAST_FAILURE: seconds(history.lastFailureMs),
    MON_FIRST_SUCCESS: seconds(history.firstSuccessMs),
    MON_LAST_SUCCESS: seconds(history.lastSuccessMs),
  };
}

function path(directory: string, program: string): string {
  return program.includes('/') ? program : `${directory}/${program}`;
}

/** Seconds since 1970, empty for never. */
function seconds(wallMs: number | null): string {
  return wallMs === null ? '' : String(Math.floor(wallMs / 1000));
}
