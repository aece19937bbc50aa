/**
 * Letters: what boxes tell each other beside their beats, a few words each, signed like a beat. Each is for one session of
 * the peer alone, and has a number, so that none can be replayed. Knows no word.
 */

import type { Fields } from './message';

/** Not one of Linux-HA's, which drops types that it does not know. */
export const LETTER_TYPE = 'us_letter';
const NUMBER = /^[0-9a-f]{1,8}$/;

export interface Letter {
  readonly src: string;
  /** Of the sender, and of whom it is for. */
  readonly session: number;
  readonly to: number;
  /** Counts from 1 in each session of the sender. */
  readonly sequence: number;
  readonly words: readonly string[];
}

export function letterFields({ src, session, to, sequence, words }: Letter): Fields {
  return [
    ['t', LETTER_TYPE],
    ['src', src],
    ['sid', session.toString(16)],
    ['to', to.toString(16)],
    ['seq', sequence.toString(16)],
    ['words', words.map(encodeURIComponent).join(' ')],
  ];
}

/** @returns the letter, or one sentence that says why it is none */
export function parseLetter(fields: ReadonlyMap<string, string>): Letter | string {
  const [src = '', sid = '', to = '', seq = '', words = ''] = ['src', 'sid', 'to', 'seq', 'words'].map(
    (name) => fields.get(name),
  );
  if (src === '') return 'it has no src';
  if (![sid, to, seq].every((word) => NUMBER.test(word)))
    return 'one of sid, to, seq is not a hexadecimal number of up to 32 bits';
  try {
    return {
      src,
      session: Number.parseInt(sid, 16),
      to: Number.parseInt(to, 16),
      sequence: Number.parseInt(seq, 16),
      words: words.split(' ').map(decodeURIComponent),
    };
  } catch {
    return 'its words are not as they are written';
  }
}
