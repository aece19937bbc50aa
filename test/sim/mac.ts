/** Keyed, repeatable and fast; as hard to forge as a simulation needs (FNV-1a). */

import type { Mac } from '../../src/host/host';

export const toyMac: Mac = {
  hmac(_method, key, data) {
    let value = 0x811c9dc5;
    for (const byte of key) value = Math.imul(value ^ byte, 0x01000193);
    for (const byte of data) value = Math.imul(value ^ byte, 0x01000193);
    return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  },
};
