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
import { monPeriodRules, monServiceRules, monTime } from './monRules';
import { unsaid } from './unsaid';

/** Hosts in a line. */
const HOSTS_LIMIT = 8;

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
  // Without a monitor, only traps tell of it.
  const isSaid = ({ monitor }: WatchService): boolean => monitor.length === 0 || isCommand(monitor);
  const said = services.filter(isSaid);
  const names = monNames(
    said.map(({ name }) => name),
    TAG,
  );
  const leftOut = services.filter((service) => !isSaid(service));
  return [
    '',
    ...unsaid(
      'A monitor of mon has a plain name, so this is left out:',
      leftOut.length === 0 ? [] : assignWatch({ hostgroup, services: leftOut }),
    ),
    ...(said.length === 0 ? [] : [`watch ${group}`]),
    ...renamed(names, TAG).map((comment) => `  ${comment}`),
    ...said.flatMap((service) => serviceLines(service, names.get(service.name) ?? service.name, hostgroup)),
  ];
}

function serviceLines(service: WatchService, name: string, hostgroup: string): readonly string[] {
  return [
    `  service ${name}`,
    ...(service.monitor.length === 0 ? [] : checkLines(service)),
    ...monServiceRules(service, hostgroup).map((line) => `    ${line}`),
    ...periodLines(service.periods),
  ];
}

function checkLines({ intervalMs, monitor, timeoutMs }: WatchService): readonly string[] {
  const timeout = printDuration(timeoutMs);
  return [
    ...(intervalMs % 1000 === 0 ? [] : ['    # mon counts whole seconds; this is finer.']),
    `    interval ${monTime(intervalMs)}`,
    ...(ownTimeoutMs(monitor) === timeoutMs ? [] : [`    # timeout ${timeout}: mon itself ends no monitor.`]),
    `    monitor ${commandText(monitor)}`,
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
    ...periods.flatMap((period, index) => {
      const { label, time, alerts, upalerts, startupalerts, ackalerts, disablealerts } = period;
      const kinds = { alert: alerts, upalert: upalerts, startupalert: startupalerts, ackalert: ackalerts };
      return [
        `    period ${isBare[index] ? '' : `${names.get(label) ?? label}: `}${time}`.trimEnd(),
        ...monPeriodRules(period).map((line) => `      ${line}`),
        ...Object.entries({ ...kinds, disablealert: disablealerts }).flatMap(([kind, lines = []]) =>
          lines.map((words) => alertLine(kind, words)),
        ),
      ];
    }),
  ];
}

function alertLine(kind: string, words: readonly string[]): string {
  // Which is a condition in front of an alert, and of nothing else.
  const exit = kind === 'alert' && EXIT.test(words[0] ?? '') ? `${words[0]} ` : '';
  const command = monWords(exit === '' ? words : words.slice(1));
  return isCommand(command)
    ? `      ${kind} ${exit}${commandText(command)}`
    : `      # An alert of mon has a plain name, so this is left out: ${kind} ${joinWords(words)}`;
}

const EXIT = /^exit=\d+(-\d+)?$/;

/** As mon has them: any alert is a program there, and mail has another name. */
function monWords(words: readonly string[]): readonly string[] {
  const [program, ...rest] = words;
  if (program === 'exec' && rest.length > 0) return rest;
  return program === 'mail' ? ['mail.alert', ...rest] : words;
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
