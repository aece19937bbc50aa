/**
 * Runs test programs of this folder under the x86-64 runner and reads what they say: one JSON value per line on
 * stdout. Also makes network namespaces to run them in.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { buildBytecode } from '../../../board/build/bundle';
import { buildRunner } from '../../../board/build/runner';

export interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

export type Said = Readonly<Record<string, unknown>>;

export class Program {
  /** Everything said so far. */
  readonly said: Said[] = [];
  readonly ended: Promise<Ended>;
  private wake: () => void = () => {};
  private over = false;

  constructor(private readonly child: ChildProcess) {
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    createInterface(child.stdout!).on('line', (line) => {
      this.said.push(JSON.parse(line) as Said);
      this.wake();
    });
    this.ended = new Promise((resolve) =>
      child.on('close', (status) => {
        this.over = true;
        this.wake();
        resolve({ status, stderr });
      }),
    );
  }

  /** Waits until the program has said something with these values, from the `from`th line on. */
  async until(wanted: Said, from = 0): Promise<Said> {
    for (;;) {
      const found = this.said.slice(from).find((said) => matches(said, wanted));
      if (found) return found;
      if (this.over) {
        const { status, stderr } = await this.ended;
        const heard = this.said.map((said) => JSON.stringify(said)).join('\n');
        throw new Error(`never said ${JSON.stringify(wanted)}; status ${status}\n${heard}\n${stderr}`);
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** What it says until it ends by itself with status 0. */
  async all(): Promise<readonly Said[]> {
    const { status, stderr } = await this.ended;
    if (status !== 0) throw new Error(`ended with status ${status}: ${stderr}`);
    return this.said;
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.child.pid!, name);
  }

  /** Ends it with all that it started. */
  async kill(): Promise<void> {
    if (!this.over) process.kill(-this.child.pid!, 'SIGKILL');
    await this.ended;
  }
}

function matches(said: Said, wanted: Said): boolean {
  return Object.entries(wanted).every(
    ([name, value]) => JSON.stringify(said[name]) === JSON.stringify(value),
  );
}

/**
 * Starts `test/runner/host/FILE` under the runner.
 * @param namespace name of the network namespace; null for the machine's own
 */
export async function program(
  file: string,
  args: readonly string[],
  namespace: string | null = null,
): Promise<Program> {
  const [runner, bytecode] = await Promise.all([
    buildRunner('x64'),
    buildBytecode(`test/runner/host/${file}`),
  ]);
  const command = [runner, '--bytecode', bytecode, ...args];
  const whole = namespace === null ? command : ['ip', 'netns', 'exec', namespace, ...command];
  return new Program(spawn(whole[0]!, whole.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
}

/** A pseudo terminal: what a program writes to `path` comes out here, and the reverse (script(1)). */
export class Terminal {
  received = '';
  private wake: () => void = () => {};

  private constructor(
    private readonly child: ChildProcess,
    readonly path: string,
  ) {
    child.stdout!.on('data', (bytes: Buffer) => {
      this.received += bytes.toString('latin1');
      this.wake();
    });
  }

  static async open(): Promise<Terminal> {
    const script = 'stty raw -echo; tty; exec sleep 1000';
    const child = spawn('script', ['-qfc', script, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    const path = await new Promise<string>((resolve) =>
      child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1').trim())),
    );
    return new Terminal(child, path);
  }

  async until(found: (received: string) => boolean): Promise<void> {
    while (!found(this.received))
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
  }

  write(text: string): void {
    this.child.stdin!.write(text);
  }

  /** Takes nothing more, so that the line blocks when all buffers are full. */
  pause(): void {
    this.child.stdout!.pause();
  }

  resume(): void {
    this.child.stdout!.resume();
  }

  async hangUp(): Promise<void> {
    process.kill(-this.child.pid!, 'SIGKILL');
    await new Promise<void>((resolve) => this.child.on('close', () => resolve()));
  }
}

/** Runs `ip` with these words, e.g. `ip('link add a type dummy')`. */
export function ip(words: string): string {
  return execFileSync('ip', words.split(' '), { encoding: 'utf8' });
}

let namespaces = 0;

/** A fresh network namespace with loopback up; `remove` ends it. */
export function createNamespace(): { readonly name: string; remove(): void } {
  const name = `understudy-test-${process.pid}-${namespaces++}`;
  ip(`netns add ${name}`);
  ip(`-n ${name} link set lo up`);
  return { name, remove: () => void ip(`netns delete ${name}`) };
}

/** Two namespaces joined by a cable: `eth0` of the one to `eth0` of the other, both up, without addresses. */
export function createPair() {
  const [left, right] = [createNamespace(), createNamespace()];
  ip(`-n ${left.name} link add eth0 type veth peer name eth0 netns ${right.name}`);
  for (const { name } of [left, right]) ip(`-n ${name} link set eth0 up`);
  return {
    left: left.name,
    right: right.name,
    remove: () => {
      left.remove();
      right.remove();
    },
  };
}
