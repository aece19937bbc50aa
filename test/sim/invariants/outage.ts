/**
 * I2, "never none": the group is not out of reach for longer than the bound while a box could serve. Counted is the time
 * for which nothing befell the pair and a box was fit; time in which the boxes cannot hear each other is not, for two
 * owners then are as bad as none. Ordinary hosts only: those with a locktime are I4's.
 */

import { retryMs } from '../bounds';
import type { Box } from '../box';
import { CARDS, type CardName } from '../card';
import type { Facts, Judge } from '../judge';
import type { Machine } from '../machine';
import type { World } from '../world';
import { Worst } from '../worst';

export class Outage {
  readonly worst = new Worst();
  /** Since when time counts, or null. */
  #sinceMs: number | null = null;
  #boundMs = 0;
  /** What an owner announced may have been lost: only its refresh helps, which is I4's. */
  #missed = false;
  #fencingFailed = false;
  /** A box that has just started, or overslept, may not be blamed before. */
  readonly #fitFromMs: [number, number] = [0, 0];

  constructor(
    private readonly judge: Judge,
    private readonly world: World,
  ) {}

  mustListen(box: Box, forMs: number): void {
    const { number } = box.machine;
    this.#fitFromMs[number] = Math.max(this.#fitFromMs[number], this.judge.nowMs + forMs);
  }

  fenced(succeeded: boolean): void {
    this.#fencingFailed = !succeeded;
  }

  update(facts: Facts, nowMs: number): void {
    const isReachable = this.#isReachable(facts);
    this.#missed = this.#loses() || areApart(facts) || (this.#missed && !isReachable);
    const fitFromMs = isReachable || !this.#isPlain(facts) ? Number.POSITIVE_INFINITY : this.#anyFitFromMs();
    if (!Number.isFinite(fitFromMs)) {
      this.#sinceMs = null;
      return;
    }
    this.#sinceMs = Math.max(this.#sinceMs ?? nowMs, this.judge.disturbedMs, fitFromMs);
    this.#boundMs = this.#bound();
  }

  check(nowMs: number): void {
    if (this.#sinceMs === null || nowMs <= this.#sinceMs) return;
    const gapMs = nowMs - this.#sinceMs;
    this.worst.note(gapMs, this.#boundMs);
    if (gapMs > this.#boundMs)
      this.judge.fail('I2', `nobody serves for ${gapMs.toFixed(1)} ms, of ${this.#boundMs.toFixed(1)}`);
  }

  /** Both boxes hear each other well, or only one of them runs; and a holder's announcements were not lost unseen. */
  #isPlain({ awake, connected, quiet, holdsAny }: Facts): boolean {
    const isUnknown = this.#missed && (holdsAny[0] || holdsAny[1]);
    return quiet && !isUnknown && (connected || awake[0] !== awake[1]);
  }

  /** Frames get lost, and no card says so. */
  #loses(): boolean {
    const { site, machines } = this.world;
    return site.loss > 0 || machines.some(({ kernel }) => kernel.cards.some(({ socket }) => socket.dead));
  }

  /** When the first box that could serve may be blamed. */
  #anyFitFromMs(): number {
    const times = this.world.boxes.map((box, index) =>
      this.#isFit(box) ? this.#fitFromMs[index]! : Infinity,
    );
    return Math.min(...times);
  }

  #isFit(box: Box): boolean {
    const { awake, machine, role, configs } = box;
    // Without the power switch a box may not take, however long that lasts.
    const fences = configs.some(({ heartbeat }) => heartbeat.stonith !== null);
    const mayTake = !fences || this.world.switchWorks[machine.number];
    const isLeaving = role === 'leaving' || role === 'stopped';
    const passes = machine.kernel.cards.every((card) => card.passes);
    return awake && mayTake && passes && !isLeaving && this.judge.memory.flag(box) === false;
  }

  #bound(): number {
    const { takeoverMs, noticeMs, fenceMs, fenceAgainMs, releaseRetryMs } = this.judge.bounds;
    const fences = this.world.boxes.some(({ configs }) =>
      configs.some(({ heartbeat }) => heartbeat.stonith !== null),
    );
    return (
      takeoverMs +
      Math.max(noticeMs, this.judge.deadtimeMs()) +
      (fences ? fenceMs + (this.#fencingFailed ? fenceAgainMs : 0) : 0) +
      retryMs(this.world.refusals('add')) +
      this.world.refusals('delete') * releaseRetryMs
    );
  }

  /** A lone owner serves all whom it has told, which is I4's; of two owners one must be reached by all. */
  #isReachable({ holdsAll, holdsAny }: Facts): boolean {
    return this.world.machines.some((machine) => {
      const { number, kernel, running } = machine;
      if (!holdsAll[number] || !running || kernel.cards.some((card) => !card.passes)) return false;
      return !holdsAny[number === 0 ? 1 : 0] || CARDS.every((name) => this.#isKnown(machine, name));
    });
  }

  #isKnown(machine: Machine, name: CardName): boolean {
    const { site } = this.world;
    return site.hosts(name).every((host) => host.habit.locktimeMs > 0 || site.reaches(host, name, machine));
  }
}

/** Two owners that cannot hear each other: the last one to tell the networks may end, with the group in its kernel. */
function areApart({ awake, holdsAny, connected }: Facts): boolean {
  return awake[0] && awake[1] && holdsAny[0] && holdsAny[1] && !connected;
}
