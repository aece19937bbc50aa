/**
 * Two supervisors, as the boxes run them, in two network namespaces that two cables join. Who holds the group is read
 * from the kernel's addresses. IPVS needs the lab's kernel and is tested there.
 */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPrograms } from '../../board/build/bundle';
import { buildRunner } from '../../board/build/runner';
import type { Status } from '../../src/supervisor/status';

export type Name = 'left' | 'right';
const NAMES = ['left', 'right'] as const;
const CARDS = ['eth0', 'eth1'] as const;
export const GROUP = ['10.1.0.1', '10.2.0.1'];
const LIMIT_MS = 10_000;
const POLL_MS = 20;

/** Lines for the two boxes, without heartbeat times. */
export const PAIR = `
set node left interface eth0 address 10.1.0.2/24
set node left interface eth1 address 10.2.0.2/24
set node right interface eth0 address 10.1.0.3/24
set node right interface eth1 address 10.2.0.3/24
set heartbeat auto-failback on
set heartbeat bcast eth1 port 694
set heartbeat key 1 sha256 "a cable and a key"
set group preferred left
set group vip 10.1.0.1/24
set group gateway 10.2.0.1/24
set service tcp 10.1.0.1:80 scheduler rr
set service tcp 10.1.0.1:80 server 10.2.0.9:80 weight 1
`;

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until it is true. @throws a sentence with what was waited for */
export async function until(what: string | (() => string), isTrue: () => boolean): Promise<void> {
  const untilMs = Date.now() + LIMIT_MS;
  while (!isTrue()) {
    if (Date.now() > untilMs)
      throw new Error(`not within ${LIMIT_MS} ms: ${typeof what === 'string' ? what : what()}`);
    await sleep(POLL_MS);
  }
}

export class TestPair {
  readonly folder = mkdtempSync(join(tmpdir(), 'understudy-pair-'));
  private readonly boxes = new Map<Name, ChildProcess>();
  private readonly made: Name[] = [];
  private readonly scripts: ChildProcess[] = [];
  private program: readonly string[] = [];

  /** Builds what is missing and lays the cables. */
  async open(): Promise<void> {
    this.program = [await buildRunner('x64'), '--folder', await buildPrograms()];
    for (const name of NAMES) {
      ip('netns', 'add', this.namespace(name));
      this.made.push(name);
      mkdirSync(join(this.folder, name));
    }
    const [left, right] = [this.namespace('left'), this.namespace('right')];
    for (const card of CARDS)
      ip(...`link add ${card} netns ${left} type veth peer name ${card} netns ${right}`.split(' '));
  }

  async close(): Promise<void> {
    for (const script of this.scripts) script.kill('SIGKILL');
    for (const name of [...this.boxes.keys()]) await this.end(name, 'SIGKILL');
    for (const name of this.made) ip('netns', 'del', this.namespace(name));
    rmSync(this.folder, { recursive: true });
  }

  /** A host on the inside that answers to pings: it lives on the left box. */
  addHost(address: string): void {
    ip('-n', this.namespace('left'), 'addr', 'add', address, 'dev', 'eth1');
  }

  /** Somebody deletes an address behind the supervisor's back. */
  deleteAddress(name: Name, card: string, address: string): void {
    ip('-n', this.namespace(name), 'addr', 'del', address, 'dev', card);
  }

  /** Each box reads a file of its own, so that they may differ for a while. */
  configure(name: Name, config: string): void {
    writeFileSync(this.file(name, 'conf'), config);
  }

  start(name: Name): void {
    const [runner = '', ...rest] = this.program;
    const files = ['config conf', 'log log', 'state state', 'control control'].flatMap((pair) => {
      const [option, kind = ''] = pair.split(' ');
      return [`--${option}`, this.file(name, kind)];
    });
    const command = [runner, ...rest, 'run', '--node', name, '--console', '/dev/null', ...files];
    const box = spawn('ip', ['netns', 'exec', this.namespace(name), ...command], { stdio: 'ignore' });
    this.boxes.set(name, box);
  }

  signal(name: Name, signal: NodeJS.Signals): void {
    this.boxes.get(name)!.kill(signal);
  }

  /** @returns the exit status, or null after a deadly signal */
  async end(name: Name, signal: NodeJS.Signals): Promise<number | null> {
    const box = this.boxes.get(name)!;
    const status = this.ended(name);
    box.kill(signal);
    return status;
  }

