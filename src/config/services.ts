/** Whether virtual services stand on addresses that move, and can reach their real servers in the way they are to. */

import { addressOf, Networks } from './address';
import type { Config, RealServer, VirtualService } from './config';
import type { Findings } from './findings';
import { someOf } from './problem';
import { homeless, type Owners, type Reach } from './reach';
import type { Settings } from './settings';

/** What services are judged by. */
interface Surroundings {
  readonly settings: Settings;
  readonly findings: Findings;
  readonly reaches: readonly Reach[];
  readonly owners: Owners;
  readonly vips: readonly string[];
  readonly gateways: readonly string[];
  readonly inside: Networks;
}

export function checkServices(
  settings: Settings,
  { services, group }: Config,
  reaches: readonly Reach[],
  owners: Owners,
  findings: Findings,
): void {
  const { gateways } = group;
  const vips = group.vips.map(addressOf);
  const inside = new Networks(gateways);
  const around: Surroundings = { settings, findings, reaches, owners, vips, gateways, inside };
  for (const service of services) {
    checkService(service, around);
    for (const server of service.servers) checkServer(service, server, around);
  }
}

function checkService({ protocol, address, port, servers }: VirtualService, around: Surroundings): void {
  const { settings, findings, owners, vips } = around;
  const what = `service ${protocol} ${address}:${port}`;
  const line = settings.line('service PROTOCOL ENDPOINT', protocol, `${address}:${port}`);
  const owner = owners.get(address);
  if (owner === undefined && vips.length > 0)
    findings.problem(
      [what, 'group vip', 'group gateway', 'node'],
      line,
      `${what}: ${address} is an address of neither the group nor a node, so nothing answers there; the group has ${someOf(vips)}`,
    );
  if (owner?.kind === 'node')
    findings.warn(
      [what],
      line,
      `${what}: ${address} is the address of ${owner.what}, so nothing moves it to the box that serves; the group has ${someOf(vips)}`,
    );
  if (servers.length === 0)
    findings.warn(
      [what],
      line,
      `${what} has no real server; add one like set ${what} server 192.168.2.3:${port}`,
    );
}

function checkServer(service: VirtualService, server: RealServer, around: Surroundings): void {
  const { settings, findings, reaches, owners, gateways, inside } = around;
  const { address, port, method } = server;
  const args = [service.protocol, `${service.address}:${service.port}`, `${address}:${port}`];
  const what = `service ${args[0]} ${args[1]} server ${args[2]}`;
  const line = settings.line('service PROTOCOL ENDPOINT server SERVER', ...args);
  const owner = owners.get(address);
  if (owner !== undefined)
    findings.certain(what, line, `${what}: ${address} is the address of ${owner.what}, not of a real server`);
  if (!findings.isRead([`${what} method`])) return;
  if (method !== 'nat' && port !== service.port)
    findings.certain(
      what,
      line,
      `${what}: with method ${method} the packets keep the port of the service, ${service.port}; write ${address}:${service.port}, or use method nat`,
    );
  if (method === 'tun') return;
  const lost = reaches.filter(
    (reach) => reach.home(address) === null && !(method === 'nat' && reach.isRouted(address)),
  );
  homeless(findings, lost, what, line, what, address);
  if (method !== 'nat' || lost.length > 0 || gateways.length === 0 || inside.find(address) !== null) return;
  findings.warn(
    [what, 'group gateway'],
    line,
    `${what}: ${address} is in the network of no group gateway (${someOf(gateways)}); its answers must find their way through the box that serves`,
  );
}
