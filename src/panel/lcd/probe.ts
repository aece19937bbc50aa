/**
 * Finds out which display module is at a serial line, and at which speed: each speed and family in turn, with a pause after
 * each round, for a module may be plugged in later. What is asked does no harm to a module of the other family. Pure.
 */

import { NOTHING } from './bytes';
import { ANSWER, COMMAND, ANSWER_MS as CRYSTALFONTZ_ANSWER_MS } from './crystalfontz';
import { ANSWER_MS as MATRIX_ORBITAL_ANSWER_MS, READ_TYPE, READ_VERSION } from './matrix-orbital';
import { CHOICES, type Family, type LcdModel, MATRIX_ORBITAL_TYPES, USUAL_BAUDS } from './model';
import { encodePacket, PacketReader } from './packet';

/** After a round without an answer. */
export const PAUSE_MS = 5_000;
/** What may be at a line sends more than a module does; more than so much is not looked at. */
const HEARD_BYTES = 4;

/** For a module whose answers cannot be heard `type` is null. */
export interface Found {
  readonly model: LcdModel;
  readonly type: number | null;
  readonly baud: number;
}

interface Attempt {
  readonly baud: number;
  readonly family: Family;
}

/** Asked of a Matrix Orbital in this order; one byte each, so noise may answer one, but not all of them. */
const QUESTIONS = [READ_TYPE, READ_VERSION, READ_TYPE] as const;

export class Probe {
  found: Found | null = null;
  private readonly plan: readonly Attempt[];
  private readonly configured: LcdModel | null;
  private at = 0;
  private isAsking = false;
  /** One-byte answers to those questions that were asked. */
  private answers: number[] = [];
  private heard: number[] = [];
  private reader = new PacketReader();
  private untilMs = 0;

  /**
   * @param choice `auto`, or a name of `CHOICES`
   * @param baud in bits/s; null to try the usual ones
   */
  constructor(
    choice: string,
    private readonly baud: number | null,
  ) {
    this.configured = CHOICES[choice] ?? null;
    // A CrystalFontz may wait for the rest of a packet, and take the first question for it.
    const families: readonly Family[] = (['crystalfontz', 'crystalfontz', 'matrix-orbital'] as const).filter(
      (family) => this.configured === null || this.configured.family === family,
    );
    const bauds = baud === null ? USUAL_BAUDS : [baud];
    this.plan = bauds.flatMap((one) => families.map((family) => ({ baud: one, family })));
  }

  /** Of the line, as long as nothing is found. */
  get lineBaud(): number {
    return this.plan[this.at]!.baud;
  }

  receive(bytes: Uint8Array): void {
    if (!this.isAsking) return;
    const { baud, family } = this.plan[this.at]!;
    if (family === 'matrix-orbital') {
      if (this.heard.length < HEARD_BYTES) this.heard.push(...bytes.subarray(0, HEARD_BYTES));
      return;
    }
    for (const { type, data } of this.reader.read(bytes)) {
      if (type !== ANSWER + COMMAND.version) continue;
      const model = /^CFA(633|635)/.exec(String.fromCharCode(...data))?.[1];
      if (model !== undefined) this.found = { model: CHOICES[`crystalfontz-${model}`]!, type: null, baud };
    }
  }

  /** The next question, at `lineBaud`. */
  take(nowMs: number): Uint8Array {
    if (this.found !== null || nowMs < this.untilMs) return NOTHING;
    if (this.isAsking) this.judge(nowMs);
    if (this.found !== null || nowMs < this.untilMs) return NOTHING;
    const { family } = this.plan[this.at]!;
    this.isAsking = true;
    this.heard = [];
    this.reader = new PacketReader();
    if (family === 'crystalfontz') {
      this.untilMs = nowMs + CRYSTALFONTZ_ANSWER_MS;
      return encodePacket(COMMAND.version, []);
    }
    this.untilMs = nowMs + MATRIX_ORBITAL_ANSWER_MS;
    return Uint8Array.from(QUESTIONS[this.answers.length]!);
  }

  dueMs(): number {
    return this.untilMs;
  }

  /** The time for an answer is over. */
  private judge(nowMs: number): void {
    this.isAsking = false;
    const { baud, family } = this.plan[this.at]!;
    const [answer] = this.heard;
    if (family === 'matrix-orbital' && answer !== undefined && this.heard.length === 1) {
      this.answers.push(answer);
      if (this.answers.length < QUESTIONS.length) return;
      const [type = 0, , again] = this.answers;
      const model = type === again ? this.modelOf(type) : null;
      if (model !== null) {
        this.found = { model, type, baud };
        return;
      }
    }
    this.answers = [];
    this.at = (this.at + 1) % this.plan.length;
    if (this.at > 0) return;
    if (this.configured?.family === 'matrix-orbital' && this.baud !== null)
      this.found = { model: this.configured, type: null, baud };
    else this.untilMs = nowMs + PAUSE_MS;
  }

  /** What is configured knows the size; the answer, what else it has. */
  private modelOf(type: number): LcdModel | null {
    const known = MATRIX_ORBITAL_TYPES.get(type) ?? null;
    if (this.configured === null || known === null) return known ?? this.configured;
    return { ...known, columns: this.configured.columns, rows: this.configured.rows };
  }
}
