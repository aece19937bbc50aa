/**
 * Reads `ha.cf` of Linux-HA heartbeat 3.0.6: every directive of its table is carried over or refused by name with
 * a reason. The media are in links.ts, ping nodes in pings.ts, and programs in programs.ts.
 */
import { shown } from '../problem';
import { printDuration } from '../values';
import type { Draft, SourceLine } from './draft';
import * as links from './links';
import * as pings from './pings';
import * as programs from './programs';
import { heartbeatTimeMs, isBlankOrComment, sourceLines, wholeNumber, withoutComment, words } from './words';

/** A pair. */
const NODES = 2;

/** Reads one file into the draft; malformed lines get an account line that says what would be right. */
export function readHaCf(draft: Draft, file: string, text: string): void {
  draft.facts.haCf.push(file);
  const media = new links.Links(draft);
  for (const line of sourceLines(file, text, false)) {
    if (isBlankOrComment(line)) continue;
    const { name, args } = partsOf(line.text);
    const read = DIRECTIVES.get(name);
    if (read === undefined) draft.refused(line, `${shown(name)} is no directive of ha.cf.`);
    else read(media, line, args);
  }
  media.close('baud');
  media.close('udpport');
}

/** Of these, heartbeat splits the arguments at blanks only; of all others, at commas too. */
const WHOLE_LINE: ReadonlySet<string> = new Set(
  'mcast ucast mcast6 ucast6 ping_group stonith stonith_host respawn failfast apiauth'.split(' '),
);

/** The directive, and its arguments up to a comment, which begins anywhere. */
function partsOf(text: string): { readonly name: string; readonly args: readonly string[] } {
  const [name = '', ...args] = words(withoutComment(text));
  const isList = !WHOLE_LINE.has(name);
  return {
    name,
    args: isList ? args.flatMap((word) => word.split(',')).filter((word) => word !== '') : args,
  };
}

type Reader = links.LinkReader;

function time(name: string): Reader {
  return ({ draft }, line, args) => {
    const ms = heartbeatTimeMs(args.join(' '));
    if (ms === null)
      draft.refused(
        line,
        `${shown(args.join(' '))} is no time; write seconds, as "${name} 2", or "${name} 200ms".`,
      );
    else if (draft.write(line, [`heartbeat ${name}`, printDuration(ms)]))
      draft.taken(line, `${name} is ${printDuration(ms)}.`);
  };
}

function onOff(word: string | undefined): boolean | null {
  if (/^(true|on|yes|y|1)$/i.test(word ?? '')) return true;
  return /^(false|off|no|n|0)$/i.test(word ?? '') ? false : null;
}

const node: Reader = ({ draft }, line, args) => {
  if (args.length === 0) draft.refused(line, 'node lacks a name; write "node NAME", as uname -n prints it.');
  for (const name of args) {
    const { nodes } = draft.facts;
    if (nodes.some((known) => known.name === name)) draft.refused(line, `Node ${name} is named before.`);
    else if (nodes.length === NODES)
      draft.refused(line, `${shown(name)} is one node too many: a pair has two.`);
    else if (draft.write(line, [`node ${name}`])) {
      nodes.push({ file: line.file, number: line.number, name });
      draft.taken(line, `${name} is one of the two boxes.`);
    }
  }
};

const autoFailback: Reader = ({ draft }, line, args) => {
  const value = args[0]?.toLowerCase() === 'legacy' ? 'legacy' : onOff(args[0]);
  if (value === null) draft.refused(line, 'auto_failback is on, off or legacy.');
  else writeFailback(draft, line, value === 'legacy' ? value : value ? 'on' : 'off');
};

/** Where nice_failback was on, resources stayed where they were. */
const niceFailback: Reader = ({ draft }, line, args) => {
  const nice = onOff(args[0]);
  if (nice === null) draft.refused(line, 'nice_failback is on or off.');
  else writeFailback(draft, line, nice ? 'off' : 'legacy');
};

