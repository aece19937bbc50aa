/**
 * What follows once all files are read: lines derived from several of them, and what a configuration still needs,
 * each with the `set` line to write. It reads no file.
 */
import type { Draft, FoundAddress } from './draft';
import { sameNetwork } from './words';

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
  const missing = [...nodes(draft), ...links(draft), ...keys(draft), ...addresses(draft)];
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
  if (first === undefined || preferred !== undefined) return;
  const why = `No haresources names a preferred node: the first node of ${first.file}, ${first.name}, is taken.`;
  draft.derive(first.file, 'group preferred', first.name, why);
  draft.note(first.file, first.number, 'taken', why);
}

function nodes(draft: Draft): readonly Found[] {
  const { facts } = draft;
  const file = facts.haCf[0] ?? USUAL.cluster;
  const unknown: Found[] = [];
  if (facts.nodes.length < 2) {
    const sentence = `The files name ${facts.nodes.length} of the pair's two nodes; a node's name is its host name.`;
    unknown.push(
      lacking(file, null, sentence, 'set node <host name> interface eth0 address <address>/<prefix length>'),
    );
  }
  const { preferred } = facts;
  if (
    preferred !== undefined &&
    facts.nodes.length === 2 &&
    !facts.nodes.some(({ name }) => name === preferred.name)
  ) {
    const sentence = `The preferred node, ${preferred.name}, is none of the nodes of ${file}.`;
    unknown.push(
      lacking(preferred.file, preferred.number, sentence, `set group preferred ${facts.nodes[0]!.name}`),
    );
  }
  return [
    ...unknown,
    ...facts.nodes.map(({ file, number, name }) =>
      lacking(
        file,
        number,
        `No file tells the addresses of node ${name}: one line per interface, outside and inside, and its routes.`,
        `set node ${name} interface eth0 address <address>/<prefix length>`,
      ),
    ),
  ];
}

function links(draft: Draft): readonly Found[] {
  if (draft.facts.links > 0) return [];
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

function keys(draft: Draft): readonly Found[] {
  const { keys, signWith } = draft.facts;
  if (keys.length === 0) {
    const place = signWith ?? { file: USUAL.keys, number: null };
    const sentence = 'No file has a key to sign beats with; heartbeat keeps it in authkeys.';
    const setLine = `set heartbeat key ${signWith?.id ?? 1} sha256 "<secret>"`;
    return [
      lacking(place.file, place.number, sentence, setLine),
      ...(signWith === undefined
        ? [lacking(USUAL.keys, null, 'No file says which key signs.', 'set heartbeat sign-with 1')]
        : []),
    ];
  }
  if (signWith !== undefined && keys.includes(signWith.id)) return [];
  const sentence =
    signWith === undefined
      ? 'No "auth" line says which key signs.'
      : `There is no key ${signWith.id} to sign with.`;
  return [
    lacking(
      signWith?.file ?? USUAL.keys,
      signWith?.number ?? null,
      sentence,
      `set heartbeat sign-with ${keys[0]}`,
    ),
  ];
}

function addresses(draft: Draft): readonly Found[] {
  const { groupAddresses, serviceAddresses, natServers } = draft.facts;
  const found: Found[] = [];
  let vips = 0;
  let gateways = 0;
  for (const candidate of groupAddresses) {
    const inside = isGateway(draft, candidate);
    if (inside) gateways += 1;
    else vips += 1;
    const what = inside ? 'group gateway' : 'group vip';
    if (candidate.prefix === null) {
      const sentence = `Address ${candidate.address} has no prefix length.`;
      found.push(
        lacking(
          candidate.file,
          candidate.number,
          sentence,
          `set ${what} ${candidate.address}/<prefix length>`,
        ),
      );
      continue;
    }
    const role = inside
      ? "the real servers' gateway, because they are on its network"
      : 'an outside address of the group';
    draft.add(
      { ...candidate, text: `${candidate.address}/${candidate.prefix}` },
      `${what} ${candidate.address}/${candidate.prefix}`,
    );
    draft.taken(candidate, `${candidate.address}/${candidate.prefix} is ${role}.`);
  }
  const known = new Set(groupAddresses.map(({ address }) => address));
  for (const { file, number, address } of serviceAddresses) {
    if (known.has(address)) continue;
    known.add(address);
    vips += 1;
    const sentence = `The service's address ${address} is in no haresources, so its prefix length is not known.`;
    found.push(lacking(file, number, sentence, `set group vip ${address}/<prefix length>`));
  }
  if (vips === 0) {
    found.push(
      lacking(
        USUAL.group,
        null,
        'No file names an outside virtual address.',
        'set group vip <address>/<prefix length>',
      ),
    );
  }
  if (gateways === 0) {
    const servers = [...new Set(natServers)].join(' and ') || 'the real servers';
    const sentence = `No file names the inside address that ${servers} use as default gateway; it moves with the group.`;
    found.push(lacking(USUAL.group, null, sentence, 'set group gateway <address>/<prefix length>'));
  }
  return found;
}

/** An address of the group is the real servers' gateway when it serves nothing itself and a NAT server is on its network. */
function isGateway(draft: Draft, { address, prefix }: FoundAddress): boolean {
  const { serviceAddresses, natServers } = draft.facts;
  if (prefix === null || serviceAddresses.some((service) => service.address === address)) return false;
  return natServers.some((server) => sameNetwork(server, address, prefix));
}
