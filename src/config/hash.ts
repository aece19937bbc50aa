/**
 * One number for a whole configuration, by which the boxes of a pair see that theirs differ. Pure. It protects nothing:
 * whoever wants another configuration with the same number can make one.
 */

import type { Config } from './config';
import { assignments } from './print';
import { SCHEMA } from './schema';
import { entryOf } from './settings';

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

const { imul } = Math;

/**
 * 32 bits, the same for texts that say the same in another order or in other words. Another version of the program, with
 * other settings, has another number. The secrets of keys are left out: the number goes over the wire in the open, where
 * it would help to guess them.
 */
export function configHash(config: Config): number {
  /** Names come many times, and a box of that age takes milliseconds for a thousand characters. */
  const known = new Map<string, number>();
  const wordHash = (word: string): number => {
    let hash = known.get(word);
    if (hash === undefined) {
      hash = textHash(word);
      known.set(word, hash);
    }
    return hash;
  };
  let sum = 0;
  for (const { pattern, args, value } of assignments(config)) {
    const entry = entryOf(pattern);
    let hash = SCHEMA.indexOf(entry);
    for (const arg of args) hash = imul(hash ^ wordHash(String(arg)), PRIME);
    if (value !== null && entry.value?.kind !== 'secret') hash = imul(hash ^ wordHash(String(value)), PRIME);
    // A sum does not depend on the order. What is added must be well mixed, or changes of two lines could cancel out.
    sum = (sum + mixed(hash)) | 0;
  }
  return sum >>> 0;
}

/** FNV-1a of UTF-16 units. */
export function textHash(text: string): number {
  let hash = OFFSET_BASIS;
  const { length } = text;
  for (let at = 0; at < length; at++) hash = imul(hash ^ text.charCodeAt(at), PRIME);
  return hash;
}

/** The end of MurmurHash3: every bit depends on every other. */
export function mixed(hash: number): number {
  const half = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const whole = imul(half ^ (half >>> 13), 0xc2b2ae35);
  return whole ^ (whole >>> 16);
}
