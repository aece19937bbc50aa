/** The program itself, as people call it: `check` and `import` with files that are wrong, or are none of theirs. */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBytecode } from '../../board/build/bundle';
import { buildRunner } from '../../board/build/runner';
import { EXAMPLE, replaced } from '../unit/config/example';

/** Largest file that is read. */
const LIMIT_BYTES = 260 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'understudy-check-'));
let program: readonly string[] = [];

beforeAll(async () => {
  const [runner, bytecode] = await Promise.all([buildRunner('x64'), buildBytecode()]);
  program = [runner, '--bytecode', bytecode];
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function understudy(...args: readonly string[]): { status: number | null; out: string; said: string[] } {
  const [runner = '', ...rest] = program;
  const { status, stdout, stderr } = spawnSync(runner, [...rest, ...args], { encoding: 'utf8' });
  return { status, out: stdout, said: stderr.split('\n').filter((line) => line !== '') };
}

/** Bytes of which few are text, the same each time. */
function junk(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 167 + (index >> 3)) & 0xff);
}

test('a good configuration', () => {
  const path = file('good.conf', EXAMPLE);
  expect(understudy('check', path)).toEqual({ status: 0, out: `${path}: good\n`, said: [] });
});

test('faults of the watches stand among all others, each with its line', () => {
  const spoilt = replaced(
    'auto-failback on',
    'auto-failback maybe',
    replaced('-W 1 -F m -X', '-W 2 -F m -X'),
  );
  const path = file('bad.conf', `${spoilt}set heartbeat "hush words"\n`);
  const { status, said } = understudy('check', path);
  expect(status).toBe(1);
  expect(said).toEqual([
    `${path}:9: heartbeat auto-failback: "maybe" is not possible; it takes on, off or legacy`,
    `${path}:25: watch cluster1 service http period wd alert: lvs.alert has -W 2, but server 192.168.2.3:80 has weight 1`,
    expect.stringContaining(`${path}:27: heartbeat: unknown directive "***"; it takes timing,`),
  ]);
});

test('a file that is too long is refused in one sentence, by check and by import', () => {
  const path = file('long.conf', junk(LIMIT_BYTES + 1));
  const refusal = { status: 1, out: '', said: [`cannot read ${path}: more than ${LIMIT_BYTES} bytes`] };
  expect(understudy('check', path)).toEqual({ ...refusal, said: [`${path}: ${refusal.said[0]}`] });
  expect(understudy('import', path)).toEqual(refusal);
});

test('the longest file that is read may hold anything', () => {
  const path = file('junk.conf', junk(LIMIT_BYTES));
  const checked = understudy('check', path);
  expect(checked.status).toBe(1);
  expect(checked.said.every((line) => line.startsWith(`${path}:`))).toBe(true);
  const imported = understudy('import', path);
  expect(imported.status).toBe(0);
  expect(imported.said[0]).toContain(`${path}: refused: The file is none of those that are read`);
});

test('a preset that the serial line cannot carry is refused with the arithmetic and what would work', () => {
  const slow = replaced(
    'baud 115200',
    'baud 9600',
    EXAMPLE.replace(/^set heartbeat (keepalive|deadtime).*$/gm, ''),
  );
  const path = file('slow.conf', `${slow}set heartbeat timing fast\n`);
  expect(understudy('check', path)).toEqual({
    status: 1,
    out: '',
    said: [
      expect.stringMatching(
        /^\S+:10: heartbeat serial \/dev\/ttyS1: a heartbeat of (\d+) bytes takes (\d+)ms at 9600 baud \(\1 x 10 bits \/ 9600\), longer than the keepalive of 30ms \(timing fast\); use a keepalive of \2ms or more and a deadtime of \d+ms or more, or baud 115200$/,
      ),
    ],
  });
});

test('what a watchdog cannot do is a warning', () => {
  const path = file(
    'watchdog.conf',
    `${EXAMPLE.replace('keepalive 2s', 'keepalive 200ms').replace('deadtime 5s', 'deadtime 600ms')}set heartbeat watchdog /dev/watchdog\n`,
  );
  const { status, said } = understudy('check', path);
  expect(status).toBe(0);
  expect(said).toEqual([
    expect.stringMatching(/^warning: \S+:27: heartbeat watchdog .* up to 400ms; a deadtime of more than 1s /),
  ]);
});

test('what is there is asked for without opening it: a watchdog would start', async () => {
  // A socket cannot be opened, but it is there.
  const socket = join(folder, 'socket');
  const server = createServer().listen(socket);
  await once(server, 'listening');
  const path = file(
    'socket.conf',
    `${EXAMPLE.replace('ttyS1', 'nottyS1')}set heartbeat stonith "${socket} off"\n`,
  );
  const { said } = understudy('check', path, '--node', 'seven.ce.cnu.ac.kr');
  server.close();
  expect(said.join()).toContain('has no such device');
  expect(said.join()).not.toContain('stonith');
});

test('what this machine lacks is said for a node, and a node that is none is refused', () => {
  const text = EXAMPLE.replaceAll('eth0', 'nocard0').replaceAll('/dev/ttyS1', '/dev/nottyS1');
  const programs = 'set heartbeat stonith "/nowhere/fence -x"\nset heartbeat respawn /bin/sh\n';
  const path = file('machine.conf', `${text}set heartbeat watchdog /dev/nowatchdog\n${programs}`);
  const node = /^set node (\S+) /m.exec(text)?.[1] ?? '';
  expect(understudy('check', path).status).toBe(0);
  const { status, said } = understudy('check', path, '--node', node);
  expect(status).toBe(1);
  expect(said).toContainEqual(expect.stringContaining('this machine has no interface nocard0; it has lo'));
  expect(said).toContainEqual(
    expect.stringContaining('heartbeat serial /dev/nottyS1: this machine has no such device'),
  );
  expect(said).toContainEqual(
    expect.stringContaining('heartbeat watchdog /dev/nowatchdog: this machine has no such device'),
  );
  expect(said).toContainEqual(
    expect.stringContaining('heartbeat stonith: this machine has no /nowhere/fence; without it'),
  );
  expect(said.join()).not.toContain('respawn');
  expect(understudy('check', path, '--node', `${node}x`).said).toEqual([
    expect.stringContaining(`(did you mean ${node}?)`),
  ]);
});
