/**
 * The hardware of one box: power, a crystal that is a little off, cards, disk and watchdog; and the time in which all that
 * runs on it runs. What was planned before a loss of power never happens; what falls due while the box hangs happens
 * when it wakes up.
 */

import type { Cancellable } from '../../src/host/host';
import type { VirtualClock } from './clock';
import { Disk } from './disk';
import { Kernel } from './kernel';
import type { Random } from './random';
import { WatchdogDevice } from './watchdog';

/** What a hanging box's sockets and serial ports keep; what comes later is lost. */
const BACKLOG_PACKETS = 200;
/** Crystals are off by so much at most. */
export const CLOCK_SKEW = 0.01;

/** Something that is to happen on the box. */
class Task implements Cancellable {
  /** Where the clock has it. */
  planned: Cancellable | null = null;

  constructor(
    public run: (() => void) | null,
    readonly boot: number,
    readonly packet: boolean,
  ) {}

  cancel(): void {
    this.run = null;
    this.planned?.cancel();
  }
}

export interface MachineEvents {
  /** Something that the world can see is different now. */
  changed(): void;
  /** The watchdog was not fed: its hardware pulls the reset line. */
  starved(fedMs: number): void;
}

export class Machine {
  power = false;
  paused = false;
  readonly disk: Disk;
  readonly watchdog: WatchdogDevice;
  kernel: Kernel;
  #boot = 0;
  #backlog: Task[] = [];
  #packets = 0;
  /** Local milliseconds per millisecond of the world. */
  readonly #rate: number;

  /** @param number 0 or 1 */
  constructor(
    readonly number: 0 | 1,
    readonly clock: VirtualClock,
    readonly random: Random,
    private readonly events: MachineEvents,
  ) {
    this.#rate = random.between(1 - CLOCK_SKEW, 1 + CLOCK_SKEW);
    this.disk = new Disk(random);
    this.watchdog = new WatchdogDevice(clock, random, (fedMs) => events.starved(fedMs));
    this.kernel = new Kernel(this);
  }

  /** Time as this box counts it, milliseconds. */
  get localMs(): number {
    return this.clock.nowMs * this.#rate;
  }

  /** Local milliseconds -> milliseconds of the world. */
  worldDuration(localMs: number): number {
    return localMs / this.#rate;
  }

  get running(): boolean {
    return this.power && !this.paused;
  }

  changed(): void {
    this.events.changed();
  }

  /** @param delayMs of this box's time */
  later(delayMs: number, run: () => void): Cancellable {
    const task = new Task(run, this.#boot, false);
    task.planned = this.clock.after(delayMs / this.#rate, () => this.#due(task));
    return task;
  }

  /** Something has arrived from outside now. */
  arrive(run: () => void): void {
    if (this.power) this.#due(new Task(run, this.#boot, true));
  }

  powerOn(): void {
    if (this.power) return;
    this.power = true;
    this.changed();
  }

  losePower(): void {
    if (!this.power) return;
    this.power = false;
    this.paused = false;
    this.#boot++;
    this.#forgetBacklog();
    this.disk.losePower();
    this.watchdog.stop();
    this.kernel = new Kernel(this, this.kernel);
    this.changed();
  }

  pause(): void {
    this.paused = true;
    this.changed();
  }

  /** Everything that waited happens at once; whether timers or sockets come first is open. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.changed();
    const backlog = this.#backlog;
    this.#forgetBacklog();
    const order = this.random.below(3);
    if (order === 0) for (const task of backlog) this.#due(task);
    else {
      const packetsFirst = order === 1;
      for (const task of backlog) if (task.packet === packetsFirst) this.#due(task);
      for (const task of backlog) if (task.packet !== packetsFirst) this.#due(task);
    }
  }

  #forgetBacklog(): void {
    this.#backlog = [];
    this.#packets = 0;
  }

  #due(task: Task): void {
    if (task.boot !== this.#boot || task.run === null) return;
    if (!this.paused) {
      task.run();
      return;
    }
    if (task.packet && this.#packets >= BACKLOG_PACKETS) return;
    if (task.packet) this.#packets++;
    this.#backlog.push(task);
  }
}
