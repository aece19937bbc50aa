/**
 * The event loop: one thread, one poll(2) per round. It owns when callbacks run, never what they do.
 *
 * A round runs every ready descriptor once, then the timers that are due, then what was deferred before the round;
 * so nothing that is always ready can starve anything else. Promise jobs run after each callback. Nothing is caught: an exception that leaves a callback leaves `run` and ends the program.
 */

import type * as Sys from 'sys';
import type { Cancellable } from '../host';
import { errorName, POLL, SIGNAL } from './linux';
import { Timers } from './timers';

/** The part of `sys` that the loop stands on. */
export type LoopSystem = Pick<
  typeof Sys,
  'monotonic' | 'poll' | 'runJobs' | 'signalDescriptor' | 'read' | 'close' | 'reap' | 'spawn'
>;

/** More descriptors, or deferred callbacks of one round, than this at once is a leak, and ends the program. */
export const DESCRIPTOR_LIMIT = 1000;
export const DEFERRED_LIMIT = 16_384;

/** sizeof(struct signalfd_siginfo), <linux/signalfd.h>; ssi_signo is its first word. */
const SIGNAL_RECORD_BYTES = 128;
const SIGNAL_RECORDS = 8;

/** The longest single poll; only bounds the argument. */
const LONGEST_WAIT_MS = 60_000;

const READABLE = POLL.IN | POLL.ERR | POLL.HUP;
const WRITABLE = POLL.OUT | POLL.ERR | POLL.HUP;
/** poll(2) passes over what stands in place of a descriptor that is of no interest now. */
const NO_DESCRIPTOR = -1;

export interface Handlers {
  /** Data, end of file, or an error that the next read reports. */
  readable?(): void;
  writable?(): void;
}

/** One watched descriptor. What is not wanted is not polled, not even for errors. */
export interface Watcher {
  want(readable: boolean, writable: boolean): void;
  /** Stops watching; the descriptor stays open. */
  stop(): void;
}

class Watched implements Watcher {
  events = 0;
  active = true;
  /** Place in the set for poll(2), as far as that is filled. */
  place = 0;

  constructor(
    readonly fd: number,
    readonly handlers: Handlers,
    private readonly loop: { changed(watched: Watched): void },
  ) {}

  want(readable: boolean, writable: boolean): void {
    const events = (readable ? POLL.IN : 0) | (writable ? POLL.OUT : 0);
    if (events === this.events || !this.active) return;
    this.events = events;
    this.loop.changed(this);
  }

  stop(): void {
    if (!this.active) return;
    this.active = false;
    this.events = 0;
    this.loop.changed(this);
  }
}

export class Loop {
  private readonly timers = new Timers();
  private readonly watched = new Set<Watched>();
  private readonly children = new Map<number, (waitStatus: number) => void>();
  private childSignal: Cancellable | null = null;
  private deferred: (() => void)[] = [];
  private readonly set = new Int32Array(3 * DESCRIPTOR_LIMIT);
  /** What `set` was last filled from, in the same order; null when another one came or went since. */
  private polled: readonly Watched[] | null = null;
  private stopped = false;
  private latestMs = 0;

  constructor(private readonly system: LoopSystem) {}

  /** CLOCK_MONOTONIC in milliseconds, with fractions. */
  now(): number {
    return this.system.monotonic();
  }

  /**
   * How late, in milliseconds, the worst timer ran since the last call. An idle loop is late by less than one
   * millisecond; much more means that this program did not get the processor.
   */
  takeLatenessMs(): number {
    const latest = this.latestMs;
    this.latestMs = 0;
    return latest;
  }

  after(delayMs: number, run: () => void): Cancellable {
    return this.timers.set(this.now() + Math.max(0, delayMs), run);
  }

  /** Runs `run` after everything that is ready now. */
  defer(run: () => void): void {
    if (this.deferred.length >= DEFERRED_LIMIT)
      throw new RangeError(`more than ${DEFERRED_LIMIT} callbacks are deferred`);
    this.deferred.push(run);
  }

  /** Watches an open descriptor; nothing is wanted at first. */
  watch(fd: number, handlers: Handlers): Watcher {
    if (this.watched.size >= DESCRIPTOR_LIMIT)
      throw new RangeError(`more than ${DESCRIPTOR_LIMIT} descriptors are watched`);
    const watched = new Watched(fd, handlers, this);
    this.watched.add(watched);
    this.polled = null;
    return watched;
  }

