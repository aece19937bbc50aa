/** What IPVS should have besides its table: a function of the configuration and of the role of the box. Pure. */

import type { IpvsConfig } from '../config/config';
import type { IpvsSettings, SyncDaemon } from './table';

/** The kernel's own (net/netfilter/ipvs/ip_vs_proto_tcp.c, ip_vs_proto_udp.c). */
const KERNEL_TIMEOUTS = { tcpS: 900, tcpFinS: 120, udpS: 300 } as const;

/** @param role which connection sync, where that is configured, has one daemon of */
export function desiredSettings(config: IpvsConfig | undefined, role: SyncDaemon['role']): IpvsSettings {
  if (config === undefined) return { timeouts: KERNEL_TIMEOUTS, daemons: [] };
  const { tcpMs, tcpFinMs, udpMs } = config.timeouts;
  return {
    timeouts: { tcpS: seconds(tcpMs), tcpFinS: seconds(tcpFinMs), udpS: seconds(udpMs) },
    daemons: config.sync === null ? [] : [{ role, ...config.sync }],
  };
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
