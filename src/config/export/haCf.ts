/**
 * The heartbeat as `ha.cf` of Linux-HA heartbeat 3.0.6 has it, where `baud` and `udpport` stand before all media, and
 * count for all of a kind.
 */
import type { Config, HeartbeatLink } from '../config';
import {
  type Assignment,
  assignDisplays,
  assignHelper,
  assignLink,
  assignNode,
  assignStonith,
} from '../print';
import { unsaid } from './unsaid';

/** Characters of a line; heartbeat has room for 5120. */
const LINE_LIMIT = 5000;

/** Found by trial; the manual says 255. */
const MCAST_TTL_MOST = 4;

type Link<K extends HeartbeatLink['kind']> = Extract<HeartbeatLink, { readonly kind: K }>;

export function haCf(config: Config, nodeName: string): readonly string[] {
  const { heartbeat, group, nodes } = config;
  const names = new Set([group.preferred, ...nodes.map(({ name }) => name)]);
  const helpers = heartbeat.helpers.filter(isRespawned);
  return [
    '# heartbeat wants the same file on both boxes. Keys are in authkeys, addresses of the group in haresources.',
    ...(['keepalive', 'deadtime', 'warntime', 'initdead', 'deadping'] as const).map(
      (name) => `${name} ${seconds(heartbeat[`${name}Ms`])}`,
    ),
    `hopfudge ${heartbeat.hopfudge}`,
    `auto_failback ${heartbeat.autoFailback}`,
    ...[...names].map((name) => `node ${name}`),
    ...media(heartbeat.links),
    ...heartbeat.pings.map(({ name, hosts }) =>
      name === hosts[0] ? `ping ${name}` : `ping_group ${name} ${hosts.join(' ')}`,
    ),
    ...(heartbeat.watchdog === null ? [] : [`watchdog ${heartbeat.watchdog}`]),
    ...helpers.map((words) => `respawn root ${shellLine(words)}`),
    ...remarks(config, nodeName),
  ];
}

/** A bare number is seconds (cl_get_msec of cluster-glue). */
function seconds(ms: number): string {
  return ms % 1000 === 0 ? String(ms / 1000) : `${ms}ms`;
}

function media(links: readonly HeartbeatLink[]): readonly string[] {
  const serial = shared(links.filter(isOf('serial')), ({ baud }) => baud);
  const bcast = shared(links.filter(isOf('bcast')), ({ port }) => port);
  const ucast = shared(links.filter(isOf('ucast')), ({ port }) => port);
  const mcast = links.filter(isOf('mcast'));
  const isFar = ({ ttl }: Link<'mcast'>): boolean => ttl > MCAST_TTL_MOST;
  const port = bcast.value ?? ucast.value;
  return [
    ...(serial.value === null ? [] : [`baud ${serial.value}`]),
    ...(port === null ? [] : [`udpport ${port}`]),
    ...serial.links.map(({ device }) => `serial ${device}`),
    ...bcast.links.map((link) => `bcast ${link.interface}`),
    ...mcast
      .filter((link) => !isFar(link))
      .map((link) => `mcast ${link.interface} ${link.group} ${link.port} ${link.ttl} 0`),
    ...(ucast.value === null || ucast.value === port ? [] : [`udpport ${ucast.value}`]),
    ...ucast.links.map(({ interface: name, peer }) => `ucast ${name} ${peer}`),
    ...unsaid(
      `heartbeat takes a ttl of at most ${MCAST_TTL_MOST}; these have a greater one:`,
      mcast.filter(isFar).flatMap(assignLink),
    ),
    ...unsaid('All serial lines of heartbeat have one baud rate; these have another:', serial.others),
    ...unsaid('All bcast media of heartbeat have one port; these have another:', bcast.others),
    ...unsaid('All ucast media of heartbeat have one port; these have another:', ucast.others),
  ];
}

function isOf<K extends HeartbeatLink['kind']>(kind: K): (link: HeartbeatLink) => link is Link<K> {
  return (link): link is Link<K> => link.kind === kind;
}

interface Shared<L> {
  /** Null when there are no links. */
  readonly value: number | null;
  readonly links: readonly L[];
  readonly others: readonly Assignment[];
}

/** Those with the value of the first, and the others. */
function shared<L extends HeartbeatLink>(links: readonly L[], of: (link: L) => number): Shared<L> {
  const [first] = links;
  if (first === undefined) return { value: null, links, others: [] };
  const value = of(first);
  return {
    value,
    links: links.filter((link) => of(link) === value),
    others: links.filter((link) => of(link) !== value).flatMap(assignLink),
  };
}

/** Heartbeat wants a path, hands the rest to a shell, and cuts a line at the first `#`. */
function isRespawned(words: readonly string[]): boolean {
  const [program = ''] = words;
  const line = shellLine(words);
  return program.startsWith('/') && isPlain(program) && !line.includes('#') && line.length < LINE_LIMIT;
}

function shellLine(words: readonly string[]): string {
  return words.map((word) => (isPlain(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

function isPlain(word: string): boolean {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word);
}

function remarks({ heartbeat, nodes, panel }: Config, nodeName: string): readonly string[] {
  return [
    ...unsaid(
      'heartbeat keeps running what is named with its whole path, in a line without #; these it cannot:',
      heartbeat.helpers.filter((words) => !isRespawned(words)).map(assignHelper),
    ),
    ...unsaid(
      'heartbeat has plugins of its own for this, "stonith TYPE FILE", and runs no program:',
      assignStonith(heartbeat.stonith),
    ),
    ...unsaid('heartbeat has no displays:', assignDisplays(panel)),
    ...unsaid(
      `Addresses and routes of ${nodeName} are not heartbeat's to set:`,
      nodes
        .filter(({ name }) => name === nodeName)
        .flatMap(assignNode)
        .filter(({ value }) => value !== null),
    ),
  ];
}
