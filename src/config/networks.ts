/** Whether every address of a configuration has its place: on a network of both nodes, and nowhere else. */

import { addressOf, contains } from './address';
import type { Address, Cidr, Config, NodeConfig, RealServer } from './config';
import type { Findings } from './findings';
import type { Settings } from './settings';

export function checkNetworks(settings: Settings, config: Config, findings: Findings): void {
  const owners = checkOwners(settings, findings);
  checkGroup(settings, config, findings);
  checkRoutes(settings, config, findings);
  checkPeers(settings, config, findings);
  checkServices(settings, config, owners, findings);
}

/** Two owners of one address would answer ARP against each other. @returns who has an address */
function checkOwners(settings: Settings, findings: Findings): ReadonlyMap<Address, string> {
  const owners = new Map<Address, string>();
  const own = (cidr: Cidr, path: string, what: string, line: number | null): void => {
    const address = addressOf(cidr);
    const named = `${what} (line ${line})`;
    const other = owners.get(address);
    if (other === undefined) owners.set(address, named);
    else
      findings.certain(
        path,
        line,
        `address ${address} is given to ${other} and to ${named}; give each an address of its own`,
      );
  };
  for (const node of settings.names('node'))
    for (const name of settings.names('node NODE interface', node))
      for (const { value, line, path } of settings.all('node NODE interface INTERFACE address', node, name))
        own(String(value), path, `interface ${name} of node ${node}`, line);
  for (const role of ['vip', 'gateway'])
    for (const { value, line, path } of settings.all(`group ${role}`))
      own(String(value), path, `group ${role}`, line);
  return owners;
}

function checkGroup(settings: Settings, config: Config, findings: Findings): void {
  const { vips, gateways } = config.group;
  const isNat = config.services.some(({ servers }) => servers.some(({ method }) => method === 'nat'));
  const line = (role: string): number | null => settings.all(`group ${role}`)[0]?.line ?? null;
  if (vips.length === 0 && gateways.length === 0)
    findings.problem(
      ['group vip'],
      null,
      'no group vip is configured; add the address that clients use, like set group vip 192.0.2.10/24',
    );
  else if (vips.length === 0)
    findings.problem(
      ['group vip', 'group gateway'],
      line('gateway'),
      `group gateway ${gateways[0]} is configured without a group vip: both must move together; add the address that clients use, like set group vip 192.0.2.10/24`,
    );
  else if (gateways.length === 0 && isNat)
    findings.problem(
      ['group gateway', 'group vip'],
      line('vip'),
      `group vip ${vips[0]} is configured without a group gateway: real servers by NAT answer through it, and both must move together; add their default gateway, like set group gateway 192.168.2.1/24`,
    );
  for (const role of ['vip', 'gateway'])
    for (const { value, line: at } of settings.all(`group ${role}`)) {
      const lost = config.nodes.filter((node) => !isOnLink(node, addressOf(String(value))));
      homeless(findings, lost, `group ${role}`, at, `group ${role} ${value}`, addressOf(String(value)));
    }
}

function checkRoutes(settings: Settings, config: Config, findings: Findings): void {
  for (const node of config.nodes)
    for (const { destination, via } of node.routes) {
      const [set] = settings.all('node NODE route NETWORK via', node.name, destination);
      if (set === undefined) continue;
      const what = `node ${node.name} route ${destination} via ${via}`;
      const lost = isOnLink(node, via) ? [] : [node];
      homeless(findings, lost, set.path, set.line, what, via);
      if (node.interfaces.some(({ addresses }) => addresses.some((own) => addressOf(own) === via)))
        findings.certain(
          set.path,
          set.line,
          `${what}: the next hop is the node's own address; it must be another router's`,
        );
    }
}

