/**
 * Runs small programs on a built runner, for the tests of the runtime. Each test file asks for the runners that it
 * needs; UNDERSTUDY_RUNNER (e.g. `x64-asan`, or several with commas) narrows the choice.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { buildRunner, type RunnerTarget, runnerTargets } from '../../board/build/runner';

/** A first build with sanitizers takes a minute or two. */
export const BUILD_TIMEOUT_MS = 900_000;
const RUN_LIMIT_MS = 60_000;

export interface Outcome {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What programs of tests start with: a way to print, and names for bytes. */
const PRELUDE = `
import * as sys from 'sys';
const bytes = (text) => { const b = new Uint8Array(text.length); for (let i = 0; i < text.length; i++) b[i] = text.charCodeAt(i); return b.buffer; };
const text = (buffer, length = buffer.byteLength) => String.fromCharCode(...new Uint8Array(buffer, 0, length));
const print = (...values) => { const b = bytes(values.map((v) => typeof v === 'string' ? v : JSON.stringify(v)).join(' ') + '\\n'); sys.write(1, b, 0, b.byteLength); };
const thrown = (run) => { try { return 'returned ' + run(); } catch (error) { return error.name; } };
`;

export class Runner {
  readonly folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  #count = 0;

  /** @param compiler a runner that makes bytecode, which the boxes' does not */
  constructor(
    readonly path: string,
    private readonly compiler = path,
  ) {}

  /** Runs the runner itself. */
  exec(...args: string[]): Outcome {
    const result = spawnSync(this.path, args, { encoding: 'utf8', timeout: RUN_LIMIT_MS, cwd: this.folder });
    if (result.error) throw result.error;
    const { status, signal, stdout, stderr } = result;
    return { status, signal, stdout, stderr };
  }

  /** Compiles a program (without the prelude); the bytecode's path. */
  compile(source: string, name = 'main.js'): string {
    const folder = join(this.folder, String(this.#count++));
    mkdirSync(folder);
    writeFileSync(join(folder, name), source);
    const bytecode = join(folder, 'main.usb');
    const args = ['--compile', join(folder, name), bytecode];
    const result = spawnSync(this.compiler, args, { encoding: 'utf8', timeout: RUN_LIMIT_MS });
    if (result.status !== 0) throw new Error(`compile: ${result.stderr}`);
    return bytecode;
  }

  /** Compiles and runs a program that may use `sys`, `bytes`, `text`, `print` and `thrown`. */
  run(source: string, ...args: string[]): Outcome {
    return this.exec('--bytecode', this.compile(PRELUDE + source), ...args);
  }

  /** The lines that a program prints; it must end well and say nothing on stderr. */
  lines(source: string, ...args: string[]): string[] {
    const { status, signal, stdout, stderr } = this.run(source, ...args);
    if (status !== 0 || stderr !== '') {
      throw new Error(`The program ended with ${status ?? signal} and said: ${stderr}${stdout}`);
    }
    return stdout.split('\n').slice(0, -1);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether this runner makes bytecode. */
export function compiles(target: RunnerTarget): boolean {
  return target !== 'i586';
}

/** Declares the same tests for every target. `runner()` may be called inside tests. */
export function describeRunners(
  subject: string,
  tests: (runner: () => Runner, target: RunnerTarget) => void,
): void {
  const wanted = process.env.UNDERSTUDY_RUNNER?.split(',') ?? runnerTargets;
  const targets = runnerTargets.filter((target) => wanted.includes(target));
  if (targets.length === 0) throw new Error(`UNDERSTUDY_RUNNER names none of ${runnerTargets.join(', ')}.`);
  describe.each(targets)(`${subject} (%s)`, (target) => {
    let runner: Runner;
    beforeAll(async () => {
      const path = await buildRunner(target);
      runner = new Runner(path, compiles(target) ? path : await buildRunner('x64'));
    }, BUILD_TIMEOUT_MS);
    afterAll(() => runner.remove());
    tests(() => runner, target);
  });
}
