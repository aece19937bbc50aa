/**
 * Reads `ha.cf` of Linux-HA heartbeat 3.0.6: every directive of its table is carried over or refused by name with
 * a reason. Order matters as in heartbeat: `baud` and `udpport` count for the media named after them.
 */
import type { Draft, SourceLine } from './draft';
import {
  heartbeatTimeMs,
  isAddress,
  isBlankOrComment,
  isHostName,
  isInterface,
  named,
  sourceLines,
  timeText,
  wholeNumber,
  words,
} from './words';

/** The directive's line and its words after the name. */
type Reader = (draft: Draft, line: SourceLine, args: readonly string[], media: Media) => void;

/** What the media lines to come will use, and whether any did. */
interface Media {
  baud: number;
  port: number;
  baudSetting: PendingSetting | undefined;
  portSetting: PendingSetting | undefined;
}

/** A `baud` or `udpport` line; it is accounted for when the first medium uses it, or at the end when none did. */
interface PendingSetting {
  readonly line: SourceLine;
  used: boolean;
}

/** Heartbeat's own defaults, where the file says nothing. */
const DEFAULT_BAUD = 19_200;
const DEFAULT_PORT = 694;
const DEFAULT_KEEPALIVE_MS = 1000;
const DEFAULT_DEADTIME_MS = 30_000;

const BAUD_RATES = [9600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800];
const PAIR = 2;

/** Reads one file into the draft; malformed lines get an account line that says what would be right. */
export function readHaCf(draft: Draft, file: string, text: string): void {
  draft.facts.haCf.push(file);
  const media: Media = {
    baud: DEFAULT_BAUD,
    port: DEFAULT_PORT,
    baudSetting: undefined,
    portSetting: undefined,
  };
  for (const line of sourceLines(file, text, false)) {
    if (isBlankOrComment(line)) continue;
    const [name = '', ...args] = words(line.text);
    const reader = DIRECTIVES.get(name);
    if (reader === undefined) draft.refused(line, `${named(name)} is no directive of ha.cf.`);
    else reader(draft, line, args, media);
  }
  closePending(draft, media.baudSetting, 'baud', 'serial');
  closePending(draft, media.portSetting, 'udpport', 'bcast, mcast or ucast');
  writeDefaults(draft, file);
}

/** Keeps heartbeat's behaviour where the file leaves it to defaults that differ from this program's. */
function writeDefaults(draft: Draft, file: string): void {
  const defaults = [
    ['keepalive', 'heartbeat keepalive', timeText(DEFAULT_KEEPALIVE_MS)],
    ['deadtime', 'heartbeat deadtime', timeText(DEFAULT_DEADTIME_MS)],
    ['auto_failback', 'heartbeat auto-failback', 'legacy'],
  ] as const;
  for (const [directive, key, value] of defaults) {
    if (draft.has(key)) continue;
    draft.derive(file, key, value, `${file} has no valid ${directive}: heartbeat's default`);
    draft.note(
      file,
      null,
      'taken',
      `There is no valid ${directive}; heartbeat's default, ${value}, is written out.`,
    );
  }
}

function closePending(draft: Draft, pending: PendingSetting | undefined, name: string, media: string): void {
  if (pending === undefined || pending.used) return;
  draft.meaningless(pending.line, `${name} counts for the ${media} lines after it, and there are none.`);
}

function use(draft: Draft, pending: PendingSetting | undefined, sentence: string): void {
  if (pending === undefined || pending.used) return;
  pending.used = true;
  draft.taken(pending.line, sentence);
}

function time(key: string): Reader {
  return (draft, line, args) => {
    const name = key.replace('heartbeat ', '');
    const ms = heartbeatTimeMs(args.join(' '));
    if (ms === null) {
      draft.refused(
        line,
        `${named(args.join(' '))} is no time: write seconds, as "${name} 2", or "${name} 200ms".`,
      );
      return;
    }
    draft.set(line, key, timeText(ms));
    draft.taken(line, `${name} is ${timeText(ms)}.`);
  };
}

function onOff(word: string | undefined): boolean | null {
  if (/^(true|on|yes|y|1)$/i.test(word ?? '')) return true;
  return /^(false|off|no|n|0)$/i.test(word ?? '') ? false : null;
}

const node: Reader = (draft, line, args) => {
  if (args.length === 0) draft.refused(line, 'node lacks a name: write "node NAME", as uname -n prints it.');
  for (const name of args) {
    const { nodes } = draft.facts;
    if (!isHostName(name)) draft.refused(line, `${named(name)} is no host name.`);
    else if (nodes.some((known) => known.name === name))
      draft.refused(line, `Node ${name} is already named.`);
    else if (nodes.length === PAIR)
      draft.refused(line, `Node ${name} is one too many: a pair has two nodes.`);
    else {
      nodes.push({ file: line.file, number: line.number, name });
      draft.taken(line, `${name} is a node of the pair; ha.cf does not tell its addresses.`);
    }
  }
};

