/**
 * What the console needs of the machine, behind one interface: the supervisor's socket, files, programs and clocks. The
 * console decides everything else; a fake of this is all that its tests need.
 */

import type { Result } from '../host/host';
import type { Op, Reply, Request } from '../supervisor/control';
import type { Status } from '../supervisor/status';

export interface Program {
  /** Exit status; 128 + signal number of one that was killed. */
  readonly ended: Promise<number>;
  stop(): void;
}

export interface SerialHandler {
  onData(bytes: Uint8Array): void;
  /** Why the line does not work, or null when it does. */
  onState(fault: string | null): void;
}

export interface SerialLine {
  send(text: string): void;
  close(): void;
}

/** The request of one kind. */
export type Asked<T extends Op> = Extract<Request, { readonly op: T }> | (Request & { readonly op: T });

export interface World {
  readonly version: string;
  /** Where the box keeps what outlasts a restart, e.g. `/config`. */
  readonly folder: string;
  /** Asks the supervisor of this box; one that does not run is a refusal, too. */
  ask<T extends Op>(request: Asked<T>): Promise<Reply<T>>;
  /** Keeps the supervisor off a serial device. @returns what gives it back, or why it cannot be had */
  lend(device: string): Promise<Result<() => void>>;
  /** Tells the state of this box now and again whenever it has changed; the log keeps off the console. @returns the end */
  watch(onStatus: (status: Status) => void): () => void;
  /** A serial line of its own, raw, 8N1. What goes wrong with it is told. */
  openSerial(device: string, baud: number, handler: SerialHandler): SerialLine;
  hostname(): string;
  /** Monotonic, ms. */
  now(): number;
  wait(durationMs: number): Promise<void>;
  readFile(path: string): Result<string>;
  /** Replaces a file so that a loss of power leaves the old or the new one. */
  saveFile(path: string, text: string): Result<null>;
  /** Runs a program; what it writes is given on as it comes. */
  run(argv: readonly string[], onOutput: (text: string) => void): Program;
  /** SHA-256 of the text as UTF-8, in hexadecimal digits. */
  digest(text: string): string;
  /** crypt(3); null where the setting is not understood. */
  crypt(password: string, setting: string): string | null;
  random(length: number): Uint8Array;
}

/** All that a program writes. */
export async function outputOf(world: Pick<World, 'run'>, argv: readonly string[]): Promise<string> {
  let text = '';
  await world.run(argv, (more) => {
    text += more;
  }).ended;
  return text;
}
