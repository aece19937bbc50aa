/** Two consoles, their operators, and a null modem between them that loses, spoils and mixes in. Repeatable. */

import { createHash } from 'node:crypto';
import { crc } from '../../../src/cluster/signature';
import { Pairing, type Stage } from '../../../src/pairing/pairing';
import { Random } from '../../sim/random';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const STEP_MS = 50;

/** What the operators do. */
export interface Operators {
  readonly agrees: readonly [boolean, boolean];
  readonly gives: readonly [boolean, boolean];
  /** When each types `pair`. */
  readonly startsMs: readonly [number, number];
  /** What the taker says of the configuration; null: it is in force. */
  readonly fault: string | null;
}

const WILLING: Operators = {
  agrees: [true, true],
  gives: [true, false],
  startsMs: [0, 0],
  fault: null,
};

export class Side {
  pairing: Pairing | null = null;
  code: string | null = null;
  secret: string | null = null;
  text: string | null = null;
  attempts = 0;

  constructor(
    private readonly name: string,
    private readonly gives: boolean,
    private readonly seed: number,
  ) {}

  /** The operator types `pair`, for the first time or again. */
  start(nowMs: number): void {
    this.attempts += 1;
    const nonce = digest(`${this.name} ${this.seed} ${this.attempts}`);
    this.pairing = new Pairing({ name: this.name, gives: this.gives, nonce, digest, nowMs });
    this.code = null;
    this.secret = null;
    this.text = null;
  }

  get stage(): Stage {
    return this.pairing?.stage ?? { kind: 'greeting' };
  }

  /** Why it failed, else where it is. */
  get end(): string {
    return this.stage.kind === 'failed' ? this.stage.why : this.stage.kind;
  }

  operate(agrees: boolean, fault: string | null, text: string): void {
    const { pairing, stage } = this;
    if (pairing === null) return;
    if (stage.kind === 'comparing') {
      this.code = stage.code;
      pairing.answer(agrees);
    } else if (stage.kind === 'agreed') {
      this.secret = stage.secret;
      if (this.gives) pairing.give(text);
    } else if (stage.kind === 'received') {
      this.secret = stage.secret;
      this.text = stage.text;
      pairing.finished(fault);
    }
  }
}

/** Changes what one side has sent. */
export type Between = (bytes: Uint8Array, from: number) => Uint8Array;

export class Cable {
  nowMs = 0;
  readonly sides: readonly [Side, Side];
  /** Every line that was sent. */
  readonly sent: string[] = [];
  private readonly random: Random;
  private readonly operators: Operators;

  constructor(
    seed: number,
    private readonly text: string,
    private readonly noise: number,
    operators: Partial<Operators> = {},
  ) {
    this.random = new Random(seed);
    this.operators = { ...WILLING, ...operators };
    const { gives } = this.operators;
    this.sides = [new Side('lead', gives[0], seed), new Side('backup', gives[1], seed)];
  }

  get ends(): readonly string[] {
    return this.sides.map(({ end }) => end);
  }

  get isOver(): boolean {
    return this.sides.every(({ pairing }) => pairing?.isOver === true);
  }

  /** Runs until both are over, or until then. */
  run(untilMs: number, between: Between = (bytes) => bytes): void {
    for (; this.nowMs < untilMs && !this.isOver; this.nowMs += STEP_MS) this.step(between);
  }

  step(between: Between = (bytes) => bytes): void {
    const { agrees, startsMs, fault } = this.operators;
    for (const [index, side] of this.sides.entries()) {
      if (side.pairing === null && this.nowMs >= startsMs[index]!) side.start(this.nowMs);
      side.operate(agrees[index]!, fault, this.text);
      const sent = side.pairing?.turn(this.nowMs) ?? '';
      // A box whose operator has not typed yet still beats on the line.
      const line = side.pairing === null ? '>>>\nt=status\nsrc=lead\nauth=1 0\n<<<\n' : sent;
      if (line === '') continue;
      this.sent.push(...lines(line));
      this.sides[1 - index]!.pairing?.receive(between(this.spoilt(line), index), this.nowMs);
    }
  }

  private spoilt(line: string): Uint8Array {
    const { random, noise } = this;
    const mixed = random.chance(noise) ? `>>>\nt=status\nsrc=lead\n${line}` : line;
    const cut = random.chance(noise) ? mixed.slice(0, random.below(mixed.length)) : mixed;
    const bytes = encode(cut);
    for (let at = 0; at < bytes.length; at++) if (random.chance(noise / 500)) bytes[at] = random.below(256);
    return bytes;
  }
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Lines with right checksums again, as one who knows the form would make them. */
export function resigned(text: string): string {
  return lines(text)
    .map((line) => {
      const body = line.slice(0, line.lastIndexOf(' '));
      return `${body} ${crc(encode(body)).toString(16)}\n`;
    })
    .join('');
}
