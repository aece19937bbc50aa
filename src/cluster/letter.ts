/**
 * Letters: what boxes tell each other beside their beats, a few words each, signed like a beat. For one session of the peer
 * alone, so that none can be replayed to a box that has started again. Knows no word.
 */

import type { Fields } from './message';

/** Not one of Linux-HA's, which drops types that it does not know. */
export const LETTER_TYPE = 'us_letter';
const SESSION = /^[0-9a-f]{1,8}$/;

export interface Letter {
  readonly src: string;
  /** Of the sender, and of whom it is for. */
  readonly session: number;
  readonly to: number;
  readonly words: readonly string[];
}

export function letterFields({ src, session, to, words }: Letter): Fields {
  return [
    ['t', LETTER_TYPE],
    ['src', src],
    ['sid', session.toString(16)],
    ['to', to.toString(16)],
    ['words', words.map(encodeURIComponent).join(' ')],
  ];
}

/** @returns the letter, or one sentence that says why it is none */
export function parseLetter(fields: ReadonlyMap<string, string>): Letter | string {
  const [src = '', sid = '', to = '', words = ''] = ['src', 'sid', 'to', 'words'].map((name) =>
    fields.get(name),
  );
  if (src === '') return 'it has no src';
  if (!SESSION.test(sid) || !SESSION.test(to)) return 'sid or to is not a session';
  try {
    return {
      src,
      session: Number.parseInt(sid, 16),
      to: Number.parseInt(to, 16),
      words: words.split(' ').map(decodeURIComponent),
    };
  } catch {
    return 'its words are not as they are written';
  }
}
