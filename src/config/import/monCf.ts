/**
 * Reads `mon.cf` of mon 1.3: blocks of hostgroup and watch, services and periods inside a watch, `\` joining lines,
 * a blank line ending a block. The next definition ends one too, because printed files often lost their blank lines.
 * What a service lacks is known only at the end of its block, so a watch is collected first; watches.ts writes it.
 */
import { shown } from '../problem';
import type { Draft, SourceLine } from './draft';
import { globalVerdict, periodKeyVerdict, serviceKeyVerdict } from './keywords';
import { isDependKey } from './watch-depends';
import { Globals } from './watch-globals';
import { type Rule, readPeriodKey, readServiceKey } from './watch-keys';
import {
  type AlertKind,
  exitText,
  freeLabel,
  type Period,
  type Service,
  type Watch,
  writeWatch,
} from './watches';
import { monTimeMs, quotedWords, sourceLines } from './words';

/** The block that a line belongs to; an `ignored` one is left out with all its lines. */
type Block =
  | { readonly kind: 'none' | 'ignored' }
  | { readonly kind: 'hostgroup'; readonly name: string }
  | WatchBlock;

/** Lines go to the last service and period opened; null when that one is left out. */
interface WatchBlock {
  readonly kind: 'watch';
  readonly watch: Watch;
  service: Service | 'none' | 'ignored';
  period: Period | 'none' | 'ignored';
}

interface State {
  readonly groups: Set<string>;
  readonly watches: Watch[];
  readonly globals: Globals;
  block: Block;
}

const NONE: Block = { kind: 'none' };
const IGNORED: Block = { kind: 'ignored' };

const GLOBAL = /^(\w+)\s*=\s*(.*)$/s;

