/**
 * One simulated box: a machine, and a supervisor on it that can be slow, hang, crash between any two effects, or lose
 * its power. The supervisor is the product's own. It judges nothing.
 */

import type { ClusterStatus } from '../../src/cluster/types';
import type { AuthConfig, Config } from '../../src/config/config';
import type { Mac } from '../../src/host/host';
import type { Supervisor } from '../../src/supervisor';
import type { VirtualClock } from './clock';
import type { Core } from './core';
import { SimulatedHost, type Surroundings } from './host';
import { Machine } from './machine';
import type { Random } from './random';
import type { LinkIndex } from './wires';

/** What a hanging box's sockets and serial ports keep; what comes later is lost. */
const BACKLOG_LIMIT = 200;
const STATE_FILE = '/config/state';
/** The watchdog's reset: BIOS, kernel, programs. */
const BOOT_MIN_MS = 3_000;
const BOOT_MAX_MS = 20_000;
/** A crash strikes within so many effects. */
const CRASH_EFFECTS = 40;

/** Ends a run of the supervisor in the middle of whatever it does. */
class Crash extends Error {}

/** What the world sees of a box. */
export interface Witness extends Omit<Surroundings, 'logged'> {
  note(text: string): void;
  /** A run of the supervisor begins. */
  starts(): void;
  /** The supervisor has said that it takes the group; nothing was done yet. */
  acquires(reason: string): void;
}

interface Run {
  readonly supervisor: Supervisor;
  readonly host: SimulatedHost;
  readonly startedMs: number;
}

export class Box {
  readonly machine: Machine;
  run: Run | null = null;
  paused = false;
  /** World time since which this box has been running without a pause that it could notice. */
  awakeSinceMs = 0;
  auth: AuthConfig;
  /** As the supervisor last logged it. */
  role = 'init';
  /** Failures that the supervisor has met: acquires and releases. */
  failures = 0;
  /** Runs that ended without the supervisor's will. */
  crashes = 0;
  #pausedMs = 0;
  #life = 0;
  #crashAfter = Number.POSITIVE_INFINITY;
  #restartMs = 0;
  #backlog: (() => void)[] = [];
  readonly #rate: number;

  constructor(
    readonly number: 0 | 1,
    readonly config: Config,
    private readonly core: Core,
    private readonly clock: VirtualClock,
    private readonly random: Random,
    private readonly mac: Mac,
    private readonly witness: Witness,
    /** Time after which a box that slept must have noticed, by its own clock. */
    private readonly noticesAfterMs: number,
  ) {
    this.auth = config.heartbeat.auth;
    this.machine = new Machine(number, clock, random, () => this.#bite());
    this.#rate = random.between(0.99, 1.01);
  }

  get name(): string {
    return this.config.nodes[this.number]!.name;
  }

  /** Time as this box counts it, milliseconds. */
  get localMs(): number {
    return this.clock.nowMs * this.#rate;
  }

  /** Local milliseconds -> world milliseconds. */
  worldDuration(localMs: number): number {
    return localMs / this.#rate;
  }

  #holds(cidr: string): boolean {
    return this.machine.holds(cidr);
  }

