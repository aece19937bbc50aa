/**
 * Reads rules of ipvsadm: what `ipvsadm -S` prints, and command lines of scripts. Options may be short, grouped
 * (`-At`) or long. `-R` after `-a` names a real server, as in ipvsadm of the paper's time; today's is `-r`.
 */
import { isAddress } from '../address';
import { shown } from '../problem';
import type { Draft, SourceLine } from './draft';
import { type Options, parseOptions } from './options';
import { isBlankOrComment, sourceLines, wholeNumber, words } from './words';

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
  ['tun-nocsum', 'Kinds of tunnels other than IPIP come later.'],
  ['tun-csum', 'Kinds of tunnels other than IPIP come later.'],
  ['tun-remcsum', 'Kinds of tunnels other than IPIP come later.'],
]);

type Judged = readonly ['meaningless' | 'refused', string];
const NOTHING_ADDED: Judged = [
  'meaningless',
  'The table always follows the configuration, so nothing is cleared, listed or restored.',
];
const NO_CHANGE: Judged = [
  'refused',
  'Only rules that add are read: write the service and its servers as they shall be.',
];
const SYNC_DAEMON: Judged = ['refused', 'The connection sync daemon comes later.'];

/** Commands other than -A and -a. */
const COMMANDS: ReadonlyMap<string, Judged> = new Map([
  ['C', NOTHING_ADDED],
  ['Z', NOTHING_ADDED],
  ['L', NOTHING_ADDED],
  ['S', NOTHING_ADDED],
  ['R', NOTHING_ADDED],
  ['h', NOTHING_ADDED],
  ['E', NO_CHANGE],
  ['e', NO_CHANGE],
  ['D', NO_CHANGE],
  ['d', NO_CHANGE],
  ['set', ['refused', 'Timeouts of connections come later.']],
  ['start-daemon', SYNC_DAEMON],
  ['stop-daemon', SYNC_DAEMON],
]);

const PORT_MAX = 65_535;

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

function readRule(draft: Draft, line: SourceLine, options: Options, known: Known): void {
  if (options.has('A')) addService(draft, line, options, known);
  else if (options.has('a')) addServer(draft, line, options, known);
  else {
    const found = [...COMMANDS].find(([command]) => options.has(command));
    if (found === undefined) draft.refused(line, NO_RULE);
    else {
      const [command, [verdict, reason]] = found;
      draft.note(line.file, line.number, verdict, `${dashed(command)}: ${reason}`);
    }
  }
}

const NO_RULE = 'No rule: write "-A -t ADDRESS:PORT -s rr" or "-a -t ADDRESS:PORT -r SERVER:PORT -m".';

function addService(draft: Draft, line: SourceLine, options: Options, known: Known): void {
  const service = serviceOf(options);
  if ('problem' in service) {
    draft.refused(line, service.problem);
    return;
  }
  const scheduler = options.get('s') ?? 'wlc';
  if (known.has(service.name)) draft.refused(line, `Service ${service.name} is added before.`);
  else if (draft.write(line, [`service ${service.name} scheduler`, scheduler])) {
    known.set(service.name, new Set());
    draft.facts.serviceAddresses.push({ file: line.file, number: line.number, address: service.address });
    const why = options.has('s') ? '' : " (ipvsadm's default)";
    draft.taken(line, `Service ${service.name} is scheduled by ${scheduler}${why}.`);
    refuseLater(draft, line, options);
  }
}

function addServer(draft: Draft, line: SourceLine, options: Options, known: Known): void {
  const service = serviceOf(options);
  if ('problem' in service) {
    draft.refused(line, service.problem);
    return;
  }
  const servers = known.get(service.name);
  const server = endpoint(options.get('r') ?? options.get('R') ?? '');
  if (servers === undefined) {
    draft.refused(
      line,
      `Service ${service.name} is not added before; write "-A -t ADDRESS:PORT -s rr" first.`,
    );
    return;
  }
  if (server === null) {
    draft.refused(line, 'No real server; write "-r ADDRESS:PORT" with an IPv4 address and a port number.');
    return;
  }
  const name = `${server.address}:${server.port ?? service.port}`;
  const weight = options.get('w') ?? '1';
  const method = options.has('m') ? 'nat' : options.has('i') ? 'tun' : 'dr';
  const path = `service ${service.name} server ${name}`;
  if (servers.has(name)) draft.refused(line, `Server ${name} of service ${service.name} is added before.`);
  else if (draft.write(line, [`${path} weight`, weight], [`${path} method`, method])) {
    servers.add(name);
    if (method === 'nat') draft.facts.natServers.push(server.address);
    const why = method === 'dr' && !options.has('g') ? " (ipvsadm's default)" : '';
    draft.taken(line, `Server ${name} of service ${service.name}: weight ${weight}, method ${method}${why}.`);
    refuseLater(draft, line, options);
  }
}

function refuseLater(draft: Draft, line: SourceLine, options: Options): void {
  for (const [option, reason] of LATER)
    if (options.has(option)) draft.refused(line, `${dashed(option)}: ${reason}`);
}

/** As it is written on a command line. */
function dashed(option: string): string {
  return option.length > 1 ? `--${option}` : `-${option}`;
}

type Service =
  | { readonly name: string; readonly address: string; readonly port: number }
  | { readonly problem: string };

function serviceOf(options: Options): Service {
  if (options.has('f'))
    return { problem: '-f: Services by firewall mark come later; write the address and port.' };
  if (options.has('sctp-service')) return { problem: '--sctp-service: SCTP services are not offered.' };
  if (options.has('6')) return { problem: '-6: IPv6 services come later.' };
  const protocol = options.has('t') ? 'tcp' : 'udp';
  const text = options.get('t') ?? options.get('u');
  if (text === undefined) return { problem: 'No service: write "-t ADDRESS:PORT" or "-u ADDRESS:PORT".' };
  const found = endpoint(text);
  if (found === null || found.port === null) {
    return {
      problem: `${shown(text)} is no service: write an IPv4 address and a port, as 192.0.2.1:80 (ipvsadm -S -n prints numbers).`,
    };
  }
  return { name: `${protocol} ${found.address}:${found.port}`, address: found.address, port: found.port };
}

/** `ADDRESS` or `ADDRESS:PORT`; null when it is neither. */
function endpoint(text: string): Endpoint | null {
  const [address = '', port, ...rest] = text.split(':');
  if (!isAddress(address) || rest.length > 0) return null;
  if (port === undefined) return { address, port: null };
  const value = PORT_NAMES.get(port) ?? wholeNumber(port, 1, PORT_MAX);
  return value === null ? null : { address, port: value };
}
