/**
 * What the kernel's IPVS table should hold: the configured services with those real servers that are fit to serve.
 * Pure; never asks how a server's health was found, and never says how to get there (reconcile.ts).
 */

import type { Config } from '../config/config';
import { type HealthMap, type IpvsTable, serverName } from './table';

/**
 * @param kernel the table as it is: a server of unknown health keeps its place in it, so that a restarted
 *   supervisor changes nothing, and a freshly booted one lets a server in only after its first good check
 */
export function desiredTable(
  config: Pick<Config, 'services'>,
  health: HealthMap,
  kernel: IpvsTable,
): IpvsTable {
  const held = new Set(
    kernel.flatMap((service) => service.destinations.map((destination) => serverName(service, destination))),
  );
  return config.services.map(({ protocol, address, port, scheduler, servers }) => {
    const key = { protocol, address, port };
    const fit = servers.filter((server) => {
      const name = serverName(key, server);
      const state = health.get(name) ?? 'up';
      return state === 'up' || (state === 'unknown' && held.has(name));
    });
    return { ...key, scheduler, destinations: fit };
  });
}
