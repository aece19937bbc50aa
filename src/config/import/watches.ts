/**
 * A watch of mon.cf once its block is read whole, and how it becomes `set` lines. It reads no line.
 */
import { entryOf } from '../settings';
import { joinWords, quoteWord } from '../text';
import { printDuration } from '../values';
import type { Assignment, Draft, SourceLine } from './draft';
import { ALERT_DIRECTORY, MONITOR_DIRECTORY } from './keywords';
import { monTimeMs } from './words';

/** What a line says, kept until its block has ended. */
export interface Said<T> {
  readonly line: SourceLine;
  readonly value: T;
}

/** Program name and arguments. */
export type Command = readonly string[];

export interface Period {
  readonly line: SourceLine;
  readonly label: string;
  readonly time: string;
  readonly alerts: (Said<Command> & { readonly kind: 'alert' | 'upalert' })[];
}

export interface Service {
  readonly line: SourceLine;
  readonly name: string;
  /** Milliseconds. */
  interval: Said<number> | null;
  monitor: Said<Command> | null;
  readonly periods: Period[];
}

export interface Watch {
  readonly line: SourceLine;
  readonly group: string;
  readonly services: Service[];
}

/** @param groups names of the host groups that the files define */
export function writeWatch(draft: Draft, watch: Watch, groups: ReadonlySet<string>): void {
  const { group, line, services } = watch;
  if (services.length === 0) draft.refused(line, `The watch of ${group} is left out: it has no service.`);
  else if (groups.has(group)) draft.taken(line, `Watches ${group}.`);
  else if (draft.write(line, [`hostgroup ${group} host`, group]))
    draft.taken(line, `Watches ${group}; there is no such host group, so it is that host, as in mon.`);
  for (const service of services) writeService(draft, group, service);
}

function writeService(draft: Draft, group: string, service: Service): void {
  const { line, name, interval, monitor, periods } = service;
  const path = `watch ${group} service ${name}`;
  if (interval === null || monitor === null) {
    const lacking = monitor === null ? 'monitor http.monitor' : 'interval 5s';
    draft.refused(line, `Service ${name} of ${group} is left out: it lacks a line like "${lacking}".`);
    for (const said of saidOf(service))
      draft.refused(said.line, `It goes with service ${name}, which is left out.`);
    return;
  }
  draft.taken(line, `Service ${name} of ${group}.`);
  const every = printDuration(interval.value);
  if (draft.write(interval.line, [`${path} interval`, every]))
    draft.taken(interval.line, `Checked every ${every}.`);
  const command = joinWords(monitor.value);
  const timeout = timeoutOf(monitor.value);
  if (draft.write(monitor.line, [`${path} monitor`, quoteWord(command)], [`${path} timeout`, timeout.text])) {
    draft.taken(monitor.line, `Checked by ${command}; timeout ${timeout.text}, ${timeout.why}.`);
    const program = monitor.value[0] ?? '';
    if (!BUILT_IN_MONITORS.includes(program)) needProgram(draft, monitor.line, program, MONITOR_DIRECTORY);
  }
  for (const period of periods) writePeriod(draft, `${path} period ${period.label}`, period);
}

/** Lines after the service's own. */
function saidOf({ interval, monitor, periods }: Service): readonly { readonly line: SourceLine }[] {
  const own = [interval, monitor].filter((said) => said !== null);
  return [...own, ...periods.flatMap((period) => [period, ...period.alerts])];
}

/** Monitors whose `-t` is seconds; fping's is milliseconds, imapnew's is something else. */
const SECONDS_T = 'ftp http imap lpd nntp pop3 smtp tcp telnet'.split(' ').map((name) => `${name}.monitor`);

/** Milliseconds of a monitor's own limit; null when it has none. */
export function ownTimeoutMs(monitor: Command): number | null {
  const at = monitor.findIndex((word) => /^-t\d*(\.\d+)?$/.test(word));
  const seconds = monitor[at]?.slice(2) || monitor[at + 1] || '';
  return at > 0 && SECONDS_T.includes(programOf(monitor)) ? monTimeMs(`${seconds}s`) : null;
}

/** mon itself sets a monitor no limit; most of those that mon ships take one. */
function timeoutOf(monitor: Command): { readonly text: string; readonly why: string } {
  const ms = ownTimeoutMs(monitor);
  if (ms !== null) return { text: printDuration(ms), why: "as the monitor's -t says" };
  const text = entryOf('watch HOSTGROUP service SERVICE timeout').default ?? '';
  return { text, why: 'the default, because mon has none' };
}

/** What the box has within it; a monitor named with a path is a program all the same. */
const BUILT_IN_MONITORS = ['http.monitor', 'tcp.monitor'];
const BUILT_IN_ALERTS = ['lvs.alert', 'ipvs.alert'];
const MAIL_ALERT = 'mail.alert';

function needProgram(draft: Draft, line: SourceLine, program: string, directory: string): void {
  const path = program.startsWith('/') ? program : `${directory}/${program}`;
  draft.note(line.file, line.number, 'missing', `${program} is not built in: both boxes need it as ${path}.`);
}

/** Debian's script gives its mails to the machine's own sendmail, which knows where to. */
function needRelay(draft: Draft, line: SourceLine): void {
  const setLine = 'set alerting mail relay <address>:25';
  if (draft.isSet('alerting mail relay') || draft.facts.left.some((left) => left.setLine === setLine)) return;
  draft.leave(line, `${MAIL_ALERT} is built in, and needs a relay to send its mails to.`, setLine);
}

function programOf(command: Command): string {
  return command[0]?.split('/').pop() ?? '';
}

/** The configuration wants each period to have a label: its first scale, as `wd`, with a number when that is taken. */
export function freeLabel(time: string, taken: ReadonlySet<string>): string {
  const first = time === '' ? 'always' : (/^[a-z]+/i.exec(time)?.[0].toLowerCase() ?? 'period');
  let label = first;
  for (let count = 2; taken.has(label); count += 1) label = `${first}-${count}`;
  return label;
}

function writePeriod(draft: Draft, path: string, { line, label, time, alerts }: Period): void {
  if (!draft.write(line, [`${path} time`, quoteWord(time)])) {
    for (const alert of alerts) draft.refused(alert.line, `It goes with period ${label}, which is left out.`);
    return;
  }
  draft.taken(line, `Period ${label}: ${time === '' ? 'always' : time}.`);
  for (const alert of alerts) {
    const command = joinWords(alert.value);
    const assignment: Assignment = [`${path} ${alert.kind} ${quoteWord(command)}`];
    const when = alert.kind === 'alert' ? 'At a failure' : 'At a recovery';
    if (draft.has(assignment[0])) draft.meaningless(alert.line, `The same ${alert.kind} is there before.`);
    else if (draft.write(alert.line, assignment)) {
      draft.taken(alert.line, `${when}: ${command}.`);
      if (alert.value[0] === MAIL_ALERT) needRelay(draft, alert.line);
      else if (!BUILT_IN_ALERTS.includes(programOf(alert.value)))
        needProgram(draft, alert.line, alert.value[0] ?? '', ALERT_DIRECTORY);
    }
  }
}
