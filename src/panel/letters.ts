/** Large letters, five rows high, out of plain characters. Pure. */

export const LETTER_ROWS = 5;
const INK = '#';

/** Rows from the top, `#` for ink. */
const LETTERS: Readonly<Record<string, string>> = {
  A: '.#. #.# ### #.# #.#',
  B: '##. #.# ##. #.# ##.',
  C: '.## #.. #.. #.. .##',
  D: '##. #.# #.# #.# ##.',
  E: '### #.. ##. #.. ###',
  F: '### #.. ##. #.. #..',
  G: '.### #... #.## #..# .###',
  H: '#.# #.# ### #.# #.#',
  I: '# # # # #',
  J: '..# ..# ..# #.# .#.',
  K: '#.# #.# ##. #.# #.#',
  L: '#.. #.. #.. #.. ###',
  M: '#...# ##.## #.#.# #...# #...#',
  N: '#..# ##.# #.## #..# #..#',
  O: '.#. #.# #.# #.# .#.',
  P: '##. #.# ##. #.. #..',
  Q: '.##. #..# #..# #.#. .#.#',
  R: '##. #.# ##. #.# #.#',
  S: '.## #.. .#. ..# ##.',
  T: '### .#. .#. .#. .#.',
  U: '#.# #.# #.# #.# ###',
  V: '#.# #.# #.# #.# .#.',
  W: '#...# #...# #.#.# ##.## #...#',
  X: '#.# #.# .#. #.# #.#',
  Y: '#.# #.# .#. .#. .#.',
  Z: '### ..# .#. #.. ###',
  0: '### #.# #.# #.# ###',
  1: '.# ## .# .# .#',
  2: '##. ..# .#. #.. ###',
  3: '##. ..# .#. ..# ##.',
  4: '#.# #.# ### ..# ..#',
  5: '### #.. ##. ..# ##.',
  6: '.## #.. ### #.# ###',
  7: '### ..# ..# .#. .#.',
  8: '### #.# ### #.# ###',
  9: '### #.# ### ..# ##.',
  '-': '... ... ### ... ...',
  '.': '. . . . #',
  ' ': '.. .. .. .. ..',
};
const STRANGE = '##. ..# .#. ... .#.';

/**
 * @param scale columns of a point: 2 for letters as wide as they are high on a terminal, 1 for narrow ones
 * @returns rows of equal length
 */
export function largeLetters(word: string, scale: 1 | 2): readonly string[] {
  const shapes = [...word.toUpperCase()].map((letter) => (LETTERS[letter] ?? STRANGE).split(' '));
  return Array.from({ length: LETTER_ROWS }, (_, row) =>
    shapes
      .map((shape) => shape[row]!)
      .join('.')
      .replace(/./g, (point) => (point === '#' ? INK : ' ').repeat(scale)),
  );
}
