/**
 * Reads rules of ipvsadm: what `ipvsadm -S` prints, and command lines of scripts. Options may be short, grouped
 * (`-At`) or long. `-R` after `-a` names a real server, as in ipvsadm of the paper's time; today's is `-r`.
 */
import { isAddress } from '../address';
import { printEndpoint, readEndpoint } from '../endpoint';
import { isIpv6, readIpv6 } from '../ipv6';
import { shown } from '../problem';
import type { Assignment, Draft, SourceLine } from './draft';
import { type Options, parseOptions } from './options';
import { isBlankOrComment, prefixLength, sourceLines, wholeNumber, words } from './words';

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

type Judged = readonly ['meaningless' | 'refused', string];
const NOTHING_ADDED: Judged = [
  'meaningless',
  'The table always follows the configuration, so nothing is cleared, listed or restored.',
];
const NO_CHANGE: Judged = [
  'refused',
  'Only rules that add are read: write the service and its servers as they shall be.',
];
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
  ['stop-daemon', NO_CHANGE],
]);

const PORT_MAX = 65_535;

interface Endpoint {
  readonly address: string;
  readonly port: number | null;
}

/** Of persistence without a time. */
const USUAL_PERSISTENCE_S = '300';
/** Options of the sync daemon, and the settings that they are. */
const SYNC_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['--mcast-interface', 'interface'],
  ['--syncid', 'id'],
  ['--sync-maxlen', 'maxlen'],
  ['--mcast-group', 'group'],
  ['--mcast-port', 'port'],
  ['--mcast-ttl', 'ttl'],
]);
const TIMEOUTS = ['tcp', 'tcpfin', 'udp'];

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
  else if (options.has('set')) setTimeouts(draft, line, options.get('set') ?? '');
  else if (options.has('start-daemon')) startDaemon(draft, line, options.get('start-daemon') ?? '');
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
  if (known.has(service.name)) {
    draft.refused(line, `Service ${service.name} is added before.`);
    return;
  }
  const path = `service ${service.name}`;
  const more = serviceSettings(path, options, service.isIpv6);
  if (typeof more === 'string') draft.refused(line, more);
  else if (draft.write(line, ...service.family, [`${path} scheduler`, scheduler], ...more)) {
    known.set(service.name, new Set());
    const { file, number } = line;
    if (service.address !== null)
      draft.facts.serviceAddresses.push({ file, number, address: service.address });
    const why = options.has('s') ? '' : " (ipvsadm's default)";
    draft.taken(line, `Service ${service.name} is scheduled by ${scheduler}${why}.`);
  }
}

/** Besides its scheduler. @returns or a sentence that says what would be right */
function serviceSettings(path: string, options: Options, isIpv6: boolean): readonly Assignment[] | string {
  const flags = (options.get('b') ?? '').split(',').filter((flag) => flag !== '');
  const mask = options.get('M');
  const prefix = mask === undefined ? null : isIpv6 ? wholeNumber(mask, 1, 128) : maskLength(mask);
  if (mask !== undefined && prefix === null)
    return `${shown(mask)} is no mask: write one like 255.255.255.0, of bits in one row, or for IPv6 a number of bits.`;
  if (!options.has('p') && (mask !== undefined || options.has('pe')))
    return '-p is missing, without which -M and --pe mean nothing.';
  return [
    ...flags.map((flag): Assignment => [`${path} hash-flag ${flagName(flag, options)}`]),
    ...(options.has('p')
      ? [[`${path} persistence`, `${options.get('p') || USUAL_PERSISTENCE_S}s`] as const]
      : []),
    ...(prefix === null ? [] : [[`${path} persistence-prefix`, String(prefix)] as const]),
    ...(options.has('pe') ? [[`${path} persistence-engine`, options.get('pe')!] as const] : []),
    ...(options.has('o') ? [[`${path} one-packet`] as const] : []),
  ];
}

/** ipvsadm knows the kernel's bits by number, too, which mean something by the scheduler only. */
function flagName(flag: string, options: Options): string {
  const scheduler = options.get('s') ?? '';
  return flag.replace(/^flag-1$/, `${scheduler}-fallback`).replace(/^flag-2$/, `${scheduler}-port`);
}

/** Null for what has its bits not in one row from the left, and for no bits. */
function maskLength(mask: string): number | null {
  return isAddress(mask) ? prefixLength(mask) || null : null;
}

function addServer(draft: Draft, line: SourceLine, options: Options, known: Known): void {
  const service = serviceOf(options);
  if ('problem' in service) {
    draft.refused(line, service.problem);
    return;
  }
  const servers = known.get(service.name);
  const server = serverOf(options.get('r') ?? options.get('R') ?? '');
  if (servers === undefined) {
    draft.refused(
      line,
      `Service ${service.name} is not added before; write "-A -t ADDRESS:PORT -s rr" first.`,
    );
    return;
  }
  if (server === null) {
    draft.refused(line, 'No real server; write "-r ADDRESS:PORT" with an address and a port number.');
    return;
  }
  const name = printEndpoint({ address: server.address, port: server.port ?? service.port });
  const weight = options.get('w') ?? '1';
  const method = options.has('m') ? 'nat' : options.has('i') ? 'tun' : 'dr';
  const path = `service ${service.name} server ${name}`;
  if (servers.has(name)) draft.refused(line, `Server ${name} of service ${service.name} is added before.`);
  else if (
    draft.write(
      line,
      [`${path} weight`, weight],
      [`${path} method`, method],
      ...serverSettings(path, options),
    )
  ) {
    servers.add(name);
    if (method === 'nat' && !isIpv6(server.address)) draft.facts.natServers.push(server.address);
    const why = method === 'dr' && !options.has('g') ? " (ipvsadm's default)" : '';
    draft.taken(line, `Server ${name} of service ${service.name}: weight ${weight}, method ${method}${why}.`);
  }
}

