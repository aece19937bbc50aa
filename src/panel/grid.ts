/** A screen as a value: characters and how they stand out. Pure; knows no terminal. */

/**
 * How a cell stands out, one character each, beside the text: ` ` plain, `b` bold, and the lamps' colours `g` green,
 * `y` yellow and `r` red. Whatever a colour says, the text says too.
 */
export type Style = ' ' | 'b' | 'g' | 'y' | 'r';

/** Both have one string for each row, with one character for each cell. */
export interface Grid {
  readonly text: readonly string[];
  readonly style: readonly string[];
  /** All rows, in the order in which they matter. */
  readonly order: readonly number[];
}

const CUT = '~';

export class Drawing implements Grid {
  readonly text: string[];
  readonly style: string[];
  readonly order: readonly number[];

  constructor(
    readonly columns: number,
    readonly rows: number,
    /** Rows that matter more than the others. */
    first: readonly number[] = [],
  ) {
    const empty = ' '.repeat(columns);
    this.text = new Array<string>(rows).fill(empty);
    this.style = new Array<string>(rows).fill(empty);
    this.order = [...new Set([...first, ...this.text.keys()])].filter((row) => row < rows);
  }

  /**
   * Writes over what is there; what goes beyond is cut, which the last character shows. The last column stays empty: terminals differ in where the cursor
   * stands after it.
   * @param columns room for the text; less is used where less is there
   */
  put(row: number, column: number, text: string, style: Style = ' ', columns = this.columns): void {
    const room = Math.min(columns, this.columns - 1 - column);
    if (row >= this.rows || room <= 0) return;
    const shown = text.length <= room ? printable(text) : `${printable(text.slice(0, room - 1))}${CUT}`;
    this.text[row] = over(this.text[row]!, column, shown);
    this.style[row] = over(this.style[row]!, column, style.repeat(shown.length));
  }
}

/** Names and sentences may hold anything; a terminal must get nothing but characters of one column. */
export function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

function over(row: string, column: number, text: string): string {
  return row.slice(0, column) + text + row.slice(column + text.length);
}
