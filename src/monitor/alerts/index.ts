/**
 * Gives alerts: those that are built in from this process without a fork, any other as a program. Knows nothing of when
 * one is due, and holds up nothing: whatever takes time runs on its own. `lvs.alert` is not one of them, see ../health.
 */

import type { AlertingConfig } from '../../config/config';
import type { Host, Result } from '../../host/host';
import type { AlertEffect } from '../events';
import { type ConsoleAlert, consoleLine, parseConsoleAlert } from './console';
import { type MailAlert, mailOf, parseMailAlert } from './mail';
import { Mailer } from './mailer';
import { AlertPrograms } from './programs';
import { LOCAL_SOCKET, logLine, parseSyslogAlert, type SyslogAlert, syslogMessage } from './syslog';
import { FaultTeller } from './teller';

export type AlertHost = Pick<Host, 'clock' | 'log' | 'exchange' | 'execute' | 'sendDatagram'>;

type Wanted =
  | { readonly kind: 'console'; readonly alert: ConsoleAlert }
  | { readonly kind: 'mail'; readonly alert: MailAlert }
  | { readonly kind: 'syslog'; readonly alert: SyslogAlert }
  | { readonly kind: 'program'; readonly argv: readonly string[] };

export const noAlerting: AlertingConfig = { mail: { relay: null, from: null, hostname: null } };

/**
 * Why the alert could not be given.
 * @param argv program name and arguments, as configured
 * @returns one sentence that says what would be right; null when nothing is wrong
 */
export function alertFault(argv: readonly string[], { mail }: AlertingConfig): string | null {
  const read = readAlert(argv);
  if (!read.ok) return read.error;
  if (read.value.kind !== 'mail' || mail.relay !== null) return null;
  return `${argv[0]} needs a relay that takes its mails; add a line like set alerting mail relay 192.0.2.25:25`;
}

/** Whether it speaks on the box itself alone. */
export function staysHere(argv: readonly string[]): boolean {
  const read = readAlert(argv);
  if (!read.ok) return true;
  return read.value.kind === 'console' || (read.value.kind === 'syslog' && read.value.alert.to === null);
}

/** A path always means a program, as it does of monitors. */
function readAlert(argv: readonly string[]): Result<Wanted> {
  const [name = '', ...rest] = argv;
  switch (name) {
    case 'console':
      return as('console', parseConsoleAlert(argv));
    case 'mail':
    case 'mail.alert':
      return as('mail', parseMailAlert(argv));
    case 'syslog':
      return as('syslog', parseSyslogAlert(argv));
    case 'exec':
      return rest.length === 0
        ? { ok: false, error: 'exec needs a program; it takes program [arguments]' }
        : { ok: true, value: { kind: 'program', argv: rest } };
    default:
      return { ok: true, value: { kind: 'program', argv } };
  }
}

function as<K extends 'console' | 'mail' | 'syslog', T>(
  kind: K,
  alert: Result<T>,
): Result<{ readonly kind: K; readonly alert: T }> {
  return alert.ok ? { ok: true, value: { kind, alert: alert.value } } : alert;
}

export class Alerts {
  private readonly programs: AlertPrograms;
  private readonly mailer: Mailer;
  private readonly teller: FaultTeller;

  /** @param node name of this box */
  constructor(
    private readonly host: AlertHost,
    private readonly node: string,
    private config: AlertingConfig,
  ) {
    this.teller = new FaultTeller(host.log);
    this.programs = new AlertPrograms(host, this.teller);
    this.mailer = new Mailer(host, node, config.mail);
  }

  /** Other settings from now on, for what waits, too. */
  use(config: AlertingConfig): void {
    this.config = config;
    this.mailer.use(config.mail);
  }

  /** @param alert none of `lvs.alert` */
  give(alert: AlertEffect): void {
    const { host, node } = this;
    const read = readAlert(alert.argv);
    const fault = alertFault(alert.argv, this.config);
    if (!read.ok || fault !== null) {
      // `check` has said so; a configuration that got here all the same must not end the program.
      host.log('error', 'alert-failed', fault ?? '');
      return;
    }
    const wanted = read.value;
    switch (wanted.kind) {
      case 'console': {
        const { level, sentence } = consoleLine(wanted.alert, alert);
        host.log(level, 'alert', sentence, { watch: alert.watch, service: alert.service });
        break;
      }
      case 'mail':
        this.mailer.send(mailOf(wanted.alert, alert, node, this.sender()));
        break;
      case 'syslog':
        this.syslog(wanted.alert, alert);
        break;
      case 'program':
        this.programs.run({ ...alert, argv: wanted.argv });
        break;
    }
  }

  private sender(): string {
    const { from, hostname } = this.config.mail;
    return from ?? `understudy@${hostname ?? this.node}`;
  }

  /** UDP tells of no loss; what the kernel refuses is told once. Where nobody listens on the box itself, its log has it. */
  private syslog(wanted: SyslogAlert, alert: AlertEffect): void {
    const zoneMs = this.host.clock.zoneMs?.(alert.wallMs) ?? 0;
    const message = syslogMessage(wanted, alert, this.node, zoneMs);
    const bytes = Uint8Array.from(message, (character) => character.charCodeAt(0));
    const sent = this.host.sendDatagram(wanted.to ?? LOCAL_SOCKET, bytes);
    if (wanted.to !== null) {
      const fault = sent.ok ? null : sent.error;
      this.teller.tell(`syslog ${JSON.stringify(wanted.to)}`, fault, `alert syslog: ${fault}`);
    } else if (!sent.ok) {
      const { level, sentence } = logLine(wanted, alert);
      this.host.log(level, 'alert', sentence, { watch: alert.watch, service: alert.service });
    }
  }
}
