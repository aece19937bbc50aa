/**
 * I3: an owner holds all of the group or is letting go; who is no owner holds nothing. What somebody else took away is back
 * soon. The watchdog runs while the box is active, not in standby, and bites only a box that is not well.
 */

import type { Box } from '../box';
import type { Judge } from '../judge';
import type { World } from '../world';

/** A supervisor that was killed leaves the watchdog running: its successor must look after it by then. */
const SUCCESSOR_MS = 50;

export class Whole {
  /** When somebody took an address away, from each box. */
  readonly #robbedMs: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  /** An active box has only a part since it was robbed. */
  readonly #isPart: [boolean, boolean] = [false, false];

  constructor(
    private readonly judge: Judge,
    private readonly world: World,
  ) {}

  robbed(box: Box): void {
    this.#robbedMs[box.machine.number] = this.judge.nowMs;
  }

  update(): void {
    for (const box of this.world.boxes) {
      const { role, machine, name } = box;
      this.#isPart[machine.number] = box.awake && role === 'active' && !box.holdsAll;
      if (!box.awake || role === null) continue;
      const isIdle = role === 'init' || role === 'standby' || role === 'leaving' || role === 'stopped';
      if (isIdle && box.holdsAny) this.judge.fail('I3', `${name} is ${role} and still holds addresses`);
      if (box.configs.some(({ heartbeat }) => heartbeat.watchdog === null)) continue;
      if (role === 'active' && !machine.watchdog.runs)
        this.judge.fail('I3', `${name} is active, and its watchdog is not armed`);
      if (role === 'standby' && machine.watchdog.runs)
        this.judge.fail('I3', `${name} is standby, and its watchdog still runs`);
    }
  }

  check(nowMs: number): void {
    for (const box of this.world.boxes) {
      const { number } = box.machine;
      if (!this.#isPart[number]) continue;
      const startedMs = box.run?.life.startedMs ?? 0;
      const sinceMs = Math.max(this.#robbedMs[number], box.wokeMs, startedMs);
      if (this.#robbedMs[number] >= startedMs && nowMs - sinceMs <= this.judge.bounds.restoreMs) continue;
      this.judge.fail('I3', `${box.name} is active and holds only a part`);
    }
  }

  /** The watchdog has bitten: right only for a box that hung, or had no supervisor for a while. */
  bitten(box: Box, fedMs: number): void {
    const { run, name } = box;
    if (!box.awake || run === null) return;
    const sinceMs = Math.max(box.awakeSinceMs, run.life.startedMs);
    if (sinceMs > fedMs && this.judge.nowMs - sinceMs < SUCCESSOR_MS) return;
    const fedAgo = (this.judge.nowMs - fedMs).toFixed(1);
    this.judge.fail('I3', `the watchdog resets ${name}, which is well and last fed it ${fedAgo} ms ago`);
  }
}
