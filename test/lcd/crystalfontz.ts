/**
 * A CrystalFontz CFA633 or CFA635, by the rules of their data sheets: packets with a CRC, each answered before the next may come,
 * positions that count from 0, keys that are reported.
 */

import { Cells, type EmulatedModule, HD44780, Outbox } from './module';

/** The data sheet's example is a table; this is the arithmetic it was made of, written another way than the driver's. */
export function crcOf(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = ((crc ^ (byte >> bit)) & 1) === 1;
      crc >>= 1;
      if (isOdd) crc ^= 0x8408;
    }
  return crc ^ 0xffff;
}

/** Of the CFA635, where it differs from ASCII. */
const CFA635_CHARACTERS: Readonly<Record<string, string>> = {
  $: '\u00a4',
  '@': '\u00a1',
  '[': '\u00c4',
  '\\': '\u00d6',
  ']': '\u00d1',
  '^': '\u00dc',
  _: '\u00a7',
  '`': '\u00bf',
  '{': '\u00e4',
  '|': '\u00f6',
  '}': '\u00f1',
  '~': '\u00fc',
};

const KEYS = ['up', 'down', 'left', 'right', 'enter', 'exit'] as const;
const MASKS: Readonly<Record<string, number>> = { up: 1, enter: 2, exit: 4, left: 8, right: 16, down: 32 };
/** From the last byte of a packet to the first of its answer. */
const WORK_MS = 4;

interface Rule {
  readonly least: number;
  readonly most: number;
  isLegal?(data: readonly number[]): boolean;
}

const exactly = (length: number, isLegal: Rule['isLegal'] = () => true): Rule => ({
  least: length,
  most: length,
  isLegal,
});

export class CrystalFontzEmulator implements EmulatedModule {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  readonly errors: string[] = [];
  private readonly cells: Cells;
  private readonly outputs = new Map<number, number>();
  private readonly outbox = new Outbox();
  private packet: number[] = [];
  private busyUntilMs = 0;
  private masks: readonly [number, number] = [0x3f, 0x3f];
  private held: { readonly mask: number; readonly untilMs: number } | null = null;
  private pressed = 0;
  /** Drops so many answers: they were spoilt on the line. */
  losses = 0;

  constructor(
    private readonly kind: 633 | 635,
    readonly baud: number = kind === 633 ? 19_200 : 115_200,
  ) {
    this.name = `CFA${kind}`;
    this.columns = kind === 633 ? 16 : 20;
    this.rows = kind === 633 ? 2 : 4;
    this.cells = new Cells(this.columns, this.rows, kind === 633 ? HD44780 : CFA635_CHARACTERS);
    this.restart();
  }

  restart(): void {
    this.cells.clear();
    this.outputs.clear();
    this.outbox.clear();
    this.packet = [];
    this.busyUntilMs = 0;
    this.masks = [0x3f, 0x3f];
    for (const character of this.name) this.cells.put(character.charCodeAt(0));
  }

  receive(byte: number, nowMs: number): void {
    if (nowMs < this.busyUntilMs) this.errors.push(`byte ${byte} before the last packet was answered`);
    this.packet.push(byte);
    const [type = 0, length = 0] = this.packet;
    if (type > 0x3f) this.drop(`${type} is no type of a packet`);
    else if (this.packet.length > 1 && length > (this.kind === 633 ? 18 : 22))
      this.drop(`${length} bytes are too many`);
    else if (this.packet.length === length + 4 && this.packet.length > 2) this.obey(nowMs);
  }

  answers(nowMs: number): readonly number[] {
    return this.outbox.takeUntil(nowMs);
  }

  answerMs(): number | null {
    return this.outbox.nextMs();
  }

  press(key: string, heldMs: number, nowMs: number): void {
    const code = KEYS.indexOf(key as (typeof KEYS)[number]) + 1;
    const mask = MASKS[key] ?? 0;
    this.held = { mask, untilMs: nowMs + heldMs };
    this.pressed |= mask;
    if (this.masks[0] & mask) this.outbox.send(framed(0x80, [code]), nowMs);
    if (this.masks[1] & mask) this.outbox.send(framed(0x80, [code + 6]), nowMs + heldMs);
  }

