/** What the cluster core needs to know of the pair's configuration. */

import type { Config, HeartbeatLink } from '../config/config';
import { linksOf } from '../config/links';
import { MAX_VERSION_LENGTH } from './beat';
import type { ClusterConfig } from './types';

/** What is known of the program and of its configuration as a whole; see ClusterConfig. */
export type Release = Pick<ClusterConfig, 'version' | 'configHash'>;

/** Throws when `node` is not one of the pair. */
export function clusterConfig(config: Config, node: string, release: Release): ClusterConfig {
  const peer = config.nodes.find((other) => other.name !== node);
  if (peer === undefined || !config.nodes.some((own) => own.name === node)) {
    const names = config.nodes.map((one) => one.name).join(', ');
    throw new Error(`this box is called ${node}, but the configuration is for the pair ${names}`);
  }
  const { keepaliveMs, warntimeMs, deadtimeMs, initdeadMs, autoFailback, hopfudge, auth } = config.heartbeat;
  const { deadpingMs, pings, stonith, watchdog } = config.heartbeat;
  return {
    node,
    peer: peer.name,
    preferred: config.group.preferred,
    keepaliveMs,
    warntimeMs,
    deadtimeMs,
    initdeadMs,
    autoFailback,
    ttl: hopfudge + config.nodes.length,
    links: linksOf(config, node).map(linkName),
    auth,
    deadpingMs,
    pings,
    fences: stonith !== null,
    watchdog: watchdog !== null,
    version: release.version.slice(0, MAX_VERSION_LENGTH),
    configHash: release.configHash,
  };
}

/** For people. */
export function linkName(link: HeartbeatLink): string {
  return link.kind === 'serial' ? `serial ${link.device}` : `${link.kind} ${link.interface}`;
}
