/** What emulated display modules have in common: a screen, lamps, keys, and a list of every rule that a byte has broken. */

export interface EmulatedModule {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  /** In bits/s; what comes at another speed is not understood. */
  readonly baud: number;
  /** What was done to it against its maker's rules. */
  readonly errors: readonly string[];
  /** Its power comes back: whatever it was told is forgotten. */
  restart(): void;
  /** One byte has arrived whole. */
  receive(byte: number, nowMs: number): void;
  /** Bytes that it sends by now. */
  answers(nowMs: number): readonly number[];
  /** When it sends its next; null for nothing to send. */
  answerMs(): number | null;
  /** Somebody presses a key, by its own name of it, for so long. */
  press(key: string, heldMs: number, nowMs: number): void;
  /** What a person reads on it. */
  screen(): readonly string[];
  /** Colours of its lamps from the top, `-` for dark. */
  lamps(): readonly string[];
}

/** Cells and a cursor that rules hold for. */
export class Cells {
  private cells: string[][] = [];
  column = 0;
  row = 0;

  constructor(
    readonly columns: number,
    readonly rows: number,
    /** What its table of characters has in place of ASCII's. */
    private readonly others: Readonly<Record<string, string>>,
  ) {
    this.clear();
  }

  clear(): void {
    this.cells = Array.from({ length: this.rows }, () => new Array<string>(this.columns).fill(' '));
    this.column = 0;
    this.row = 0;
  }

  /** @returns whether there is such a cell */
  put(byte: number): boolean {
    const row = this.cells[this.row];
    if (row === undefined || this.column >= this.columns) return false;
    const character = byte < 32 || byte > 126 ? '\u25a1' : String.fromCharCode(byte);
    row[this.column++] = this.others[character] ?? character;
    return true;
  }

  text(): readonly string[] {
    return this.cells.map((row) => row.join(''));
  }
}

/** Of the HD44780, which most modules draw with. */
export const HD44780: Readonly<Record<string, string>> = { '\\': '\u00a5', '~': '\u2192' };

/** What is sent at some time. */
export class Outbox {
  private queue: { readonly byte: number; readonly atMs: number }[] = [];

  send(bytes: Iterable<number>, atMs: number): void {
    for (const byte of bytes) this.queue.push({ byte, atMs });
    this.queue.sort((one, other) => one.atMs - other.atMs);
  }

  clear(): void {
    this.queue = [];
  }

  takeUntil(nowMs: number): readonly number[] {
    const due = this.queue.filter(({ atMs }) => atMs <= nowMs);
    this.queue = this.queue.filter(({ atMs }) => atMs > nowMs);
    return due.map(({ byte }) => byte);
  }

  nextMs(): number | null {
    return this.queue[0]?.atMs ?? null;
  }
}