  /** Waits until it has ended by itself. @returns as `end` */
  async ended(name: Name): Promise<number | null> {
    const box = this.boxes.get(name)!;
    this.boxes.delete(name);
    if (box.exitCode !== null) return box.exitCode;
    return new Promise<number | null>((resolve) => box.on('close', resolve));
  }

  /** As a box without power: it runs nothing and answers to no address of the group. */
  async losePower(name: Name): Promise<void> {
    await this.end(name, 'SIGKILL');
    for (const card of CARDS) ip('-n', this.namespace(name), 'addr', 'flush', 'dev', card);
  }

  /** Sends a request to a box's supervisor, as its console would. */
  ask(name: Name, request: object): Promise<{ ok: boolean; text?: string; error?: string }> {
    return new Promise((resolve, reject) => {
      let text = '';
      const socket = createConnection(this.file(name, 'control'), () =>
        socket.write(`${JSON.stringify({ v: 1, ...request })}\n`),
      );
      socket.on('data', (bytes) => {
        text += bytes.toString();
      });
      socket.on('end', () => resolve(JSON.parse(text) as { ok: boolean }));
      socket.on('error', reject);
    });
  }

  /** Commits a configuration on one box, whatever its risk; a peer that is there follows. */
  commit(name: Name, text: string): Promise<{ ok: boolean; text?: string; error?: string }> {
    return this.ask(name, { op: 'commit', text, who: 'test', acknowledgeRisk: true });
  }

  status(name: Name): Status {
    return JSON.parse(this.operate(name, 'status', '--json').text) as Status;
  }

  /** Runs a script of Node in the box's network. Ended by `close`, or by who started it. */
  script(name: Name, code: string): ChildProcess {
    const command = ['netns', 'exec', this.namespace(name), process.execPath, '-e', code];
    const script = spawn('ip', command, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.scripts.push(script);
    return script;
  }

  /** Runs a subcommand against a box's supervisor, as its operator would. */
  operate(name: Name, ...words: string[]): { readonly status: number | null; readonly text: string } {
    const [runner = '', ...rest] = this.program;
    const args = [...rest, ...words, '--control', this.file(name, 'control')];
    const { status, stdout, stderr } = spawnSync(runner, args, { encoding: 'utf8' });
    return { status, text: `${stdout}${stderr}`.trim() };
  }

  /** The console of a box, as a command for a shell. */
  console(name: Name): string {
    const files = `--control ${this.file(name, 'control')} --folder ${this.folder}`;
    return `ip netns exec ${this.namespace(name)} ${this.program.join(' ')} console ${files}`;
  }

  /** The panel of a box, as a command for a shell. */
  panel(name: Name, ...words: readonly string[]): string {
    const args = [...words, '--control', this.file(name, 'control')].join(' ');
    return `ip netns exec ${this.namespace(name)} ${this.program.join(' ')} panel ${args}`;
  }

  /** Runs a subcommand by itself. @returns what it printed */
  run(words: readonly string[], input: string): string {
    const [runner = '', ...rest] = this.program;
    return execFileSync(runner, [...rest, ...words], { encoding: 'utf8', input });
  }

  /** All addresses that the kernel of one box holds. */
  addresses(name: Name): readonly string[] {
    const text = ip('-n', this.namespace(name), '-o', '-4', 'addr', 'show');
    return [...text.matchAll(/inet ([\d.]+)\//g)].map(([, address]) => address!);
  }

  /** Those of the group. */
  held(name: Name): readonly string[] {
    return GROUP.filter((address) => this.addresses(name).includes(address));
  }

  /** Waits until exactly this box holds the whole group and the other none of it. */
  async owner(name: Name): Promise<void> {
    const other = name === 'left' ? 'right' : 'left';
    await until(
      () => `${name} holds the group alone: left ${this.held('left')}, right ${this.held('right')}`,
      () => this.held(name).length === GROUP.length && this.held(other).length === 0,
    );
  }

  events(name: Name): string[] {
    const text = readFileSync(this.file(name, 'log'), 'utf8').trim();
    const lines = text === '' ? [] : text.split('\n');
    return lines.map((line) => (JSON.parse(line) as { event: string }).event);
  }

  count(name: Name, event: string): number {
    return this.events(name).filter((one) => one === event).length;
  }

  /** Each box has a disk of its own. */
  file(name: Name, kind: string): string {
    return join(this.folder, name, kind);
  }

  private namespace(name: Name): string {
    return `understudy-test-${process.pid}-${name}`;
  }
}
