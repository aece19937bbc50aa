/** I5: no takeover without silence on all links, a hand-over or a command; and of a silent peer only once it is off. */

import type { Beat } from '../../../src/cluster/beat';
import type { Box } from '../box';
import { TIMER_LATE_MS } from '../host';
import type { Judge } from '../judge';

/** Reasons that need no silence: a restart over a full kernel, a command, and the policy that asks nobody. */
const EXCUSES = ['the kernel holds', 'the operator wants', 'auto_failback is legacy'];
const KERNEL_HOLDS = EXCUSES[0]!;
const LEGACY = EXCUSES[2]!;
const ROUNDING_MS = 0.001;
/** Session after session: more beats than any session has. */
const SESSION = 0x1_0000_0000;

/** The newest beat of the peer, as the judge saw it arrive. */
interface Heard {
  readonly beat: Beat;
  readonly order: number;
  readonly atMs: number;
}

export class Takeover {
  readonly #heard: [Heard | null, Heard | null] = [null, null];
  /** When each box last had its peer switched off. */
  readonly #fencedMs = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  readonly #sessions = new Map<number, number>();

  constructor(private readonly judge: Judge) {}

  started(box: Box): void {
    this.#fencedMs[box.machine.number] = Number.NEGATIVE_INFINITY;
  }

  fenced(box: Box): void {
    this.#fencedMs[box.machine.number] = this.judge.nowMs;
  }

  /** The deadtime that the peer last announced to this box. */
  deadtimeMs(box: Box): number {
    return this.#heard[box.machine.number]?.beat.deadtimeMs ?? 0;
  }

  hears(box: Box, beat: Beat): void {
    const session = this.#sessions.get(beat.session) ?? this.#sessions.size;
    this.#sessions.set(beat.session, session);
    const order = session * SESSION + beat.sequence;
    const { number } = box.machine;
    const last = this.#heard[number];
    if (last === null || order > last.order) this.#heard[number] = { beat, order, atMs: this.judge.nowMs };
  }

  /** The box has said that it takes the group. */
  takes(box: Box, sentence: string): void {
    const excuse = EXCUSES.find((one) => sentence.includes(one)) ?? null;
    if (excuse === KERNEL_HOLDS || excuse === LEGACY) return;
    const heard = this.#heard[box.machine.number];
    const startedMs = box.run?.life.startedMs ?? 0;
    const now = heard !== null && heard.atMs >= startedMs ? heard : null;
    if (excuse === null) this.#judgeSilence(box, sentence, now, startedMs);
    if (box.configs.every(({ heartbeat }) => heartbeat.stonith !== null))
      this.#judgeFencing(box, sentence, now);
  }

  #judgeSilence(box: Box, sentence: string, heard: Heard | null, startedMs: number): void {
    const { nowMs } = this.judge;
    const { machine, name } = box;
    if (heard === null) {
      const leastMs = Math.min(...box.configs.map(({ heartbeat }) => heartbeat.initdeadMs));
      const initdeadMs = machine.worldDuration(leastMs);
      if (nowMs - startedMs >= initdeadMs - ROUNDING_MS) return;
      this.judge.fail('I5', `${name} has heard nothing, and does not wait for initdead: ${sentence}`);
    }
    const { beat, atMs } = heard;
    if (beat.claim === 'none' || beat.status === 'dead') return;
    const silentMs = nowMs - atMs;
    const waitMs = machine.worldDuration(beat.deadtimeMs);
    const listenedMs = nowMs - box.awakeSinceMs;
    if (Math.min(silentMs, listenedMs) >= waitMs - ROUNDING_MS) return;
    const what = `its peer says ${beat.claim}, and was silent for ${silentMs.toFixed(1)} ms, listened to for ${listenedMs.toFixed(1)} ms, of ${waitMs.toFixed(1)} ms`;
    this.judge.fail('I5', `${name} takes the group, but ${what}: ${sentence}`);
  }

  #judgeFencing(box: Box, sentence: string, heard: Heard | null): void {
    const { machine, name } = box;
    if (heard !== null) {
      const { beat, atMs } = heard;
      const waitMs = machine.worldDuration(beat.deadtimeMs) + TIMER_LATE_MS;
      if (beat.status === 'dead' || this.judge.nowMs - atMs < waitMs) return;
    }
    if (this.#fencedMs[machine.number]! > (heard?.atMs ?? Number.NEGATIVE_INFINITY)) return;
    this.judge.fail('I5', `${name} takes the group from a peer that was not switched off: ${sentence}`);
  }
}
