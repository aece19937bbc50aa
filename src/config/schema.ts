/**
 * Every setting there is: where it stands, what it takes, its limits, its default and what it is for. Data only: the
 * parser, the printer, completion and help all read this table, and none of them knows a setting by itself.
 */

import { serviceSettings } from './service-schema';
import { HOST, VARIABLE, WATCH_SETTINGS } from './watch-schema';

export type ValueType =
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'one-number'; readonly numbers: readonly number[] }
  /** @property stepMs what it must be a multiple of, where the kernel counts in larger units */
  | { readonly kind: 'duration'; readonly minMs: number; readonly maxMs: number; readonly stepMs?: number }
  | { readonly kind: 'one-word'; readonly words: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: RegExp; readonly what: string }
  | { readonly kind: 'text'; readonly maxCharacters: number }
  | { readonly kind: PlainKind };

/** `address` is one host's, `interface-address` that with a prefix length, `endpoint` that with a port. */
type PlainKind =
  | 'address'
  | 'multicast'
  | 'interface-address'
  | 'network'
  | 'endpoint'
  | 'command'
  | 'secret';

export interface Entry {
  /** Words as they stand after `set`; those in capitals are arguments (`ARGUMENTS`). */
  readonly path: string;
  /** What follows the path; null when nothing does. */
  readonly value: ValueType | null;
  /** May be set to several values; otherwise two different values contradict each other. */
  readonly many?: true;
  /** As it would be written; without one, the setting is required, or the text of `help` says what holds. */
  readonly default?: string;
  /** What a number counts, where that is anything; a duration is written with its unit. */
  readonly unit?: string;
  /** What a change of it takes hold of while the pair goes on serving. */
  readonly affects: Part;
  readonly help: string;
}

/** What a change can take hold of, and what becomes of that. */
export const PARTS = {
  supervisor: 'the supervisor starts again, finds its state in the kernel and goes on',
  network: "the box's own addresses and routes; those that stay as they are are not touched",
  heartbeat: 'the heartbeat, which goes on with the new value',
  link: 'this heartbeat link, which is opened again while the others go on',
  helpers: 'this program, which is started or ended',
  console: 'the console, from the next login or logout on',
  group: 'what moves between the boxes; only what changed comes or goes',
  director: 'the IPVS table; connections to real servers that stay are kept',
  monitor: 'the checks and alerts of this watch; what is known of the servers is kept',
  alerting: 'the alerts from now on; mails that wait go to the new relay',
} as const;
export type Part = keyof typeof PARTS;

/** Milliseconds. */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What Linux-HA's heartbeat takes, so that an old peer can be matched. */
export const SERIAL_BAUDS: readonly number[] = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800];

/** Display modules by maker and size, and their usual speeds. */
export const LCD_MODULES: readonly string[] = [
  'auto',
  'matrix-orbital-16x2',
  'matrix-orbital-20x2',
  'matrix-orbital-20x4',
  'matrix-orbital-40x2',
  'crystalfontz-633',
  'crystalfontz-635',
];
/** In bits/s, in the order in which they are tried: most modules leave the factory with the first. */
export const LCD_BAUDS: readonly number[] = [19_200, 9600, 115_200];

/** A heartbeat costs a box of that age a few per cent of such a time. */
export const KEEPALIVE_LEAST_MS = 10;

/** What `heartbeat timing` stands for: the other times follow from these two. */
export const TIMINGS = {
  /** As ha.cf has it in the paper that this program goes back to. */
  paper: { keepaliveMs: 2000, deadtimeMs: 5000 },
  default: { keepaliveMs: 200, deadtimeMs: 1000 },
  fast: { keepaliveMs: 30, deadtimeMs: 100 },
} as const;
export type Timing = keyof typeof TIMINGS;
const USUAL_TIMING: Timing = 'default';

const HEARTBEAT_PORT = '694';
const port: ValueType = { kind: 'number', min: 1, max: 65_535 };
const deviceName = /^\/dev\/[A-Za-z0-9_./-]{1,58}$/;
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.:+-]{0,63}$/;
const name: ValueType = {
  kind: 'pattern',
  pattern: plainName,
  what: 'a name of at most 64 letters, digits and _ . : + -',
};

