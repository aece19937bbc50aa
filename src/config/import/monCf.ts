/**
 * Reads `mon.cf` of mon 1.3: blocks of hostgroup and watch, services and periods inside a watch, `\` joining lines,
 * a blank line ending a block. What a service needs is known only at the end of its block, so a watch is collected
 * first and written then.
 */
import type { Draft, SourceLine } from './draft';
import { globalVerdict, periodKeyVerdict, serviceKeyVerdict } from './monKeys';
import { isTag, monTimeMs, named, quoted, sourceLines, timeText, words } from './words';

interface Period {
  readonly line: SourceLine;
  readonly label: string;
  readonly time: string;
  readonly alerts: {
    readonly line: SourceLine;
    readonly kind: 'alert' | 'upalert';
    readonly value: string;
  }[];
}

interface Service {
  readonly line: SourceLine;
  readonly name: string;
  interval: { readonly line: SourceLine; readonly ms: number } | undefined;
  monitor: { readonly line: SourceLine; readonly value: string } | undefined;
  readonly periods: Period[];
}

interface Watch {
  readonly line: SourceLine;
  readonly group: string;
  readonly services: Service[];
}

/** The block a line belongs to. `ignored` swallows the lines of a block that was refused. */
type Block =
  | { readonly kind: 'none' | 'ignored' }
  | { readonly kind: 'hostgroup'; readonly name: string }
  | { readonly kind: 'watch'; readonly watch: Watch };

interface State {
  readonly groups: Set<string>;
  readonly watches: Watch[];
  block: Block;
}

const NONE: Block = { kind: 'none' };
const IGNORED: Block = { kind: 'ignored' };
/** mon's answer to a period without a time. */
const ALWAYS_LABEL = 'always';

/** Reads one file into the draft; malformed lines get an account line that says what would be right. */
export function readMonCf(draft: Draft, file: string, text: string): void {
  const state: State = { groups: new Set(), watches: [], block: NONE };
  for (const line of sourceLines(file, text, true)) {
    if (line.text === '') state.block = NONE;
    else if (!line.text.startsWith('#')) readLine(draft, line, state);
  }
  for (const watch of state.watches) writeWatch(draft, watch, state.groups);
}

function readLine(draft: Draft, line: SourceLine, state: State): void {
  const [keyword = '', ...args] = words(line.text);
  if (keyword === 'hostgroup') state.block = openHostgroup(draft, line, args, state);
  else if (keyword === 'watch') state.block = openWatch(draft, line, args, state);
  else if (keyword === 'view' || keyword === 'alias') {
    draft.meaningless(line, `${keyword} serves mon's clients, and there are none.`);
    state.block = IGNORED;
  } else if (state.block.kind === 'hostgroup') addHosts(draft, line, state.block.name, [keyword, ...args]);
  else if (state.block.kind === 'watch') readInWatch(draft, line, state.block.watch);
  else if (state.block.kind === 'ignored') {
    draft.meaningless(line, 'Goes with the block above, which is not carried over.');
  } else readGlobal(draft, line);
}

function readGlobal(draft: Draft, line: SourceLine): void {
  const match = /^([A-Za-z_][\w-]*)\s*=/.exec(line.text);
  if (match !== null) draft.note(line.file, line.number, ...globalVerdict(match[1]!));
  else
    draft.refused(
      line,
      'Stands in no block: write "hostgroup", "watch" or "name = value" (a blank line ends a block).',
    );
}

function openHostgroup(draft: Draft, line: SourceLine, args: readonly string[], state: State): Block {
  const [name, ...hosts] = args;
  if (name === undefined || !isTag(name)) {
    draft.refused(line, `${named(name ?? '')} is no name of a group: write "hostgroup NAME HOST...".`);
    return IGNORED;
  }
  if (state.groups.has(name)) {
    draft.refused(line, `Host group ${name} is already defined.`);
    return IGNORED;
  }
  state.groups.add(name);
  addHosts(draft, line, name, hosts);
  return { kind: 'hostgroup', name };
}

