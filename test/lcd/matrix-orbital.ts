/**
 * A Matrix Orbital text display, by the rules of the manuals of the LK204-25, LK402-25 and LCD2041: bytes are drawn, 254 begins
 * a command, positions count from 1, and what comes faster than it works fills its buffer of 80 bytes.
 */

import { Cells, type EmulatedModule, HD44780, Outbox } from './module';

export interface MatrixOrbitalOptions {
  readonly name: string;
  /** Its answer to `read module type`. */
  readonly type: number;
  readonly columns: number;
  readonly rows: number;
  readonly baud?: number;
  readonly hasKeys?: boolean;
  /** One output without a number, or six; none when not given. */
  readonly outputs?: 1 | 6;
  /** Its answers do not arrive. */
  readonly isMute?: boolean;
  /** Before a key that is held is sent again: 500 ms or 1000 ms, by the manual. */
  readonly repeatMs?: number;
}

const PREFIX = 0xfe;
const BUFFER_BYTES = 80;
/** What it needs for a byte, a little less than the line of its usual speed. */
const WORK_MS = 0.5;
const CLEAR_MS = 5;
const VERSION = 0x21;
/** Five times a second. */
const AGAIN_MS = 200;

type Argument = (value: number) => boolean;
const any: Argument = () => true;

export class MatrixOrbitalEmulator implements EmulatedModule {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly baud: number;
  readonly errors: string[] = [];
  backlight = true;
  private readonly cells: Cells;
  private readonly on = new Set<number>();
  protected readonly outbox = new Outbox();
  private isWrapping = true;
  private sendsKeys = true;
  private repeats = true;
  /** Of a command that has not come whole; null for text. */
  private command: number[] | null = null;
  private freeMs = 0;

  constructor(private readonly options: MatrixOrbitalOptions) {
    this.name = options.name;
    this.columns = options.columns;
    this.rows = options.rows;
    this.baud = options.baud ?? 19_200;
    this.cells = new Cells(options.columns, options.rows, HD44780);
    this.restart();
  }

  restart(): void {
    this.cells.clear();
    this.on.clear();
    this.outbox.clear();
    this.command = null;
    this.isWrapping = true;
    this.cells.put(77);
    this.cells.put(79);
  }

  receive(byte: number, nowMs: number): void {
    this.freeMs = Math.max(this.freeMs, nowMs) + WORK_MS;
    if ((this.freeMs - nowMs) / WORK_MS > BUFFER_BYTES)
      this.fail(`its buffer of ${BUFFER_BYTES} bytes is full`);
    if (this.command !== null) this.collect(byte, nowMs);
    else if (byte === PREFIX) this.command = [];
    else this.draw(byte);
  }

  answers(nowMs: number): readonly number[] {
    return this.outbox.takeUntil(nowMs);
  }

  answerMs(): number | null {
    return this.outbox.nextMs();
  }

  /** @param key the letter that it sends */
  press(key: string, heldMs: number, nowMs: number): void {
    if (!this.sendsKeys || !this.options.hasKeys) return;
    const code = key.charCodeAt(0);
    this.outbox.send([code], nowMs);
    const { repeatMs = 1000 } = this.options;
    if (this.repeats)
      for (let afterMs = repeatMs; afterMs < heldMs; afterMs += AGAIN_MS)
        this.outbox.send([code], nowMs + afterMs);
  }

  screen(): readonly string[] {
    return this.cells.text();
  }

  /** Where it has six outputs: red and green halves of three lamps. */
  lamps(): readonly string[] {
    if (this.options.outputs === undefined) return [];
    if (this.options.outputs === 1) return [this.on.has(1) ? 'green' : '-'];
    return [1, 3, 5].map((red) =>
      this.on.has(red) ? (this.on.has(red + 1) ? 'amber' : 'red') : this.on.has(red + 1) ? 'green' : '-',
    );
  }

  private draw(byte: number): void {
    const { cells } = this;
    if (this.isWrapping && cells.column >= this.columns) {
      cells.column = 0;
      cells.row = (cells.row + 1) % this.rows;
    }
    if (!cells.put(byte)) this.fail(`text after column ${this.columns} of row ${cells.row + 1}`);
  }

  private collect(byte: number, nowMs: number): void {
    const command = [...(this.command ?? []), byte];
    const [code = 0, ...values] = command;
    const wanted = this.argumentsOf(code);
    this.command = null;
    if (wanted === null) {
      this.fail(`there is no command 254 ${code}`);
      return;
    }
    const wrong = values.findIndex((value, at) => !wanted[at]!(value));
    if (wrong >= 0) this.fail(`254 ${command.join(' ')}: ${values[wrong]} is out of range`);
    else if (values.length < wanted.length) this.command = command;
    else this.obey(code, values, nowMs);
  }

  private argumentsOf(code: number): readonly Argument[] | null {
    const { columns, rows } = this;
    const { hasKeys = false, outputs } = this.options;
    const six: readonly Argument[] = [(value) => value >= 1 && value <= 6];
    const output = outputs === undefined ? null : outputs === 1 ? [] : six;
    const keys: readonly Argument[] | null = hasKeys ? [] : null;
    const all: Readonly<Record<number, readonly Argument[] | null>> = {
      38: keys,
      54: [],
      55: [],
      65: keys,
      66: [any],
      67: [],
      68: [],
      69: keys,
      70: [],
      71: [(value) => value >= 1 && value <= columns, (value) => value >= 1 && value <= rows],
      72: [],
      74: [],
      75: [],
      79: keys,
      80: [any],
      81: [],
      82: [],
      83: [],
      84: [],
      85: hasKeys ? [any] : null,
      86: output,
      87: output,
      88: [],
      96: keys,
      126: hasKeys ? [(value) => value <= 1] : null,
    };
    return all[code] ?? null;
  }

  private obey(code: number, [first = 1, second = 1]: readonly number[], nowMs: number): void {
    const { cells } = this;
    if (code === 0x36 || code === 0x37) {
      if (!this.options.isMute) this.outbox.send([code === 0x37 ? this.options.type : VERSION], nowMs + 2);
    } else if (code === 0x41 || code === 0x4f) this.sendsKeys = code === 0x41;
    else if (code === 0x42 || code === 0x46) this.backlight = code === 0x42;
    else if (code === 0x43 || code === 0x44) this.isWrapping = code === 0x43;
    else if (code === 0x47) {
      cells.column = first - 1;
      cells.row = second - 1;
    } else if (code === 0x48) {
      cells.column = 0;
      cells.row = 0;
    } else if (code === 0x56) this.on.delete(first);
    else if (code === 0x57) this.on.add(first);
    else if (code === 0x58) {
      cells.clear();
      this.freeMs += CLEAR_MS;
    } else if (code === 0x60) this.repeats = false;
    else if (code === 0x7e) this.repeats = first === 0;
  }

  private fail(sentence: string): void {
    this.errors.push(sentence);
  }
}