/** Types of the words in capitals. */
export const ARGUMENTS: Readonly<Record<string, ValueType>> = {
  NODE: {
    kind: 'pattern',
    pattern:
      /^(?=.{1,64}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
    what: 'a host name of at most 64 letters, digits, - and .',
  },
  INTERFACE: {
    kind: 'pattern',
    // IFNAMSIZ of <linux/if.h> leaves 15.
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}$/,
    what: 'an interface name like eth0, of at most 15 characters',
  },
  DEVICE: {
    kind: 'pattern',
    pattern: deviceName,
    what: 'a serial device like /dev/ttyS1',
  },
  NETWORK: { kind: 'network' },
  MULTICAST: { kind: 'multicast' },
  PEER: { kind: 'address' },
  KEY: { kind: 'number', min: 0, max: 15 },
  PROTOCOL: { kind: 'one-word', words: ['tcp', 'udp'] },
  ENDPOINT: { kind: 'endpoint' },
  MARK: { kind: 'number', min: 1, max: 999_999_999 },
  SERVER: { kind: 'endpoint' },
  HOSTGROUP: name,
  SERVICE: name,
  PERIOD: name,
  VARIABLE,
  USER: name,
  PINGGROUP: {
    kind: 'pattern',
    // No address, which names a ping node alone.
    pattern: /^[A-Za-z][A-Za-z0-9_.:+-]{0,63}$/,
    what: 'a name of at most 64 letters, digits and _ . : + -, with a letter first',
  },
};

/** A mail address without quoting; the relay completes one without a domain. */
export const MAIL_ADDRESS =
  /^(?=.{1,254}$)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)?$/;

const connectionTime: ValueType = { kind: 'duration', minMs: SECOND, maxMs: 24 * HOUR, stepMs: SECOND };
/** Help for words that lead to settings and are none, by the path up to them; others have that of what they lead to. */
export const SECTIONS: Readonly<Record<string, string>> = {
  heartbeat: 'how the boxes know of each other that they are alive',
  console: 'what a person finds at the console',
  panel: 'displays of the state on serial ports of their own',
  'heartbeat key': 'keys that authenticate heartbeats, by number',
  'heartbeat ping-group': 'hosts that both boxes should reach and that count as one',
  group: 'what moves between the boxes as one: addresses',
  'service fwmark': 'a virtual service of the packets that the packet filter has marked',
  ipvs: "the kernel's balancing as a whole",
  'ipvs timeout': 'when idle connections are forgotten',
  'ipvs sync': 'the other box learns the connections, so that they outlive a takeover',
  hostgroup: 'hosts that are checked together',
  alerting: 'what alerts need, whichever watch gives them',
  'alerting mail': 'how the alert mail sends',
  watch: 'checks of the hosts of a hostgroup',
  'watch HOSTGROUP service': 'a service that is checked on each of the hosts',
  'watch HOSTGROUP service SERVICE variable': 'the environment of monitors and alerts',
  traps: 'who else may tell how services are',
  'traps user': 'who may send traps',
  'node NODE route': 'a route to a network',
};

