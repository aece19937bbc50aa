/**
 * A serial line in simulated time between a panel's driver and an emulated module: bytes take as long as they do at its speed,
 * in both directions; it may block, vanish and babble.
 */

import type { Cancellable } from '../../src/host/host';
import { Driver, type PanelPort, type Renderer } from '../../src/panel/renderer';
import type { EmulatedModule } from './module';

/** Bits of a byte of 8N1. */
const BITS = 10;
/** A driver that asks for no time at all, again and again, would never let the clock go on. */
const STEPS_AT_ONCE = 100;
/** What the host gathers before it reads. */
const GATHER_MS = 20;

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

export class Line<T> implements PanelPort {
  nowMs = 1_000;
  baud = 9_600;
  isBlocked = false;
  /** Its cable is in; null for nothing at its other end. */
  module: EmulatedModule | null;
  /** The largest number of bytes that waited. */
  most = 0;
  /** How often the driver did anything. */
  steps = 0;
  /** Bytes that reached the other end. */
  carried = 0;
  readonly driver: Driver<T>;
  private isThere = false;
  private queue: number[] = [];
  private nextByteMs = 0;
  private gathered: number[] = [];
  private gatherMs: number | null = null;
  private readonly timers = new Set<Timer>();

  constructor(renderer: Renderer<T>, module: EmulatedModule | null) {
    this.module = module;
    this.driver = new Driver(renderer, this, () => {
      throw new Error('a module ends no panel');
    });
  }

  send(bytes: Uint8Array): void {
    if (!this.isThere) return;
    if (this.queue.length > 0) throw new Error('sent before the line had taken the rest');
    this.queue = [...bytes];
    this.most = Math.max(this.most, this.queue.length);
    this.nextByteMs = this.nowMs + this.byteMs;
  }

  unsentBytes(): number {
    this.steps++;
    return this.queue.length;
  }

  now(): number {
    return this.nowMs;
  }

  after(delayMs: number, run: () => void): Cancellable {
    // As poll(2) waits: in whole milliseconds.
    const timer = { atMs: this.nowMs + Math.ceil(delayMs), run };
    this.timers.add(timer);
    return { cancel: () => this.timers.delete(timer) };
  }

  /** The device is there, as when the process opens it. */
  appear(): void {
    this.isThere = true;
    this.queue = [];
    this.driver.restart();
  }

  vanish(): void {
    this.isThere = false;
    this.queue = [];
    this.gathered = [];
    this.gatherMs = null;
  }

  /** Bytes come from the other end, whoever sent them. */
  hear(bytes: readonly number[]): void {
    if (!this.isThere || bytes.length === 0) return;
    this.gathered.push(...bytes);
    this.gatherMs ??= this.nowMs + GATHER_MS;
  }

  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (let atOnce = 0; ; atOnce++) {
      const nextMs = Math.min(...this.dates());
      if (nextMs > endMs) break;
      if (nextMs > this.nowMs) atOnce = 0;
      if (atOnce > STEPS_AT_ONCE) throw new Error(`the clock stands still at ${this.nowMs} ms`);
      this.nowMs = Math.max(this.nowMs, nextMs);
      this.step();
    }
    this.nowMs = endMs;
  }

  private get byteMs(): number {
    return (BITS * 1000) / this.baud;
  }

  private *dates(): Generator<number> {
    yield Number.POSITIVE_INFINITY;
    for (const { atMs } of this.timers) yield atMs;
    if (this.queue.length > 0 && !this.isBlocked) yield this.nextByteMs;
    const answerMs = this.module?.answerMs() ?? null;
    if (answerMs !== null) yield answerMs;
    if (this.gatherMs !== null) yield this.gatherMs;
  }

  private step(): void {
    const { nowMs, module } = this;
    if (this.queue.length > 0 && !this.isBlocked && this.nextByteMs <= nowMs) {
      const byte = this.queue.shift()!;
      this.carried++;
      this.nextByteMs = nowMs + this.byteMs;
      if (module?.baud === this.baud) module.receive(byte, nowMs);
    }
    const answers = module?.answers(nowMs) ?? [];
    if (module?.baud === this.baud) this.hear(answers);
    if (this.gatherMs !== null && this.gatherMs <= nowMs) {
      const bytes = Uint8Array.from(this.gathered);
      this.gathered = [];
      this.gatherMs = null;
      this.driver.receive(bytes);
    }
    for (const timer of this.timers)
      if (timer.atMs <= nowMs && this.timers.delete(timer)) {
        timer.run();
        break;
      }
  }
}
