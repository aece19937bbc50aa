/**
 * One simulated box: the cluster core, a kernel that holds addresses, and a supervisor between them that can be
 * slow, paused, killed or without power. It judges nothing.
 */

import type { Beat } from '../../src/cluster/beat';
import type { ClusterState } from '../../src/cluster/cluster';
import type { ClusterConfig, ClusterEvent, ClusterStatus, Effect, Role } from '../../src/cluster/types';
import type { Receiver, Sender } from '../../src/cluster/wire';
import type { Mac } from '../../src/host/host';
import { OPERATION_MAX_MS } from './bounds';
import type { VirtualClock } from './clock';
import type { Core } from './core';
import type { Random } from './random';
import type { LinkIndex } from './wires';

/** What a paused box's sockets and serial ports keep; what comes later is lost. */
const BACKLOG_LIMIT = 200;
/** The announcement schedule of DESIGN.md 4. */
const ANNOUNCEMENTS_MS = [0, 200, 400, 600, 800, 5_000];
const REFRESH_MS = 60_000;

/** What the world wants to know of a box. */
export interface Witness {
  sent(box: Box, frame: Uint8Array, beat: Beat): void;
  announced(box: Box): void;
  /** Before an acquire is carried out. */
  acquires(box: Box, reason: string): void;
  /** A genuine beat is about to reach the core. */
  hears(box: Box, beat: Beat): void;
  /** The core was given something by an attacker. */
  resisted(box: Box, before: ClusterStatus | null): void;
  note(box: Box, text: string): void;
}

/** Whether bytes come from a box, or from an attacker who must change nothing. */
export type Delivery = 'genuine' | 'injected';

/** One run of the supervisor. */
interface Run {
  readonly state: ClusterState;
  readonly receiver: Receiver;
  readonly sender: Sender;
  readonly session: number;
  readonly startedMs: number;
}

export class Box {
  /** The kernel's addresses: the group is both. */
  vip = false;
  gateway = false;
  power = true;
  carrier = true;
  run: Run | null = null;
  paused = false;
  /** World time since which this box has been running without a pause that it could notice. */
  awakeSinceMs = 0;
  /** How many of the next operations fail. */
  failingAcquires = 0;
  failingReleases = 0;
  releaseFailures = 0;
  acquireFailures = 0;
  role: Role = 'init';
  /** An address was taken away from an owner that does not know it yet. */
  lostPart = false;
  #pausedMs = 0;
  #life = 0;
  #announcing = 0;
  #backlog: (() => void)[] = [];
  #lastOperationMs = 0;
  #tickAtMs = Number.POSITIVE_INFINITY;
  readonly #rate: number;

  constructor(
    readonly config: ClusterConfig,
    private readonly core: Core,
    private readonly clock: VirtualClock,
    private readonly random: Random,
    private readonly mac: Mac,
    private readonly witness: Witness,
  ) {
    this.#rate = random.between(0.99, 1.01);
  }

  /** Time as this box counts it, milliseconds. */
  get localMs(): number {
    return this.clock.nowMs * this.#rate;
  }

  /** Local milliseconds -> world milliseconds. */
  worldDuration(localMs: number): number {
    return localMs / this.#rate;
  }

  get holdsAny(): boolean {
    return this.power && (this.vip || this.gateway);
  }

  get holdsAll(): boolean {
    return this.power && this.vip && this.gateway;
  }

  /** Runs and could act. */
  get awake(): boolean {
    return this.power && !this.paused && this.run !== null;
  }

  get status(): ClusterStatus | null {
    return this.run === null ? null : this.core.status(this.run.state);
  }

  start(): void {
    if (!this.power || this.run !== null) return;
    const session = this.random.below(0x1_0000_0000);
    const { auth, links } = this.config;
    const boot = {
      nowMs: this.localMs,
      session,
      // A dead clock: it starts at the same time after each boot.
      generation: 25,
      held: this.holdsAny,
      carrier: this.carrier,
    };
    this.#life++;
    this.run = {
      state: this.core.createCluster(this.config, boot),
      receiver: new this.core.Receiver(
        links.map((name) => (name.startsWith('serial') ? 'stream' : 'datagram')),
        session,
        auth,
        this.mac,
      ),
      sender: new this.core.Sender(auth, this.mac),
      session,
      startedMs: this.clock.nowMs,
    };
    this.role = 'init';
    this.awakeSinceMs = this.clock.nowMs;
    this.#lastOperationMs = this.clock.nowMs;
    this.witness.note(this, `supervisor starts${boot.held ? ', the kernel holds addresses' : ''}`);
    this.handle({ type: 'tick' });
    this.#later(this.random.spread(20, 2_000), () => this.handle({ type: 'ready', ready: true }));
  }

  /** The supervisor ends; the kernel keeps what it has. */
  kill(): void {
    this.run = null;
    this.#life++;
    this.#announcing++;
    this.#backlog = [];
    this.#tickAtMs = Number.POSITIVE_INFINITY;
  }

  losePower(): void {
    this.kill();
    this.power = false;
    this.paused = false;
    this.vip = false;
    this.gateway = false;
  }

  setCarrier(ok: boolean): void {
    this.carrier = ok;
    this.#later(1, () => this.handle({ type: 'carrier', ok: this.carrier }));
  }

