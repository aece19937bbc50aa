/**
 * Keys of services and periods of mon.cf that have a setting of nearly the same name: what each line says becomes the
 * settings that say it. It reads no file; where a service stands, `watches.ts` knows.
 */
import { shown } from '../problem';
import { quoteWord } from '../text';
import { printDuration } from '../values';
import type { Assignment, SourceLine } from './draft';
import { monTimeMs } from './words';

/** What a line says, kept until its block has ended. Paths stand without the service's or period's own. */
export interface Rule {
  readonly line: SourceLine;
  /** Of the same key the last one counts. */
  readonly key: string;
  readonly assignments: readonly Assignment[];
  /** For the account. */
  readonly sentence: string;
}

/** Or one sentence that says why not. */
type Read = Omit<Rule, 'line' | 'key'> | string;

const NO_TIME = 'is no time of mon; write a number and s, m, h or d, as';

/** Keys that take a time: the setting, and what it means. */
const SERVICE_TIMES: ReadonlyMap<string, readonly [word: string, meaning: string]> = new Map([
  ['failure_interval', ['failure-interval', 'Checked so often while it fails']],
  ['randskew', ['randskew', 'Each interval is longer or shorter by up to']],
  ['traptimeout', ['traptimeout', 'It fails without a trap for']],
  ['trapduration', ['trapduration', 'A failure that a trap tells of is over after']],
  ['dep_memory', ['dep-memory', 'What depends on it is held back after a failure for']],
]);

/** @returns null for a key that is none of these */
export function readServiceKey(line: SourceLine, key: string, rest: string): Rule | string | null {
  const [, name, value = ''] = /^([A-Z_][A-Z0-9_]*)=(.*)$/s.exec(line.text) ?? [];
  return name === undefined
    ? rule(line, key, serviceKey(key, rest))
    : rule(line, name, variable(name, value));
}

/** In the sentence the word is named: of a pasted text, nobody sees the numbers of the lines. */
function rule(line: SourceLine, key: string, read: Read | null): Rule | string | null {
  if (read === null) return null;
  if (typeof read === 'string') return `${key}: ${read}`;
  return { line, key, assignments: read.assignments, sentence: `${key}: ${read.sentence}` };
}

function serviceKey(key: string, rest: string): Read | null {
  const time = SERVICE_TIMES.get(key);
  if (time !== undefined) return timeRead(key, rest, ...time);
  switch (key) {
    case 'allow_empty_group':
      return { assignments: [['allow-empty-group']], sentence: 'Checked also without a host.' };
    case 'description':
      return { assignments: [['description', quoteWord(rest)]], sentence: 'Told to monitors and alerts.' };
    case 'exclude_hosts': {
      const hosts = rest.split(/\s+/).filter((host) => host !== '');
      if (hosts.length === 0) return 'It wants hosts; write "exclude_hosts HOST...".';
      const assignments = hosts.map((host): Assignment => [`exclude-host ${host}`]);
      return { assignments, sentence: `Not checked: ${hosts.join(' ')}.` };
    }
    case 'exclude_period':
      if (rest === '') return 'It wants a period; write "exclude_period hr {2am-4am}".';
      return { assignments: [['exclude-period', quoteWord(rest)]], sentence: `Not checked in ${rest}.` };
    case 'unack_summary':
      return unackSummary(rest);
    default:
      return null;
  }
}

/** As mon takes it, of a service and of all. */
export function unackSummary(value: string): Read {
  if (/^(y|yes|1|)$/i.test(value))
    return {
      assignments: [['unack-summary']],
      sentence: 'An acknowledgement ends when the summary changes.',
    };
  if (/^(n|no|0)$/i.test(value))
    return { assignments: [], sentence: 'An acknowledgement lasts until the service is good.' };
  return `${shown(value)} is neither yes nor no; write "unack_summary yes".`;
}

function variable(name: string, value: string): Read {
  return {
    assignments: [[`variable ${name}`, quoteWord(value)]],
    sentence: 'It is in the environment of monitors and alerts.',
  };
}

/** @returns null for a key that is none of these */
export function readPeriodKey(line: SourceLine, key: string, rest: string): Rule | string | null {
  return rule(line, key, periodKey(key, rest));
}

function periodKey(key: string, rest: string): Read | null {
  switch (key) {
    case 'alertevery':
      return alertevery(rest);
    case 'alertafter':
      return alertafter(rest);
    case 'upalertafter':
      return timeRead(key, rest, 'upalertafter', 'Upalerts only after a failure of at least');
    case 'numalerts':
      if (!/^\d{1,6}$/.test(rest)) return `${shown(rest)} is no number; write "numalerts 3".`;
      if (Number(rest) === 0) return { assignments: [], sentence: 'There is no limit to alerts.' };
      return { assignments: [['numalerts', rest]], sentence: `At most ${rest} alerts during a failure.` };
    case 'no_comp_alerts':
      return { assignments: [['no-comp-alerts']], sentence: 'Upalerts also where no alert was given.' };
    default:
      return null;
  }
}

function timeRead(key: string, rest: string, word: string, meaning: string): Read {
  const ms = monTimeMs(rest);
  if (ms === null) return `${shown(rest)} ${NO_TIME} "${key} 30s".`;
  const text = printDuration(ms);
  return { assignments: [[word, text]], sentence: `${meaning} ${text}.` };
}

function alertevery(rest: string): Read {
  const [, time = '', mode = 'summary'] =
    /^(\S+)(?:\s+(observe_detail|ignore_summary|summary|strict))?$/i.exec(rest) ?? [];
  const ms = monTimeMs(time);
  if (ms === null)
    return `${shown(rest)} is not like "alertevery 1h", with observe_detail, ignore_summary or strict behind it.`;
  const text = printDuration(ms);
  const isUsual = mode.toLowerCase() === 'summary';
  return {
    assignments: [
      ['alertevery', text],
      ...(isUsual ? [] : [['alertevery-mode', mode.toLowerCase()] as const]),
    ],
    sentence: `A service that goes on failing sets off alerts every ${text}${isUsual ? '' : `, ${mode.toLowerCase()}`}.`,
  };
}

function alertafter(rest: string): Read {
  const [, failures, time] = /^(\d{1,6})?(?:(?:^|\s+)(\S+))?$/.exec(rest) ?? [];
  const ms = time === undefined ? null : monTimeMs(time);
  if ((failures === undefined && time === undefined) || (time !== undefined && ms === null))
    return `${shown(rest)} is not like "alertafter 3", "alertafter 3 30m" or "alertafter 10m".`;
  const text = ms === null ? '' : printDuration(ms);
  return {
    assignments: [
      ...(failures === undefined ? [] : [['alertafter-failures', failures] as const]),
      ...(text === '' ? [] : [['alertafter-time', text] as const]),
    ],
    sentence:
      failures === undefined
        ? `Alerts only when it has failed for longer than ${text}.`
        : `Alerts only after ${failures} failures ${text === '' ? 'in a row' : `within ${text}`}.`,
  };
}
