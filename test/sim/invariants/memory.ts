/** The maintenance flag is what the operator was told it is, over every crash and loss of power. */

import type { Box } from '../box';
import { DISK_STEP_MAX_MS } from '../disk';
import type { Judge } from '../judge';

/** A write has two steps, and may have to wait for another. The box's clock may be slow. */
const WRITTEN_MS = 2 * 2.1 * DISK_STEP_MAX_MS;

/** Null: nobody can know, for the box was interrupted. */
type Flag = boolean | null;

export class Memory {
  readonly #flags: [Flag, Flag] = [false, false];
  /** Before then the disk may not have it yet. */
  readonly #writtenMs: [number, number] = [0, 0];

  constructor(private readonly judge: Judge) {}

  flag(box: Box): Flag {
    return this.#flags[box.machine.number];
  }

  /** @param sure the operator was told that the command was accepted */
  told(box: Box, on: boolean, sure: boolean): void {
    const { number } = box.machine;
    this.#flags[number] = sure ? on : null;
    this.#writtenMs[number] = this.judge.nowMs + WRITTEN_MS;
  }

  /** The supervisor, or the power, is gone: what the disk had not written may be lost. */
  interrupted(box: Box): void {
    const { number } = box.machine;
    if (this.judge.nowMs < this.#writtenMs[number]) this.#flags[number] = null;
  }

  /** A new run of the supervisor has read what there was. */
  joined(box: Box): void {
    const complaint = this.complaint(box);
    if (complaint !== null) this.judge.fail('I2', complaint);
  }

  complaint(box: Box): string | null {
    const flag = this.flag(box);
    const { status } = box;
    if (flag === null || status === null || status.maintenance === flag) return null;
    const [is, told] = [status.maintenance, flag].map((on) => (on ? 'on' : 'off'));
    return `${box.name} has maintenance ${is}, but its operator was told that it is ${told}`;
  }
}
