/**
 * The alert `syslog`: one message to the box's own syslog socket, or, as the image has no program that listens there, to
 * the box's own log; or by UDP to a host. Pure; sends nothing.
 * Sources: RFC 5424, RFC 5426, RFC 3164 and syslog(3).
 */

import { isAddress } from '../../config/address';
import { type Endpoint, readEndpoint } from '../../config/endpoint';
import { readIpv6 } from '../../config/ipv6';
import type { LogLevel, Result } from '../../host/host';
import type { AlertEffect } from '../events';
import { type AlertArguments, readArguments, wrong } from './arguments';
import { isTrouble, printableText, sentence } from './text';

/** The local socket, as syslog(3) uses it. */
export const LOCAL_SOCKET = '/dev/log';
const SYSLOG_PORT = 514;
const TAG = 'understudy';
const TAG_LIMIT = 32;
/** RFC 3164, 4.1; every receiver takes as much. */
const MESSAGE_LIMIT = 1024;

const facilities: ReadonlyMap<string, number> = new Map([
  ['kern', 0],
  ['user', 1],
  ['mail', 2],
  ['daemon', 3],
  ['auth', 4],
  ['syslog', 5],
  ['lpr', 6],
  ['news', 7],
  ['uucp', 8],
  ['cron', 9],
  ['authpriv', 10],
  ['ftp', 11],
  ...Array.from({ length: 8 }, (_, number) => [`local${number}`, 16 + number] as const),
]);
const priorities: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const formats = ['5424', '3164'] as const;
const usage = '[-f facility] [-p priority] [-r address[:port]] [-F 5424|3164] [-i tag]';

export interface SyslogAlert {
  readonly facility: number;
  /** Null: by the type of the alert. */
  readonly severity: number | null;
  /** Null: the local socket. */
  readonly to: Endpoint | null;
  readonly format: (typeof formats)[number];
  readonly tag: string;
}

export function parseSyslogAlert(argv: readonly string[]): Result<SyslogAlert> {
  const name = argv[0] ?? '';
  const read = readArguments(argv, ['-f', '-p', '-r', '-F', '-i'], usage);
  if (!read.ok) return read;
  const { flags, words }: AlertArguments = read.value;
  if (words.length > 0) return wrong(name, `does not know ${JSON.stringify(words[0])}; it takes ${usage}`);
  const facility = facilities.get(flags.get('-f') ?? 'daemon');
  if (facility === undefined) return unfit(name, flags, '-f', [...facilities.keys()].join(', '));
  const severity = priorities.indexOf(flags.get('-p') ?? 'err');
  if (severity === -1) return unfit(name, flags, '-p', priorities.join(', '));
  const remote = flags.get('-r');
  const to = remote === undefined ? null : hostOf(remote);
  if (remote !== undefined && to === null)
    return unfit(name, flags, '-r', 'an address like 192.0.2.5 or 192.0.2.5:514');
  if (to === null && flags.has('-F'))
    return wrong(name, 'has -F without -r; the local socket has a form of its own');
  const format = formats.find((one) => one === (flags.get('-F') ?? '5424'));
  if (format === undefined) return unfit(name, flags, '-F', '5424 or 3164, the number of the RFC');
  const tag = flags.get('-i') ?? TAG;
  if (!/^[A-Za-z0-9_.-]+$/.test(tag) || tag.length > TAG_LIMIT)
    return unfit(name, flags, '-i', `at most ${TAG_LIMIT} letters, digits and _ . -`);
  return { ok: true, value: { facility, severity: flags.has('-p') ? severity : null, to, format, tag } };
}

function hostOf(text: string): Endpoint | null {
  const bare = isAddress(text) ? text : readIpv6(text);
  const read = bare === null ? readEndpoint(text) : { address: bare, port: SYSLOG_PORT };
  return read?.port === 0 ? null : read;
}

function unfit(name: string, flags: ReadonlyMap<string, string>, flag: string, right: string): Result<never> {
  return wrong(name, `has ${flag} ${JSON.stringify(flags.get(flag))}; it takes ${right}`);
}

/**
 * @param node name of this box
 * @param zoneMs what its time zone is ahead of UTC: the older forms have local time
 */
export function syslogMessage(wanted: SyslogAlert, alert: AlertEffect, node: string, zoneMs: number): string {
  const { facility, to, format, tag } = wanted;
  const priority = `<${8 * facility + severityOf(wanted, alert)}>`;
  const isoTime = new Date(alert.wallMs).toISOString();
  const host = to === null ? '' : `${node} `;
  const head =
    to !== null && format === '5424'
      ? `${priority}1 ${isoTime} ${host}${tag} - ${alert.alertType} - `
      : `${priority}${bsdTime(alert.wallMs + zoneMs)} ${host}${tag}: `;
  return `${head}${textOf(alert)}`.slice(0, MESSAGE_LIMIT);
}

/** The same for the box's own log. */
export function logLine(
  wanted: SyslogAlert,
  alert: AlertEffect,
): { readonly level: LogLevel; readonly sentence: string } {
  const severity = severityOf(wanted, alert);
  const level = LEVELS.find(([most]) => severity <= most)?.[1] ?? 'debug';
  return { level, sentence: `alert: ${textOf(alert)}`.slice(0, MESSAGE_LIMIT) };
}

/** Greatest severity of each level. */
const LEVELS: readonly (readonly [number, LogLevel])[] = [
  [priorities.indexOf('err'), 'error'],
  [priorities.indexOf('warning'), 'warn'],
  [priorities.indexOf('info'), 'info'],
];

function severityOf({ severity }: SyslogAlert, alert: AlertEffect): number {
  return severity ?? priorities.indexOf(isTrouble(alert) ? 'err' : 'notice');
}

function textOf(alert: AlertEffect): string {
  const detail = printableText(alert.outcome.output, MESSAGE_LIMIT);
  return detail === '' || !isTrouble(alert) ? sentence(alert) : `${sentence(alert)}; ${detail}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 3164, 4.1.2: `Nov  3 04:05:06`. @param localMs in the box's time zone */
function bsdTime(localMs: number): string {
  const date = new Date(localMs);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${months[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`;
}
