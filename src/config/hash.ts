/**
 * One number for a whole configuration, by which the boxes of a pair see that theirs differ. Pure. It protects nothing:
 * whoever wants another configuration with the same number can make one.
 */

import type { Config } from './config';
import { printConfig } from './print';

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * 32 bits, the same for texts that say the same in another order or in other words. The secrets of keys are left out:
 * the number goes over the wire in the open, where it would help to guess them.
 */
export function configHash(config: Config): number {
  const { heartbeat } = config;
  const keys = heartbeat.auth.keys.map((key) => ({ ...key, secret: '' }));
  const open = { ...config, heartbeat: { ...heartbeat, auth: { ...heartbeat.auth, keys } } };
  let sum = 0;
  // A sum does not depend on the order of the lines.
  for (const line of printConfig(open).split('\n')) sum = (sum + lineHash(line)) >>> 0;
  return sum;
}

function lineHash(line: string): number {
  let hash = OFFSET_BASIS;
  for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), PRIME);
  return hash;
}