  screen(): readonly string[] {
    return this.cells.text();
  }

  lamps(): readonly string[] {
    if (this.kind === 633) return [];
    return [11, 9, 7, 5].map((green) => {
      const [isGreen, isRed] = [this.outputs.get(green) ?? 0, this.outputs.get(green + 1) ?? 0].map(
        (one) => one > 0,
      );
      return isRed ? (isGreen ? 'amber' : 'red') : isGreen ? 'green' : '-';
    });
  }

  private drop(sentence: string): void {
    this.errors.push(sentence);
    this.packet = [];
  }

  private obey(nowMs: number): void {
    const { packet } = this;
    this.packet = [];
    const body = packet.slice(0, -2);
    const [type = 0, , ...data] = body;
    const crc = packet.at(-2)! | (packet.at(-1)! << 8);
    if (crc !== crcOf(body)) {
      this.errors.push(`packet ${type}: its CRC is ${crc}, not ${crcOf(body)}`);
      return;
    }
    const rule = this.rule(type);
    const isGood =
      rule !== undefined &&
      data.length >= rule.least &&
      data.length <= rule.most &&
      (rule.isLegal?.(data) ?? true);
    if (!isGood) this.errors.push(`packet ${type} with ${data.join(' ')} is none of this module`);
    const answer = isGood ? this.carryOut(type, data, nowMs) : [];
    this.busyUntilMs = nowMs + WORK_MS;
    if (this.losses > 0) this.losses--;
    else this.outbox.send(framed(type | (isGood ? 0x40 : 0xc0), answer), nowMs + WORK_MS);
  }

  private rule(type: number): Rule | undefined {
    const { columns, rows } = this;
    const both: Readonly<Record<number, Rule>> = {
      0: { least: 0, most: 16 },
      1: exactly(0),
      6: exactly(0),
      9: exactly(9, ([at = 0]) => at < 8),
      11: exactly(2, ([column = 0, row = 0]) => column < columns && row < rows),
      12: exactly(1, ([style = 0]) => style <= 3),
      13: exactly(1, ([contrast = 0]) => contrast <= (this.kind === 633 ? 50 : 254)),
      14: exactly(1, ([percent = 0]) => percent <= 100),
      23: exactly(2, ([down = 0, up = 0]) => down <= 0x3f && up <= 0x3f),
      24: exactly(0),
    };
    const own: Readonly<Record<number, Rule>> =
      this.kind === 633
        ? { 7: exactly(16), 8: exactly(16) }
        : {
            31: {
              least: 3,
              most: 22,
              isLegal: ([column = 0, row = 0, ...text]) => row < rows && column + text.length <= columns,
            },
            34: exactly(2, ([output = 0, percent = 0]) => output <= 12 && percent <= 100),
          };
    return own[type] ?? both[type];
  }

  private carryOut(type: number, data: readonly number[], nowMs: number): readonly number[] {
    const { cells } = this;
    if (type === 0) return data;
    if (type === 1) return Array.from(`${this.name}:h1.0,s1.3`, (character) => character.charCodeAt(0));
    if (type === 6) cells.clear();
    else if (type === 7 || type === 8) this.write(0, type - 7, data);
    else if (type === 23) this.masks = [data[0]!, data[1]!];
    else if (type === 24) {
      const down = this.held !== null && nowMs < this.held.untilMs ? this.held.mask : 0;
      const { pressed } = this;
      this.pressed = 0;
      return [down, pressed, pressed & ~down];
    } else if (type === 31) this.write(data[0]!, data[1]!, data.slice(2));
    else if (type === 34) this.outputs.set(data[0]!, data[1]!);
    return [];
  }

  private write(column: number, row: number, text: readonly number[]): void {
    this.cells.column = column;
    this.cells.row = row;
    for (const byte of text) this.cells.put(byte);
  }
}

function framed(type: number, data: readonly number[]): readonly number[] {
  const body = [type, data.length, ...data];
  const crc = crcOf(body);
  return [...body, crc & 0xff, crc >> 8];
}
