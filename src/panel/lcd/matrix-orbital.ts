/**
 * A Matrix Orbital text display: bytes 254 and a command, everything else is drawn (manual of the LK204-25; LCDproc's
 * MtxOrb.c). It acknowledges nothing, so all of it is said again from time to time, and it is asked what it is, which
 * tells whether it is there. Pure.
 */

import { codes, NOTHING } from './bytes';
import {
  type KeyEvent,
  type LcdFrame,
  type LcdKey,
  type LcdModel,
  type LcdModule,
  type Light,
  MATRIX_ORBITAL_TYPES,
} from './model';

const PREFIX = 0xfe;
/** `read module type`, which it answers with one byte. */
export const READ_TYPE: readonly number[] = [PREFIX, 0x37];
/** `read version number`, the same. */
export const READ_VERSION: readonly number[] = [PREFIX, 0x36];
const GO_TO = 0x47;
const OUTPUT_OFF = 0x56;
const OUTPUT_ON = 0x57;
/** Backlight on for ever, no line wrap, no scrolling, no cursor of either kind. */
const SETTINGS: readonly number[] = [0x42, 0x00, PREFIX, 0x44, PREFIX, 0x52, PREFIX, 0x4b, PREFIX, 0x54];
/** Keys are sent at once, and again and again while one is held. */
const KEY_SETTINGS: readonly number[] = [PREFIX, 0x41, PREFIX, 0x7e, 0x00];

/** No faster than the line of 19200 bits/s that these modules are made for, whatever the line is: their buffer is small. */
const MS_PER_BYTE = 0.55;
/** One thing is said again so often. */
export const CARE_MS = 5_000;
export const ANSWER_MS = 250;
/** One that was silent to so many questions in a row is gone. */
const SILENCES_LIMIT = 3;

/** A key that is held is sent again, the first time after 0.5 s or 1 s, then five times a second. */
const REPEAT_FIRST_MS = 1_300;
const REPEAT_MS = 350;
const ENTER = 'E';

export class MatrixOrbital implements LcdModule {
  isLost = false;
  private frame: LcdFrame | null = null;
  private readonly shown: (string | null)[];
  private lights: readonly Light[] | null = null;
  private isSet = false;
  private readyMs = 0;
  private careMs: number;
  private care = 0;
  private answerMs: number | null = null;
  private silences = 0;
  private enter: { readonly sinceMs: number; lastMs: number } | null = null;

  /** @param type as it answered; null for one that never did */
  constructor(
    readonly model: LcdModel,
    private readonly type: number | null,
    nowMs: number,
  ) {
    this.shown = new Array<string | null>(model.rows).fill(null);
    this.careMs = nowMs + CARE_MS;
  }

  show(frame: LcdFrame): void {
    this.frame = frame;
  }

  receive(bytes: Uint8Array, nowMs: number): readonly KeyEvent[] {
    const events: KeyEvent[] = [];
    for (const byte of bytes) {
      if (this.answerMs !== null && this.isAnswer(byte)) this.answered();
      else if (this.model.hasKeys && byte >= 65 && byte <= 89) events.push(this.pressed(byte, nowMs));
      else this.enter = null;
    }
    return events;
  }

  take(nowMs: number): Uint8Array {
    if (this.answerMs !== null && nowMs >= this.answerMs) this.silent();
    if (this.isLost || nowMs < this.readyMs) return NOTHING;
    const bytes = this.next(nowMs);
    this.readyMs = nowMs + bytes.length * MS_PER_BYTE;
    return Uint8Array.from(bytes);
  }

  dueMs(): number {
    const dueMs = this.hasMore() ? this.readyMs : Math.max(this.readyMs, this.careMs);
    return Math.min(dueMs, this.answerMs ?? dueMs);
  }

  private hasMore(): boolean {
    const { frame } = this;
    return (
      !this.isSet ||
      (frame !== null && (frame.rows.some((row, at) => row !== this.shown[at]) || this.outputs() !== null))
    );
  }

