/** Text for a few characters in a row: nothing moves along, what does not fit is said shorter. Pure. */

/** The same thing from long to short. */
export type Forms = readonly [string, ...string[]];

/** At the end of what was cut, as after any abbreviation. */
const CUT = '.';

/** Characters that modules draw differently, and what is said instead. */
const INSTEAD: Readonly<Record<string, string>> = {
  _: '-',
  '[': '(',
  ']': ')',
  '{': '(',
  '}': ')',
  '|': '!',
};

/** Only characters that all modules draw alike: their tables differ from ASCII, and from each other, in the others. */
export function lcdText(text: string): string {
  return text.replace(/[^ !"#%&'()*+,\-./0-9:;<=>?A-Za-z]/g, (character) => INSTEAD[character] ?? '?');
}

/** The longest form that fits; else the shortest, cut. */
export function shorten(forms: Forms, columns: number): string {
  const [first, ...shorter] = forms;
  const last = shorter.at(-1) ?? first;
  return cut(lcdText(forms.find((form) => form.length <= columns) ?? last), columns);
}

export function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - CUT.length).trimEnd()}${CUT}`;
}

/** `left` whole, `right` at the end of the row in what room is left. */
export function spread(left: string, right: string, columns: number): string {
  const head = cut(lcdText(left), columns);
  const room = columns - head.length - 1;
  return room < 2 ? head : `${head} ${cut(lcdText(right), room).padStart(room)}`;
}

/** By words; a word longer than a row is cut. */
export function wrap(sentence: string, columns: number): readonly string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of lcdText(sentence).split(' ')) {
    const longer = row === '' ? word : `${row} ${word}`;
    if (longer.length <= columns) row = longer;
    else {
      if (row !== '') rows.push(row);
      row = cut(word, columns);
    }
  }
  return row === '' ? rows : [...rows, row];
}
