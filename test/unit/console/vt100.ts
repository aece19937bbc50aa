/** A terminal as a person sees it: a screen of characters and a cursor. Knows what the console may send, and no more. */

const SEQUENCE = /^\x1b\[(\??)(\d*)([A-Za-z])/;
const BEGUN = /\x1b(?:\[\??\d*)?$/;

export class Vt100 {
  readonly rows: string[][];
  row = 0;
  column = 0;
  bells = 0;
  /** The cursor stays in the last column until the next character, which goes to the next row. */
  private wraps = false;
  private begun = '';

  /** @param dumb escape sequences are an error */
  constructor(
    readonly width = 80,
    readonly height = 24,
    readonly dumb = false,
  ) {
    this.rows = Array.from({ length: height }, () => this.blank());
  }

  /** Takes any piece of what is sent. */
  write(piece: string): void {
    const text = this.begun + piece;
    this.begun = this.dumb ? '' : (BEGUN.exec(text)?.[0] ?? '');
    const end = text.length - this.begun.length;
    for (let at = 0; at < end; ) {
      const sequence = text[at] === '\x1b' ? SEQUENCE.exec(text.slice(at, at + 16)) : null;
      if (sequence !== null && !this.dumb) {
        this.order(sequence[1]!, sequence[2]!, sequence[3]!);
        at += sequence[0].length;
      } else {
        const character = String.fromCodePoint(text.codePointAt(at)!);
        this.put(character);
        at += character.length;
      }
    }
  }

  /** The row of the cursor, without the blanks at its end. */
  get line(): string {
    return this.shown(this.row);
  }

  /** All rows down to the last that is not empty. */
  get screen(): string[] {
    const all = this.rows.map((_, row) => this.shown(row));
    while (all.length > 0 && all.at(-1) === '') all.pop();
    return all;
  }

  private shown(row: number): string {
    return this.rows[row]!.join('').trimEnd();
  }

  private blank(): string[] {
    return Array<string>(this.width).fill(' ');
  }

  private put(character: string): void {
    switch (character) {
      case '\r':
        this.column = 0;
        this.wraps = false;
        return;
      case '\n':
        this.wraps = false;
        this.down();
        return;
      case '\b':
        this.column = Math.max(0, this.column - 1);
        this.wraps = false;
        return;
      case '\x07':
        this.bells += 1;
        return;
    }
    if (character < ' ' || (character >= '\x7f' && character < '\xa0'))
      throw new Error(`The terminal got ${JSON.stringify(character)}.`);
    const cells = this.rows[this.row]!;
    if (/\p{Mn}/u.test(character)) {
      cells[this.column - 1] += character;
      return;
    }
    const columns = /[\u1100-\uffdc\u{20000}-\u{2fffd}]/u.test(character) ? 2 : 1;
    if (this.wraps || this.column + columns > this.width) {
      this.column = 0;
      this.wraps = false;
      this.down();
    }
    for (let i = 0; i < columns; i++) this.split(this.column + i);
    this.rows[this.row]![this.column] = character;
    if (columns === 2) this.rows[this.row]![this.column + 1] = '';
    this.column += columns;
    if (this.column < this.width) return;
    this.column = this.width - 1;
    this.wraps = true;
  }

  /** What is left of a wide character when half of it is overwritten is a blank. */
  private split(column: number): void {
    const cells = this.rows[this.row]!;
    if (cells[column] === '') cells[column - 1] = ' ';
    if (cells[column + 1] === '') cells[column + 1] = ' ';
  }

  private down(): void {
    if (this.row < this.height - 1) this.row += 1;
    else {
      this.rows.shift();
      this.rows.push(this.blank());
    }
  }

  private order(mark: string, digits: string, letter: string): void {
    const count = digits === '' || digits === '0' ? 1 : Number(digits);
    this.wraps = false;
    switch (`${mark}${letter}`) {
      case 'C':
        this.column = Math.min(this.width - 1, this.column + count);
        return;
      case 'D':
        this.column = Math.max(0, this.column - count);
        return;
      case 'K':
        if (digits !== '') break;
        this.rows[this.row]!.fill(' ', this.column);
        return;
      case 'H':
        if (digits !== '') break;
        this.row = 0;
        this.column = 0;
        return;
      case 'J':
        if (digits !== '2') break;
        for (const row of this.rows.keys()) this.rows[row] = this.blank();
        return;
      case '?h':
      case '?l':
        if (digits === '2004') return;
    }
    throw new Error(`The terminal does not know ESC [ ${mark}${digits}${letter}.`);
  }
}