function writeFailback(draft: Draft, line: SourceLine, value: string): void {
  if (draft.write(line, ['heartbeat auto-failback', value])) draft.taken(line, `auto-failback is ${value}.`);
}

const hopfudge: Reader = ({ draft }, line, args) => {
  const value = wholeNumber(args[0], 0, 255);
  if (value === null) draft.refused(line, 'hopfudge is a whole number from 0 to 255.');
  else if (draft.write(line, ['heartbeat hopfudge', String(value)]))
    draft.taken(line, `hopfudge is ${value}.`);
};

/** In the sentence the directive is named: of a pasted text, nobody sees the numbers of the lines. */
function meaningless(reason: string): Reader {
  return ({ draft }, line) => draft.meaningless(line, named(line, reason));
}

function refused(reason: string): Reader {
  return ({ draft }, line) => draft.refused(line, named(line, reason));
}

function named({ text }: SourceLine, reason: string): string {
  return `${partsOf(text).name}: ${reason}`;
}

/** A switch of which only one position is what this program does anyway. */
function only(accepted: boolean, asWanted: string, otherwise: string): Reader {
  return ({ draft }, line, args) => {
    const value = onOff(args[0]);
    if (value === null) draft.refused(line, named(line, `${shown(args[0] ?? '')} is neither on nor off.`));
    else if (value === accepted) draft.meaningless(line, named(line, asWanted));
    else draft.refused(line, named(line, otherwise));
  };
}

const watchdog: Reader = ({ draft }, line, [device]) => {
  if (device === undefined) draft.refused(line, 'watchdog lacks a device; write "watchdog /dev/watchdog".');
  else if (draft.write(line, ['heartbeat watchdog', device]))
    draft.taken(
      line,
      `The watchdog is ${device}; its timeout is below deadtime where whole seconds allow, not above it as in heartbeat.`,
    );
};

const msgfmt: Reader = ({ draft }, line, args) => {
  if (args[0] === 'classic') draft.meaningless(line, 'msgfmt: Messages are always classic.');
  else draft.refused(line, 'msgfmt: Messages are classic only; netstring is not spoken.');
};

const autojoin: Reader = ({ draft }, line, args) => {
  if (args[0] === 'none') draft.meaningless(line, 'autojoin: Nodes never join by themselves.');
  else draft.refused(line, 'autojoin: Nodes never join by themselves; a pair has the two nodes named.');
};

const logs = meaningless('The log goes to /var/log/understudy.log and the console.');
const otherPings = refused('Only hosts with IPv4 addresses are pinged; write "ping 192.0.2.1".');
const ipv6 = refused('IPv6 media come later.');
const noCompression = meaningless('Messages are too short to be compressed.');
const noFiles = meaningless('Nothing of this is stored on the box.');
const noManager = meaningless('There is no Pacemaker on this box.');
const noClients = meaningless('There is no heartbeat API that a client could use.');
const otherMedia = refused('This medium is not offered: use serial, bcast, mcast or ucast.');

/** The table of heartbeat/config.c. */
const DIRECTIVES: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['keepalive', time('keepalive')],
  ['deadtime', time('deadtime')],
  ['warntime', time('warntime')],
  ['initdead', time('initdead')],
  ['node', node],
  ['auto_failback', autoFailback],
  ['nice_failback', niceFailback],
  ['hopfudge', hopfudge],
  ['baud', links.baud],
  ['udpport', links.udpport],
  ['serial', links.serial],
  ['bcast', links.bcast],
  ['udp', links.bcast],
  ['mcast', links.mcast],
  ['ucast', links.ucast],
  ['mcast6', ipv6],
  ['ucast6', ipv6],
  ['rds', otherMedia],
  ['tipc', otherMedia],
  ['ping', pings.ping],
  ['ping_group', pings.pingGroup],
  ['ping6', otherPings],
  ['hbaping', otherPings],
  ['deadping', time('deadping')],
  ['watchdog', watchdog],
  ['stonith', programs.stonith],
  ['stonith_host', programs.stonithHost],
  ['respawn', programs.respawn],
  ['failfast', programs.failfast],
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