function addHosts(draft: Draft, line: SourceLine, group: string, hosts: readonly string[]): void {
  const good: string[] = [];
  for (const host of hosts) {
    if (host.startsWith('*'))
      draft.refused(line, `${named(host)} is disabled in mon; leave the host out instead.`);
    else if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(host))
      draft.refused(line, `${named(host)} is no host.`);
    else good.push(host);
  }
  for (const host of good) draft.add(line, `hostgroup ${group} host ${host}`);
  if (good.length > 0) draft.taken(line, `Host group ${group} has ${good.join(', ')}.`);
  else if (hosts.length === 0) draft.taken(line, `Host group ${group}; its hosts follow.`);
}

function openWatch(draft: Draft, line: SourceLine, args: readonly string[], state: State): Block {
  const group = args[0];
  if (group === undefined || !isTag(group) || args.length > 1) {
    draft.refused(line, 'watch wants the name of one host group: write "watch NAME".');
    return IGNORED;
  }
  if (group === 'default' && !state.groups.has(group)) {
    draft.refused(line, 'watch default is for traps, which come later.');
    return IGNORED;
  }
  const watch: Watch = { line, group, services: [] };
  state.watches.push(watch);
  draft.taken(line, `Watches ${group}.`);
  return { kind: 'watch', watch };
}

function readInWatch(draft: Draft, line: SourceLine, watch: Watch): void {
  const match = /^(\S+)\s*(.*)$/.exec(line.text);
  const key = match?.[1] ?? '';
  const rest = match?.[2] ?? '';
  const service = watch.services.at(-1);
  if (key === 'service') openService(draft, line, watch, rest);
  else if (service === undefined)
    draft.refused(line, `${named(key)} stands before any service: write "service NAME" first.`);
  else if (key === 'period') openPeriod(draft, line, service, rest);
  else if (key === 'interval') readInterval(draft, line, service, rest);
  else if (key === 'monitor') readMonitor(draft, line, service, rest);
  else if (key === 'alert' || key === 'upalert') readAlert(draft, line, service, key, rest);
  else draft.note(line.file, line.number, ...(periodKeyVerdict(key) ?? serviceKeyVerdict(line.text, key)));
}

function openService(draft: Draft, line: SourceLine, watch: Watch, name: string): void {
  const known = watch.services.some((service) => service.name === name);
  // A refused service still takes its lines, so that they do not land in the service before it.
  watch.services.push({
    line,
    name: isTag(name) && !known ? name : '',
    interval: undefined,
    monitor: undefined,
    periods: [],
  });
  if (known) draft.refused(line, `Service ${name} of ${watch.group} is already defined.`);
  else if (isTag(name)) draft.taken(line, `Service ${name} of ${watch.group}.`);
  else draft.refused(line, `${named(name)} is no name of a service: write "service NAME".`);
}

function readInterval(draft: Draft, line: SourceLine, service: Service, rest: string): void {
  const ms = monTimeMs(rest);
  if (ms === null) {
    draft.refused(
      line,
      `${named(rest)} is no time of mon: write a number and s, m, h or d, as "interval 5s".`,
    );
    return;
  }
  service.interval = { line, ms };
  draft.taken(line, `Checked every ${timeText(ms)}.`);
}

function readMonitor(draft: Draft, line: SourceLine, service: Service, rest: string): void {
  const [, value = '', bare] = /^(.*?)(\s*;;)?$/.exec(rest) ?? [];
  if (value === '' || quoted(value) === null) {
    draft.refused(line, 'monitor wants a program and its arguments: write "monitor http.monitor".');
    return;
  }
  service.monitor = { line, value };
  draft.taken(line, `Checked by ${value}.`);
  if (bare !== undefined)
    draft.refused(line, 'The hosts of the group are always given to the monitor, also with ";;".');
}