export const SCHEMA: readonly Entry[] = [
  { path: 'node NODE', value: null, affects: 'supervisor', help: 'one of the two boxes, by its host name' },
  {
    path: 'node NODE interface INTERFACE',
    value: null,
    affects: 'network',
    help: 'a network interface of the box',
  },
  {
    path: 'node NODE interface INTERFACE address',
    value: { kind: 'interface-address' },
    many: true,
    affects: 'network',
    help: "the box's own address on the interface, with prefix length",
  },
  {
    path: 'node NODE route NETWORK via',
    value: { kind: 'address' },
    affects: 'network',
    help: 'next hop towards a network; 0.0.0.0/0 is everywhere else',
  },
  {
    path: 'heartbeat timing',
    value: { kind: 'one-word', words: Object.keys(TIMINGS) },
    default: USUAL_TIMING,
    affects: 'heartbeat',
    help: 'keepalive and deadtime where these are not set: paper is 2s and 5s, default 200ms and 1s, fast 30ms and 100ms',
  },
  {
    path: 'heartbeat keepalive',
    value: { kind: 'duration', minMs: KEEPALIVE_LEAST_MS, maxMs: MINUTE },
    affects: 'heartbeat',
    help: 'time from one heartbeat to the next; as heartbeat timing has it when not set',
  },
  {
    path: 'heartbeat deadtime',
    value: { kind: 'duration', minMs: 21, maxMs: 10 * MINUTE },
    affects: 'heartbeat',
    help: 'silence on all links after which the other box is taken for dead; as heartbeat timing has it when not set',
  },
  {
    path: 'heartbeat warntime',
    value: { kind: 'duration', minMs: 10, maxMs: 10 * MINUTE },
    affects: 'heartbeat',
    help: 'silence after which a late heartbeat is reported; half of deadtime when not set',
  },
  {
    path: 'heartbeat initdead',
    value: { kind: 'duration', minMs: 21, maxMs: HOUR },
    affects: 'heartbeat',
    help: 'deadtime after boot, when links may still be coming up; 2 x deadtime, at least 5 s, when not set',
  },
  {
    path: 'heartbeat auto-failback',
    value: { kind: 'one-word', words: ['on', 'off', 'legacy'] },
    default: 'off',
    affects: 'heartbeat',
    help: 'whether the group returns to the preferred node when that is back',
  },
  {
    path: 'heartbeat hopfudge',
    value: { kind: 'number', min: 0, max: 253 },
    default: '1',
    unit: 'hops',
    affects: 'heartbeat',
    help: 'hops that a heartbeat may make beyond the number of nodes',
  },
  {
    path: 'heartbeat ping',
    value: { kind: 'address' },
    many: true,
    affects: 'heartbeat',
    help: 'a host that both boxes should reach, such as a router; the box that reaches fewer hands over',
  },
  {
    path: 'heartbeat ping-group PINGGROUP host',
    value: { kind: 'address' },
    many: true,
    affects: 'heartbeat',
    help: 'hosts that count as one, which is reached when any of them is',
  },
  {
    path: 'heartbeat deadping',
    value: { kind: 'duration', minMs: 21, maxMs: 10 * MINUTE },
    affects: 'heartbeat',
    help: 'silence after which a pinged host is taken for unreachable; as deadtime when not set',
  },
  {
    path: 'heartbeat watchdog',
    value: {
      kind: 'pattern',
      pattern: deviceName,
      what: 'a watchdog device like /dev/watchdog',
    },
    affects: 'heartbeat',
    help: 'hardware that resets a box that hangs while it is active',
  },
  {
    path: 'heartbeat stonith',
    value: { kind: 'command' },
    affects: 'heartbeat',
    help: 'program and arguments that switch the dead peer off, whose name is appended; nothing is taken over until it ends with 0',
  },
  {
    path: 'heartbeat respawn',
    value: { kind: 'command' },
    many: true,
    affects: 'helpers',
    help: 'program and arguments that are kept running, as root',
  },
  { path: 'heartbeat serial DEVICE', value: null, affects: 'link', help: 'heartbeat over a null modem' },
  {
    path: 'heartbeat serial DEVICE baud',
    value: { kind: 'one-number', numbers: SERIAL_BAUDS },
    default: '115200',
    unit: 'bit/s',
    affects: 'link',
    help: 'speed of the line in bits per second',
  },
  { path: 'heartbeat bcast INTERFACE', value: null, affects: 'link', help: 'heartbeat by UDP broadcast' },
  {
    path: 'heartbeat bcast INTERFACE port',
    value: port,
    default: HEARTBEAT_PORT,
    affects: 'link',
    help: 'UDP port',
  },
  {
    path: 'heartbeat mcast INTERFACE group MULTICAST',
    value: null,
    affects: 'link',
    help: 'heartbeat by UDP multicast',
  },
  {
    path: 'heartbeat mcast INTERFACE group MULTICAST port',
    value: port,
    default: HEARTBEAT_PORT,
    affects: 'link',
    help: 'UDP port',
  },
  {
    path: 'heartbeat mcast INTERFACE group MULTICAST ttl',
    value: { kind: 'number', min: 1, max: 255 },
    default: '1',
    unit: 'hops',
    affects: 'link',
    help: 'routers that the heartbeat may cross, plus one',
  },
  {
    path: 'heartbeat ucast INTERFACE peer PEER',
    value: null,
    affects: 'link',
    help: 'heartbeat by UDP to one address; set one per node, each box ignores its own',
  },
  {
    path: 'heartbeat ucast INTERFACE peer PEER port',
    value: port,
    default: HEARTBEAT_PORT,
    affects: 'link',
    help: 'UDP port',
  },
  {
    path: 'heartbeat key KEY sha256',
    value: { kind: 'secret' },
    affects: 'heartbeat',
    help: 'key for HMAC-SHA256',
  },
  {
    path: 'heartbeat key KEY sha1',
    value: { kind: 'secret' },
    affects: 'heartbeat',
    help: 'key for HMAC-SHA1, for an old peer',
  },
  {
    path: 'heartbeat key KEY md5',
    value: { kind: 'secret' },
    affects: 'heartbeat',
    help: 'key for HMAC-MD5, for an old peer',
  },
  {
    path: 'heartbeat key KEY crc',
    value: null,
    affects: 'heartbeat',
    help: 'no key: detects noise, authenticates nothing',
  },
  {
    path: 'heartbeat sign-with',
    value: ARGUMENTS.KEY!,
    affects: 'heartbeat',
    help: 'number of the key that signs; the only one when there is one',
  },
  {
    path: 'group preferred',
    value: ARGUMENTS.NODE!,
    affects: 'group',
    help: 'node that holds the group when both could; the first by name when not set',
  },
  {
    path: 'group vip',
    value: { kind: 'interface-address' },
    many: true,
    affects: 'group',
    help: 'outside virtual address, with prefix length',
  },
  {
    path: 'group gateway',
    value: { kind: 'interface-address' },
    many: true,
    affects: 'group',
    help: 'inside address that the real servers use as their default gateway, with prefix length',
  },
  { path: 'service PROTOCOL ENDPOINT', value: null, affects: 'director', help: 'a virtual service' },
  ...serviceSettings('service PROTOCOL ENDPOINT'),
  {
    path: 'service fwmark MARK',
    value: null,
    affects: 'director',
    help: 'a virtual service of the packets that the packet filter of the box has given this mark',
  },
  {
    path: 'service fwmark MARK family',
    value: { kind: 'one-word', words: ['ipv4', 'ipv6'] },
    default: 'ipv4',
    affects: 'director',
    help: 'which of the marked packets',
  },
  ...serviceSettings('service fwmark MARK'),
  {
    path: 'ipvs timeout tcp',
    value: connectionTime,
    default: '15m',
    affects: 'director',
    help: 'an established TCP connection is forgotten when it was idle for so long',
  },
  {
    path: 'ipvs timeout tcpfin',
    value: connectionTime,
    default: '2m',
    affects: 'director',
    help: 'a TCP connection is forgotten so long after its FIN',
  },
  {
    path: 'ipvs timeout udp',
    value: connectionTime,
    default: '5m',
    affects: 'director',
    help: 'a UDP flow is forgotten when it was idle for so long',
  },
  {
    path: 'ipvs sync interface',
    value: ARGUMENTS.INTERFACE!,
    affects: 'director',
    help: 'where the active box tells its connections to the other one; neither does when not set',
  },
  {
    path: 'ipvs sync id',
    value: { kind: 'number', min: 0, max: 255 },
    default: '0',
    affects: 'director',
    help: 'tells the pairs of one network from each other',
  },
  {
    path: 'ipvs sync group',
    value: { kind: 'multicast' },
    default: '224.0.0.81',
    affects: 'director',
    help: 'multicast address that the connections are told to',
  },
  { path: 'ipvs sync port', value: port, default: '8848', affects: 'director', help: 'UDP port' },
  {
    path: 'ipvs sync ttl',
    value: { kind: 'number', min: 1, max: 255 },
    default: '1',
    unit: 'hops',
    affects: 'director',
    help: 'routers that may be crossed, plus one',
  },
  {
    path: 'ipvs sync maxlen',
    value: { kind: 'number', min: 1, max: 65_507 },
    unit: 'bytes',
    affects: 'director',
    help: "longest message; as the interface's MTU has it when not set",
  },
  {
    path: 'hostgroup HOSTGROUP host',
    value: HOST,
    many: true,
    affects: 'monitor',
    help: 'a host that is checked',
  },
  ...WATCH_SETTINGS,
  {
    path: 'console idle-timeout',
    value: { kind: 'duration', minMs: MINUTE, maxMs: 24 * HOUR },
    default: '10m',
    affects: 'console',
    help: 'whoever has not typed for so long is logged out',
  },
  {
    path: 'console screen',
    value: { kind: 'one-word', words: ['panel', 'log'] },
    default: 'panel',
    affects: 'console',
    help: 'what the serial console shows while nobody is logged in: the state of the box, or the log',
  },
  {
    path: 'panel line DEVICE',
    value: null,
    affects: 'helpers',
    help: 'the state as one line of words, for scripts and printers',
  },
  {
    path: 'panel line DEVICE interval',
    value: { kind: 'duration', minMs: SECOND, maxMs: 24 * HOUR },
    default: '10s',
    affects: 'helpers',
    help: 'time from one line to the next',
  },
  {
    path: 'panel line DEVICE baud',
    value: { kind: 'one-number', numbers: SERIAL_BAUDS },
    default: '9600',
    unit: 'bit/s',
    affects: 'helpers',
    help: 'speed of the port in bits per second',
  },
  { path: 'panel lcd DEVICE', value: null, affects: 'helpers', help: 'the state on a display module' },
  {
    path: 'panel lcd DEVICE module',
    value: { kind: 'one-word', words: LCD_MODULES },
    default: 'auto',
    affects: 'helpers',
    help: 'what is at the port; auto asks it',
  },
  {
    path: 'panel lcd DEVICE baud',
    value: { kind: 'one-number', numbers: LCD_BAUDS },
    unit: 'bit/s',
    affects: 'helpers',
    help: 'speed of the module in bits per second; all of them are tried in turn when not set',
  },
  {
    path: 'panel lcd DEVICE standby-key',
    value: { kind: 'one-word', words: ['off', 'on'] },
    default: 'off',
    affects: 'helpers',
    help: "whether the module's Enter, held for 3 s, hands the group over without a login",
  },
  {
    path: 'panel lamps DEVICE',
    value: null,
    affects: 'helpers',
    help: 'lamps on the modem lines of a spare port: DTR is lit when active, RTS at a fault',
  },
  {
    path: 'alerting boxes',
    value: { kind: 'one-word', words: ['active', 'both'] },
    default: 'active',
    affects: 'alerting',
    help: 'which boxes give alerts of checks and traps; what an alert does on the box alone, as console, both give always',
  },
  {
    path: 'alerting mail relay',
    value: { kind: 'endpoint' },
    affects: 'alerting',
    help: 'mail server that takes the mails of alerts by SMTP, usually on port 25; without one no alert can be mail',
  },
  {
    path: 'alerting mail from',
    value: { kind: 'pattern', pattern: MAIL_ADDRESS, what: 'a mail address like root@example.org' },
    affects: 'alerting',
    help: 'sender of the mails, where the alert has no -f; understudy at the host name when not set',
  },
  {
    path: 'alerting mail hostname',
    value: ARGUMENTS.NODE!,
    affects: 'alerting',
    help: 'what both boxes call themselves to the relay; the name of the node when not set',
  },
];