  /** Somebody deletes the gateway address behind the supervisor's back, which finds out. */
  losePart(): void {
    if (!this.awake || this.role !== 'active' || !this.gateway) return;
    this.gateway = false;
    this.lostPart = true;
    this.acquireFailures++;
    this.#later(5, () => {
      if (this.role === 'active')
        this.handle({ type: 'group-failed', reason: 'the gateway address is gone' });
    });
  }

  pause(): void {
    this.paused = true;
    this.#pausedMs = this.clock.nowMs;
  }

  /** Everything that waited happens at once; whether timers or sockets come first is open. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    // A timer was set for a keepalive later at most, and may be late by another.
    const unnoticedMs = this.worldDuration(2 * this.config.keepaliveMs);
    if (this.clock.nowMs - this.#pausedMs > unnoticedMs) this.awakeSinceMs = this.clock.nowMs;
    const backlog = this.#backlog;
    this.#backlog = [];
    if (this.random.chance(0.5)) this.handle({ type: 'tick' });
    for (const item of backlog) item();
    this.handle({ type: 'tick' });
  }

  receive(link: LinkIndex, bytes: Uint8Array, delivery: Delivery): void {
    const run = this.run;
    if (run === null) return;
    if (this.paused) {
      if (this.#backlog.length < BACKLOG_LIMIT) this.#backlog.push(() => this.receive(link, bytes, delivery));
      return;
    }
    if (delivery === 'injected') this.handle({ type: 'tick' });
    run.receiver.receive(link, bytes, (event) => {
      if (delivery === 'injected') {
        const before = this.status;
        this.handle(event);
        this.witness.resisted(this, before);
      } else {
        if (event.type === 'frame') this.witness.hears(this, event.beat);
        this.handle(event);
      }
    });
  }

  handle(event: ClusterEvent): void {
    const run = this.run;
    if (run === null) return;
    const effects = this.core.step(run.state, event, this.localMs);
    for (const effect of effects) this.#carryOut(run, effect);
    if (this.run === run) this.#planTick(run);
  }

  #planTick(run: Run): void {
    const wakeMs = this.core.nextWakeMs(run.state);
    if (!(wakeMs > this.localMs))
      throw new Error(`the core wants to wake at ${wakeMs}, and it is ${this.localMs}`);
    if (wakeMs === this.#tickAtMs || wakeMs === Number.POSITIVE_INFINITY) return;
    this.#tickAtMs = wakeMs;
    this.#later(this.worldDuration(wakeMs - this.localMs) + this.random.between(0, 0.2), () => {
      if (this.#tickAtMs === wakeMs) this.handle({ type: 'tick' });
    });
  }

  #carryOut(run: Run, effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.witness.sent(
          this,
          run.sender.frame(effect.beat, Math.floor(this.clock.nowMs / 1000)),
          effect.beat,
        );
        break;
      case 'acquire':
        this.witness.acquires(this, effect.reason);
        this.#operate('acquire');
        break;
      case 'release':
        this.#announcing++;
        this.#operate('release');
        break;
      case 'announce':
        this.#announce();
        break;
      case 'log':
        if (effect.event === `role-${effect.values.role}`) this.role = effect.values.role as Role;
        if (this.role !== 'active') this.lostPart = false;
        this.witness.note(this, effect.sentence);
        break;
      case 'stopped':
        this.kill();
        break;
    }
  }

  /** One operation after the other: two addresses, then the answer. */
  #operate(operation: 'acquire' | 'release'): void {
    const acquires = operation === 'acquire';
    const times = [0, 1, 2].map(() => this.random.between(0, OPERATION_MAX_MS / 3));
    const startMs = Math.max(this.#lastOperationMs, this.clock.nowMs);
    const vipMs = startMs + (times[0] ?? 0);
    const gatewayMs = vipMs + (times[1] ?? 0);
    const answerMs = gatewayMs + (times[2] ?? 0);
    this.#lastOperationMs = answerMs;
    let fails = false;
    this.#later(vipMs - this.clock.nowMs, () => {
      fails = acquires ? this.failingAcquires > 0 : this.failingReleases > 0;
      if (fails && acquires) {
        this.failingAcquires--;
        this.acquireFailures++;
      }
      if (fails && !acquires) {
        this.failingReleases--;
        this.releaseFailures++;
      }
      this.vip = acquires;
    });
    this.#later(gatewayMs - this.clock.nowMs, () => {
      if (!fails) this.gateway = acquires;
    });
    this.#later(answerMs - this.clock.nowMs, () => {
      if (fails) this.handle({ type: 'group-failed', reason: 'the kernel refused' });
      else this.handle({ type: acquires ? 'group-acquired' : 'group-released' });
    });
  }

  #announce(): void {
    const series = ++this.#announcing;
    const one = () => {
      if (series === this.#announcing && this.vip) this.witness.announced(this);
    };
    for (const delayMs of ANNOUNCEMENTS_MS) this.#later(delayMs, one);
    const refresh = () => {
      if (series !== this.#announcing) return;
      one();
      this.#later(REFRESH_MS, refresh);
    };
    this.#later(REFRESH_MS, refresh);
  }

  /** Runs later in this life of the supervisor; a pause holds it up. */
  #later(delayMs: number, run: () => void): void {
    const life = this.#life;
    const due = () => {
      if (life !== this.#life) return;
      if (this.paused) this.#backlog.push(due);
      else run();
    };
    this.clock.after(delayMs, due);
  }
}
