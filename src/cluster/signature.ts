/**
 * Signing and verifying, as Linux-HA's authkeys have it: several keys by number, one signs, any verifies. Owns the
 * choice of key and the comparison; the HMAC itself is the host's.
 */

import type { AuthConfig, AuthKey } from '../config/config';
import type { Mac, Texts } from '../host/host';
import { type Envelope, toBytes } from './message';
import { portableTexts } from './texts';

interface ReadyKey extends AuthKey {
  readonly bytes: Uint8Array;
}

export class Keyring {
  readonly #keys = new Map<number, ReadyKey>();
  readonly #signWith: ReadyKey;
  readonly #mac: Mac;
  readonly #texts: Texts;

  /** Throws when the signing key is not among the keys. */
  constructor(auth: AuthConfig, mac: Mac, texts: Texts = portableTexts) {
    this.#texts = texts;
    for (const key of auth.keys) this.#keys.set(key.id, { ...key, bytes: utf8(key.secret) });
    const signWith = this.#keys.get(auth.signWith);
    if (signWith === undefined) {
      const known = [...this.#keys.keys()].join(', ') || 'none';
      throw new Error(`heartbeat sign-with: there is no key ${auth.signWith}; keys: ${known}`);
    }
    this.#signWith = signWith;
    this.#mac = mac;
  }

  /** The value of the `auth` field: key number and digest. */
  sign(body: Uint8Array): string {
    return `${this.#signWith.id} ${this.#digest(this.#signWith, body)}`;
  }

  /**
   * @param digits of the digest that must be there; all, where there are fewer
   * @returns null when the signature is right, else what is wrong with the frame
   */
  verify(body: Uint8Array, { keyId, digest }: Envelope, digits = Number.POSITIVE_INFINITY): string | null {
    const key = this.#keys.get(keyId);
    if (key === undefined) return `it is signed with key ${keyId}, which this box does not have`;
    const right = this.#texts.same(this.#digest(key, body).slice(0, digits), digest);
    return right ? null : `its signature by key ${keyId} (${key.method}) is wrong`;
  }

  /** Whether the key proves who signed; `crc` does not. */
  authenticates(keyId: number): boolean {
    const method = this.#keys.get(keyId)?.method;
    return method !== undefined && method !== 'crc';
  }

  #digest(key: ReadyKey, body: Uint8Array): string {
    if (key.method === 'crc') return crc(body).toString(16);
    return this.#texts.hex(this.#mac.hmac(key.method, key.bytes, body));
  }
}

/** Secrets may hold any character; keys are the bytes of their UTF-8 form, as in a file. */
export function utf8(text: string): Uint8Array {
  // A whole configuration goes this way when a box starts, and hardly one has other characters.
  if (!/[^\t\n -~]/.test(text)) return toBytes(text);
  const escaped = encodeURIComponent(text);
  return toBytes(
    escaped.replace(/%(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  );
}

/** POSIX cksum's polynomial. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x8000_0000 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
  return value;
});

/** Linux-HA's `crc` method: POSIX cksum(1) without the length at the end. Detects noise, authenticates nothing. */
export function crc(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = (value << 8) ^ (CRC_TABLE[((value >>> 24) ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}
