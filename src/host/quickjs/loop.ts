/**
 * The event loop: one thread, one poll(2) per round. It owns when callbacks run, never what they do.
 *
 * A round runs every ready descriptor once, then the timers that are due, then what was deferred before the round;
 * so nothing that is always ready can starve anything else. What is left is for what is patient, for a few milliseconds:
 * a heartbeat does not wait for a thousand checks. Promise jobs run after each callback. Nothing is caught: an exception
 * that leaves a callback leaves `run` and ends the program.
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

/** Time per round for what is patient; the callback that is running at its end may take longer. */
export const PATIENT_MS = 4;

/**
 * A loop of real-time priority that never waits would keep the kernel's network threads (ksoftirqd) from running, until
 * the kernel ends that after 950 ms: no packet comes or goes meanwhile. After so long without a wait, it takes a rest.
 */
export const BUSY_MS = 10;
export const REST_MS = 1;

/** sizeof(struct signalfd_siginfo), <linux/signalfd.h>; ssi_signo is its first word. */
const SIGNAL_RECORD_BYTES = 128;
const SIGNAL_RECORDS = 8;

/** The longest single poll; only bounds the argument. */
const LONGEST_WAIT_MS = 60_000;

/** In the place of a descriptor, poll(2). */
const NOT_POLLED = -1;

const READABLE = POLL.IN | POLL.ERR | POLL.HUP;
const WRITABLE = POLL.OUT | POLL.ERR | POLL.HUP;

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

  constructor(
    readonly fd: number,
    readonly handlers: Handlers,
    readonly isPatient: boolean,
    /** Among what is polled. */
    readonly place: number,
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
  /** By their places; one that is free has null. */
  private readonly watched: (Watched | null)[] = [];
  private readonly freePlaces: number[] = [];
  private readonly children = new Map<number, (waitStatus: number) => void>();
  private childSignal: Cancellable | null = null;
  private deferred: (() => void)[] = [];
  private readonly patient: (() => void)[] = [];
  private patientWatched = 0;
  /** Place among what is polled at which the patient ones go on. */
  private patientFrom = 0;
  /** By their places: descriptor, events that are wanted, events that were found. Changed where interest changes. */
  private readonly set = new Int32Array(3 * DESCRIPTOR_LIMIT);
  /** Places at which something was found. */
  private readonly ready = new Int32Array(DESCRIPTOR_LIMIT);
  private stopped = false;
  private latestMs = 0;
  /** When it waited last. */
  private restedMs: number;

  constructor(private readonly system: LoopSystem) {
    this.restedMs = system.monotonic();
  }

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

  /** Runs `run` when no patient descriptor is left that is ready, and after what was given here before. */
  whenFree(run: () => void): void {
    if (this.patient.length >= DEFERRED_LIMIT)
      throw new RangeError(`more than ${DEFERRED_LIMIT} callbacks are patient`);
    this.patient.push(run);
  }

  /**
   * Watches an open descriptor; nothing is wanted at first.
   * @param isPatient one of many, which may wait until all others have been looked after
   */
  watch(fd: number, handlers: Handlers, isPatient = false): Watcher {
    const place = this.freePlaces.pop() ?? this.watched.length;
    if (place >= DESCRIPTOR_LIMIT)
      throw new RangeError(`more than ${DESCRIPTOR_LIMIT} descriptors are watched`);
    const watched = new Watched(fd, handlers, isPatient, place, this);
    this.watched[place] = watched;
    if (isPatient) this.patientWatched++;
    this.changed(watched);
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
  changed({ place, fd, events, active, isPatient }: Watched): void {
    this.set[3 * place] = events === 0 ? NOT_POLLED : fd;
    this.set[3 * place + 1] = events;
    if (active) return;
    // What was found is not for the one that comes to this place next.
    this.set[3 * place + 2] = 0;
    this.watched[place] = null;
    this.freePlaces.push(place);
    if (isPatient) this.patientWatched--;
  }

  private idle(): boolean {
    if (this.timers.size > 0 || this.children.size > 0) return false;
    if (this.deferred.length > 0 || this.patient.length > 0) return false;
    return this.watched.every((watched) => watched === null || watched.events === 0);
  }

  private call(run: () => void): void {
    if (this.stopped) return;
    run();
    this.system.runJobs();
  }

  private round(): void {
    const count = this.wait();
    const deferred = this.deferred;
    this.deferred = [];
    // Before the timers: what has come in while this program did not run must not look like silence.
    this.dispatch(count);
    this.runTimers();
    for (const run of deferred) this.call(run);
    this.runPatient(count);
  }

  /** @returns how many descriptors are ready */
  private wait(): number {
    const { system, set, ready } = this;
    const fromMs = this.now();
    if (fromMs - this.restedMs > BUSY_MS) system.poll(set, 0, REST_MS);
    const count = system.poll(set, this.watched.length, this.waitMs(), ready);
    const nowMs = this.now();
    if (nowMs - fromMs >= REST_MS) this.restedMs = nowMs;
    return count;
  }

  private waitMs(): number {
    if (this.deferred.length > 0 || this.patient.length > 0) return 0;
    return Math.min(Math.max(0, this.timers.nextDueMs - this.now()), LONGEST_WAIT_MS);
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

  private dispatch(count: number): void {
    for (let at = 0; at < count; at++) {
      const watched = this.watched[this.ready[at]!]!;
      if (watched !== null && !watched.isPatient) this.handle(watched);
    }
  }

  /** What it does not come to is ready again in the next round, and comes first then. */
  private runPatient(count: number): void {
    if (this.patientWatched === 0 && this.patient.length === 0) return;
    const endMs = this.now() + PATIENT_MS;
    const first = this.ready.subarray(0, count).findIndex((place) => place >= this.patientFrom);
    this.patientFrom = 0;
    for (let at = 0; at < count; at++) {
      const place = this.ready[(Math.max(0, first) + at) % count]!;
      const watched = this.watched[place]!;
      if (watched === null || !watched.isPatient) continue;
      this.handle(watched);
      if (this.now() < endMs) continue;
      this.patientFrom = place + 1;
      break;
    }
    while (this.now() < endMs) {
      const run = this.patient.shift();
      if (run === undefined) return;
      this.call(run);
    }
  }

  /** A callback may stop, close or reuse any descriptor, so interest is looked at again before each call. */
  private handle(watched: Watched): void {
    const { handlers, place } = watched;
    const found = this.set[3 * place + 2]!;
    if (found & POLL.NVAL) throw new Error(`descriptor ${watched.fd} was closed while it was watched`);
    if (watched.events & POLL.IN && found & READABLE && !this.stopped) {
      handlers.readable?.();
      this.system.runJobs();
    }
    if (watched.events & POLL.OUT && found & WRITABLE && !this.stopped) {
      handlers.writable?.();
      this.system.runJobs();
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
