/** The ping nodes of `ha.cf`. Linux-HA compares them by its client ipfail; here the comparison is built in. */
import { isUnicast } from '../address';
import { anyOf, shown } from '../problem';
import type { LinkReader } from './links';

export const ping: LinkReader = ({ draft }, line, args) => {
  if (args.length === 0) draft.refused(line, 'ping lacks an address; write "ping 192.0.2.1".');
  for (const host of args) {
    const path = `heartbeat ping ${host}`;
    if (!isUnicast(host)) draft.refused(line, notPinged(host));
    else if (draft.has(path)) draft.refused(line, `Ping node ${host} is named before.`);
    else if (draft.write(line, [path]))
      draft.taken(line, `${host} is a ping node: the box that reaches fewer hands over, as with ipfail.`);
  }
};

export const pingGroup: LinkReader = ({ draft }, line, [name = '', ...args]) => {
  const hosts = [...new Set(args)].filter(isUnicast);
  const path = `heartbeat ping-group ${name} host`;
  if (args.length === 0) {
    draft.refused(
      line,
      'ping_group wants a name and addresses; write "ping_group routers 192.0.2.1 192.0.2.2".',
    );
    return;
  }
  for (const host of args) if (!isUnicast(host)) draft.refused(line, notPinged(host));
  if (draft.settings.some(({ text }) => text.startsWith(`set ${path} `)))
    draft.refused(line, `Ping group ${name} is named before; give each its own name.`);
  else if (hosts.length > 0 && draft.write(line, ...hosts.map((host) => [`${path} ${host}`] as const)))
    draft.taken(line, `Ping group ${name} counts as one ping node, reached when ${anyOf(hosts)} is.`);
};

function notPinged(host: string): string {
  return `${shown(host)} is no IPv4 address of a host; ping nodes are known by their addresses, as 192.0.2.1.`;
}
