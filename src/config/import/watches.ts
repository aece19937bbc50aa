/**
 * A watch of mon.cf once its block is read whole, and how it becomes `set` lines. It reads no line.
 */
import { BUILT_IN_MONITORS } from '../programs';
import { entryOf } from '../settings';
import { joinWords, quoteWord } from '../text';
import { printDuration } from '../values';
import type { Assignment, Draft, SourceLine } from './draft';
import { ALERT_DIRECTORY, MONITOR_DIRECTORY } from './keywords';
import { type DependLine, writeDepends } from './watch-depends';
import type { Globals } from './watch-globals';
import type { Rule } from './watch-keys';
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
  readonly alerts: (Said<Command> & { readonly kind: AlertKind })[];
  readonly rules: Rule[];
  /** alertexitrange: exit values of all alerts of the period. */
  exits: Said<ExitRange> | null;
}

export type AlertKind = 'alert' | 'upalert' | 'startupalert' | 'ackalert' | 'disablealert';

export interface ExitRange {
  readonly from: number;
  readonly to: number;
}

export interface Service {
  readonly line: SourceLine;
  readonly name: string;
  /** Milliseconds. */
  interval: Said<number> | null;
  monitor: Said<Command> | null;
  readonly rules: Rule[];
  readonly depends: DependLine[];
  readonly periods: Period[];
}

export interface Watch {
  readonly line: SourceLine;
  readonly group: string;
  readonly services: Service[];
}

/** Name of the watch, and of its service, that traps for unknown ones go to. */
export const DEFAULT = 'default';

/** @param groups names of the host groups that the files define */
export function writeWatch(draft: Draft, watch: Watch, groups: ReadonlySet<string>, globals: Globals): void {
  const { group, line, services } = watch;
  if (services.length === 0) draft.refused(line, `The watch of ${group} is left out: it has no service.`);
  else if (groups.has(group)) draft.taken(line, `Watches ${group}.`);
  else if (group === DEFAULT) draft.taken(line, 'Traps for what is not watched go here.');
  else if (draft.write(line, [`hostgroup ${group} host`, group]))
    draft.taken(line, `Watches ${group}; there is no such host group, so it is that host, as in mon.`);
  for (const service of services) writeService(draft, group, service, globals);
}

function writeService(draft: Draft, group: string, service: Service, globals: Globals): void {
  const { line, name, interval, monitor, rules, depends, periods } = service;
  const path = `watch ${group} service ${name}`;
  if ((interval === null) !== (monitor === null)) {
    const lacking = monitor === null ? 'monitor http.monitor' : 'interval 5s';
    draft.refused(line, `Service ${name} of ${group} is left out: it lacks a line like "${lacking}".`);
    for (const said of saidOf(service))
      draft.refused(said.line, `It goes with service ${name}, which is left out.`);
    return;
  }
  if (interval === null || monitor === null) {
    // Something must be set for the service to be there at all.
    const timeout = entryOf('watch HOSTGROUP service SERVICE timeout').default ?? '';
    draft.write(line, [`${path} timeout`, timeout]);
    draft.taken(line, `Service ${name} of ${group}, of which only traps tell.`);
  } else {
    draft.taken(line, `Service ${name} of ${group}.`);
    writeCheck(draft, path, interval, monitor);
  }
  globals.apply(draft, path, service);
  for (const rule of rules) writeRule(draft, path, rule);
  writeDepends(draft, path, group, depends, globals.behavior);
  for (const period of periods) writePeriod(draft, `${path} period ${period.label}`, period);
}

function writeCheck(draft: Draft, path: string, interval: Said<number>, monitor: Said<Command>): void {
  const every = printDuration(interval.value);
  if (draft.write(interval.line, [`${path} interval`, every]))
    draft.taken(interval.line, `Checked every ${every}.`);
  const command = joinWords(monitor.value);
  const timeout = timeoutOf(monitor.value);
  if (draft.write(monitor.line, [`${path} monitor`, quoteWord(command)], [`${path} timeout`, timeout.text])) {
    draft.taken(monitor.line, `Checked by ${command}; timeout ${timeout.text}, ${timeout.why}.`);
    const program = monitor.value[0] ?? '';
    if (!BUILT_IN_MONITORS.some((name) => name === program))
      needProgram(draft, monitor.line, program, MONITOR_DIRECTORY);
  }
}