/** Besides weight and method. */
function serverSettings(path: string, options: Options): readonly Assignment[] {
  const given = (option: string, name: string): readonly Assignment[] =>
    options.has(option) ? [[`${path} ${name}`, options.get(option)!]] : [];
  const checksum = ['csum', 'remcsum'].find((kind) => options.has(`tun-${kind}`));
  return [
    ...given('x', 'upper-threshold'),
    ...given('y', 'lower-threshold'),
    ...given('tun-type', 'tunnel'),
    ...given('tun-port', 'tunnel-port'),
    ...(checksum === undefined ? [] : [[`${path} tunnel-checksum`, checksum] as const]),
  ];
}

/** `--set TCP TCPFIN UDP`, in seconds; 0 leaves one as it is. */
function setTimeouts(draft: Draft, line: SourceLine, text: string): void {
  const times = text.split(' ');
  if (times.length !== TIMEOUTS.length || !times.every((time) => /^\d+$/.test(time))) {
    draft.refused(line, 'Not three numbers of seconds: write "--set TCP TCPFIN UDP", as --set 900 120 300.');
    return;
  }
  const settings = TIMEOUTS.map((name, at): Assignment => [`ipvs timeout ${name}`, `${times[at]}s`]);
  const given = settings.filter((_, at) => Number(times[at]) > 0);
  if (draft.write(line, ...given)) draft.taken(line, `Idle connections are forgotten after ${text} seconds.`);
}

/** Which role a box has follows from whether it is the active one. */
function startDaemon(draft: Draft, line: SourceLine, text: string): void {
  const [role, ...options] = text
    .split(' ')
    .flatMap((word) => word.replace(/^(--[a-z-]+)=/, '$1 ').split(' '));
  const settings: Assignment[] = [];
  for (let at = 0; at < options.length; at += 2) {
    const name = SYNC_OPTIONS.get(options[at]!);
    if (name === undefined || options[at + 1] === undefined) {
      draft.refused(line, `${shown(options[at]!)} is no option of the sync daemon, or lacks its value.`);
      return;
    }
    settings.push([`ipvs sync ${name}`, options[at + 1]!]);
  }
  if (!settings.some(([path]) => path === 'ipvs sync interface'))
    draft.refused(line, 'No interface: write "--mcast-interface eth1".');
  else if (draft.write(line, ...settings))
    draft.taken(
      line,
      `Connections are told to the other box; ${role} is the one that is active, or the other.`,
    );
}

/** As it is written on a command line. */
function dashed(option: string): string {
  return option.length > 1 ? `--${option}` : `-${option}`;
}

type Service =
  | {
      readonly name: string;
      /** IPv4; null where there is none. */
      readonly address: string | null;
      readonly port: number;
      readonly isIpv6: boolean;
      /** Of a service by mark, where it is not the usual one. */
      readonly family: readonly Assignment[];
    }
  | { readonly problem: string };

function serviceOf(options: Options): Service {
  if (options.has('sctp-service')) return { problem: '--sctp-service: SCTP services are not offered.' };
  if (options.has('f')) {
    const name = `fwmark ${options.get('f')}`;
    const isV6 = options.has('6');
    return {
      name,
      address: null,
      port: 0,
      isIpv6: isV6,
      family: isV6 ? [[`service ${name} family`, 'ipv6']] : [],
    };
  }
  const protocol = options.has('t') ? 'tcp' : 'udp';
  const text = options.get('t') ?? options.get('u');
  if (text === undefined)
    return { problem: 'No service: write "-t ADDRESS:PORT", "-u ADDRESS:PORT" or "-f MARK".' };
  const found = serverOf(text);
  if (found === null || found.port === null) {
    return {
      problem: `${shown(text)} is no service: write an address and a port, as 192.0.2.1:80 or [2001:db8::1]:80 (ipvsadm -S -n prints numbers).`,
    };
  }
  const { address, port } = found;
  const isV6 = isIpv6(address);
  const name = `${protocol} ${printEndpoint({ address, port })}`;
  return { name, address: isV6 ? null : address, port, isIpv6: isV6, family: [] };
}

/** `ADDRESS` or `ADDRESS:PORT`, IPv6 in brackets; null when it is neither. */
function serverOf(text: string): Endpoint | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? readIpv6(text.slice(1, -1)) : text;
  if (bare !== null && (isAddress(bare) || bare !== text)) return { address: bare, port: null };
  const at = text.lastIndexOf(':');
  const name = text.slice(at + 1);
  const port = PORT_NAMES.get(name) ?? wholeNumber(name, 0, PORT_MAX);
  return port === null ? null : readEndpoint(`${text.slice(0, Math.max(at, 0))}:${port}`);
}
