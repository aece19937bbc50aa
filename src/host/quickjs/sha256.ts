/**
 * SHA-256 of a text through the kernel (AF_ALG, <linux/if_alg.h>), or through `@noble/hashes` where the kernel has none:
 * a whole configuration would take that a second on the boxes.
 */

import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as sys from 'sys';
import { AF, SOCK } from './linux';
import { algorithmAddress } from './sockaddr';
import { textBytes } from './text';

const DIGEST_BYTES = 32;

/** Of the text as UTF-8: 64 lower-case hexadecimal digits. */
export function sha256(text: string): string {
  const bytes = textBytes(text);
  return bytesToHex(byKernel(bytes) ?? nobleSha256(bytes));
}

function byKernel(bytes: Uint8Array<ArrayBuffer>): Uint8Array | null {
  const base = sys.socket(AF.ALG, SOCK.SEQPACKET, 0);
  if (base < 0) return null;
  const bound = sys.bind(base, algorithmAddress('hash', 'sha256'));
  const operation = bound < 0 ? bound : sys.accept(base);
  sys.close(base);
  if (operation < 0) return null;
  const digest = new ArrayBuffer(DIGEST_BYTES);
  const sent = sys.send(operation, bytes.buffer, bytes.byteOffset, bytes.length, 0, null);
  const read = sent === bytes.length ? sys.read(operation, digest, 0, DIGEST_BYTES) : -1;
  sys.close(operation);
  return read === DIGEST_BYTES ? new Uint8Array(digest) : null;
}
