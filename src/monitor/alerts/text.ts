/**
 * What an alert says in words that fit any medium: printable ASCII of bounded length, whatever a monitor or a trap has put
 * into its summary. Pure.
 */

import type { AlertEffect } from '../events';
import type { AlertType } from '../lvs-alert';

/** Characters of a summary; the rest is cut off. */
export const SUMMARY_LIMIT = 200;

/** As Debian's alerts begin their subjects. */
const labels: Readonly<Record<AlertType, string>> = {
  failure: 'ALERT',
  up: 'UPALERT',
  startup: 'STARTUP',
  trap: 'TRAP',
  traptimeout: 'TRAPTIMEOUT',
  ack: 'ACK',
  disable: 'DISABLE',
};

/** Alerts that report no trouble. */
const quiet: readonly AlertType[] = ['up', 'startup', 'ack', 'disable'];

export function isTrouble({ alertType }: Pick<AlertEffect, 'alertType'>): boolean {
  return !quiet.includes(alertType);
}

/** E.g. `ALERT cluster1/http: 192.168.2.3`. @param summary instead of that of the check */
export function headline(alert: AlertEffect, summary = alert.outcome.summary): string {
  const what = `${labels[alert.alertType]} ${alert.watch}/${alert.service}`;
  const said = printableText(summary, SUMMARY_LIMIT);
  return said === '' ? what : `${what}: ${said}`;
}

/** E.g. `http of cluster1 failed: 192.168.2.3`. */
export function sentence(alert: AlertEffect): string {
  const what = `${alert.service} of ${alert.watch}`;
  const summary = printableText(alert.outcome.summary, SUMMARY_LIMIT);
  const said = summary === '' ? '' : `: ${summary}`;
  const words = printableText(alert.details?.acknowledged ?? '', SUMMARY_LIMIT);
  const acknowledged = words === '' ? '' : `: ${words}`;
  switch (alert.alertType) {
    case 'failure':
      return `${what} failed${said}`;
    case 'up':
      return `${what} is good again`;
    case 'startup':
      return `${what} is watched from now on`;
    case 'trap':
      return `${what} sent a trap${said}`;
    case 'traptimeout':
      return `${what} sent no trap in time${said}`;
    case 'ack':
      return `the failure of ${what} is acknowledged${acknowledged}`;
    case 'disable':
      return `${what} is disabled${said}`;
  }
}

/** One line without needless blanks. */
export function printableText(text: string, limit: number): string {
  const line = printable(text.slice(0, limit).replace(/\s+/g, ' ').trim());
  return text.length > limit ? `${line}...` : line;
}

/** What is not printable ASCII becomes a dot, a tab a blank. */
export function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[^ -~]/g, '.');
}
