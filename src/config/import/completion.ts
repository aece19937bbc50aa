/**
 * What follows once all files are read: lines derived from several of them, and what a configuration still needs,
 * each with the `set` line to write. It reads no file.
 */
import { addressOf, contains } from '../address';
import type { Address, Cidr, NodeConfig } from '../config';
import { TIMINGS } from '../schema';
import { entryOf } from '../settings';
import { printDuration } from '../values';
import type { Draft, FoundAddress } from './draft';

/** Files that would have said it, for sentences about what no file says. */
const USUAL = { cluster: 'ha.cf', keys: 'authkeys', group: 'haresources' };

/** What the files do not say, each with an example of the line to write. */
export interface Missing {
  readonly sentence: string;
  /** With `<...>` where a person must fill in a value. */
  readonly setLine: string;
}

/** Adds derived lines and the account of what is missing to the draft; returns the missing lines for the text. */
export function complete(draft: Draft): readonly Missing[] {
  preferFirstNode(draft);
  const missing = [
    ...defaults(draft),
    ...nodes(draft),
    ...links(draft),
    ...left(draft),
    ...keys(draft),
    ...addresses(draft),
  ];
  for (const { file, line, sentence, setLine } of missing) {
    draft.note(file, line, 'missing', `${sentence} Write: ${setLine}`);
  }
  return missing;
}

type Found = Missing & { readonly file: string; readonly line: number | null };

function lacking(file: string, line: number | null, sentence: string, setLine: string): Found {
  return { file, line, sentence, setLine };
}

function preferFirstNode(draft: Draft): void {
  const { nodes, preferred } = draft.facts;
  const first = nodes[0];
  if (first === undefined || preferred !== null || draft.isSet('group preferred')) return;
  const why = `No haresources names a preferred node: the first of ${first.file}, ${first.name}, is taken.`;
  draft.derive(why, ['group preferred', first.name]);
  draft.note(first.file, first.number, 'taken', why);
}

/** What heartbeat does where ha.cf is silent, and what this program does. */
const HEARTBEAT_DEFAULTS = [
  ['keepalive', '1s', printDuration(TIMINGS.default.keepaliveMs)],
  ['deadtime', '30s', printDuration(TIMINGS.default.deadtimeMs)],
  ['auto-failback', 'legacy', entryOf('heartbeat auto-failback').default],
] as const;

function defaults(draft: Draft): readonly Found[] {
  const file = draft.facts.haCf[0];
  if (file === undefined) return [];
  const isTimed = draft.isSet('heartbeat timing');
  const silent = HEARTBEAT_DEFAULTS.filter(
    ([name]) => !draft.isSet(`heartbeat ${name}`) && !(isTimed && name !== 'auto-failback'),
  );
  return silent.map(([name, value, own]) => {
    const sentence = `No line sets ${name}; heartbeat's default is ${value}, this program's is ${own}.`;
    return lacking(file, null, sentence, `set heartbeat ${name} ${value}`);
  });
}

function nodes(draft: Draft): readonly Found[] {
  const { nodes, preferred, haCf } = draft.facts;
  const file = haCf[0] ?? USUAL.cluster;
  const known = draft.known.config.nodes;
  const names = new Set([...nodes, ...known].map(({ name }) => name));
  const bare = nodes.filter(({ name }) => !known.some((node) => node.name === name && hasAddresses(node)));
  const found = bare.map((node) =>
    lacking(
      node.file,
      node.number,
      `No file tells the addresses of node ${node.name}; one line for each interface, outside and inside, and its routes.`,
      `set node ${node.name} interface eth0 address <address>/<prefix length>`,
    ),
  );
  if (names.size < 2) {
    const sentence = `The files name ${names.size} of the pair's two nodes.`;
    found.push(
      lacking(file, null, sentence, 'set node <host name> interface eth0 address <address>/<prefix length>'),
    );
  } else if (preferred !== null && !names.has(preferred.name)) {
    const sentence = `The preferred node, ${preferred.name}, is none of the nodes of ${file}.`;
    found.push(lacking(preferred.file, preferred.number, sentence, `set group preferred ${[...names][0]}`));
  }
  return found;
}

function hasAddresses({ interfaces }: NodeConfig): boolean {
  return interfaces.some(({ addresses }) => addresses.length > 0);
}

function links(draft: Draft): readonly Found[] {
  if (draft.facts.links > 0 || draft.known.config.heartbeat.links.length > 0) return [];
  const sentence = 'No file names a heartbeat medium (serial, bcast, mcast or ucast).';
  return [
    lacking(
      draft.facts.haCf[0] ?? USUAL.cluster,
      null,
      sentence,
      'set heartbeat serial /dev/ttyS1 baud 115200',
    ),
  ];
}

function left(draft: Draft): readonly Found[] {
  return draft.facts.left.map(({ file, number, sentence, setLine }) =>
    lacking(file, number, sentence, setLine),
  );
}

