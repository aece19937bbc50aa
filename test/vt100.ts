/**
 * A VT100 as far as panel and console use it: takes bytes and has a screen (VT100 User Guide, chapter 3; ECMA-48). Knows
 * nothing of the program that it checks. What it does not know is counted, and shows nothing.
 */

export interface Cell {
  readonly character: string;
  /** SGR parameters in force, e.g. `1;31`; empty for plain. */
  readonly look: string;
}

const PLAIN: Cell = { character: ' ', look: '' };

export class Vt100 {
  row = 0;
  column = 0;
  /** Sequences and control characters that it does not know. */
  strangers = 0;
  /** A line feed on the last row has moved everything up. */
  scrolled = 0;
  /** What it answers to a request for its cursor's position. */
  answers = '';
  cells: Cell[][];
  private look: readonly string[] = [];
  private pending = '';
  /** A character in the last column leaves the cursor there until the next one comes. */
  private wraps = false;

  constructor(
    readonly columns = 80,
    readonly rows = 24,
  ) {
    this.cells = Array.from({ length: rows }, () => this.blank());
  }

  write(text: string): void {
    this.pending += text;
    for (;;) {
      const length = this.unit();
      if (length === 0) return;
      const unit = this.pending.slice(0, length);
      this.pending = this.pending.slice(length);
      if (unit.startsWith('\x1b')) this.sequence(unit);
      else this.character(unit);
    }
  }

  /** Rows without the blanks at their ends. */
  get text(): readonly string[] {
    return this.cells.map((row) =>
      row
        .map(({ character }) => character)
        .join('')
        .trimEnd(),
    );
  }

  /** Length of the next character or whole sequence; 0 when there is none yet. */
  private unit(): number {
    const { pending } = this;
    if (pending === '') return 0;
    if (!pending.startsWith('\x1b')) return 1;
    if (pending.length < 2) return 0;
    if (pending[1] !== '[') return 2;
    const end = /[@-~]/.exec(pending.slice(2));
    return end === null ? 0 : 2 + end.index + 1;
  }

  private character(character: string): void {
    if (character >= ' ' && character !== '\x7f') {
      if (this.wraps) {
        this.column = 0;
        this.feed();
      }
      this.cells[this.row]![this.column] = { character, look: this.look.join(';') };
      this.wraps = this.column === this.columns - 1;
      if (!this.wraps) this.column += 1;
      return;
    }
    this.wraps = false;
    if (character === '\r') this.column = 0;
    else if (character === '\n') this.feed();
    else if (character === '\b') this.column = Math.max(0, this.column - 1);
    else if (character !== '\x0f' && character !== '\x07' && character !== '\0') this.strangers += 1;
  }

  private feed(): void {
    if (this.row < this.rows - 1) this.row += 1;
    else {
      this.scrolled += 1;
      this.cells = [...this.cells.slice(1), this.blank()];
    }
  }

  private sequence(unit: string): void {
    this.wraps = false;
    const [, mark = '', list = '', end = ''] = /^\x1b\[([?>]?)([0-9;]*)([@-~])$/.exec(unit) ?? [];
    const numbers = list.split(';').map(Number);
    const count = Math.max(1, numbers[0]!);
    if (mark !== '') {
      // Cursor on and off, bracketed paste: nothing that shows.
      if (end !== 'h' && end !== 'l') this.strangers += 1;
      return;
    }
    switch (end) {
      case 'H':
      case 'f':
        this.row = Math.min(this.rows, count) - 1;
        this.column = Math.min(this.columns, Math.max(1, numbers[1] ?? 1)) - 1;
        break;
      case 'A':
        this.row = Math.max(0, this.row - count);
        break;
      case 'B':
        this.row = Math.min(this.rows - 1, this.row + count);
        break;
      case 'C':
        this.column = Math.min(this.columns - 1, this.column + count);
        break;
      case 'D':
        this.column = Math.max(0, this.column - count);
        break;
      case 'K':
        if (numbers[0] === 0) this.cells[this.row]!.fill(PLAIN, this.column);
        else if (numbers[0] === 2) this.cells[this.row]!.fill(PLAIN);
        else this.strangers += 1;
        break;
      case 'J':
        if (numbers[0] === 2) this.cells = this.cells.map(() => this.blank());
        else if (numbers[0] === 0) {
          this.cells[this.row]!.fill(PLAIN, this.column);
          for (let row = this.row + 1; row < this.rows; row++) this.cells[row] = this.blank();
        } else this.strangers += 1;
        break;
      case 'm':
        for (const word of list.split(';')) {
          if (Number(word) === 0) this.look = [];
          else this.look = [...this.look.filter((one) => one !== word), word];
        }
        break;
      case 'n':
        if (numbers[0] === 6) this.answers += `\x1b[${this.row + 1};${this.column + 1}R`;
        else this.strangers += 1;
        break;
      default:
        this.strangers += 1;
    }
  }

  private blank(): Cell[] {
    return new Array<Cell>(this.columns).fill(PLAIN);
  }
}
