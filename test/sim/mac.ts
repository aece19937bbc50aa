/** Signatures of the simulated pair: keyed, repeatable and fast; as hard to forge as a simulation needs (FNV-1a). */

import type { Mac } from '../../src/host/host';

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

export const toyMac: Mac = {
  hmac(_method, key, data) {
    let value = OFFSET_BASIS;
    for (let at = 0; at < key.length; at++) value = Math.imul(value ^ key[at]!, PRIME);
    for (let at = 0; at < data.length; at++) value = Math.imul(value ^ data[at]!, PRIME);
    return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  },
};