function keys(draft: Draft): readonly Found[] {
  const { keys, signWith } = draft.facts;
  const known = draft.known.config.heartbeat.auth.keys.map(({ id }) => id);
  const all = [...keys, ...known];
  if (all.length === 0) {
    const sentence = 'No file has a key to sign heartbeats with; heartbeat keeps it in authkeys.';
    const setLine = `set heartbeat key ${signWith?.id ?? 1} sha256 "<secret>"`;
    return [lacking(signWith?.file ?? USUAL.keys, signWith?.number ?? null, sentence, setLine)];
  }
  if (signWith === null) {
    if (keys.length === 0 || draft.isSet('heartbeat sign-with')) return [];
    const setLine = `set heartbeat sign-with ${keys[0]}`;
    return [lacking(USUAL.keys, null, 'No "auth" line says which key signs.', setLine)];
  }
  if (all.includes(signWith.id)) return [];
  const sentence = `There is no key ${signWith.id} to sign with.`;
  return [
    lacking(signWith.file, signWith.number, sentence, `set heartbeat key ${signWith.id} sha256 "<secret>"`),
  ];
}

function addresses(draft: Draft): readonly Found[] {
  const { groupAddresses, serviceAddresses } = draft.facts;
  const { vips, gateways } = draft.known.config.group;
  const found: Found[] = [];
  let outside = vips.length;
  let inside = gateways.length;
  for (const candidate of groupAddresses) {
    const isInside = isGateway(draft, candidate);
    if (isInside) inside += 1;
    else outside += 1;
    found.push(...groupAddress(draft, candidate, isInside));
  }
  const known = new Set([
    ...groupAddresses.map(({ address }) => address),
    ...[...vips, ...gateways].map(addressOf),
  ]);
  for (const { file, number, address } of serviceAddresses) {
    if (known.has(address)) continue;
    known.add(address);
    outside += 1;
    const sentence = `The service's address ${address} is in no haresources, so its prefix length is not known.`;
    found.push(lacking(file, number, sentence, `set group vip ${address}/<prefix length>`));
  }
  if (outside === 0) {
    const sentence = 'No file names an outside virtual address.';
    found.push(lacking(USUAL.group, null, sentence, 'set group vip <address>/<prefix length>'));
  }
  if (inside === 0) found.push(noGateway(draft));
  return found;
}

function noGateway(draft: Draft): Found {
  const misplaced = draft.known.config.group.vips.find((vip) => servesInside(draft, vip));
  if (misplaced !== undefined) {
    const sentence = `${misplaced} is a group vip, but no service has it and real servers are on its network: it looks like their gateway, to be deleted there and set here.`;
    return lacking(USUAL.group, null, sentence, `set group gateway ${misplaced}`);
  }
  const servers = [...new Set(natServers(draft))].join(' and ') || 'the real servers';
  const sentence = `No file names the inside address that ${servers} use as default gateway; it moves with the group.`;
  return lacking(USUAL.group, null, sentence, 'set group gateway <address>/<prefix length>');
}

function groupAddress(draft: Draft, found: FoundAddress, inside: boolean): readonly Found[] {
  const path = inside ? 'group gateway' : 'group vip';
  if (found.prefix === null) {
    const sentence = `Address ${found.address} has no prefix length.`;
    return [lacking(found.file, found.number, sentence, `set ${path} ${found.address}/<prefix length>`)];
  }
  const cidr = `${found.address}/${found.prefix}`;
  const role = inside
    ? "the real servers' gateway: they are on its network"
    : 'an outside address of the group';
  if (draft.write(found, [`${path} ${cidr}`])) draft.taken(found, `${cidr} is ${role}.`);
  return [];
}

/** What the configuration has is what it was; else see `servesInside`. */
function isGateway(draft: Draft, { address, prefix }: FoundAddress): boolean {
  const { vips, gateways } = draft.known.config.group;
  if (gateways.some((gateway) => addressOf(gateway) === address)) return true;
  if (vips.some((vip) => addressOf(vip) === address)) return false;
  return prefix !== null && servesInside(draft, `${address}/${prefix}`);
}

/** An address of the group is the real servers' gateway when no service has it and a NAT server is on its network. */
function servesInside(draft: Draft, cidr: Cidr): boolean {
  const services = [...draft.facts.serviceAddresses, ...draft.known.config.services];
  if (services.some((service) => 'address' in service && service.address === addressOf(cidr))) return false;
  return natServers(draft).some((server) => contains(cidr, server));
}

function natServers(draft: Draft): readonly Address[] {
  const known = draft.known.config.services.flatMap(({ servers }) => servers);
  const reached = known.filter(({ method }) => method === 'nat');
  return [...draft.facts.natServers, ...reached.map(({ address }) => address)];
}
