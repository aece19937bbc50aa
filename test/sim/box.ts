/**
 * One simulated box: a machine, and the product's supervisor on it, which can be slow, hang, crash between any two
 * operations, be upgraded, or lose its power. It judges nothing.
 */

import type { ClusterStatus, Command, Role } from '../../src/cluster/types';
import type { AuthConfig, Config, HeartbeatLink } from '../../src/config/config';
import type { LinkHandler } from '../../src/host/host';
import type { Supervisor } from '../../src/supervisor';
import { BOOT_MAX_MS } from './bounds';
import type { Core } from './core';
import { createHost, type Surroundings } from './host';
import { Life } from './life';
import type { Machine } from './machine';
import { authOf, configOf, GATEWAY, MORE_VIPS, NODES, SERVICE, type Setting, VIP } from './setting';
import { Dialect, VERSION_NAMES, type Version } from './versions';
import type { Letter } from './wires';

export const STATE_FILE = '/config/state';
export const INVENTORY_FILE = '/run/addresses';
const BOOT_MIN_MS = 100;

/** One run of the supervisor. */
export interface Run {
  readonly life: Life;
  readonly dialect: Dialect;
  /** Open links, by their medium. */
  readonly handlers: Map<number, OpenLink>;
  supervisor: Supervisor | null;
  /** What the supervisor is going over to. */
  change: Plan | null;
}

export interface OpenLink {
  readonly link: HeartbeatLink;
  readonly handler: LinkHandler;
}

/** What the box's file says. */
export interface Plan {
  readonly setting: Setting;
  readonly auth: AuthConfig;
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
  /** @param fault null: the change is in force */
  reconfigured(box: Box, fault: string | null): void;
}

export class Box {
  run: Run | null = null;
  version: Version = 'current';
  /** As on the disk. */
  plan: Plan;
  /** As the supervisor last logged it; null while there is none. */
  role: Role | null = null;
  /** World time since which this box has been running without a pause that it must have noticed. */
  awakeSinceMs = 0;
  /** When it last went on after a pause of any length. */
  wokeMs = 0;
  #pausedMs = 0;

  constructor(
    readonly machine: Machine,
    setting: Setting,
    private readonly core: Core,
    private readonly witness: Witness,
  ) {
    this.plan = { setting, auth: authOf(1) };
  }

  /** The configuration on the disk, and the one that it goes over to. */
  get configs(): readonly Config[] {
    const change = this.run?.change ?? null;
    return change === null
      ? [configOf(this.plan.setting)]
      : [this.plan, change].map(({ setting }) => configOf(setting));
  }

  get name(): string {
    return NODES[this.machine.number];
  }

  get holdsAll(): boolean {
    const { power, kernel } = this.machine;
    return power && kernel.holds('eth0', VIP.cidr) && kernel.holds('eth1', GATEWAY.cidr);
  }

  get holdsAny(): boolean {
    const { power, kernel } = this.machine;
    const outside = [VIP.cidr, ...MORE_VIPS].some((cidr) => kernel.holds('eth0', cidr));
    return power && (outside || kernel.holds('eth1', GATEWAY.cidr));
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
    const { machine, core } = this;
    if (!machine.power || this.run !== null) return;
    const config = asRead(this.plan);
    machine.kernel.watchers = [];
    const life = new Life(machine, () => this.kill());
    const dialect = new Dialect(this.version);
    const run: Run = { life, dialect, handlers: new Map(), supervisor: null, change: null };
    this.run = run;
    this.awakeSinceMs = machine.clock.nowMs;
    this.witness.started(this);
    const own = config.nodes[machine.number]!;
    const files = { stateFile: STATE_FILE, inventoryFile: INVENTORY_FILE, events: () => [] };
    const options = { version: VERSION_NAMES[this.version], ...files };
    life.enter(() => {
      const host = createHost(life, machine, this.witness.surroundings(this, run));
      const handler = {
        onJoined: () => this.witness.joined(this),
        onFollow: () => {},
        onFollowed: () => {},
        onStopped: () => this.kill(),
      };
      run.supervisor = new core.Supervisor(host, config, own, options, handler);
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
    const { machine, configs } = this;
    if (!machine.paused) return;
    // A timer was set for a keepalive later at most, and may be late by another.
    const keepaliveMs = Math.max(...configs.map(({ heartbeat }) => heartbeat.keepaliveMs));
    const unnoticedMs = machine.worldDuration(2 * keepaliveMs);
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

  /** The operator takes a real server out, or lets it serve again. */
  order(action: 'disable' | 'enable', server: string): void {
    const { run } = this;
    if (run !== null && this.awake)
      run.life.enter(() => run.supervisor?.farm.orderServer(action, SERVICE, server));
  }

  /** Servers that operators have taken out, as this box knows of them. */
  get disabled(): readonly string[] {
    const [service] = this.run?.supervisor?.status()?.services ?? [];
    return (service?.servers ?? []).filter(({ state }) => state === 'disabled').map(({ name }) => name);
  }

  /**
   * The operator changes the configuration: live, if the box runs. What works is saved; what does not is taken back, and
   * where that fails, too, the supervisor starts again. A box that hangs, or has not finished the last change, does nothing.
   */
  change(part: Partial<Plan>): void {
    const { run, machine } = this;
    const next = { ...this.plan, ...part };
    if (machine.paused || (run !== null && run.change !== null)) return;
    if (run === null || run.supervisor === null) {
      this.plan = next;
      return;
    }
    run.change = next;
    machine.changed();
    run.life.enter(() =>
      run.supervisor?.reconfigure(asRead(next), (fault) => {
        this.witness.reconfigured(this, fault);
        if (fault === null) this.#save(run, next);
        else run.supervisor?.reconfigure(asRead(this.plan), (second) => this.#wentBack(run, second));
      }),
    );
  }

  #save(run: Run, next: Plan): void {
    run.life.later(this.machine.disk.stepMs(), () => {
      this.plan = next;
      run.change = null;
    });
  }

  #wentBack(run: Run, fault: string | null): void {
    run.change = null;
    if (fault === null) return;
    this.witness.reconfigured(this, fault);
    this.kill();
    this.machine.later(0, () => this.start());
  }

  /** A card's driver says again what it said before: time passes for the supervisor, and nothing else. */
  repeatCarrier(): void {
    this.machine.kernel.repeatCarrier();
  }

  /**
   * Bytes come from a medium.
   * @param letter what is whole with them, or null
   * @param baud of a serial line, at which they were sent; null: at the right one
   */
  receive(medium: number, bytes: Uint8Array, letter: Letter | null, baud: number | null): void {
    const { run } = this;
    if (run === null) return;
    this.machine.arrive(() => {
      const open = run.handlers.get(medium);
      if (open === undefined || run.life.over) return;
      if (baud !== null && open.link.kind === 'serial' && open.link.baud !== baud) return;
      if (letter !== null) this.witness.hears(this, letter);
      run.life.enter(() => open.handler.onData(bytes));
    });
  }
}

function asRead({ setting, auth }: Plan): Config {
  const config = configOf(setting);
  return { ...config, heartbeat: { ...config.heartbeat, auth } };
}
