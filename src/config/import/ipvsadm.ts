/**
 * Reads rules of ipvsadm: what `ipvsadm -S` prints, and command lines of scripts. Options may be short, grouped
 * (`-At`) or long. `-R` after `-a` names a real server, as in ipvsadm of the paper's time; today's is `-r`.
 */
import type { Draft, SourceLine } from './draft';
import { isAddress, isBlankOrComment, named, sourceLines, wholeNumber, words } from './words';

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
]);

const SCHEDULERS = 'rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh twos'.split(' ');

/** What ipvsadm prints instead of a number without -n; the names that web farms meet. */
const PORT_NAMES: ReadonlyMap<string, number> = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['http', 80],
  ['www', 80],
  ['pop3', 110],
  ['ntp', 123],
  ['imap2', 143],
  ['imap', 143],
  ['ldap', 389],
  ['https', 443],
  ['imaps', 993],
  ['pop3s', 995],
  ['webcache', 8080],
  ['http-alt', 8080],
]);

/** Options that change how a service or server behaves and have no place in the configuration yet. */
const LATER: ReadonlyMap<string, string> = new Map([
  ['p', 'Persistence comes later; the service is taken without it.'],
  ['M', 'The mask of persistence comes later, with persistence.'],
  ['pe', 'Persistence engines come later, with persistence.'],
  ['b', 'Scheduler flags come later; the service is taken without them.'],
  ['o', 'One-packet scheduling comes later; the service is taken without it.'],
  ['x', 'Connection thresholds come later; the server is taken without them.'],
  ['y', 'Connection thresholds come later; the server is taken without them.'],
  ['tun-type', 'Kinds of tunnels other than IPIP come later.'],
  ['tun-port', 'Kinds of tunnels other than IPIP come later.'],
  ['tun-csum', 'Kinds of tunnels other than IPIP come later.'],
  ['tun-remcsum', 'Kinds of tunnels other than IPIP come later.'],
]);

const WEIGHT_MAX = 65_535;

interface Endpoint {
  readonly address: string;
  readonly port: number | null;
}

/** Services already added by the file, and their servers. */
type Known = Map<string, Set<string>>;

/** Reads one file into the draft; malformed rules get an account line that says what would be right. */
export function readIpvsadm(draft: Draft, file: string, text: string): void {
  const known: Known = new Map();
  for (const line of sourceLines(file, text, true)) {
    if (isBlankOrComment(line)) continue;
    const rule = words(line.text);
    const start = /(^|\/)ipvsadm$/.test(rule[0] ?? '') ? 1 : 0;
    const options = parseOptions(rule.slice(start));
    if (typeof options === 'string') draft.refused(line, options);
    else readRule(draft, line, options, known);
  }
}

function readRule(draft: Draft, line: SourceLine, options: ReadonlyMap<string, string>, known: Known): void {
  if (options.has('A')) addService(draft, line, options, known);
  else if (options.has('a')) addServer(draft, line, options, known);
  else if (['C', 'Z', 'L', 'S', 'R'].some((name) => options.has(name))) {
    draft.meaningless(
      line,
      'The table always follows the configuration, so nothing is cleared, listed or restored.',
    );
  } else if (['E', 'e', 'D', 'd'].some((name) => options.has(name))) {
    draft.refused(line, 'Only rules that add are read: write the service and its servers as they shall be.');
  } else if (options.has('set')) draft.refused(line, 'Timeouts of connections come later.');
  else if (options.has('start-daemon') || options.has('stop-daemon')) {
    draft.refused(line, 'The connection sync daemon comes later.');
  } else
    draft.refused(
      line,
      'No rule: write "-A -t ADDRESS:PORT -s rr" or "-a -t ADDRESS:PORT -r SERVER:PORT -m".',
    );
}

function addService(
  draft: Draft,
  line: SourceLine,
  options: ReadonlyMap<string, string>,
  known: Known,
): void {
  const service = serviceOf(options);
  if ('problem' in service) {
    draft.refused(line, service.problem);
    return;
  }
  const scheduler = options.get('s') ?? 'wlc';
  if (!SCHEDULERS.includes(scheduler)) {
    draft.refused(
      line,
      `${named(scheduler)} is no scheduler of the kernel: write one of ${SCHEDULERS.join(', ')}.`,
    );
    return;
  }
  if (known.has(service.name)) {
    draft.refused(line, `Service ${service.name} is already added.`);
    return;
  }
  known.set(service.name, new Set());
  draft.facts.serviceAddresses.push({ file: line.file, number: line.number, address: service.address });
  draft.set(line, `service ${service.name} scheduler`, scheduler);
  const why = options.has('s') ? '' : ", ipvsadm's default";
  draft.taken(line, `Service ${service.name} is scheduled by ${scheduler}${why}.`);
  refuseLater(draft, line, options);
}

