/**
 * The options of an ipvsadm command line: short, grouped (`-At`), long, values attached or not. Names only; what they
 * mean together is ipvsadm.ts's.
 */
import { shown } from '../problem';

/** Values by name; empty for an option without one. */
export type Options = ReadonlyMap<string, string>;

/** Long names, by short letter; `+` after the letter: it takes a value, `?`: it may. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['add-service', 'A'],
  ['edit-service', 'E'],
  ['delete-service', 'D'],
  ['clear', 'C'],
  ['restore', 'R'],
  ['save', 'S'],
  ['add-server', 'a'],
  ['edit-server', 'e'],
  ['delete-server', 'd'],
  ['list', 'L'],
  ['zero', 'Z'],
  ['set', 'set'],
  ['start-daemon', 'start-daemon'],
  ['stop-daemon', 'stop-daemon'],
  ['tcp-service', 't+'],
  ['udp-service', 'u+'],
  ['sctp-service', 'sctp-service+'],
  ['fwmark-service', 'f+'],
  ['scheduler', 's+'],
  ['sched-flags', 'b+'],
  ['persistent', 'p?'],
  ['netmask', 'M+'],
  ['pe', 'pe+'],
  ['ops', 'o'],
  ['ipv6', '6'],
  ['real-server', 'r+'],
  ['weight', 'w+'],
  ['gatewaying', 'g'],
  ['masquerading', 'm'],
  ['ipip', 'i'],
  ['u-threshold', 'x+'],
  ['l-threshold', 'y+'],
  ['tun-type', 'tun-type+'],
  ['tun-port', 'tun-port+'],
  ['tun-nocsum', 'tun-nocsum'],
  ['tun-csum', 'tun-csum'],
  ['tun-remcsum', 'tun-remcsum'],
  ['numeric', 'n'],
  ['exact', 'exact'],
  ['connection', 'c'],
  ['timeout', 'timeout'],
  ['daemon', 'daemon'],
  ['stats', 'stats'],
  ['rate', 'rate'],
  ['thresholds', 'thresholds'],
  ['persistent-conn', 'persistent-conn'],
  ['tun-info', 'tun-info'],
  ['sort', 'sort'],
  ['nosort', 'nosort'],
  ['help', 'h'],
]);

/** Options by short name with their values (empty when an option has none), or a sentence that says what is wrong. */
export function parseOptions(rule: readonly string[]): Options | string {
  const options = new Map<string, string>();
  const rest = [...rule];
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    const long = /^--([a-z0-9-]+)(?:=(.*))?$/.exec(word);
    if (long !== null) {
      const option = OPTIONS.get(long[1] ?? '');
      if (option === undefined) return `${shown(word)} is no option of ipvsadm.`;
      const name = option.replace(/[+?]$/, '');
      const wanting = take(option, name, long[2], rest, options);
      if (wanting !== null) return wanting;
      if (name === 'set' || name.endsWith('-daemon'))
        return options.set(name, [...(long[2] === undefined ? [] : [long[2]]), ...rest].join(' '));
    } else if (/^-[A-Za-z6]/.test(word)) {
      const wanting = takeShort(word.slice(1), rest, options);
      if (wanting !== null) return wanting;
    } else return `${shown(word)} stands where an option should.`;
  }
  return options;
}

/** A group of short options; the last one may have its value attached or in the next word. */
function takeShort(group: string, rest: string[], options: Map<string, string>): string | null {
  for (let at = 0; at < group.length; at += 1) {
    const letter = group.charAt(at);
    const option = shortOption(letter, options);
    if (option === undefined) return `${shown(`-${letter}`)} is no option of ipvsadm.`;
    const attached = group.slice(at + 1);
    if (option.length === 1) options.set(option, '');
    else return take(option, letter, attached === '' ? undefined : attached, rest, options);
  }
  return null;
}

function shortOption(letter: string, options: ReadonlyMap<string, string>): string | undefined {
  if (letter === 'R' && ['a', 'e', 'd'].some((name) => options.has(name))) return 'R+';
  if (letter === 'l') return 'L';
  return SHORT_OPTIONS.get(letter);
}

const SHORT_OPTIONS: ReadonlyMap<string, string> = new Map(
  [...OPTIONS.values()]
    .filter((option) => option.replace(/[+?]$/, '').length === 1)
    .map((option) => [option.charAt(0), option]),
);

function take(
  option: string,
  name: string,
  attached: string | undefined,
  rest: string[],
  options: Map<string, string>,
): string | null {
  const needs = option.endsWith('+');
  const next = rest[0];
  // -p takes a number or nothing at all; a word that is not a number belongs to what follows.
  const mayFollow = needs ? next !== undefined : option.endsWith('?') && /^\d+$/.test(next ?? '');
  const value = attached ?? (mayFollow ? rest.shift() : undefined);
  if (needs && value === undefined) return `Option -${name.length > 1 ? '-' : ''}${name} lacks its value.`;
  options.set(name, value ?? '');
  return null;
}
