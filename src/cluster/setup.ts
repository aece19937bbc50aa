/** What the cluster core needs to know of the pair's configuration. */

import type { Config } from '../config/config';
import { linksOf } from '../config/links';
import type { ClusterConfig } from './types';

/** Throws when `node` is not one of the pair. */
export function clusterConfig(config: Config, node: string): ClusterConfig {
  const peer = config.nodes.find((other) => other.name !== node);
  if (peer === undefined || !config.nodes.some((own) => own.name === node)) {
    const names = config.nodes.map((one) => one.name).join(', ');
    throw new Error(`this box is called ${node}, but the configuration is for the pair ${names}`);
  }
  const { keepaliveMs, warntimeMs, deadtimeMs, initdeadMs, autoFailback, hopfudge, auth } = config.heartbeat;
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
    links: linksOf(config, node).map((link) =>
      link.kind === 'serial' ? `serial ${link.device}` : `${link.kind} ${link.interface}`,
    ),
    auth,
  };
}
