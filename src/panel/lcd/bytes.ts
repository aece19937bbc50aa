/** Small helps for those who speak to modules. Pure. */

export const NOTHING = new Uint8Array();

/** Codes of characters of one byte. */
export function codes(text: string): readonly number[] {
  return Array.from(text, (character) => character.charCodeAt(0) & 0xff);
}
