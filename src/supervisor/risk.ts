/**
 * What a change would cut off, although each configuration is right by itself: the heartbeat, while the other box still
 * has the old one, and the operator's own line. Pure; whether that is wanted, the operator says.
 */

import { addressOf } from '../config/address';
import type { AuthKey, Config, HeartbeatLink } from '../config/config';
import { hasAddress, linksOf } from '../config/links';
import { someOf } from '../config/problem';

/**
 * @param old what runs, on the other box too
 * @param node name of this box
 * @param consoles serial devices that are consoles here
 * @returns one clause for each; none where the change is safe
 */
export function risksOf(
  old: Config,
  next: Config,
  node: string,
  consoles: readonly string[],
): readonly string[] {
  const lost = heartbeatLost(old, next, node);
  const heartbeat =
    lost === null
      ? []
      : [
          `with this change the boxes no longer hear each other until both have it: ${lost}; each would take the other for dead, and both would take the group`,
        ];
  return [...heartbeat, ...consolesTaken(old, next, consoles)];
}

/** Why nothing that the boxes say to each other would come through; null where something does. */
function heartbeatLost(old: Config, next: Config, node: string): string | null {
  const names = (config: Config): string => config.nodes.map(({ name }) => name).join(' and ');
  if (names(old) !== names(next)) return `the nodes are named ${names(next)}, not ${names(old)}`;
  const [ours, theirs] = [next.heartbeat.auth, old.heartbeat.auth];
  const sign = ({ keys, signWith }: typeof ours): AuthKey | undefined =>
    keys.find(({ id }) => id === signWith);
  if (!knows(theirs.keys, sign(ours))) return 'the other box does not know the key that signs';
  if (!knows(ours.keys, sign(theirs))) return 'the key with which the other box signs is gone';
  const links = linksOf(old, node);
  const stays = links.some((link) => survives(link, old, next, node));
  return stays || links.length === 0
    ? null
    : `none of the heartbeat links stays as it is (${someOf(links.map(linkName))})`;
}

function knows(keys: readonly AuthKey[], key: AuthKey | undefined): boolean {
  return keys.some(
    ({ id, method, secret }) => id === key?.id && method === key.method && secret === key.secret,
  );
}

/** Whether the other box, with the old configuration, still speaks and hears on this link. */
function survives(link: HeartbeatLink, old: Config, next: Config, node: string): boolean {
  const same = JSON.stringify(link);
  if (!linksOf(next, node).some((one) => JSON.stringify(one) === same)) return false;
  if (link.kind !== 'ucast') return true;
  // It sends to the address that this box had.
  const [was, is] = [old, next].map(({ nodes }) => nodes.find(({ name }) => name === node));
  const port = was?.interfaces.find(({ name }) => name === link.interface);
  return (
    port === undefined || is === undefined || port.addresses.every((own) => hasAddress(is, addressOf(own)))
  );
}

function linkName(link: HeartbeatLink): string {
  switch (link.kind) {
    case 'serial':
      return `serial ${link.device}`;
    case 'ucast':
      return `ucast ${link.interface} to ${link.peer}`;
    default:
      return `${link.kind} ${link.interface}`;
  }
}

function consolesTaken(old: Config, next: Config, consoles: readonly string[]): readonly string[] {
  const devices = ({ heartbeat }: Config): readonly string[] =>
    heartbeat.links.flatMap((link) => (link.kind === 'serial' ? [link.device] : []));
  const had = devices(old);
  return devices(next)
    .filter((device) => consoles.includes(device) && !had.includes(device))
    .map((device) => `with this change the heartbeat takes ${device}, which is a console of this box`);
}