const autoFailback: Reader = (draft, line, args) => {
  const value = args[0]?.toLowerCase() === 'legacy' ? 'legacy' : onOff(args[0]);
  if (value === null) draft.refused(line, 'auto_failback is on, off or legacy.');
  else writeFailback(draft, line, value === 'legacy' ? value : value ? 'on' : 'off');
};

const niceFailback: Reader = (draft, line, args) => {
  const nice = onOff(args[0]);
  if (nice === null) draft.refused(line, 'nice_failback is on or off.');
  else writeFailback(draft, line, nice ? 'off' : 'legacy');
};

function writeFailback(draft: Draft, line: SourceLine, value: string): void {
  draft.set(line, 'heartbeat auto-failback', value);
  draft.taken(line, `auto-failback is ${value}.`);
}

const hopfudge: Reader = (draft, line, args) => {
  const value = wholeNumber(args[0], 0, 255);
  if (value === null) {
    draft.refused(line, 'hopfudge is a whole number from 0 to 255.');
    return;
  }
  draft.set(line, 'heartbeat hopfudge', String(value));
  draft.taken(line, `hopfudge is ${value}.`);
};

const baud: Reader = (draft, line, args, media) => {
  const rate = wholeNumber(args[0], 0, 1_000_000);
  if (rate === null || !BAUD_RATES.includes(rate)) {
    draft.refused(line, `${named(args[0] ?? '')} is no baud rate: write one of ${BAUD_RATES.join(', ')}.`);
    return;
  }
  closePending(draft, media.baudSetting, 'baud', 'serial');
  media.baud = rate;
  media.baudSetting = { line, used: false };
};

const udpport: Reader = (draft, line, args, media) => {
  const port = wholeNumber(args[0], 1, 65_535);
  if (port === null) {
    draft.refused(line, 'udpport is a number from 1 to 65535; heartbeat uses 694.');
    return;
  }
  closePending(draft, media.portSetting, 'udpport', 'bcast, mcast or ucast');
  media.port = port;
  media.portSetting = { line, used: false };
};

function link(draft: Draft, line: SourceLine, setting: string): void {
  const text = `heartbeat ${setting}`;
  if (draft.has(text)) {
    draft.refused(line, `The link ${setting} is already named.`);
    return;
  }
  draft.add(line, text);
  draft.facts.links += 1;
  draft.taken(line, `The heartbeat goes over ${setting}.`);
}

const serial: Reader = (draft, line, args, media) => {
  if (args.length === 0) draft.refused(line, 'serial lacks a device: write "serial /dev/ttyS1".');
  for (const device of args) {
    if (!/^\/dev\/[A-Za-z0-9_./-]{1,100}$/.test(device)) {
      draft.refused(line, `${named(device)} is no serial device: write its path, as /dev/ttyS1.`);
      continue;
    }
    use(draft, media.baudSetting, `The serial lines after it run at ${media.baud} baud.`);
    link(draft, line, `serial ${device} baud ${media.baud}`);
  }
};

const bcast: Reader = (draft, line, args, media) => {
  if (args.length === 0) draft.refused(line, 'bcast lacks an interface: write "bcast eth1".');
  for (const name of args) {
    if (!isInterface(name)) {
      draft.refused(line, `${named(name)} is no interface name.`);
      continue;
    }
    usePort(draft, media);
    link(draft, line, `bcast ${name} port ${media.port}`);
  }
};

const mcast: Reader = (draft, line, args) => {
  const [name = '', group = '', portText, ttlText, loop] = args;
  const port = wholeNumber(portText, 1, 65_535);
  const ttl = wholeNumber(ttlText, 0, 255);
  const first = isAddress(group) ? Number(group.split('.')[0]) : 0;
  if (!isInterface(name) || first < 224 || first > 239 || port === null || ttl === null) {
    draft.refused(
      line,
      'mcast wants interface, group, port, ttl and loop: write "mcast eth1 225.0.0.1 694 1 0".',
    );
    return;
  }
  link(draft, line, `mcast ${name} group ${group} port ${port} ttl ${ttl}`);
  if (onOff(loop) === true) draft.refused(line, 'loop 1: a box does not listen to its own heartbeats here.');
};

const ucast: Reader = (draft, line, args, media) => {
  const [name = '', peer = ''] = args;
  if (!isInterface(name) || !isAddress(peer)) {
    draft.refused(
      line,
      'ucast wants an interface and the peer\'s IPv4 address: write "ucast eth1 192.168.2.12".',
    );
    return;
  }
  usePort(draft, media);
  link(draft, line, `ucast ${name} peer ${peer} port ${media.port}`);
};

function usePort(draft: Draft, media: Media): void {
  use(draft, media.portSetting, `The UDP links after it use port ${media.port}.`);
}

function meaningless(reason: string): Reader {
  return (draft, line) => draft.meaningless(line, reason);
}

function refused(reason: string): Reader {
  return (draft, line) => draft.refused(line, reason);
}

