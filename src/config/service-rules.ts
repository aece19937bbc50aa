/** What the settings of one virtual service, each good by itself, have wrong together. Pure; knows no address of a box. */

import type { RealServer, VirtualService } from './config';
import { printEndpoint } from './endpoint';
import { isIpv6 } from './ipv6';

export interface Breach {
  /** The setting, behind the path of the service or the server. */
  readonly at: string;
  readonly isWarning: boolean;
  readonly sentence: string;
}

/** Schedulers that do not look at weights. */
const WEIGHTLESS: readonly string[] = ['rr', 'lc', 'dh'];

export function serviceRules(service: VirtualService): readonly Breach[] {
  const { protocol, scheduler, schedulerFlags = [], persistence, onePacket, sorry, servers } = service;
  const { quorum = 1, hysteresis = 0, slowStartMs } = service;
  const breaches: Breach[] = [];
  const problem = (at: string, sentence: string) => breaches.push({ at, isWarning: false, sentence });
  const warning = (at: string, sentence: string) => breaches.push({ at, isWarning: true, sentence });
  for (const flag of schedulerFlags)
    if (!flag.startsWith(`${scheduler}-`))
      problem('hash-flag', `hash-flag ${flag} is for scheduler ${flag.slice(0, 2)}, not ${scheduler}`);
  if (onePacket && protocol === 'tcp')
    problem('one-packet', 'one-packet is for UDP, a TCP connection has many');
  if (persistence?.timeoutMs === 0)
    problem('persistence-prefix', 'persistence is missing; add it, like persistence 5m');
  if ((persistence?.prefix ?? 0) > 32 && familyOf(service) === 'ipv4')
    problem(
      'persistence-prefix',
      `persistence-prefix ${persistence?.prefix} is possible for IPv6 only; IPv4 has 32 bits`,
    );
  if (protocol !== 'fwmark' && service.port === 0 && persistence === undefined)
    problem('persistence', 'port 0 stands for all ports, which needs persistence, like persistence 5m');
  if (hysteresis >= quorum && hysteresis > 0)
    problem('hysteresis', `hysteresis ${hysteresis} must be smaller than the quorum, ${quorum}`);
  if (sorry === undefined) {
    if (service.quorum !== undefined)
      warning('quorum', 'quorum changes nothing without a sorry-server: the servers that are up go on');
  } else {
    const twin = servers.some((server) => server.address === sorry.address && server.port === sorry.port);
    if (twin) problem('sorry-server', `the sorry-server ${printEndpoint(sorry)} is a real server, too`);
    breaches.push(...serverRules(service, sorry).map((breach) => ({ ...breach, at: 'sorry-server' })));
    const weight = servers.reduce((sum, server) => sum + server.weight, 0);
    if (quorum + hysteresis > weight && servers.length > 0)
      warning(
        'quorum',
        `all servers together have weight ${weight}, and the quorum needs ${quorum + hysteresis}: it is never reached`,
      );
  }
  if (slowStartMs !== undefined && WEIGHTLESS.includes(scheduler))
    warning(
      'slow-start',
      `slow-start changes nothing with scheduler ${scheduler}, which does not look at weights`,
    );
  else if (slowStartMs !== undefined && servers.every(({ weight }) => weight <= 1))
    warning(
      'slow-start',
      'slow-start goes in steps of 1, and no server has a greater weight: give them 10 or more',
    );
  return breaches;
}

export function serverRules(service: VirtualService, server: Omit<RealServer, 'weight'>): readonly Breach[] {
  const { method, upperThreshold = 0, lowerThreshold = 0, tunnel } = server;
  const breaches: Breach[] = [];
  const problem = (at: string, sentence: string) => breaches.push({ at, isWarning: false, sentence });
  if (familyOf(service) !== (isIpv6(server.address) ? 'ipv6' : 'ipv4') && method !== 'tun')
    problem('', `with method ${method}, service and server must both have IPv4 or both IPv6 addresses`);
  if (server.port === 0 && service.protocol !== 'fwmark' && service.port !== 0)
    problem('', 'port 0 is for services by firewall mark and of port 0, where packets keep their port');
  if (lowerThreshold > upperThreshold)
    problem(
      'lower-threshold',
      `lower-threshold ${lowerThreshold} is above the upper-threshold, ${upperThreshold}`,
    );
  if (tunnel === undefined) return breaches;
  const { kind, port, checksum } = tunnel;
  if (method !== 'tun') problem('tunnel', `a tunnel needs method tun, not ${method}`);
  if (kind === 'gue' && port === 0)
    problem('tunnel', 'tunnel gue needs a tunnel-port, like tunnel-port 6080');
  if (kind !== 'gue' && port !== 0) problem('tunnel-port', `tunnel-port is for tunnel gue, not ${kind}`);
  if (checksum !== 'none' && kind === 'ipip') problem('tunnel-checksum', 'tunnel ipip has no checksum');
  if (checksum === 'remcsum' && kind === 'gre')
    problem('tunnel-checksum', 'tunnel-checksum remcsum is for tunnel gue, not gre');
  return breaches;
}

function familyOf(service: VirtualService): 'ipv4' | 'ipv6' {
  if (service.protocol === 'fwmark') return service.family;
  return isIpv6(service.address) ? 'ipv6' : 'ipv4';
}