/** A peer must be on the named interface, and be one of the two boxes. */
function checkPeers(settings: Settings, config: Config, findings: Findings): void {
  for (const link of config.heartbeat.links) {
    if (link.kind !== 'ucast') continue;
    const what = `heartbeat ucast ${link.interface} peer ${link.peer}`;
    const line = settings.line('heartbeat ucast INTERFACE peer PEER', link.interface, link.peer);
    const lost = config.nodes.filter((node) => {
      const own = node.interfaces.filter(({ name }) => name === link.interface);
      return own.length > 0 && !isOnLink({ ...node, interfaces: own }, link.peer);
    });
    homeless(findings, lost, what, line, what, link.peer, link.interface);
    const isNode = config.nodes.some(({ interfaces }) =>
      interfaces.some(({ addresses }) => addresses.some((own) => addressOf(own) === link.peer)),
    );
    if (lost.length === 0 && !isNode)
      findings.problem(
        [what, 'node'],
        line,
        `${what}: no node has this address; it must be the address of a node's ${link.interface}`,
      );
  }
}

function checkServices(
  settings: Settings,
  config: Config,
  owners: ReadonlyMap<Address, string>,
  findings: Findings,
): void {
  const vips = config.group.vips.map(addressOf);
  for (const { protocol, address, port, servers } of config.services) {
    const endpoint = `${address}:${port}`;
    const service = `service ${protocol} ${endpoint}`;
    const line = settings.line('service PROTOCOL ENDPOINT', protocol, endpoint);
    if (!vips.includes(address) && vips.length > 0)
      findings.warn(
        [service, 'group vip'],
        line,
        `${service}: ${address} is no group vip, so nothing moves it to the box that serves; the group has ${vips.join(', ')}`,
      );
    if (servers.length === 0)
      findings.warn(
        [service],
        line,
        `${service} has no real server; add one like set ${service} server 192.168.2.3:${port}`,
      );
    for (const server of servers)
      checkServer(settings, config, owners, findings, [protocol, endpoint], server);
  }
}

function checkServer(
  settings: Settings,
  config: Config,
  owners: ReadonlyMap<Address, string>,
  findings: Findings,
  service: readonly [protocol: string, endpoint: string],
  { address, port, method }: RealServer,
): void {
  const what = `service ${service.join(' ')} server ${address}:${port}`;
  const line = settings.line('service PROTOCOL ENDPOINT server SERVER', ...service, `${address}:${port}`);
  const owner = owners.get(address);
  if (owner !== undefined)
    findings.certain(what, line, `${what}: ${address} is the address of ${owner}, not of a real server`);
  if (method === 'tun' || !findings.isRead([`${what} method`])) return;
  const lost = config.nodes.filter(
    (node) => !isOnLink(node, address) && !(method === 'nat' && isRouted(node, address)),
  );
  homeless(findings, lost, what, line, what, address);
  const { gateways } = config.group;
  if (method !== 'nat' || lost.length > 0 || gateways.length === 0) return;
  if (gateways.some((gateway) => contains(gateway, address))) return;
  findings.warn(
    [what, 'group gateway'],
    line,
    `${what}: ${address} is in the network of no group gateway (${gateways.join(', ')}); its answers must find their way through the box that serves`,
  );
}

function isOnLink(node: NodeConfig, address: Address): boolean {
  return node.interfaces.some(({ addresses }) => addresses.some((own) => contains(own, address)));
}

/** By a route of its own; the default route leads to the clients, not to real servers. */
function isRouted(node: NodeConfig, address: Address): boolean {
  return node.routes.some(({ destination }) => !destination.endsWith('/0') && contains(destination, address));
}

function homeless(
  findings: Findings,
  nodes: readonly NodeConfig[],
  key: string,
  line: number | null,
  what: string,
  address: Address,
  only: string | null = null,
): void {
  // A node with an unreadable address may have the right one there.
  const sure = nodes.filter(({ name }) => findings.isRead([`node ${name} interface`]));
  if (sure.length === 0) return;
  const networks = sure.map(({ name, interfaces }) => {
    const own = interfaces
      .filter((candidate) => only === null || candidate.name === only)
      .flatMap((candidate) => candidate.addresses.map((cidr) => `${candidate.name} ${cidr}`));
    return `node ${name} has ${own.length === 0 ? 'no address' : own.join(', ')}`;
  });
  findings.certain(
    key,
    line,
    `${what}: ${address} is not on the network of ${only === null ? 'any interface' : only}; ${networks.join(', ')}`,
  );
}
