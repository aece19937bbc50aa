/**
 * The lab's child processes: started without a shell, in a network namespace where one is named, and ended by the
 * kernel should the lab itself die. Knows nothing of what they do.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Runs one command to its end. @throws Error with what it said on stderr */
export function run(program: string, ...args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    throw new Error(`${program} ${args.join(' ')}: ${said}`);
  }
}

export interface StartOptions {
  /** Network namespace to run in. */
  readonly namespace?: string;
  /** Called for each line of stdout. */
  readonly onLine?: (line: string) => void;
}

/** A child process of the lab. */
export class Child {
  readonly exited: Promise<void>;
  private readonly process: ChildProcess;
  private readonly said: string[] = [];

  constructor(
    readonly name: string,
    argv: readonly string[],
    options: StartOptions = {},
  ) {
    const inside = options.namespace === undefined ? [] : ['ip', 'netns', 'exec', options.namespace];
    // The kernel kills the child when the lab dies, even by SIGKILL.
    const all = ['--pdeathsig', 'KILL', ...inside, ...argv];
    this.process = spawn('setpriv', all, { stdio: ['pipe', 'pipe', 'pipe'] });
    const onLine = options.onLine;
    const lines = createInterface({ input: this.process.stdout! });
    lines.on('line', (line) => onLine?.(line));
    createInterface({ input: this.process.stderr! }).on('line', (line) => this.said.push(line));
    this.process.stdin!.on('error', () => {});
    this.exited = new Promise((resolve) => {
      this.process.on('error', (error) => this.said.push(error.message));
      this.process.on('close', () => resolve());
    });
  }

  get running(): boolean {
    return (
      this.process.exitCode === null && this.process.signalCode === null && this.process.pid !== undefined
    );
  }

  /** What it wrote to stderr, for an error message. */
  get complaint(): string {
    return `${this.name} ended: ${this.said.slice(-5).join(' / ') || 'it said nothing'}`;
  }

  send(line: string): void {
    this.process.stdin!.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    if (this.running) this.process.kill('SIGKILL');
    await this.exited;
  }
}
