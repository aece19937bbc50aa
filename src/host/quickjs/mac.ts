/**
 * HMAC through the kernel (AF_ALG, <linux/if_alg.h>), which is 200 times faster on the boxes than JavaScript, or
 * through `@noble/hashes` where the kernel has no AF_ALG. Which one is decided once for each method, when it is needed first.
 */

import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type * as Sys from 'sys';
import type { Mac } from '../host';
import { SystemError } from './failure';
import { AF, ALG_SET_KEY, SOCK, SOL } from './linux';
import { algorithmAddress } from './sockaddr';

/** The part of `sys` that AF_ALG needs. */
export type MacSystem = Pick<
  typeof Sys,
  'socket' | 'bind' | 'setsockopt' | 'accept' | 'send' | 'read' | 'close'
>;

type Method = Parameters<Mac['hmac']>[0];

/** Keys whose sockets stay open; a pair has one or two, authkeys has room for 16. */
export const KEY_LIMIT = 16;

const DIGEST_BYTES: Readonly<Record<Method, number>> = { sha256: 32, sha1: 20, md5: 16 };
const HASHES = { sha256, sha1, md5 };

/** HMAC in JavaScript. */
export const portableMac: Mac = {
  hmac: (method, key, data) => nobleHmac(HASHES[method], key, data),
};

interface KeySockets {
  readonly method: Method;
  /** As it was given, and a copy. */
  readonly given: Uint8Array;
  readonly key: Uint8Array;
  readonly base: number;
  readonly operation: number;
}

/** HMAC by the kernel. */
export class KernelMac implements Mac {
  /** Most recently used last. */
  private readonly open: KeySockets[] = [];

  constructor(private readonly system: MacSystem) {}

  /** @throws SystemError when the kernel refuses, e.g. has no such algorithm */
  hmac(method: Method, key: Uint8Array, data: Uint8Array): Uint8Array {
    const { operation } = this.sockets(method, key);
    const bytes = DIGEST_BYTES[method];
    const { buffer, byteOffset, length } = data;
    const sent = this.system.send(operation, buffer as ArrayBuffer, byteOffset, length, 0, null);
    if (sent !== length) throw new SystemError('send to AF_ALG', sent);
    const digest = new ArrayBuffer(bytes);
    const read = this.system.read(operation, digest, 0, bytes);
    if (read !== bytes) throw new SystemError('read from AF_ALG', read);
    return new Uint8Array(digest);
  }

  private sockets(method: Method, key: Uint8Array): KeySockets {
    const last = this.open.length - 1;
    for (let at = last; at >= 0; at--) {
      const found = this.open[at]!;
      // Whoever signs keeps its key: hardly a call needs a look at its bytes.
      if (found.method !== method || (found.given !== key && !sameBytes(found.key, key))) continue;
      if (at !== last) this.open.push(...this.open.splice(at, 1));
      return found;
    }
    if (this.open.length >= KEY_LIMIT) {
      const { base, operation } = this.open.shift()!;
      this.system.close(operation);
      this.system.close(base);
    }
    const made = { method, given: key, key: new Uint8Array(key), ...openKey(this.system, method, key) };
    this.open.push(made);
    return made;
  }
}

function openKey(system: MacSystem, method: Method, key: Uint8Array): Pick<KeySockets, 'base' | 'operation'> {
  const base = system.socket(AF.ALG, SOCK.SEQPACKET, 0);
  if (base < 0) throw new SystemError('open an AF_ALG socket', base);
  // Not `slice`, which gives a view of the same memory when the key is a Buffer.
  const bytes = new Uint8Array(key).buffer;
  const steps: readonly [string, () => number][] = [
    [`bind AF_ALG to hmac(${method})`, () => system.bind(base, algorithmAddress('hash', `hmac(${method})`))],
    ['set the AF_ALG key', () => system.setsockopt(base, SOL.ALG, ALG_SET_KEY, bytes)],
    ['accept on AF_ALG', () => system.accept(base)],
  ];
  let result = 0;
  for (const [what, step] of steps) {
    result = step();
    if (result >= 0) continue;
    system.close(base);
    throw new SystemError(what, result);
  }
  return { base, operation: result };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** RFC 4231 and RFC 2202, test case 2 of each. */
const KNOWN = {
  key: 'Jefe',
  data: 'what do ya want for nothing?',
  digests: {
    sha256: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    sha1: 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
    md5: '750c783e6ab0b503eaa86e310a5db738',
  },
} as const;

/** Whether `mac` gives the known digest of this method. */
export function isSound(mac: Mac, method: Method): boolean {
  const key = Uint8Array.from(KNOWN.key, (character) => character.charCodeAt(0));
  const data = Uint8Array.from(KNOWN.data, (character) => character.charCodeAt(0));
  try {
    return bytesToHex(mac.hmac(method, key, data)) === KNOWN.digests[method];
  } catch (error) {
    if (error instanceof SystemError) return false;
    throw error;
  }
}

/**
 * The kernel's HMAC for each method that it has and computes well, JavaScript's for others. A method that no key asks for
 * is not asked for here either: the kernel runs modprobe, twice, before it makes one, which a box that starts has no time for.
 */
export function createMac(system: MacSystem): Mac {
  const kernel = new KernelMac(system);
  const chosen: Partial<Record<Method, Mac>> = {};
  return {
    hmac: (method, key, data) => {
      chosen[method] ??= isSound(kernel, method) ? kernel : portableMac;
      return chosen[method].hmac(method, key, data);
    },
  };
}
