/** The panel itself on terminals, in front of real supervisors. */

import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Vt100 } from '../vt100';
import { PAIR, TestPair, until } from './pair-harness';

const CONFIG = `${PAIR}
set heartbeat keepalive 200ms
set heartbeat deadtime 2s
set heartbeat initdead 5s
`;

/** A person with a VT100 in front of a program: sees what it draws, answers where the terminal would, and types. */
class Desk {
  readonly terminal: Vt100;
  bytes = 0;
  private readonly script: ChildProcess;

  /** @param size as the system is told it; null: the panel has to ask */
  constructor(command: string, size: string | null, columns = 80, rows = 24) {
    this.terminal = new Vt100(columns, rows);
    const line = `${size ?? 'stty rows 0 cols 0'}; TERM=vt100 ${command}; echo "ended with $?"`;
    this.script = spawn('script', ['-qfc', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.script.stdout!.on('data', (bytes: Buffer) => {
      this.bytes += bytes.length;
      this.terminal.write(bytes.toString('latin1'));
      this.type(this.terminal.answers);
      this.terminal.answers = '';
    });
  }

  get screen(): string {
    return this.terminal.text.join('\n');
  }

  type(text: string): void {
    if (text !== '') this.script.stdin!.write(text);
  }

  async shows(...texts: readonly string[]): Promise<void> {
    await until(
      () => `the screen shows ${texts.join(', ')}:\n${this.screen}`,
      () => texts.every((text) => this.screen.includes(text)),
    );
  }

  end(): void {
    this.script.kill('SIGKILL');
  }
}

const pair = new TestPair();
const desks: Desk[] = [];

async function desk(size: string | null, columns?: number, rows?: number): Promise<Desk> {
  const one = new Desk(pair.panel('left'), size, columns, rows);
  desks.push(one);
  return one;
}

beforeAll(async () => {
  await pair.open();
}, 120_000);

afterEach(() => {
  for (const one of desks.splice(0)) one.end();
});

afterAll(async () => {
  await pair.close();
});

test('without a supervisor, without a configuration, and with both, the panel says so', async () => {
  const left = await desk('stty rows 24 cols 80');
  await left.shows('(X) NO SUPERVISOR', 'Enter: log in');
  pair.start('left');
  await left.shows('(!) NOT SET UP', 'type setup');
  await pair.end('left', 'SIGKILL');
  pair.configure('left', CONFIG);
  pair.configure('right', CONFIG);
  pair.start('left');
  pair.start('right');
  await left.shows('(*) ACTIVE ready', '(*) PEER alive: right', '(*) LAN eth1 ok', '(*) VIP 10.1.0.1');
  expect(left.terminal.strangers).toBe(0);
});

test('what happens is there at once, and most of the screen stays as it is', async () => {
  const left = await desk(null);
  await left.shows('(*) ACTIVE ready');
  const { bytes } = left;
  pair.operate('left', 'standby');
  await left.shows('( ) STANDBY', '( ) VIP 10.1.0.1', 'for 0 min: ');
  expect(left.bytes - bytes).toBeLessThan(1_500);
  pair.operate('left', 'takeover');
  await left.shows('(*) ACTIVE ready');
});

test('the panel asks a terminal for its size', async () => {
  const small = await desk(null, 40, 12);
  await small.shows('left for ', '(*) ACTIVE', '(*) LAN eth1', '(*) GATEWAY');
  expect(small.screen).not.toContain('VIP 10.1.0.1');
});

test('Enter ends it, and the terminal is as it was', async () => {
  const left = await desk('stty rows 24 cols 80');
  await left.shows('Enter: log in');
  left.type('hello');
  left.type('\r');
  await left.shows('ended with 0');
});

test('a dumb terminal gets lines', async () => {
  const command = pair.panel('left').replace(/^/, 'env TERM=dumb ');
  const dumb = new Desk(command, 'stty rows 24 cols 80');
  desks.push(dumb);
  await dumb.shows('ACTIVE left pair=ok eth1=ok rs=');
  expect(dumb.terminal.text.filter((row) => row !== '')).toHaveLength(1);
});

test('terminals that nobody reads, and one that babbles, change nothing for the supervisor', async () => {
  const command = pair.panel('left');
  const deaf = Array.from({ length: 2 }, () => {
    const script = spawn('script', ['-qfc', `TERM=vt100 ${command}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // Its output is not read: the pipe fills, and then the terminal.
    script.stdout!.pause();
    return script;
  });
  const babbler = await desk('stty rows 24 cols 80');
  const noise = Buffer.from(Array.from({ length: 1_152 }, (_, at) => 0x20 + ((at * 7) % 0x5e)));
  const before = pair.count('right', 'role-acquiring');
  const beforeOverslept = pair.status('left').cluster.counters.oversleeps;
  for (let at = 0; at < 30; at++) {
    babbler.type(noise.toString('latin1'));
    pair.operate('right', 'maintenance', at % 2 === 0 ? 'on' : 'off');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(pair.count('right', 'role-acquiring')).toBe(before);
  expect(pair.status('left').cluster.counters.oversleeps).toBe(beforeOverslept);
  for (const script of deaf) script.kill('SIGKILL');
});

test('a line each so often on a port of its own, which may come later', async () => {
  const folder = pair.folder;
  const device = `${folder}/port`;
  const line = spawn(
    'sh',
    ['-c', `exec ${pair.panel('left', 'line', device, '--interval', '0.2', '--baud', '9600')}`],
    {
      stdio: 'ignore',
    },
  );
  let said = '';
  const port = spawn(
    'python3',
    [
      '-c',
      `import pty,os,sys\nm,s=pty.openpty()\nos.symlink(os.ttyname(s),"${device}")\nwhile True: sys.stdout.buffer.write(os.read(m,999)); sys.stdout.flush()`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  port.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('latin1');
  });
  await until(
    () => `three lines: ${said}`,
    () => said.split('\r\n').length > 3,
  );
  expect(said).toMatch(/^ACTIVE left pair=ok eth1=ok rs=\d\/1 conn=\S+ since=\S+Z fault=\S+\r\n/);
  line.kill('SIGKILL');
  port.kill('SIGKILL');
});