  get holdsAny(): boolean {
    const { vips, gateways } = this.config.group;
    return [...vips, ...gateways].some((address) => this.#holds(address));
  }

  get holdsAll(): boolean {
    const { vips, gateways } = this.config.group;
    return [...vips, ...gateways].every((address) => this.#holds(address));
  }

  /** Runs and could act. */
  get awake(): boolean {
    return this.machine.power && !this.paused && this.run !== null;
  }

  get status(): ClusterStatus | null {
    return this.run?.supervisor.status()?.cluster ?? null;
  }

  /** World time until which damping keeps this box from the group. */
  get waitsUntilMs(): number {
    return this.worldDuration(this.status?.dampedUntilMs ?? 0);
  }

  start(): void {
    if (!this.machine.power || this.run !== null) return;
    this.#life++;
    this.role = 'init';
    this.awakeSinceMs = this.clock.nowMs;
    this.#crashAfter = Number.POSITIVE_INFINITY;
    const life = this.#life;
    const host = new SimulatedHost(
      this.mac,
      {
        localMs: () => this.localMs,
        later: (delayMs, run) => this.#later(life, delayMs, run),
        mayEnd: () => this.#mayEnd(life),
      },
      this.machine,
      { ...this.witness, logged: (_level, event, sentence) => this.#logged(event, sentence) },
      this.random,
    );
    const config = { ...this.config, heartbeat: { ...this.config.heartbeat, auth: this.auth } };
    const options = { version: '0.1.0', stateFile: STATE_FILE, controlPath: null };
    const handler = { onJoined: () => {}, onStopped: () => this.end() };
    const supervisor = new this.core.Supervisor(host, config, config.nodes[this.number]!, options, handler);
    this.run = { supervisor, host, startedMs: this.clock.nowMs };
    this.witness.note(`supervisor starts${this.holdsAny ? ', the kernel holds addresses' : ''}`);
    this.witness.starts();
    this.enter(() => supervisor.start());
  }

  /** Whatever runs the product's code goes through here: a crash ends the run and nothing else. */
  enter(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.crashes++;
      this.witness.note('FAULT the supervisor crashes between two effects');
      this.end();
      this.clock.after(this.#restartMs, () => this.start());
    }
  }

  /** The supervisor ends; the kernel keeps what it has. */
  end(): void {
    this.run = null;
    this.#life++;
    this.#backlog = [];
  }

  /** The supervisor will crash before one of its next effects, and be started again. */
  crashSoon(restartMs: number): void {
    if (!this.awake) return;
    this.#crashAfter = this.random.below(CRASH_EFFECTS);
    this.#restartMs = restartMs;
  }

  /** No crash is to come any more. */
  calm(): void {
    this.#crashAfter = Number.POSITIVE_INFINITY;
  }

  losePower(): void {
    this.end();
    this.paused = false;
    this.machine.losePower();
  }

  powerOn(): void {
    if (this.machine.power) return;
    this.machine.power = true;
    this.start();
  }

  setCarrier(name: 'eth0' | 'eth1', carrier: boolean): void {
    for (const card of this.machine.cards) if (card.name === name) card.carrier = carrier;
    this.run?.host.tellCarrier(name);
  }

  /** A signal: a box that hangs gets it when it wakes up. One that has no supervisor loses it. */
  signal(act: (supervisor: Supervisor) => void): void {
    const { run } = this;
    if (run === null) return;
    if (this.paused) this.#backlog.push(() => this.signal(act));
    else this.enter(() => act(run.supervisor));
  }

  pause(): void {
    this.paused = true;
    this.#pausedMs = this.clock.nowMs;
  }

  /** Everything that waited happens at once, in the order in which it came. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (this.clock.nowMs - this.#pausedMs > this.worldDuration(this.noticesAfterMs))
      this.awakeSinceMs = this.clock.nowMs;
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const item of backlog) item();
  }

  /** Bytes come in on a heartbeat link. @param first, then called right before and after the supervisor has them */
  receive(link: LinkIndex, bytes: Uint8Array, first: () => void, then = () => {}): void {
    const { run } = this;
    if (run === null) return;
    if (this.paused) {
      if (this.#backlog.length < BACKLOG_LIMIT)
        this.#backlog.push(() => this.receive(link, bytes, first, then));
      return;
    }
    const handler = run.host.handlers[link];
    if (handler === undefined) return;
    first();
    this.enter(() => handler.onData(bytes));
    then();
  }

  #bite(): void {
    this.witness.note('the watchdog resets the box');
    this.losePower();
    this.clock.after(this.random.between(BOOT_MIN_MS, BOOT_MAX_MS), () => this.powerOn());
  }

  #mayEnd(life: number): void {
    if (life !== this.#life || this.#crashAfter-- <= 0) throw new Crash();
  }

  #later(life: number, delayMs: number, run: () => void): void {
    const due = () => {
      if (life !== this.#life) return;
      if (this.paused) this.#backlog.push(due);
      else this.enter(run);
    };
    this.clock.after(this.worldDuration(delayMs), due);
  }

  #logged(event: string, sentence: string): void {
    if (event.startsWith('role-')) this.role = event.slice('role-'.length);
    if (event === 'acquire-failed' || event === 'release-failed') this.failures++;
    this.witness.note(sentence);
    if (event === 'role-acquiring') this.witness.acquires(sentence);
  }
}