/** mon runs `mon.cf.m4` through m4 first. */
const MACRO = /^(m4_)?(dnl\b|(define|undefine|include|sinclude|divert|changequote|ifdef|ifelse)\()/;

/** A tag of mon: the name of a group, service or label. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** Reads one file into the draft; malformed lines get an account line that says what would be right. */
export function readMonCf(draft: Draft, file: string, text: string): void {
  const state: State = { groups: new Set(), watches: [], globals: new Globals(), block: NONE };
  for (const line of sourceLines(file, text, true)) {
    if (line.text === '') state.block = NONE;
    else if (!line.text.startsWith('#')) readLine(draft, line, state);
  }
  for (const watch of state.watches) writeWatch(draft, watch, state.groups, state.globals);
  state.globals.end(draft, state.watches);
}

function readLine(draft: Draft, line: SourceLine, state: State): void {
  const [keyword = '', ...args] = line.text.split(/\s+/);
  const { block } = state;
  if (keyword === 'hostgroup') state.block = openHostgroup(draft, line, args, state);
  else if (keyword === 'watch') state.block = openWatch(draft, line, args, state);
  else if (keyword === 'view' || keyword === 'alias') {
    draft.meaningless(line, `A ${keyword} serves mon's clients, and there are none.`);
    state.block = IGNORED;
  } else if (MACRO.test(line.text)) {
    draft.refused(line, `${shown(keyword)}: Macros are not expanded; run m4 and import what it prints.`);
  } else if (block.kind === 'hostgroup' && GLOBAL.test(line.text)) readGlobal(draft, line, state);
  else if (block.kind === 'hostgroup') addHosts(draft, line, block.name, [keyword, ...args]);
  else if (block.kind === 'watch') readInWatch(draft, line, block);
  else if (block.kind === 'ignored') leaveOut(draft, line);
  else readGlobal(draft, line, state);
}

function leaveOut(draft: Draft, line: SourceLine): void {
  draft.meaningless(line, 'It goes with the definition above, which is left out.');
}

function readGlobal(draft: Draft, line: SourceLine, { globals }: State): void {
  const [, name, value = ''] = GLOBAL.exec(line.text) ?? [];
  if (name !== undefined && globals.read(draft, line, name, value)) return;
  if (name !== undefined) draft.note(line.file, line.number, ...globalVerdict(name, value));
  else
    draft.refused(
      line,
      `${shown(line.text)} is in no block, which a blank line ends; write "hostgroup", "watch" or "name = value".`,
    );
}

function openHostgroup(draft: Draft, line: SourceLine, args: readonly string[], state: State): Block {
  const [name = '', ...hosts] = args;
  if (!TAG.test(name) || state.groups.has(name)) {
    const why = state.groups.has(name) ? 'is defined before' : 'is no name of a group';
    draft.refused(line, `${shown(name)} ${why}; write "hostgroup NAME HOST...".`);
    return IGNORED;
  }
  state.groups.add(name);
  if (hosts.length === 0) draft.taken(line, `Host group ${name}; its hosts follow.`);
  addHosts(draft, line, name, hosts);
  return { kind: 'hostgroup', name };
}

function addHosts(draft: Draft, line: SourceLine, group: string, hosts: readonly string[]): void {
  for (const host of hosts) {
    if (host.startsWith('*')) draft.refused(line, `${shown(host)} is disabled in mon, and is left out.`);
    else if (draft.write(line, [`hostgroup ${group} host ${host}`]))
      draft.taken(line, `Host group ${group} has ${host}.`);
  }
}

function openWatch(draft: Draft, line: SourceLine, args: readonly string[], state: State): Block {
  const [group = '', ...more] = args;
  if (!TAG.test(group) || more.length > 0) {
    draft.refused(line, 'Write "watch NAME" with the name of a host group.');
    return IGNORED;
  }
  if (state.watches.some((known) => known.group === group)) {
    draft.refused(line, `The watch of ${group} is defined before; put its services there.`);
    return IGNORED;
  }
  const watch: Watch = { line, group, services: [] };
  state.watches.push(watch);
  return { kind: 'watch', watch, service: 'none', period: 'none' };
}

function readInWatch(draft: Draft, line: SourceLine, block: WatchBlock): void {
  const [, key = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line.text) ?? [];
  const { service, period } = block;
  if (key === 'service') openService(draft, line, block, rest);
  else if (service === 'ignored') leaveOut(draft, line);
  else if (service === 'none')
    draft.refused(line, `${shown(key)} stands before any service; write "service NAME" first.`);
  else if (key === 'period') openPeriod(draft, line, block, service, rest);
  else if (key === 'interval') readInterval(draft, line, service, rest);
  else if (key === 'monitor') readMonitor(draft, line, service, rest);
  else if (isAlertKind(key)) readAlert(draft, line, period, key, rest);
  else readRule(draft, line, service, period, key, rest);
}

const ALERT_KINDS: readonly string[] = ['alert', 'upalert', 'startupalert', 'ackalert', 'disablealert'];

function isAlertKind(key: string): key is AlertKind {
  return ALERT_KINDS.includes(key);
}

function readRule(
  draft: Draft,
  line: SourceLine,
  service: Service,
  period: WatchBlock['period'],
  key: string,
  rest: string,
): void {
  if (key === 'alertexitrange') {
    readExits(draft, line, period, rest);
    return;
  }
  if (isDependKey(key)) {
    service.depends.push({ line, key, value: rest });
    return;
  }
  const ofPeriod = readPeriodKey(line, key, rest);
  const read = ofPeriod ?? readServiceKey(line, key, rest);
  if (read === null) {
    const [verdict, sentence] = periodKeyVerdict(key) ?? serviceKeyVerdict(key);
    draft.note(line.file, line.number, verdict, sentence);
  } else if (typeof read === 'string') draft.refused(line, read);
  else if (ofPeriod === null) keep(draft, service.rules, read);
  else if (period === 'ignored') leaveOut(draft, line);
  else if (period === 'none')
    draft.refused(line, `${key} stands before any period; write "period wd {Sun-Sat}" first.`);
  else keep(draft, period.rules, read);
}

/** Of two lines with one key the last one counts. */
function keep(draft: Draft, rules: Rule[], rule: Rule): void {
  const at = rules.findIndex(({ key }) => key === rule.key);
  if (at === -1) rules.push(rule);
  else {
    overrule(draft, rules[at]!, rule.line);
    rules[at] = rule;
  }
}

function readExits(draft: Draft, line: SourceLine, period: WatchBlock['period'], rest: string): void {
  const range = exitRange(rest);
  if (period === 'ignored') leaveOut(draft, line);
  else if (period === 'none')
    draft.refused(line, 'alertexitrange stands before any period; write "period wd {Sun-Sat}" first.');
  else if (range === null) draft.refused(line, `${shown(rest)} is not like "alertexitrange 1-9".`);
  else {
    overrule(draft, period.exits, line);
    period.exits = { line, value: range };
  }
}

/** Null when it is none. */
function exitRange(text: string): { readonly from: number; readonly to: number } | null {
  const [, from, to = from] = /^(\d{1,3})(?:\s*-\s*(\d{1,3}))?$/.exec(text) ?? [];
  if (from === undefined || Number(from) > Number(to) || Number(to) > 255) return null;
  return { from: Number(from), to: Number(to) };
}

function openService(draft: Draft, line: SourceLine, block: WatchBlock, name: string): void {
  const { group, services } = block.watch;
  const known = services.some((service) => service.name === name);
  block.period = 'none';
  block.service = 'ignored';
  if (known) draft.refused(line, `Service ${name} of ${group} is defined before.`);
  else if (!TAG.test(name))
    draft.refused(line, `${shown(name)} is no name of a service; write "service NAME".`);
  else {
    block.service = { line, name, interval: null, monitor: null, rules: [], depends: [], periods: [] };
    services.push(block.service);
  }
}

function readInterval(draft: Draft, line: SourceLine, service: Service, rest: string): void {
  const value = monTimeMs(rest);
  if (value === null)
    draft.refused(
      line,
      `${shown(rest)} is no time of mon; write a number and s, m, h or d, as "interval 5s".`,
    );
  else {
    overrule(draft, service.interval, line);
    service.interval = { line, value };
  }
}

function readMonitor(draft: Draft, line: SourceLine, service: Service, rest: string): void {
  const value = quotedWords(rest);
  if (value.length === 0) {
    draft.refused(
      line,
      'monitor wants a program and its arguments, quotation marks closed; write "monitor http.monitor".',
    );
    return;
  }
  overrule(draft, service.monitor, line);
  service.monitor = { line, value };
}

function overrule(draft: Draft, earlier: { readonly line: SourceLine } | null, later: SourceLine): void {
  if (earlier !== null)
    draft.meaningless(earlier.line, `Overruled by line ${later.number}, which says it again.`);
}

function openPeriod(draft: Draft, line: SourceLine, block: WatchBlock, service: Service, rest: string): void {
  const [, given, time = ''] = /^(?:([A-Za-z0-9_][\w.-]*)\s*:)?\s*(.*)$/s.exec(rest) ?? [];
  const labels = new Set(service.periods.map((period) => period.label));
  const label = given ?? freeLabel(time, labels);
  if (labels.has(label)) {
    draft.refused(line, `Period ${label} is there before; write "period LABEL: TIME" with another label.`);
    block.period = 'ignored';
    return;
  }
  block.period = { line, label, time, alerts: [], rules: [], exits: null };
  service.periods.push(block.period);
}

function readAlert(
  draft: Draft,
  line: SourceLine,
  period: WatchBlock['period'],
  kind: AlertKind,
  rest: string,
): void {
  const [, exit = '', exits, program = rest] = /^(exit)\s*=\s*(\S+)\s*(.*)$/is.exec(rest) ?? [];
  const range = exits === undefined ? null : exitRange(exits);
  const words = quotedWords(program);
  if (period === 'ignored') leaveOut(draft, line);
  else if (period === 'none')
    draft.refused(line, `${kind} stands before any period; write "period wd {Sun-Sat}" first.`);
  else if (exit !== '' && kind !== 'alert')
    draft.refused(line, `${kind} has no exit value; write exit= only in front of an alert.`);
  else if (exit !== '' && range === null)
    draft.refused(
      line,
      `${shown(exits ?? '')} is no exit value or range; write "alert exit=1-9 mail.alert".`,
    );
  else if (words.length === 0)
    draft.refused(
      line,
      `${kind} wants a program and its arguments, quotation marks closed; write "${kind} mail.alert root".`,
    );
  else period.alerts.push({ line, kind, value: range === null ? words : [exitText(range), ...words] });
}