  private next(nowMs: number): readonly number[] {
    if (!this.isSet) {
      this.isSet = true;
      return [PREFIX, ...SETTINGS, ...(this.model.hasKeys ? KEY_SETTINGS : [])];
    }
    const { frame, shown } = this;
    if (frame === null) return [];
    const row = frame.rows.findIndex((text, at) => text !== shown[at]);
    if (row >= 0) {
      shown[row] = frame.rows[row]!;
      return [PREFIX, GO_TO, 1, row + 1, ...codes(frame.rows[row]!)];
    }
    const outputs = this.outputs();
    if (outputs !== null) {
      this.lights = frame.lights;
      return outputs;
    }
    return nowMs < this.careMs ? [] : this.again(nowMs);
  }

  /** Asks whether it is there, and has one thing said again: noise, or a loss of its power, may have taken it away. */
  private again(nowMs: number): readonly number[] {
    this.careMs = nowMs + CARE_MS;
    const { rows } = this.model;
    if (this.care < rows) this.shown[this.care] = null;
    else if (this.care === rows) this.lights = null;
    else this.isSet = false;
    this.care = (this.care + 1) % (rows + 2);
    this.answerMs = nowMs + ANSWER_MS;
    return READ_TYPE;
  }

  /** Commands for outputs that are not as the lights are; null for none. */
  private outputs(): readonly number[] | null {
    const { frame, lights } = this;
    if (frame === null) return null;
    const [role, ...others] = frame.lights;
    if (this.model.outputs === 'one')
      return lights?.[0] === role ? null : [PREFIX, role === 'green' ? OUTPUT_ON : OUTPUT_OFF];
    if (
      this.model.outputs !== 'six' ||
      (lights !== null && frame.lights.every((light, at) => light === lights[at]))
    )
      return null;
    return lampsOfSix(role, others).flatMap((light, at) => [
      PREFIX,
      light === 'red' || light === 'amber' ? OUTPUT_ON : OUTPUT_OFF,
      2 * at + 1,
      PREFIX,
      light === 'green' || light === 'amber' ? OUTPUT_ON : OUTPUT_OFF,
      2 * at + 2,
    ]);
  }

  private isAnswer(byte: number): boolean {
    return this.type === null ? MATRIX_ORBITAL_TYPES.has(byte) : byte === this.type;
  }

  private answered(): void {
    this.answerMs = null;
    this.silences = 0;
    // One that was mute and speaks may be asked for more.
    if (this.type === null) this.isLost = true;
  }

  private silent(): void {
    this.answerMs = null;
    this.silences++;
    if (this.type !== null && this.silences >= SILENCES_LIMIT) this.isLost = true;
  }

  private pressed(code: number, nowMs: number): KeyEvent {
    const letter = String.fromCharCode(code);
    if (letter !== ENTER) {
      this.enter = null;
      return { key: keyOf(letter), heldMs: 0 };
    }
    const { enter } = this;
    const isFirst = enter !== null && enter.lastMs === enter.sinceMs;
    if (enter !== null && nowMs - enter.lastMs <= (isFirst ? REPEAT_FIRST_MS : REPEAT_MS)) {
      enter.lastMs = nowMs;
      return { key: 'enter', heldMs: nowMs - enter.sinceMs };
    }
    this.enter = { sinceMs: nowMs, lastMs: nowMs };
    return { key: 'enter', heldMs: 0 };
  }
}

/** As the keys of an LK204-7T-1U send: A top left, G below it, B up, H down, D left, C right, E in the middle. */
function keyOf(letter: string): LcdKey {
  if (letter === 'A') return 'test';
  return letter === 'B' || letter === 'D' ? 'previous' : 'next';
}

/** Three lamps for four: peer and links are one, and show the worse. */
function lampsOfSix(role: Light, [peer, links, servers]: readonly (Light | undefined)[]): readonly Light[] {
  const order: readonly Light[] = ['red', 'amber', 'green'];
  const worse = order.find((light) => light === peer || light === links) ?? 'off';
  return [role, worse, servers ?? 'off'];
}
