/**
 * What the console needs of the machine, behind one interface: the supervisor's socket, files, programs and clocks. The
 * console decides everything else; a fake of this is all that its tests need.
 */

import type { Result } from '../host/host';
import type { Status } from '../supervisor/status';

/** The configuration that runs, and what is known about it. */
export interface Running {
  /** Empty on a box that has none. */
  readonly text: string;
  /** Counts the commits; 0 on a box that has none. */
  readonly revision: number;
  /** Wall clock, ms since 1970; null when unknown. */
  readonly dateMs: number | null;
  readonly who: string;
  /** A commit that goes back by itself unless it is confirmed: when (wall clock), or null. */
  readonly revertsMs: number | null;
}

export interface Revision {
  readonly revision: number;
  readonly dateMs: number | null;
  readonly who: string;
  readonly comment: string;
}

export interface CommitRequest {
  readonly text: string;
  readonly comment: string;
  /** Goes back by itself after so many minutes; null for a commit that stays. */
  readonly confirmMinutes: number | null;
  /** The operator knows that this commit silences heartbeats or a console. */
  readonly acceptRisk: boolean;
}

/** `risk`: it was refused only because the operator has to accept what the sentence says. */
export type CommitAnswer = Result<string> & { readonly risk?: boolean };

/** The supervisor of this box. Every answer is a value, or one sentence that says why not. */
export interface SupervisorLink {
  status(): Promise<Result<Status>>;
  command(name: 'standby' | 'takeover', scope: string): Promise<Result<string>>;
  maintenance(on: boolean): Promise<Result<string>>;
  running(): Promise<Result<Running>>;
  archive(): Promise<Result<readonly Revision[]>>;
  archived(revision: number): Promise<Result<string>>;
  commit(request: CommitRequest): Promise<CommitAnswer>;
  confirm(): Promise<Result<string>>;
}

export interface Program {
  /** Exit status; 128 + signal number of one that was killed. */
  readonly ended: Promise<number>;
  stop(): void;
}

export interface World {
  readonly supervisor: SupervisorLink;
  readonly version: string;
  hostname(): string;
  /** Wall clock, ms since 1970. */
  wall(): number;
  /** Monotonic, ms. */
  now(): number;
  wait(durationMs: number): Promise<void>;
  readFile(path: string): Result<string>;
  /** Replaces a file so that a loss of power leaves the old or the new one. */
  saveFile(path: string, text: string): Result<null>;
  /** Runs a program; what it writes is given on as it comes. */
  run(argv: readonly string[], onOutput: (text: string) => void): Program;
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
