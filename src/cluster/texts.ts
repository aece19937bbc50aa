/** What the machine does with texts and bytes natively, character by character: for tests, and as what is meant. */

import type { Texts } from '../host/host';
import { toText, writeText } from './message';

export const portableTexts: Texts = {
  read: toText,
  write: writeText,
  hex: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  same: (a, b) => {
    if (a.length !== b.length) return false;
    let difference = 0;
    for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
    return difference === 0;
  },
};