  /** Runs `run` for each time the signal is seen, instead of what the system does with it. One call per signal. */
  onSignal(signal: number, run: () => void): Cancellable {
    const fd = this.system.signalDescriptor([signal]);
    if (fd < 0) throw new Error(`cannot watch signal ${signal}: ${errorName(fd)}`);
    const buffer = new ArrayBuffer(SIGNAL_RECORD_BYTES * SIGNAL_RECORDS);
    const watcher = this.watch(fd, {
      readable: () => {
        const length = this.system.read(fd, buffer, 0, buffer.byteLength);
        if (length >= SIGNAL_RECORD_BYTES) run();
      },
    });
    watcher.want(true, false);
    return {
      cancel: () => {
        watcher.stop();
        this.system.close(fd);
      },
    };
  }

  /**
   * Starts a program (see `sys.spawn`); `onExit` gets its raw wait status. The caller closes its descriptors.
   * @returns its pid, or -errno
   */
  spawn(
    argv: readonly string[],
    environment: readonly string[],
    descriptors: readonly [stdin: number, stdout: number, stderr: number],
    onExit: (waitStatus: number) => void,
    bound = false,
  ): number {
    // The signal must be watched before the child can end.
    this.childSignal ??= this.onSignal(SIGNAL.CHLD, () => this.reap());
    const pid = this.system.spawn(argv, environment, ...descriptors, bound);
    if (pid > 0) this.children.set(pid, onExit);
    return pid;
  }

  /** Runs rounds until `stop`, or until nothing is left to wait for. */
  run(): void {
    this.system.runJobs();
    while (!this.stopped && !this.idle()) this.round();
  }

  /** Leaves `run` at the end of the current callback, for good. */
  stop(): void {
    this.stopped = true;
  }

  /** For `Watched` only. */
  changed(watched: Watched): void {
    if (watched.active) {
      if (this.polled !== null) this.put(watched);
      return;
    }
    this.watched.delete(watched);
    this.polled = null;
  }

  private idle(): boolean {
    if (this.timers.size > 0 || this.deferred.length > 0 || this.children.size > 0) return false;
    for (const { events } of this.watched) if (events !== 0) return false;
    return true;
  }

  private call(run: () => void): void {
    if (this.stopped) return;
    run();
    this.system.runJobs();
  }

  private round(): void {
    const polled = this.polled ?? this.fill();
    const ready = this.system.poll(this.set, polled.length, this.waitMs());
    const deferred = this.deferred;
    this.deferred = [];
    // Before the timers: what has come in while this program did not run must not look like silence.
    if (ready > 0) this.dispatch(polled, ready);
    this.runTimers();
    for (const run of deferred) this.call(run);
  }

  private waitMs(): number {
    if (this.deferred.length > 0) return 0;
    return Math.min(Math.max(0, this.timers.nextDueMs - this.now()), LONGEST_WAIT_MS);
  }

  private fill(): readonly Watched[] {
    const polled = [...this.watched];
    polled.forEach((watched, place) => {
      watched.place = place;
      this.put(watched);
    });
    this.polled = polled;
    return polled;
  }

  /** Interest comes and goes with every frame: that must not cost a look at all descriptors. */
  private put({ place, fd, events }: Watched): void {
    this.set[3 * place] = events === 0 ? NO_DESCRIPTOR : fd;
    this.set[3 * place + 1] = events;
  }

  private runTimers(): void {
    const { timers } = this;
    const nowMs = this.now();
    const serial = timers.nextSerial;
    for (let due = timers.takeDue(nowMs, serial); due !== null; due = timers.takeDue(nowMs, serial)) {
      const lateMs = this.now() - due.dueMs;
      if (lateMs > this.latestMs) this.latestMs = lateMs;
      this.call(due.run);
      if (this.stopped) return;
    }
  }

  /** A callback may stop, close or reuse any descriptor, so interest is looked at again before each call. */
  private dispatch(polled: readonly Watched[], ready: number): void {
    // Callbacks change neither this list nor what was found: another list is filled at the start of the next round.
    const { set } = this;
    for (let place = 0, left = ready; left > 0 && place < polled.length; place++) {
      const found = set[3 * place + 2]!;
      if (found === 0) continue;
      left--;
      const watched = polled[place]!;
      const { handlers } = watched;
      if (found & POLL.NVAL && watched.active)
        throw new Error(`descriptor ${watched.fd} was closed while it was watched`);
      if (watched.events & POLL.IN && found & READABLE) {
        handlers.readable?.();
        this.system.runJobs();
        if (this.stopped) return;
      }
      if (watched.events & POLL.OUT && found & WRITABLE) {
        handlers.writable?.();
        this.system.runJobs();
        if (this.stopped) return;
      }
    }
  }

  private reap(): void {
    for (;;) {
      const ended = this.system.reap();
      if (ended.length === 0) break;
      for (let at = 0; at + 1 < ended.length; at += 2) {
        const onExit = this.children.get(ended[at]!);
        this.children.delete(ended[at]!);
        if (onExit) this.call(() => onExit(ended[at + 1]!));
      }
    }
    if (this.children.size > 0) return;
    this.childSignal?.cancel();
    this.childSignal = null;
  }
}
