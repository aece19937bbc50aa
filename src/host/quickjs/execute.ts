/** Runs one program without a shell: its input, its bounded output, its deadline. Never waits for it. */

import * as sys from 'sys';
import type { Cancellable, Command, CommandResult, Done, Result } from '../host';
import { failure, refusal, success } from './failure';
import { ERRNO, SIGNAL } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';
import { textBytes } from './text';

/** Programs running at once, and beside them those without which the pair does not work: fencing, saving. */
export const COMMAND_LIMIT = 32;
export const VITAL_LIMIT = 8;

/** Read at a time, and, after the program's end, at most this many times to get what the pipe still holds. */
const CHUNK_BYTES = 4096;
const LAST_READS = 16;
const chunk = new ArrayBuffer(CHUNK_BYTES);

const running = { usual: 0, vital: 0 };

/** One end of a pipe to the program. */
class PipeEnd {
  private watcher: Watcher | null = null;

  constructor(readonly fd: number) {}

  watch(handlers: { readable?(): void; writable?(): void }): void {
    this.watcher = loop.watch(this.fd, handlers);
    this.watcher.want(handlers.readable !== undefined, handlers.writable !== undefined);
  }

  close(): void {
    if (this.watcher === null) return;
    this.watcher.stop();
    this.watcher = null;
    sys.close(this.fd);
  }
}

class Running implements Cancellable {
  private ended = false;
  /** Not yet reaped, so the process group's number is still its own. */
  private alive = false;
  private readonly pieces: Uint8Array[] = [];
  private collected = 0;
  private input: PipeEnd | null = null;
  private output: PipeEnd | null = null;
  private readonly deadline: Cancellable;
  private pid = -1;
  private readonly kind: keyof typeof running;
  /** It was let in. */
  private counts = false;

  constructor(
    private readonly command: Command,
    private readonly done: Done<CommandResult>,
  ) {
    const { argv, deadlineMs, isVital } = command;
    this.kind = isVital === true ? 'vital' : 'usual';
    this.deadline = loop.after(deadlineMs, () =>
      this.end(failure(`${argv[0]} did not end within ${deadlineMs} ms and was killed`)),
    );
    const refused = this.start();
    // Never from inside the caller's call.
    if (refused !== null) loop.defer(() => this.end(failure(refused)));
  }

  cancel(): void {
    this.release();
  }

  /** A program that is meant to stay has things to put in order, and must not outlive this one. */
  private get stays(): boolean {
    return this.command.deadlineMs === Number.POSITIVE_INFINITY;
  }

  private start(): string | null {
    const { argv, environment } = this.command;
    const what = `run ${argv[0]}`;
    const limit = this.kind === 'vital' ? VITAL_LIMIT : COMMAND_LIMIT;
    if (running[this.kind] >= limit) return `cannot ${what}: ${limit} programs are running already`;
    running[this.kind] += 1;
    this.counts = true;
    const input = sys.pipe();
    if (typeof input === 'number') return refusal(what, input);
    const output = sys.pipe();
    if (typeof output === 'number') {
      for (const fd of input) sys.close(fd);
      return refusal(what, output);
    }
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const ends: [number, number, number] = [input[0], output[1], output[1]];
    this.pid = loop.spawn(argv, variables, ends, (status) => this.exited(status), this.stays);
    this.alive = this.pid > 0;
    sys.close(input[0]);
    sys.close(output[1]);
    this.output = new PipeEnd(output[0]);
    this.output.watch({ readable: () => this.collect() });
    this.input = new PipeEnd(input[1]);
    this.feed(this.input);
    return this.alive ? null : refusal(what, this.pid);
  }

  private feed(input: PipeEnd): void {
    const bytes = textBytes(this.command.stdin);
    let at = bytes.byteOffset;
    const end = at + bytes.length;
    input.watch({
      writable: () => {
        const count = at < end ? sys.write(input.fd, bytes.buffer as ArrayBuffer, at, end - at) : 0;
        if (count > 0) at += count;
        // A program that does not read its input is its own affair.
        if (at >= end || (count < 0 && count !== -ERRNO.EAGAIN)) input.close();
      },
    });
  }

  /** @returns false when there is nothing (more) to read */
  private collect(): boolean {
    if (this.output === null) return false;
    const count = sys.read(this.output.fd, chunk, 0, CHUNK_BYTES);
    if (count === -ERRNO.EAGAIN) return false;
    if (count <= 0) {
      this.output.close();
      this.output = null;
      return false;
    }
    // Output beyond the limit is read and dropped, so that the program does not block on it.
    const kept = Math.min(count, this.command.limitBytes - this.collected);
    if (kept > 0) this.pieces.push(new Uint8Array(chunk.slice(0, kept)));
    this.collected += kept;
    return true;
  }

  private exited(waitStatus: number): void {
    this.alive = false;
    // The group keeps its number while it has a member; a group without any is no harm within the same breath.
    if (this.command.endsWhole) sys.kill(-this.pid, SIGNAL.KILL);
    for (let reads = 0; reads < LAST_READS && this.collect(); reads++);
    const signal = waitStatus & 0x7f;
    const status = signal === 0 ? (waitStatus >> 8) & 0xff : 128 + signal;
    this.end(success({ status, output: Buffer.concat(this.pieces).toString('utf8') }));
  }

  private end(result: Result<CommandResult>): void {
    if (this.ended) return;
    this.release();
    this.done(result);
  }

  private release(): void {
    if (this.ended) return;
    this.ended = true;
    if (this.counts) running[this.kind] -= 1;
    this.deadline.cancel();
    this.input?.close();
    this.output?.close();
    if (this.alive) sys.kill(-this.pid, this.stays ? SIGNAL.TERM : SIGNAL.KILL);
  }
}

/**
 * See `Host.execute`. A program that was killed at the deadline is an error, as is one that cannot be started;
 * one that ends by itself is a result, whatever its status.
 */
export function execute(command: Command, done: Done<CommandResult>): Cancellable {
  return new Running(command, done);
}
