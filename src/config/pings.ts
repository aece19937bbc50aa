/** Whether both boxes could reach the hosts that they are to ping, and how many these may be. */

import type { Config } from './config';
import type { Findings } from './findings';
import type { Owners, Reach } from './reach';
import type { Setting, Settings } from './settings';

/** Ping nodes and ping groups together. */
export const PING_GROUPS_LIMIT = 8;
/** Hosts of one group. All of them are pinged several times in each deadping. */
export const PING_HOSTS_LIMIT = 8;

export function checkPings(
  settings: Settings,
  { heartbeat }: Config,
  reaches: readonly Reach[],
  owners: Owners,
  findings: Findings,
): void {
  const { pings } = heartbeat;
  if (pings.length > PING_GROUPS_LIMIT) {
    const sentence = `there are ${pings.length} ping nodes and groups; at most ${PING_GROUPS_LIMIT} are possible`;
    findings.problem(['heartbeat ping', 'heartbeat ping-group'], null, sentence);
    return;
  }
  for (const host of settings.all('heartbeat ping')) checkHost(host, reaches, owners, findings);
  for (const name of settings.names('heartbeat ping-group')) {
    const hosts = settings.all('heartbeat ping-group PINGGROUP host', name);
    const beyond = hosts[PING_HOSTS_LIMIT];
    const path = `heartbeat ping-group ${name}`;
    if (beyond === undefined) for (const host of hosts) checkHost(host, reaches, owners, findings);
    else
      findings.problem(
        [path],
        beyond.line,
        `${path} has ${hosts.length} hosts; at most ${PING_HOSTS_LIMIT} are possible`,
      );
  }
}

/** A host of the pair's own would count for one box only; one that no route leads to, for none. */
function checkHost(
  { path, value, line }: Setting,
  reaches: readonly Reach[],
  owners: Owners,
  findings: Findings,
): void {
  const host = String(value);
  const what = `${path} ${host}`;
  const owner = owners.get(host);
  if (owner !== undefined) {
    const advice = 'name a host beside the pair, such as a router';
    findings.certain(
      path,
      line,
      `${what}: it is the address of ${owner.what}, of the pair itself; ${advice}`,
    );
    return;
  }
  for (const reach of reaches) {
    if (reach.leadsTo(host)) continue;
    const { name } = reach.node;
    findings.warn(
      [path, `node ${name} interface`, `node ${name} route`],
      line,
      `${what}: node ${name} has neither a network nor a route that leads there, so it will never reach it; ${reach.told}`,
    );
  }
}