function writeRule(draft: Draft, path: string, { line, assignments, sentence }: Rule): void {
  const whole = assignments.map(
    ([word, value]): Assignment => (value === undefined ? [`${path} ${word}`] : [`${path} ${word}`, value]),
  );
  if (draft.write(line, ...whole)) draft.taken(line, sentence);
}

/** Lines after the service's own. */
function saidOf({
  interval,
  monitor,
  rules,
  depends,
  periods,
}: Service): readonly { readonly line: SourceLine }[] {
  const own = [interval, monitor].filter((said) => said !== null);
  return [...own, ...rules, ...depends, ...periods.flatMap((period) => [period, ...linesIn(period)])];
}

function linesIn({ alerts, rules, exits }: Period): readonly { readonly line: SourceLine }[] {
  return [...alerts, ...rules, ...(exits === null ? [] : [exits])];
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

function writePeriod(draft: Draft, path: string, period: Period): void {
  const { line, label, time, alerts, rules, exits } = period;
  if (!draft.write(line, [`${path} time`, quoteWord(time)])) {
    for (const said of linesIn(period))
      draft.refused(said.line, `It goes with period ${label}, which is left out.`);
    return;
  }
  draft.taken(line, `Period ${label}: ${time === '' ? 'always' : time}.`);
  for (const rule of rules) writeRule(draft, path, rule);
  if (exits !== null)
    draft.taken(exits.line, 'alertexitrange: The alerts of this period are for these exit values.');
  for (const alert of alerts) writeAlert(draft, path, alert, exits?.value ?? null);
}

const WHEN: Readonly<Record<AlertKind, string>> = {
  alert: 'At a failure',
  upalert: 'At a recovery',
  startupalert: 'At the start',
  ackalert: 'When a failure is acknowledged',
  disablealert: 'When it is disabled',
};

function writeAlert(
  draft: Draft,
  path: string,
  { line, kind, value }: Period['alerts'][number],
  exits: ExitRange | null,
): void {
  const words = kind === 'alert' ? bounded(value, exits) : value;
  if (words === null) {
    draft.refused(line, 'No exit value is both in its exit= and in the alertexitrange of the period.');
    return;
  }
  const command = joinWords(words);
  const assignment: Assignment = [`${path} ${kind} ${quoteWord(command)}`];
  if (draft.has(assignment[0])) draft.meaningless(line, `The same ${kind} is there before.`);
  else if (draft.write(line, assignment)) {
    draft.taken(line, `${WHEN[kind]}: ${command}.`);
    const program = EXIT.test(words[0] ?? '') ? words.slice(1) : words;
    if (program[0] === MAIL_ALERT) needRelay(draft, line);
    else if (!BUILT_IN_ALERTS.includes(programOf(program)))
      needProgram(draft, line, program[0] ?? '', ALERT_DIRECTORY);
  }
}

/** As the configuration has it in front of an alert. */
const EXIT = /^exit=(\d+)(?:-(\d+))?$/;

/** @returns null where it would never be given */
function bounded(alert: Command, exits: ExitRange | null): Command | null {
  if (exits === null) return alert;
  const [, from, to = from] = EXIT.exec(alert[0] ?? '') ?? [];
  if (from === undefined) return [exitText(exits), ...alert];
  const both = { from: Math.max(exits.from, Number(from)), to: Math.min(exits.to, Number(to)) };
  return both.from > both.to ? null : [exitText(both), ...alert.slice(1)];
}

export function exitText({ from, to }: ExitRange): string {
  return from === to ? `exit=${from}` : `exit=${from}-${to}`;
}
