/**
 * Host groups and watches as `mon.cf` of mon 1.3 has them: a blank line ends a block, a comment does not, and what
 * belongs to a service stands before its first period.
 */
import type { Config, Period, Watch, WatchService } from '../config';
import { freeLabel, ownTimeoutMs } from '../import/watches';
import { assignWatch } from '../print';
import { joinWords } from '../text';
import { printDuration } from '../values';
import { LABEL, monNames, renamed, TAG } from './monNames';
import { unsaid } from './unsaid';

/** Hosts in a line. */
const HOSTS_LIMIT = 8;
const MINUTE_MS = 60_000;

export function monCf({ hostgroups, watches }: Config): readonly string[] {
  const groups = [...hostgroups.map(({ name }) => name), ...watches.map(({ hostgroup }) => hostgroup)];
  const names = monNames([...new Set(groups)], TAG);
  const written = (group: string): string => names.get(group) ?? group;
  return [
    ...builtIn(watches),
    ...renamed(names, TAG),
    ...hostgroups.flatMap(({ name, hosts }) => hostgroupLines(written(name), hosts)),
    ...watches.flatMap((watch) => watchLines(watch, written(watch.hostgroup))),
  ];
}

/** Alerts that no mon ships, and that are programs nowhere. */
const OWN_ALERTS = ['console', 'syslog'];

/** Alerts that no mon ships. */
function builtIn(watches: readonly Watch[]): readonly string[] {
  const periods = watches.flatMap(({ services }) => services.flatMap((service) => service.periods));
  const programs = periods.flatMap(({ alerts, upalerts }) =>
    [...alerts, ...upalerts].map(([program]) => program),
  );
  return ['lvs.alert', 'ipvs.alert', ...OWN_ALERTS]
    .filter((alert) => programs.includes(alert))
    .map((alert) => `# ${alert} is built in here; mon needs a program of that name in its alertdir.`);
}

function hostgroupLines(name: string, hosts: readonly string[]): readonly string[] {
  const rows: string[] = [];
  for (let at = 0; at < hosts.length; at += HOSTS_LIMIT)
    rows.push(hosts.slice(at, at + HOSTS_LIMIT).join(' '));
  return `hostgroup ${name} ${rows.join(' \\\n    ')}`.split('\n');
}

function watchLines({ hostgroup, services }: Watch, group: string): readonly string[] {
  const said = services.filter(({ monitor }) => isCommand(monitor));
  const names = monNames(
    said.map(({ name }) => name),
    TAG,
  );
  const leftOut = services.filter(({ monitor }) => !isCommand(monitor));
  return [
    '',
    ...unsaid(
      'A monitor of mon has a plain name, so this is left out:',
      leftOut.length === 0 ? [] : assignWatch({ hostgroup, services: leftOut }),
    ),
    ...(said.length === 0 ? [] : [`watch ${group}`]),
    ...renamed(names, TAG).map((comment) => `  ${comment}`),
    ...said.flatMap((service) => serviceLines(service, names.get(service.name) ?? service.name)),
  ];
}

function serviceLines(
  { intervalMs, monitor, timeoutMs, periods }: WatchService,
  name: string,
): readonly string[] {
  const timeout = printDuration(timeoutMs);
  return [
    `  service ${name}`,
    ...(intervalMs % 1000 === 0 ? [] : ['    # mon counts whole seconds; this is finer.']),
    `    interval ${monTime(intervalMs)}`,
    ...(ownTimeoutMs(monitor) === timeoutMs ? [] : [`    # timeout ${timeout}: mon itself ends no monitor.`]),
    `    monitor ${commandText(monitor)}`,
    ...periodLines(periods),
  ];
}

/** A period goes by its time where mon can tell it from the others by that, and import gives it its own label. */
function periodLines(periods: readonly Period[]): readonly string[] {
  const labels = new Set<string>();
  const times = new Set<string>();
  const isBare = periods.map(({ label, time }) => {
    const bare = freeLabel(time, labels) === label && !times.has(time);
    labels.add(label);
    if (bare) times.add(time);
    return bare;
  });
  const labelled = periods.filter((_, index) => !isBare[index]);
  const names = monNames(
    labelled.map(({ label }) => label),
    LABEL,
  );
  return [
    ...renamed(names, LABEL).map((comment) => `    ${comment}`),
    ...periods.flatMap(({ label, time, alerts, upalerts }, index) => [
      `    period ${isBare[index] ? '' : `${names.get(label) ?? label}: `}${time}`.trimEnd(),
      ...alerts.map((words) => alertLine('alert', words)),
      ...upalerts.map((words) => alertLine('upalert', words)),
    ]),
  ];
}

function alertLine(kind: 'alert' | 'upalert', own: readonly string[]): string {
  const words = monWords(own);
  return isCommand(words)
    ? `      ${kind} ${commandText(words)}`
    : `      # An alert of mon has a plain name, so this is left out: ${kind} ${joinWords(words)}`;
}

/** As mon has them: any alert is a program there, and mail has another name. */
function monWords(words: readonly string[]): readonly string[] {
  const [program, ...rest] = words;
  if (program === 'exec' && rest.length > 0) return rest;
  return program === 'mail' ? ['mail.alert', ...rest] : words;
}

function monTime(ms: number): string {
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS}m` : `${ms / 1000}s`;
}

/** mon takes the program up to the first blank, and reads `exit=` in front of an alert as a condition. */
function isCommand([program = '']: readonly string[]): boolean {
  return program !== '' && wordText(program) === program && !/^exit\s*=/i.test(program);
}

/** A `;;` at the end of a monitor keeps the hosts from being appended. */
function commandText(words: readonly string[]): string {
  return words
    .map((word, at) => (word === ';;' && at === words.length - 1 ? word : wordText(word)))
    .join(' ');
}

/** As Text::ParseWords of perl reads it back. */
function wordText(word: string): string {
  return word !== '' && !/[\s"'\\;]/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
