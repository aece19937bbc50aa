/** Random tables of every kind of service and server, for property tests: small pools, so that much is common. */

import type { ServiceKey, TunnelConfig } from '../../../src/config/config';
import {
  type IpvsDestination,
  type IpvsService,
  type IpvsTable,
  serviceFlag,
} from '../../../src/director/table';

type Random = (below: number) => number;

const KEYS: readonly ServiceKey[] = [
  { protocol: 'tcp', address: '192.0.2.1', port: 80 },
  { protocol: 'tcp', address: '192.0.2.1', port: 443 },
  { protocol: 'udp', address: '192.0.2.1', port: 53 },
  { protocol: 'udp', address: '2001:db8::1', port: 53 },
  { protocol: 'fwmark', mark: 3, family: 'ipv4' },
  { protocol: 'fwmark', mark: 3, family: 'ipv6' },
];
const FLAGS = [
  0,
  serviceFlag.persistent,
  serviceFlag.onePacket,
  serviceFlag.schedule1 | serviceFlag.schedule2,
];
const TUNNELS: readonly TunnelConfig[] = [
  { kind: 'gue', port: 6080, checksum: 'csum' },
  { kind: 'gue', port: 6081, checksum: 'remcsum' },
  { kind: 'gre', port: 0, checksum: 'none' },
];

export function randomTable(random: Random): IpvsTable {
  return some(KEYS, random).map((key) => randomService(key, random));
}

function randomService(key: ServiceKey, random: Random): IpvsService {
  const isIpv6 = key.protocol === 'fwmark' ? key.family === 'ipv6' : key.address.includes(':');
  const flags = pick(FLAGS, random);
  const persistence =
    flags === serviceFlag.persistent
      ? { timeoutS: 60 * (1 + random(2)), ...(random(2) === 0 ? { mask: isIpv6 ? 64 : 0xffffff00 } : {}) }
      : {};
  return {
    ...key,
    scheduler: pick(['rr', 'wlc', 'sh'], random),
    ...(flags === 0 ? {} : { flags }),
    ...persistence,
    destinations: some([1, 2, 3, 4], random).map((host) => randomServer(host, isIpv6, random)),
  };
}

function randomServer(host: number, isIpv6: boolean, random: Random): IpvsDestination {
  const method = pick(['nat', 'dr', 'tun'] as const, random);
  const upper = random(2) * 100;
  return {
    address: isIpv6 ? `2001:db8::${host}` : `10.0.0.${host}`,
    port: 80,
    weight: random(3),
    method,
    ...(upper === 0 ? {} : { upper, lower: 50 + random(2) }),
    ...(method === 'tun' && random(2) === 0 ? { tunnel: pick(TUNNELS, random) } : {}),
  };
}

export function some<T>(items: readonly T[], random: Random): T[] {
  return items.filter(() => random(2) === 0);
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random(items.length)]!;
}
