/** Which heartbeat links a box uses. Pure; every part that numbers the links numbers them in this order. */

import { addressOf } from './address';
import type { Address, Config, HeartbeatLink, NodeConfig } from './config';

/** Heartbeat links of a pair; each costs a send and a receive per beat. */
export const LINKS_LIMIT = 8;

/**
 * The links of one box. The file is for both, and so names the address of each: a box does not send to itself.
 * @param node name of one of the pair
 */
export function linksOf({ nodes, heartbeat }: Config, node: string): readonly HeartbeatLink[] {
  const own = nodes.find(({ name }) => name === node);
  return heartbeat.links.filter(
    (link) => link.kind !== 'ucast' || own === undefined || !hasAddress(own, link.peer),
  );
}

export function hasAddress({ interfaces }: NodeConfig, address: Address): boolean {
  return interfaces.some(({ addresses }) => addresses.some((own) => addressOf(own) === address));
}
