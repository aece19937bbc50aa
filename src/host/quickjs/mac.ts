/**
 * HMAC through the kernel (AF_ALG, <linux/if_alg.h>), which is 200 times faster on the boxes than JavaScript, or
 * through `@noble/hashes` where the kernel has no AF_ALG. Which one is decided once, at the start.
 */

import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as sys from 'sys';
import type { Mac } from '../host';
import { SystemError } from './failure';
import { AF, ALG_SET_KEY, SOCK, SOL } from './linux';
import { algorithmAddress } from './sockaddr';

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
  readonly key: Uint8Array;
  readonly base: number;
  readonly operation: number;
}

/** HMAC by the kernel. */
export class KernelMac implements Mac {
  /** Most recently used last. */
  private readonly open: KeySockets[] = [];

  /** @throws SystemError when the kernel refuses, e.g. has no such algorithm */
  hmac(method: Method, key: Uint8Array, data: Uint8Array): Uint8Array {
    const { operation } = this.sockets(method, key);
    const bytes = DIGEST_BYTES[method];
    const { buffer, byteOffset, length } = data;
    const sent = sys.send(operation, buffer as ArrayBuffer, byteOffset, length, 0, null);
    if (sent !== length) throw new SystemError('send to AF_ALG', sent);
    const digest = new ArrayBuffer(bytes);
    const read = sys.read(operation, digest, 0, bytes);
    if (read !== bytes) throw new SystemError('read from AF_ALG', read);
    return new Uint8Array(digest);
  }

  private sockets(method: Method, key: Uint8Array): KeySockets {
    const last = this.open.length - 1;
    for (let at = last; at >= 0; at--) {
      const found = this.open[at]!;
      if (found.method !== method || !sameBytes(found.key, key)) continue;
      if (at !== last) this.open.push(...this.open.splice(at, 1));
      return found;
    }
    if (this.open.length >= KEY_LIMIT) {
      const { base, operation } = this.open.shift()!;
      sys.close(operation);
      sys.close(base);
    }
    const made = { method, key: key.slice(), ...openKey(method, key) };
    this.open.push(made);
    return made;
  }
}

function openKey(method: Method, key: Uint8Array): Pick<KeySockets, 'base' | 'operation'> {
  const base = sys.socket(AF.ALG, SOCK.SEQPACKET, 0);
  if (base < 0) throw new SystemError('open an AF_ALG socket', base);
  const steps: readonly [string, () => number][] = [
    [`bind AF_ALG to hmac(${method})`, () => sys.bind(base, algorithmAddress('hash', `hmac(${method})`))],
    [
      'set the AF_ALG key',
      () => sys.setsockopt(base, SOL.ALG, ALG_SET_KEY, key.slice().buffer as ArrayBuffer),
    ],
    ['accept on AF_ALG', () => sys.accept(base)],
  ];
  let result = 0;
  for (const [what, step] of steps) {
    result = step();
    if (result >= 0) continue;
    sys.close(base);
    throw new SystemError(what, result);
  }
  return { base, operation: result };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** The kernel's HMAC where all three methods work, else JavaScript's. */
export function createMac(): Mac {
  try {
    const kernel = new KernelMac();
    const probe = new Uint8Array([1]);
    for (const method of ['md5', 'sha1', 'sha256'] as const) kernel.hmac(method, probe, probe);
    return kernel;
  } catch (error) {
    if (error instanceof SystemError) return portableMac;
    throw error;
  }
}
