/** A `sys` for the event loop whose time, descriptors, signals and children the test decides. */

import { POLL } from '../../../src/host/quickjs/linux';
import type { LoopSystem } from '../../../src/host/quickjs/loop';

export class FakeSystem implements LoopSystem {
  nowMs = 1000;
  /** fd -> events that poll finds. */
  readonly ready = new Map<number, number>();
  /** What one call of `reap` after the other gives. */
  readonly ended: number[][] = [];
  readonly calls: string[] = [];
  jobs = 0;
  polls = 0;
  private nextFd = 100;

  monotonic = (): number => this.nowMs;

  poll = (set: Int32Array, count: number, timeoutMs: number, ready?: Int32Array): number => {
    if (++this.polls > 1000) throw new Error('the loop did not end');
    let found = 0;
    for (let at = 0; at < 3 * count; at += 3) {
      const events = (this.ready.get(set[at]!) ?? 0) & (set[at + 1]! | POLL.ERR | POLL.HUP | POLL.NVAL);
      set[at + 2] = events;
      if (events === 0) continue;
      if (ready !== undefined) ready[found] = at / 3;
      found++;
    }
    if (found === 0) this.nowMs += Math.ceil(timeoutMs);
    return found;
  };

  runJobs = (): void => {
    this.jobs++;
  };

  signalDescriptor = (signals: readonly number[]): number => {
    this.calls.push(`signalDescriptor ${signals}`);
    return this.nextFd++;
  };

  read = (fd: number, buffer: ArrayBuffer, offset: number, length: number): number => {
    this.calls.push(`read ${fd}`);
    this.ready.delete(fd);
    new Uint8Array(buffer, offset, length).fill(0);
    return 128;
  };

  close = (fd: number): number => {
    this.calls.push(`close ${fd}`);
    return 0;
  };

  reap = (): number[] => this.ended.shift() ?? [];

  spawn = (argv: readonly string[]): number => {
    this.calls.push(`spawn ${argv.join(' ')}`);
    return argv[0] === 'missing' ? -2 : 500 + this.calls.length;
  };
}