function openPeriod(draft: Draft, line: SourceLine, service: Service, rest: string): void {
  const [, given, time = ''] = /^(?:([A-Za-z_][\w-]*)\s*:)?\s*(.*)$/.exec(rest) ?? [];
  const scale = /^[A-Za-z]+/.exec(time)?.[0] ?? (time === '' ? ALWAYS_LABEL : 'period');
  const taken = new Set(service.periods.map((period) => period.label));
  const label = given ?? freeLabel(scale.toLowerCase(), taken);
  if (taken.has(label) || quoted(time) === null || !isTag(label)) {
    draft.refused(
      line,
      `Period ${named(label)} is already there or not well named: write "period LABEL: TIME".`,
    );
    // Its alerts must not land in the period before it.
    service.periods.push({ line, label: '', time: '', alerts: [] });
    return;
  }
  service.periods.push({ line, label, time, alerts: [] });
  draft.taken(line, `Period ${label}: ${time === '' ? 'always' : time}.`);
}

function freeLabel(wanted: string, taken: ReadonlySet<string>): string {
  let label = wanted;
  for (let count = 2; taken.has(label); count += 1) label = `${wanted}-${count}`;
  return label;
}

function readAlert(
  draft: Draft,
  line: SourceLine,
  service: Service,
  kind: 'alert' | 'upalert',
  rest: string,
): void {
  const period = service.periods.at(-1);
  if (period === undefined) {
    draft.refused(line, `${kind} stands before any period: write "period wd {Sun-Sat}" first.`);
  } else if (/^exit\s*=/.test(rest)) {
    draft.refused(
      line,
      'Alerts for certain exit values come later; without exit= it would go out at every failure.',
    );
  } else if (rest === '' || quoted(rest) === null) {
    draft.refused(line, `${kind} wants a program and its arguments: write "${kind} mail.alert root".`);
  } else {
    period.alerts.push({ line, kind, value: rest });
    draft.taken(line, `${kind === 'alert' ? 'At a failure' : 'At a recovery'}: ${rest}.`);
  }
}

function writeWatch(draft: Draft, watch: Watch, groups: ReadonlySet<string>): void {
  if (!groups.has(watch.group)) {
    draft.add(watch.line, `hostgroup ${watch.group} host ${watch.group}`);
    draft.taken(
      watch.line,
      `There is no host group ${watch.group}; as in mon, it is the host ${watch.group}.`,
    );
  }
  if (watch.services.length === 0) draft.refused(watch.line, `The watch of ${watch.group} has no service.`);
  for (const service of watch.services) if (service.name !== '') writeService(draft, watch, service);
}

function writeService(draft: Draft, watch: Watch, service: Service): void {
  const { interval, monitor } = service;
  const key = `watch ${watch.group} service ${service.name}`;
  if (interval === undefined || monitor === undefined) {
    const lacking = monitor === undefined ? 'monitor http.monitor' : 'interval 5s';
    draft.refused(
      service.line,
      `Service ${service.name} of ${watch.group} is left out: it lacks a line like "${lacking}"; services that only wait for traps come later.`,
    );
    return;
  }
  draft.set(interval.line, `${key} interval`, timeText(interval.ms));
  draft.set(monitor.line, `${key} monitor`, quoted(monitor.value)!);
  const timeoutMs = ownTimeoutMs(monitor.value);
  if (timeoutMs !== null) {
    draft.set(monitor.line, `${key} timeout`, timeText(timeoutMs));
    draft.taken(monitor.line, `The monitor's own -t makes the timeout ${timeText(timeoutMs)}.`);
  }
  for (const period of service.periods)
    if (period.label !== '') writePeriod(draft, `${key} period ${period.label}`, period);
}

/** mon has no timeout for a monitor, so each carries its own: `-t SECONDS` in all that mon ships. */
function ownTimeoutMs(monitor: string): number | null {
  const seconds = /\s-t\s*(\d+(?:\.\d+)?)(?=\s|$)/.exec(monitor)?.[1];
  return seconds === undefined ? null : monTimeMs(`${seconds}s`);
}

function writePeriod(draft: Draft, key: string, period: Period): void {
  draft.set(period.line, `${key} time`, quoted(period.time)!);
  for (const alert of period.alerts) draft.add(alert.line, `${key} ${alert.kind} ${quoted(alert.value)}`);
}