/** A switch of which only one position is what this program does anyway. */
function only(accepted: boolean, asWanted: string, otherwise: string): Reader {
  return (draft, line, args) => {
    const value = onOff(args[0]);
    if (value === null) draft.refused(line, `${named(args[0] ?? '')} is neither on nor off.`);
    else if (value === accepted) draft.meaningless(line, asWanted);
    else draft.refused(line, otherwise);
  };
}

const respawn: Reader = (draft, line, args) => {
  if (args.some((word) => /(^|\/)ipfail$/.test(word))) {
    draft.refused(line, 'ipfail comes later, together with ping nodes.');
  } else draft.refused(line, 'Programs of heartbeat are not started on this box.');
};

const msgfmt: Reader = (draft, line, args) => {
  if (args[0] === 'classic') draft.meaningless(line, 'Messages are always classic.');
  else draft.refused(line, 'Messages are classic only; netstring is not spoken.');
};

const autojoin: Reader = (draft, line, args) => {
  if (args[0] === 'none') draft.meaningless(line, 'Nodes never join by themselves.');
  else draft.refused(line, 'Nodes never join by themselves: a pair has the two nodes that are named.');
};

const logs = meaningless('The log goes to /var/log/understudy.log and the console.');
const pingNodes = refused('Ping nodes come later.');
const ipv6 = refused('IPv6 media come later.');
const fencing = refused('Fencing comes later; until then nothing switches the peer off.');
const noCompression = meaningless('Messages are too short to be compressed.');
const noFiles = meaningless('Nothing of this is stored on the box.');
const noManager = meaningless('There is no Pacemaker on this box.');
const noClients = meaningless('There is no heartbeat API that a client could use.');
const otherMedia = refused('This medium is not offered: use serial, bcast, mcast or ucast.');

/** The table of heartbeat/config.c. */
const DIRECTIVES: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['keepalive', time('heartbeat keepalive')],
  ['deadtime', time('heartbeat deadtime')],
  ['warntime', time('heartbeat warntime')],
  ['initdead', time('heartbeat initdead')],
  ['node', node],
  ['auto_failback', autoFailback],
  ['nice_failback', niceFailback],
  ['hopfudge', hopfudge],
  ['baud', baud],
  ['udpport', udpport],
  ['serial', serial],
  ['bcast', bcast],
  ['udp', bcast],
  ['mcast', mcast],
  ['ucast', ucast],
  ['mcast6', ipv6],
  ['ucast6', ipv6],
  ['rds', otherMedia],
  ['tipc', otherMedia],
  ['ping', pingNodes],
  ['ping6', pingNodes],
  ['ping_group', pingNodes],
  ['hbaping', pingNodes],
  ['deadping', pingNodes],
  ['watchdog', refused('The hardware watchdog comes later.')],
  ['stonith', fencing],
  ['stonith_host', fencing],
  ['respawn', respawn],
  ['failfast', respawn],
  ['apiauth', noClients],
  ['cluster', meaningless('A pair is known by its key and needs no name.')],
  ['debug', logs],
  ['logfile', logs],
  ['debugfile', logs],
  ['logfacility', logs],
  ['use_logd', logs],
  ['conn_logd_time', logs],
  ['syslogmsgfmt', logs],
  ['log_badpack', meaningless('Frames that are not accepted are always counted and logged.')],
  ['msgfmt', msgfmt],
  ['compression', noCompression],
  ['compression_threshold', noCompression],
  ['traditional_compression', noCompression],
  ['max_rexmit_delay', meaningless('Every beat carries the whole state, so none is sent again.')],
  ['hbgenmethod', meaningless('The generation is chosen by the box, so that it grows at each start.')],
  ['uuidfrom', meaningless('A box is known by its node name.')],
  ['autojoin', autojoin],
  [
    'realtime',
    only(
      true,
      'It always runs with real-time priority where the kernel allows.',
      'It always runs with real-time priority.',
    ),
  ],
  ['rtprio', meaningless('The priority is chosen by the box.')],
  ['memreserve', meaningless('Memory is locked as it is used; none is reserved.')],
  [
    'use_apphbd',
    only(
      false,
      'There is no apphbd on this box.',
      'There is no apphbd on this box; init restarts a supervisor that ends.',
    ),
  ],
  ['coredumps', noFiles],
  ['coreroot', noFiles],
  ['env', refused('Resource scripts and their environment are not used on this box.')],
  ['quorum_server', refused('A quorum server is not offered: a pair decides by its own links.')],
  ['normalpoll', meaningless('It waits for events and polls nothing.')],
  [
    'crm',
    only(
      false,
      'There is no Pacemaker on this box.',
      'Pacemaker is not offered: the pair has one resource group.',
    ),
  ],
  [
    'pacemaker',
    only(
      false,
      'There is no Pacemaker on this box.',
      'Pacemaker is not offered: the pair has one resource group.',
    ),
  ],
  ['crm_daemon_dir', noManager],
  ['crmd_spawns_pengine', noManager],
  ['record_config_changes', noManager],
  ['record_pengine_inputs', noManager],
  ['enable_config_writes', noManager],
]);
