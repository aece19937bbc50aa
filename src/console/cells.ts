/**
 * Text as columns of a screen: how wide characters are, and how many bytes they are on the line. Pure.
 *
 * A row is a list of cells, one for each column. A character that takes two columns stands in the first and leaves an
 * empty cell in the second; marks without a width of their own stand with the character before them.
 */

const ASCII = /^[ -~]*$/;
/** Accents and the like, and characters that only change how others are shown. */
const CHARACTERS = /.[\p{Mn}\p{Me}\p{Cf}]*/gsu;
const MARK = /^[\p{Mn}\p{Me}\p{Cf}]/u;

/** First and last of the ranges of characters that take two columns (Unicode's EastAsianWidth, W and F). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Whether the character takes no column of its own. */
export function isMark(character: string): boolean {
  return character > '~' && MARK.test(character);
}

/** Columns of a character with its marks: 1 or 2. */
export function widthOf(character: string): number {
  // Of what is usual on this machine, all is narrow.
  if (character < '\u1100') return 1;
  const code = character.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** Characters of a text, each with its marks. */
export function charactersOf(text: string): readonly string[] {
  return ASCII.test(text) ? [...text] : (text.match(CHARACTERS) ?? []);
}

/** The cells that characters, each with its marks, take. A tab takes one, and marks alone stand on a blank. */
export function cellsOf(characters: readonly string[]): string[] {
  const cells: string[] = [];
  for (const character of characters) {
    if (character.startsWith('\t')) cells.push(` ${character.slice(1)}`);
    else if (isMark(character)) cells.push(` ${character}`);
    else {
      cells.push(character);
      if (widthOf(character) === 2) cells.push('');
    }
  }
  return cells;
}

/** Columns of a text of one line. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += isMark(character) ? 0 : widthOf(character);
  return columns;
}

/** Bytes of the text in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    // Each half of a pair counts two of the four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}