function addServer(draft: Draft, line: SourceLine, options: ReadonlyMap<string, string>, known: Known): void {
  const service = serviceOf(options);
  if ('problem' in service) {
    draft.refused(line, service.problem);
    return;
  }
  const servers = known.get(service.name);
  if (servers === undefined) {
    draft.refused(
      line,
      `Service ${service.name} is not added before: write "-A -t ADDRESS:PORT -s rr" first.`,
    );
    return;
  }
  const server = endpoint(options.get('r') ?? options.get('R') ?? '');
  if (server === null) {
    draft.refused(line, 'No real server: write "-r ADDRESS:PORT" with an IPv4 address and a port number.');
    return;
  }
  const weight = wholeNumber(options.get('w') ?? '1', 0, WEIGHT_MAX);
  if (weight === null) {
    draft.refused(
      line,
      `${named(options.get('w') ?? '')} is no weight: write a number from 0 to ${WEIGHT_MAX}.`,
    );
    return;
  }
  const name = `${server.address}:${server.port ?? service.port}`;
  if (servers.has(name)) {
    draft.refused(line, `Server ${name} of service ${service.name} is already added.`);
    return;
  }
  servers.add(name);
  const method = options.has('m') ? 'nat' : options.has('i') ? 'tun' : 'dr';
  if (method === 'nat') draft.facts.natServers.push(server.address);
  const key = `service ${service.name} server ${name}`;
  draft.set(line, `${key} weight`, String(weight));
  draft.set(line, `${key} method`, method);
  const why = method === 'dr' && !options.has('g') ? " (ipvsadm's default)" : '';
  draft.taken(line, `Server ${name} of service ${service.name}: weight ${weight}, method ${method}${why}.`);
  refuseLater(draft, line, options);
}

function refuseLater(draft: Draft, line: SourceLine, options: ReadonlyMap<string, string>): void {
  for (const [option, reason] of LATER) if (options.has(option)) draft.refused(line, reason);
}

type Service =
  | { readonly name: string; readonly address: string; readonly port: number }
  | { readonly problem: string };

function serviceOf(options: ReadonlyMap<string, string>): Service {
  if (options.has('f'))
    return { problem: 'Services by firewall mark come later: write the address and port.' };
  if (options.has('sctp-service')) return { problem: 'SCTP services are not offered.' };
  if (options.has('6')) return { problem: 'IPv6 services come later.' };
  const protocol = options.has('t') ? 'tcp' : 'udp';
  const text = options.get('t') ?? options.get('u');
  if (text === undefined) return { problem: 'No service: write "-t ADDRESS:PORT" or "-u ADDRESS:PORT".' };
  const found = endpoint(text);
  if (found === null || found.port === null) {
    return {
      problem: `${named(text)} is no service: write an IPv4 address and a port, as 192.0.2.1:80 (ipvsadm -S -n prints numbers).`,
    };
  }
  return { name: `${protocol} ${found.address}:${found.port}`, address: found.address, port: found.port };
}

/** `ADDRESS` or `ADDRESS:PORT`; null when it is neither. */
function endpoint(text: string): Endpoint | null {
  const [address = '', port, ...rest] = text.split(':');
  if (!isAddress(address) || rest.length > 0) return null;
  if (port === undefined) return { address, port: null };
  const value = PORT_NAMES.get(port) ?? wholeNumber(port, 1, 65_535);
  return value === null ? null : { address, port: value };
}

/** Options by short name with their values (empty when an option has none), or a sentence that says what is wrong. */
function parseOptions(rule: readonly string[]): ReadonlyMap<string, string> | string {
  const options = new Map<string, string>();
  const rest = [...rule];
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    const long = /^--([a-z0-9-]+)(?:=(.*))?$/.exec(word);
    if (long !== null) {
      const option = OPTIONS.get(long[1] ?? '');
      if (option === undefined) return `${named(word)} is no option of ipvsadm.`;
      const name = option.replace(/[+?]$/, '');
      const wanting = take(option, name, long[2], rest, options);
      if (wanting !== null) return wanting;
      if (name === 'set' || name.endsWith('-daemon')) return options.set(name, rest.splice(0).join(' '));
    } else if (/^-[A-Za-z6]/.test(word)) {
      const wanting = takeShort(word.slice(1), rest, options);
      if (wanting !== null) return wanting;
    } else return `${named(word)} stands where an option should.`;
  }
  return options;
}

/** A group of short options; the last one may have its value attached or in the next word. */
function takeShort(group: string, rest: string[], options: Map<string, string>): string | null {
  for (let at = 0; at < group.length; at += 1) {
    const letter = group.charAt(at);
    const option = shortOption(letter, options);
    if (option === undefined) return `${named(`-${letter}`)} is no option of ipvsadm.`;
    const attached = group.slice(at + 1);
    if (option.length === 1) options.set(letter, '');
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
