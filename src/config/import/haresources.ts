/**
 * Reads heartbeat's `haresources`: one line per resource group, `NODE RESOURCE...`. Which of its addresses is the
 * outside one and which the real servers' gateway is not said there; `completion.ts` decides it.
 */
import { isAddress } from '../address';
import { shown } from '../problem';
import type { Draft, SourceLine } from './draft';
import { isBlankOrComment, prefixLength, sourceLines, words } from './words';

const ADDRESS_SCRIPTS = ['IPaddr', 'IPaddr2'];

/** Reads one file into the draft; malformed lines get an account line that says what would be right. */
export function readHaresources(draft: Draft, file: string, text: string): void {
  for (const line of sourceLines(file, text, true)) {
    if (isBlankOrComment(line)) continue;
    const [name = '', ...resources] = words(line.text);
    const { preferred } = draft.facts;
    if (resources.length === 0)
      draft.refused(line, 'A line is a node and its resources; write "NODE IPaddr::192.0.2.1/24".');
    else if (preferred !== null && preferred.name !== name)
      draft.refused(
        line,
        `A second group is not offered: the pair has one, and it prefers ${preferred.name}.`,
      );
    else if (preferred !== null || draft.write(line, ['group preferred', name])) {
      if (preferred === null) draft.taken(line, `${name} holds the group when both boxes could.`);
      draft.facts.preferred ??= { file, number: line.number, name };
      for (const resource of resources) readResource(draft, line, resource);
    }
  }
}

function readResource(draft: Draft, line: SourceLine, resource: string): void {
  const [script = '', ...args] = resource.split('::');
  const bare = isAddress(script.split('/')[0] ?? '');
  if (bare) readAddress(draft, line, script);
  else if (ADDRESS_SCRIPTS.includes(script)) readAddress(draft, line, args[0] ?? '');
  else {
    const [verdict, reason] = OTHERS.get(script) ?? FOREIGN;
    draft.note(line.file, line.number, verdict, `${shown(script)}: ${reason}`);
  }
}

function readAddress(draft: Draft, line: SourceLine, text: string): void {
  const [address = '', mask, ...where] = text.split('/');
  const prefix = mask === undefined ? null : prefixLength(mask);
  if (!isAddress(address) || (mask !== undefined && prefix === null)) {
    draft.refused(
      line,
      `${shown(text)} is no address of a group: write IPaddr::ADDRESS/PREFIX, as IPaddr::192.0.2.1/24.`,
    );
    return;
  }
  if (draft.facts.groupAddresses.some((known) => known.address === address)) {
    draft.refused(line, `Address ${address} is already in the group.`);
    return;
  }
  draft.facts.groupAddresses.push({ ...line, address, prefix });
  if (where.length > 0) {
    draft.meaningless(
      line,
      `${shown(where.join('/'))}: interface and broadcast address follow from the network of ${address}.`,
    );
  }
}

const ALWAYS_ON = [
  'meaningless',
  'IPVS and the monitor always run on both boxes, so nothing starts them at a takeover.',
] as const;

const OTHERS: ReadonlyMap<string, readonly ['meaningless' | 'refused', string]> = new Map<
  string,
  readonly ['meaningless' | 'refused', string]
>([
  ['mon', ALWAYS_ON],
  ['ipvsadm', ALWAYS_ON],
  ['ipvs', ALWAYS_ON],
  ['lvs', ALWAYS_ON],
  ['fake', ['meaningless', 'The group announces its addresses by itself.']],
  ['send_arp', ['meaningless', 'The group announces its addresses by itself.']],
  ['ldirectord', ['refused', 'Files of ldirectord are not read: write services and watches.']],
  ['IPv6addr', ['refused', 'IPv6 addresses come later.']],
  ['LVSSyncDaemonSwap', ['refused', 'The connection sync daemon comes later.']],
  ['IPsrcaddr', ['refused', "Source addresses of the boxes' own traffic are not changed at a takeover."]],
  ['MailTo', ['refused', 'Mail at a takeover is not offered.']],
]);

const FOREIGN = ['refused', 'This resource script is not offered: the group is made of addresses.'] as const;
