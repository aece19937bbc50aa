/** Kernel settings that the pair depends on, with why. */

import type { Host } from '../host/host';

const SYSCTLS: readonly (readonly [path: string, value: string])[] = [
  // The box is a router between the real servers and the clients.
  ['net/ipv4/ip_forward', '1'],
  // Real servers must not be told of a shorter way that leads past the balancing.
  ['net/ipv4/conf/all/send_redirects', '0'],
  // Taking one address away must never take its neighbours along.
  ['net/ipv4/conf/all/promote_secondaries', '1'],
  // A client with persistence does not come back to a server of weight 0, which could otherwise never be drained.
  ['net/ipv4/vs/expire_quiescent_template', '1'],
  // Connection sync tells of a connection with its third packet and each tenth from there (the kernel's fiftieth would
  // let slow ones be forgotten by the other box, and a box that has just started would not learn them for minutes).
  ['net/ipv4/vs/sync_threshold', '3 10'],
];

/** Makes them so. What fails is logged; the rest goes on. */
export function writeSysctls(host: Pick<Host, 'writeFile' | 'log'>): void {
  for (const [path, value] of SYSCTLS) {
    const written = host.writeFile(`/proc/sys/${path}`, value);
    if (!written.ok) host.log('error', 'sysctl-failed', written.error);
  }
}
