/** Whether every address of the boxes and the group has its place: on a network of both nodes, and nowhere else. */

import { addressOf, prefixOf } from './address';
import type { Address, Cidr, Config } from './config';
import type { Findings } from './findings';
import { hasAddress, LINKS_LIMIT } from './links';
import { checkPings } from './pings';
import { homeless, type Owner, type Owners, Reach } from './reach';
import { checkServices } from './services';
import type { Settings } from './settings';

/** A pair. */
export const NODES = 2;

export function checkNetworks(settings: Settings, config: Config, findings: Findings): void {
  const owners = checkOwners(settings, findings);
  checkBothSides(settings, config, findings);
  // With more nodes than a pair has, which is told, each address would be looked for on hundreds of them.
  const reaches = config.nodes.length > NODES ? [] : config.nodes.map((node) => new Reach(node));
  checkGroup(settings, reaches, findings);
  checkRoutes(settings, reaches, findings);
  if (reaches.length === NODES) checkPeers(settings, config, reaches, findings);
  checkPings(settings, config, reaches, owners, findings);
  checkServices(settings, config, reaches, owners, findings);
}

/** Two owners of one address would answer ARP against each other. @returns who has an address */
function checkOwners(settings: Settings, findings: Findings): Owners {
  const owners = new Map<Address, Owner>();
  const own = (cidr: Cidr, path: string, kind: Owner['kind'], name: string, line: number | null): void => {
    const address = addressOf(cidr);
    const what = `${name} (line ${line})`;
    const other = owners.get(address);
    if (other === undefined) owners.set(address, { kind, what });
    else
      findings.certain(
        path,
        line,
        `address ${address} is given to ${other.what} and to ${what}; give each an address of its own`,
      );
  };
  for (const node of settings.names('node'))
    for (const name of settings.names('node NODE interface', node))
      for (const { value, line, path } of settings.all('node NODE interface INTERFACE address', node, name))
        own(String(value), path, 'node', `interface ${name} of node ${node}`, line);
  for (const role of ['vip', 'gateway'] as const)
    for (const { value, line, path } of settings.all(`group ${role}`))
      own(String(value), path, role, `group ${role}`, line);
  return owners;
}

/** The clients' side and the real servers' must move together. */
function checkBothSides(settings: Settings, config: Config, findings: Findings): void {
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
}

function checkGroup(settings: Settings, reaches: readonly Reach[], findings: Findings): void {
  for (const role of ['vip', 'gateway'])
    for (const { value, line } of settings.all(`group ${role}`)) {
      const cidr = String(value);
      const address = addressOf(cidr);
      const what = `group ${role} ${cidr}`;
      const homes = reaches.map((reach) => ({ reach, home: reach.home(address) }));
      const lost = homes.filter(({ home }) => home === null).map(({ reach }) => reach);
      homeless(findings, lost, `group ${role}`, line, what, address);
      const other = homes.find(({ home }) => home !== null && prefixOf(home) !== prefixOf(cidr));
      if (other?.home != null)
        findings.warn(
          [`group ${role}`, `node ${other.reach.node.name} interface`],
          line,
          `${what}: node ${other.reach.node.name} has ${other.home} on that network, with another prefix length; ${address}/${prefixOf(other.home)} is usual`,
        );
    }
}

function checkRoutes(settings: Settings, reaches: readonly Reach[], findings: Findings): void {
  for (const reach of reaches)
    for (const { destination, via } of reach.node.routes) {
      const { name } = reach.node;
      const [set] = settings.all('node NODE route NETWORK via', name, destination);
      if (set === undefined) continue;
      const what = `node ${name} route ${destination} via ${via}`;
      homeless(findings, reach.home(via) === null ? [reach] : [], set.path, set.line, what, via);
      if (reach.owns(via))
        findings.certain(
          set.path,
          set.line,
          `${what}: the next hop is the node's own address; it must be another router's`,
        );
    }
}

/** A peer must be one of the two boxes, on the named interface, and be able to answer the same way. */
function checkPeers(
  settings: Settings,
  { heartbeat, nodes }: Config,
  reaches: readonly Reach[],
  findings: Findings,
): void {
  if (heartbeat.links.length > LINKS_LIMIT) return;
  const ways = heartbeat.links.filter((link) => link.kind === 'ucast');
  for (const { interface: port, peer, port: udpPort } of ways) {
    const what = `heartbeat ucast ${port} peer ${peer}`;
    const line = settings.line('heartbeat ucast INTERFACE peer PEER', port, peer);
    const lost = reaches
      .map((reach) => reach.through(port))
      .filter((reach) => reach.node.interfaces.length > 0 && reach.home(peer) === null);
    homeless(findings, lost, what, line, what, peer, port);
    if (lost.length > 0) continue;
    const owner = nodes.find((node) => hasAddress(node, peer));
    const other = nodes.find((node) => node !== owner);
    if (owner === undefined || other === undefined)
      findings.problem(
        [what, 'node'],
        line,
        `${what}: no node has this address; it must be the address of a node's ${port}`,
      );
    else if (
      !ways.some((way) => way.interface === port && way.port === udpPort && hasAddress(other, way.peer))
    )
      findings.problem(
        [`heartbeat ucast ${port}`, 'node'],
        line,
        `${what}: node ${owner.name} cannot answer, for each box uses the line with the other's address; add one with the address of ${port} of node ${other.name}, and port ${udpPort}`,
      );
  }
}
