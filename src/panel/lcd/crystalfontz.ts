/**
 * A CrystalFontz CFA633 or CFA635: one packet at a time, and the next when that one is acknowledged (data sheets; LCDproc's
 * CFontzPacket.c). Pure.
 */

import { codes, NOTHING } from './bytes';
import type { KeyEvent, LcdFrame, LcdKey, LcdModel, LcdModule, Light } from './model';
import { encodePacket, PacketReader } from './packet';

export const ANSWER = 0x40;
const ERROR = 0xc0;
const KEY_REPORT = 0x80;

/** Types of packets to the module. */
export const COMMAND = {
  version: 0x01,
  lineOne: 0x07,
  cursorStyle: 0x0c,
  backlight: 0x0e,
  keyReporting: 0x17,
  readKeys: 0x18,
  text: 0x1f,
  output: 0x22,
} as const;

/** The data sheets give a module 250 ms; the rest is the way of both packets at 9600 bits/s. */
export const ANSWER_MS = 350;
/** The first included. Then the module is taken for gone. */
export const TRIES_LIMIT = 3;
/** One thing is said again so often, which also tells whether the module is there. */
export const CARE_MS = 5_000;
/** While Enter is down, the module is asked so often whether it is. */
const HOLD_MS = 500;

const ALL_KEYS = 0x3f;
const ENTER_MASK = 0x02;
/** Codes of key reports, presses only: up, down, left, right, enter, exit; their releases are 6 higher. */
const KEYS: readonly (LcdKey | undefined)[] = [
  undefined,
  'previous',
  'next',
  'previous',
  'next',
  'enter',
  'test',
];
const ENTER_PRESSED = 5;
const ENTER_RELEASED = 11;

/** Of the CFA635's lamps from the top: the outputs of their green and red halves. */
const LED_OUTPUTS: readonly (readonly [number, number])[] = [
  [11, 12],
  [9, 10],
  [7, 8],
  [5, 6],
];
const FULL_PERCENT = 100;

interface Job {
  readonly command: number;
  readonly data: readonly number[];
  /** What holds once it is acknowledged. */
  done(): void;
}

export class CrystalFontz implements LcdModule {
  isLost = false;
  private readonly reader = new PacketReader();
  private frame: LcdFrame | null = null;
  private readonly shown: (string | null)[];
  private readonly outputs = new Map<number, number>();
  private settings = 0;
  private careMs: number;
  private care = 0;
  private job: Job | null = null;
  private tries = 0;
  private deadlineMs = 0;
  /** Enter is down. */
  private held: { readonly sinceMs: number; askMs: number } | null = null;

  constructor(
    readonly model: LcdModel,
    nowMs: number,
  ) {
    this.shown = new Array<string | null>(model.rows).fill(null);
    this.careMs = nowMs + CARE_MS;
  }

  show(frame: LcdFrame): void {
    this.frame = frame;
  }

  receive(bytes: Uint8Array, nowMs: number): readonly KeyEvent[] {
    return this.reader.read(bytes).flatMap(({ type, data }): readonly KeyEvent[] => {
      const { job } = this;
      if (type === KEY_REPORT && data.length === 1) return this.pressed(data[0]!, nowMs);
      if (job === null || type !== ANSWER + job.command) {
        // Refused like one that was spoilt on its way: it is sent again in its time.
        if (job !== null && type === ERROR + job.command) this.deadlineMs = nowMs;
        return [];
      }
      this.job = null;
      job.done();
      return job.command === COMMAND.readKeys ? this.stillHeld(data, nowMs) : [];
    });
  }

  take(nowMs: number): Uint8Array {
    if (this.job !== null) {
      if (nowMs < this.deadlineMs) return NOTHING;
      if (this.tries >= TRIES_LIMIT) this.isLost = true;
    } else {
      this.job = this.next(nowMs);
      this.tries = 0;
    }
    if (this.job === null || this.isLost) return NOTHING;
    this.tries++;
    this.deadlineMs = nowMs + ANSWER_MS;
    return encodePacket(this.job.command, this.job.data);
  }

  dueMs(): number {
    return this.job !== null ? this.deadlineMs : Math.min(this.careMs, this.held?.askMs ?? this.careMs);
  }

  private next(nowMs: number): Job | null {
    const { held } = this;
    if (held !== null && nowMs >= held.askMs) {
      held.askMs = nowMs + HOLD_MS;
      return { command: COMMAND.readKeys, data: [], done: () => {} };
    }
    const job = this.setting() ?? this.row() ?? this.output();
    if (job !== null || nowMs < this.careMs) return job;
    this.careMs = nowMs + CARE_MS;
    const { rows } = this.model;
    if (this.care < rows) this.shown[this.care] = null;
    else if (this.care === rows) this.outputs.clear();
    else this.settings = 0;
    this.care = (this.care + 1) % (rows + 2);
    return this.setting() ?? this.row() ?? this.output();
  }

  /** No cursor, backlight on, and all presses and releases of keys reported. */
  private setting(): Job | null {
    const all = [
      [COMMAND.cursorStyle, 0],
      [COMMAND.backlight, FULL_PERCENT],
      [COMMAND.keyReporting, ALL_KEYS, ALL_KEYS],
    ] as const;
    const setting = all[this.settings];
    if (setting === undefined) return null;
    const [command, ...data] = setting;
    return { command, data, done: () => this.settings++ };
  }

  private row(): Job | null {
    const { frame, shown, model } = this;
    const at = frame?.rows.findIndex((text, row) => text !== shown[row]) ?? -1;
    const text = frame?.rows[at];
    if (text === undefined) return null;
    const done = (): void => {
      shown[at] = text;
    };
    // All firmware of the CFA633 has these two; the CFA635 has only the other.
    if (model.rows === 2) return { command: COMMAND.lineOne + at, data: codes(text), done };
    return { command: COMMAND.text, data: [0, at, ...codes(text)], done };
  }

  private output(): Job | null {
    const { frame, model } = this;
    if (frame === null || model.outputs !== 'leds') return null;
    for (const [at, [green, red]] of LED_OUTPUTS.entries()) {
      const light: Light = frame.lights[at] ?? 'off';
      const wanted: readonly (readonly [number, boolean])[] = [
        [green, light === 'green' || light === 'amber'],
        [red, light === 'red' || light === 'amber'],
      ];
      for (const [output, isOn] of wanted) {
        const percent = isOn ? FULL_PERCENT : 0;
        if (this.outputs.get(output) === percent) continue;
        const done = (): void => {
          this.outputs.set(output, percent);
        };
        return { command: COMMAND.output, data: [output, percent], done };
      }
    }
    return null;
  }

  private pressed(code: number, nowMs: number): readonly KeyEvent[] {
    if (code === ENTER_PRESSED) this.held = { sinceMs: nowMs, askMs: nowMs + HOLD_MS };
    else if (code === ENTER_RELEASED) this.held = null;
    const key = KEYS[code];
    return key === undefined ? [] : [{ key, heldMs: 0 }];
  }

  /** @param data the keys that are down, and those that went down and up since it was asked before */
  private stillHeld(data: Uint8Array, nowMs: number): readonly KeyEvent[] {
    const { held } = this;
    if (held === null) return [];
    const [down = 0] = data;
    if (down & ENTER_MASK) return [{ key: 'enter', heldMs: nowMs - held.sinceMs }];
    this.held = null;
    return [];
  }
}
