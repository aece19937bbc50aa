/** Whether virtual services stand on addresses that move, and can reach their real servers in the way they are to. */

import { addressOf, Networks } from './address';
import { placeOf } from './build-services';
import type { Config, RealServer, VirtualService } from './config';
import { printEndpoint } from './endpoint';
import type { Findings } from './findings';
import { isIpv6 } from './ipv6';
import { someOf } from './problem';
import { homeless, type Owners, type Reach } from './reach';
import { serverRules, serviceRules } from './service-rules';
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

function checkService(service: VirtualService, around: Surroundings): void {
  const { settings, findings } = around;
  const { path, args } = placeOf(service.protocol, nameOf(service));
  const what = `service ${service.protocol} ${nameOf(service)}`;
  const line = settings.line(path, ...args);
  if (service.protocol !== 'fwmark') checkHome(service.address, what, line, around);
  if (service.servers.length === 0)
    findings.warn(
      [what],
      line,
      `${what} has no real server; add one like set ${what} server 192.168.2.3:${service.protocol === 'fwmark' ? 0 : service.port}`,
    );
  for (const { at, isWarning, sentence } of serviceRules(service)) {
    const place = settings.lineOf(`${what} ${at}`) ?? line;
    if (isWarning) findings.warn([what], place, `${what}: ${sentence}`);
    else findings.problem([what], place, `${what}: ${sentence}`);
  }
}

/** Whether the address is one that moves between the boxes. */
function checkHome(address: string, what: string, line: number | null, around: Surroundings): void {
  const { findings, owners, vips } = around;
  if (isIpv6(address)) {
    findings.warn(
      [what],
      line,
      `${what}: ${address} is no address of the group, which has IPv4 addresses only: something else must bring it to the box that serves`,
    );
    return;
  }
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
}

function checkServer(service: VirtualService, server: RealServer, around: Surroundings): void {
  const { settings, findings, reaches, owners, gateways, inside } = around;
  const { address, port, method } = server;
  const { path, args } = placeOf(service.protocol, nameOf(service));
  const what = `service ${service.protocol} ${nameOf(service)} server ${printEndpoint(server)}`;
  const line = settings.line(`${path} server SERVER`, ...args, printEndpoint(server));
  const owner = owners.get(address);
  if (owner !== undefined)
    findings.certain(what, line, `${what}: ${address} is the address of ${owner.what}, not of a real server`);
  for (const { at, sentence } of serverRules(service, server))
    findings.problem([what], settings.lineOf(`${what} ${at}`) ?? line, `${what}: ${sentence}`);
  if (!findings.isRead([`${what} method`])) return;
  if (method !== 'nat' && service.protocol !== 'fwmark' && port !== service.port)
    findings.certain(
      what,
      line,
      `${what}: with method ${method} the packets keep the port of the service, ${service.port}; write ${printEndpoint({ address, port: service.port })}, or use method nat`,
    );
  if (method === 'tun' || isIpv6(address)) return;
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

function nameOf(service: VirtualService): string {
  return service.protocol === 'fwmark' ? String(service.mark) : printEndpoint(service);
}
