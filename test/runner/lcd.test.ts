/** The panel's process on display modules, which are emulated behind real serial devices, in front of real supervisors. */

import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CrystalFontzEmulator } from '../lcd/crystalfontz';
import { MatrixOrbitalEmulator } from '../lcd/matrix-orbital';
import type { EmulatedModule } from '../lcd/module';
import { PAIR, TestPair, until } from './pair-harness';

const CONFIG = `${PAIR}
set heartbeat keepalive 200ms
set heartbeat deadtime 2s
set heartbeat initdead 5s
`;

/** A pseudo terminal with a name of its own, whose other end is this program's input and output. */
const PORT = `
import os, pty, select, sys
master, slave = pty.openpty()
os.symlink(os.ttyname(slave), sys.argv[1])
while True:
    for ready in select.select([0, master], [], [])[0]:
        data = os.read(ready, 4096)
        if not data: sys.exit(0)
        os.write(master if ready == 0 else 1, data)
`;
const ANSWER_LOOK_MS = 5;

/** A module that is plugged in for as long as it is not pulled. */
class Plugged {
  private readonly port: ChildProcess;
  private readonly look: NodeJS.Timeout;

  constructor(
    readonly module: EmulatedModule,
    private readonly device: string,
  ) {
    this.port = spawn('python3', ['-c', PORT, device], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.port.stdout!.on('data', (bytes: Buffer) => {
      for (const byte of bytes) module.receive(byte, performance.now());
    });
    this.look = setInterval(() => {
      const bytes = module.answers(performance.now());
      if (bytes.length > 0) this.port.stdin!.write(Uint8Array.from(bytes));
    }, ANSWER_LOOK_MS);
  }

  async shows(...texts: readonly string[]): Promise<void> {
    await until(
      () => `the ${this.module.name} shows ${texts.join(', ')}:\n${this.module.screen().join('\n')}`,
      () => texts.every((text) => this.module.screen().join('\n').includes(text)),
    );
  }

  press(key: string, heldMs: number): void {
    this.module.press(key, heldMs, performance.now());
  }

  pull(): void {
    clearInterval(this.look);
    this.port.kill('SIGKILL');
    rmSync(this.device, { force: true });
  }
}

const pair = new TestPair();
const plugged: Plugged[] = [];
const panels: ChildProcess[] = [];

function plug(module: EmulatedModule, name: string): Plugged {
  const one = new Plugged(module, `${pair.folder}/${name}`);
  plugged.push(one);
  return one;
}

async function panel(...words: readonly string[]): Promise<void> {
  panels.push(spawn('sh', ['-c', `exec ${pair.panel('left', ...words)}`], { stdio: 'ignore' }));
}

beforeAll(async () => {
  await pair.open();
  pair.configure('left', CONFIG);
  pair.configure('right', CONFIG);
  pair.start('left');
  pair.start('right');
}, 120_000);

afterEach(() => {
  for (const one of plugged.splice(0)) one.pull();
  for (const one of panels.splice(0)) one.kill('SIGKILL');
});

afterAll(async () => {
  await pair.close();
});

test('a Matrix Orbital is found, pulled and plugged in again', async () => {
  const make = () =>
    new MatrixOrbitalEmulator({
      ...{ type: 0x09, name: 'LK204-25', columns: 20, rows: 4 },
      hasKeys: true,
      outputs: 6,
    });
  const first = plug(make(), 'orbital');
  await panel('lcd', `${pair.folder}/orbital`);
  await first.shows('ACTIVE          left');
  await until(
    () => `its first lamp is ${first.module.lamps()[0]}`,
    () => first.module.lamps()[0] === 'green',
  );
  expect(first.module.errors).toEqual([]);
  first.pull();
  const second = plug(make(), 'orbital');
  await second.shows('ACTIVE          left');
  expect(second.module.errors).toEqual([]);
});

test('a CrystalFontz shows what happens at once, and its Enter, held, hands the group over', async () => {
  const one = plug(new CrystalFontzEmulator(635), 'fontz');
  await panel('lcd', `${pair.folder}/fontz`, '--module', 'crystalfontz-635', '--standby-key', 'on');
  await one.shows('ACTIVE          left');
  one.press('enter', 5_000);
  await one.shows('HOLD FOR STANDBY');
  await until(
    () => 'left is standby',
    () => pair.status('left').cluster.role === 'standby',
  );
  await one.shows('STANDBY         left');
  expect(one.module.errors).toEqual([]);
  pair.operate('left', 'takeover');
  await one.shows('ACTIVE          left');
});
