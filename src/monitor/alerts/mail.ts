/**
 * The alert `mail`, and `mail.alert` as Debian's mon has it: from an alert to a message of RFC 5322. Pure; sends nothing.
 */

import { MAIL_ADDRESS } from '../../config/schema';
import type { Result } from '../../host/host';
import type { AlertEffect } from '../events';
import { readArguments, wrong } from './arguments';
import { headline, printable, printableText } from './text';

/** Of one mail. */
export const RECIPIENTS_LIMIT = 16;
/** Characters of the detailed text; the rest is cut off. So many mails may wait. */
export const DETAIL_LIMIT = 2048;
/** Characters of a line: RFC 5322, 2.1.1. */
const LINE_LIMIT = 998;
/** Characters of the hosts of a group, and of what the configuration says of the service. */
const VALUE_LIMIT = 512;
const usage = '[-f from] [-S subject] address...';

export interface MailAlert {
  readonly to: readonly string[];
  /** Null: as configured for all alerts. */
  readonly from: string | null;
  /** Instead of the summary; null: the summary. */
  readonly subject: string | null;
}

/** A mail that is to go. Everything in it is printable ASCII. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly lines: readonly string[];
  readonly wallMs: number;
}

export function parseMailAlert(argv: readonly string[]): Result<MailAlert> {
  const name = argv[0] ?? '';
  const read = readArguments(argv, ['-f', '-S'], usage);
  if (!read.ok) return read;
  const { flags, words } = read.value;
  const to = [...new Set(words.flatMap((word) => word.split(',')).filter((word) => word !== ''))];
  const from = flags.get('-f') ?? null;
  const bad = [...(from === null ? [] : [from]), ...to].find((address) => !MAIL_ADDRESS.test(address));
  if (bad !== undefined)
    return wrong(name, `has ${JSON.stringify(bad)}, which is not a mail address like root@example.org`);
  if (to.length === 0) return wrong(name, `needs an address to send to; it takes ${usage}`);
  if (to.length > RECIPIENTS_LIMIT)
    return wrong(name, `has ${to.length} addresses; at most ${RECIPIENTS_LIMIT} are possible`);
  return { ok: true, value: { to, from, subject: flags.get('-S') ?? null } };
}

/**
 * @param node name of this box
 * @param from where the alert says nothing else
 */
export function mailOf(wanted: MailAlert, alert: AlertEffect, node: string, from: string): Mail {
  const { wallMs, outcome, details } = alert;
  const { everyMs, description } = details ?? {};
  const detail = outcome.output.slice(0, DETAIL_LIMIT).trimEnd().split(/\r?\n/);
  return {
    from: wanted.from ?? from,
    to: wanted.to,
    subject: headline(alert, wanted.subject ?? outcome.summary),
    lines: [
      `Group                 : ${alert.watch}`,
      `Service               : ${alert.service}`,
      ...(description === undefined
        ? []
        : [`Description           : ${printableText(description, VALUE_LIMIT)}`]),
      `Time noticed          : ${mailTime(wallMs)}`,
      ...(everyMs === undefined ? [] : [`Secs until next alert : ${Math.round(everyMs / 1000)}`]),
      `Members               : ${printableText(alert.hosts.join(' '), VALUE_LIMIT)}`,
      `Noticed by            : ${node}`,
      '',
      'Detailed text (if any) follows:',
      '-------------------------------',
      ...detail.flatMap(foldedLine),
    ],
    wallMs,
  };
}

function foldedLine(line: string): readonly string[] {
  const text = printable(line);
  return text.length <= LINE_LIMIT
    ? [text]
    : [text.slice(0, LINE_LIMIT), ...foldedLine(text.slice(LINE_LIMIT))];
}

/** The message, lines ended by CR LF. @param id tells this mail from others of the same host */
export function messageText(mail: Mail, hostname: string, id: number): string {
  const head = [
    `Date: ${mailTime(mail.wallMs)}`,
    `From: ${mail.from}`,
    // One to a line, so that none is too long.
    `To: ${mail.to.join(',\r\n ')}`,
    `Subject: ${mail.subject}`,
    `Message-ID: <${Math.round(mail.wallMs)}.${id}@${hostname}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
  ];
  return `${[...head, '', ...mail.lines].join('\r\n')}\r\n`;
}

/** RFC 5322, 3.3, in UTC. */
function mailTime(wallMs: number): string {
  return new Date(wallMs).toUTCString().replace('GMT', '+0000');
}
