/**
 * One simulated box: a machine, and the product's supervisor on it, which can be slow, hang, crash between any two
 * operations, be upgraded, or lose its power. It judges nothing.
 */

import type { ClusterStatus, Command, Role } from '../../src/cluster/types';
import type { AuthConfig, Config } from '../../src/config/config';
import type { LinkHandler } from '../../src/host/host';
import type { Supervisor } from '../../src/supervisor';
import { BOOT_MAX_MS } from './bounds';
import type { Core } from './core';
import { createHost, type Surroundings } from './host';
import { Life } from './life';
import type { Machine } from './machine';
import { authOf, GATEWAY, NODES, VIP } from './setting';
import { Dialect, VERSION_NAMES, type Version } from './versions';
import type { Letter } from './wires';

export const STATE_FILE = '/config/state';
export const LEFTOVERS_FILE = '/run/leftovers';
const BOOT_MIN_MS = 100;

/** One run of the supervisor. */
export interface Run {
  readonly life: Life;
  readonly dialect: Dialect;
  /** Open links, by their number. */
  readonly handlers: Map<number, LinkHandler>;
  supervisor: Supervisor | null;
}

/** What the world wants to know of a box. */
export interface Witness {
  surroundings(box: Box, run: Run): Surroundings;
  /** A beat of the peer is about to reach the supervisor. */
  hears(box: Box, letter: Letter): void;
  started(box: Box): void;
  joined(box: Box): void;
  killed(box: Box): void;
  lostPower(box: Box): void;
  /** @param hungMs for so long */
  woke(box: Box, hungMs: number): void;
  answered(box: Box, command: Command, outcome: 'accepted' | 'refused' | 'killed'): void;
}

export class Box {
  run: Run | null = null;
  version: Version = 'current';
  /** As the key file has it. */
  auth: AuthConfig = authOf(1);
  /** As the supervisor last logged it; null while there is none. */
  role: Role | null = null;
  /** World time since which this box has been running without a pause that it must have noticed. */
  awakeSinceMs = 0;
  /** When it last went on after a pause of any length. */
  wokeMs = 0;
  #pausedMs = 0;

  constructor(
    readonly machine: Machine,
    private readonly config: Config,
    private readonly core: Core,
    private readonly witness: Witness,
  ) {}

  get name(): string {
    return NODES[this.machine.number];
  }

  get holdsAll(): boolean {
    const { power, kernel } = this.machine;
    return power && kernel.holds('eth0', VIP.cidr) && kernel.holds('eth1', GATEWAY.cidr);
  }

  get holdsAny(): boolean {
    const { power, kernel } = this.machine;
    return power && (kernel.holds('eth0', VIP.cidr) || kernel.holds('eth1', GATEWAY.cidr));
  }

  /** Runs and could act. */
  get awake(): boolean {
    return this.machine.running && this.run !== null;
  }

  get status(): ClusterStatus | null {
    return this.run?.supervisor?.status()?.cluster ?? null;
  }

  boot(): void {
    if (this.machine.power) return;
    this.machine.powerOn();
    this.machine.later(this.machine.random.spread(BOOT_MIN_MS, BOOT_MAX_MS), () => this.start());
  }

  /** What init does when there is no supervisor. */
  start(): void {
    const { machine, config, core } = this;
    if (!machine.power || this.run !== null) return;
    machine.kernel.watchers = [];
    const life = new Life(machine, () => this.kill());
    const dialect = new Dialect(this.version);
    const run: Run = { life, dialect, handlers: new Map(), supervisor: null };
    this.run = run;
    this.awakeSinceMs = machine.clock.nowMs;
    this.witness.started(this);
    const own = config.nodes[machine.number]!;
    const files = { stateFile: STATE_FILE, leftoversFile: LEFTOVERS_FILE };
    const options = { version: VERSION_NAMES[this.version], ...files };
    life.enter(() => {
      const host = createHost(life, machine, this.witness.surroundings(this, run));
      const asOnDisk = { ...config, heartbeat: { ...config.heartbeat, auth: this.auth } };
      const handler = { onJoined: () => this.witness.joined(this), onStopped: () => this.kill() };
      run.supervisor = new core.Supervisor(host, asOnDisk, own, options, handler);
      run.supervisor.start();
    });
  }

  /** The supervisor ends; the kernel keeps what it has. */
  kill(): void {
    const { run } = this;
    if (run === null) return;
    run.life.over = true;
    this.run = null;
    this.role = null;
    this.witness.killed(this);
  }

  losePower(): void {
    this.kill();
    this.machine.losePower();
    this.witness.lostPower(this);
  }

  pause(): void {
    if (!this.machine.running) return;
    this.#pausedMs = this.machine.clock.nowMs;
    this.machine.pause();
  }

  resume(): void {
    const { machine, config } = this;
    if (!machine.paused) return;
    // A timer was set for a keepalive later at most, and may be late by another.
    const unnoticedMs = machine.worldDuration(2 * config.heartbeat.keepaliveMs);
    const hungMs = machine.clock.nowMs - this.#pausedMs;
    if (hungMs > unnoticedMs) this.awakeSinceMs = machine.clock.nowMs;
    this.wokeMs = machine.clock.nowMs;
    this.witness.woke(this, hungMs);
    machine.resume();
  }

  command(command: Command): void {
    const { run } = this;
    const supervisor = run?.supervisor ?? null;
    if (run === null || supervisor === null || !this.awake) return;
    let answers = 0;
    run.life.enter(() => {
      supervisor.command(command, ({ accepted }) => {
        answers++;
        this.witness.answered(this, command, accepted ? 'accepted' : 'refused');
      });
      if (answers !== 1) throw new Error(`the command ${command.name} had ${answers} answers`);
    });
    if (answers === 0) this.witness.answered(this, command, 'killed');
  }

  /** The key file is read again. */
  rekey(auth: AuthConfig): void {
    this.auth = auth;
    const { run, config } = this;
    const next = { ...config, heartbeat: { ...config.heartbeat, auth } };
    run?.life.enter(() => run.supervisor?.reconfigure(next, () => {}));
  }

  /** A card's driver says again what it said before: time passes for the supervisor, and nothing else. */
  repeatCarrier(): void {
    this.machine.kernel.repeatCarrier();
  }

  /** Bytes come from a link. @param letter what is whole with them, or null */
  receive(link: number, bytes: Uint8Array, letter: Letter | null): void {
    const { run } = this;
    if (run === null) return;
    this.machine.arrive(() => {
      const handler = run.handlers.get(link);
      if (handler === undefined || run.life.over) return;
      if (letter !== null) this.witness.hears(this, letter);
      run.life.enter(() => handler.onData(bytes));
    });
  }
}
