/**
 * Two supervisors, as the boxes run them, in two network namespaces that a cable joins: takeover, hand-back, hand-over
 * and carrying on after a kill, read from the kernel's addresses. IPVS needs the lab's kernel and is tested there.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBytecode } from '../../board/build/bundle';
import { buildRunner } from '../../board/build/runner';

const CONFIG = `
set node left interface eth0 address 10.1.0.2/24
set node left interface eth1 address 10.2.0.2/24
set node right interface eth0 address 10.1.0.3/24
set node right interface eth1 address 10.2.0.3/24
set heartbeat keepalive 200ms
set heartbeat deadtime 2s
set heartbeat initdead 5s
set heartbeat auto-failback on
set heartbeat bcast eth1 port 694
set heartbeat key 1 sha256 "a cable and a key"
set group preferred left
set group vip 10.1.0.1/24
set group gateway 10.2.0.1/24
set service tcp 10.1.0.1:80 scheduler rr
set service tcp 10.1.0.1:80 server 10.2.0.9:80 weight 1
`;
const GROUP = ['10.1.0.1', '10.2.0.1'];
const LIMIT_MS = 10_000;

type Name = 'left' | 'right';
const folder = mkdtempSync(join(tmpdir(), 'understudy-pair-'));
const config = join(folder, 'understudy.conf');
const boxes = new Map<Name, ChildProcess>();
const made: Name[] = [];
let program: readonly string[] = [];

const namespace = (name: Name): string => `understudy-test-${process.pid}-${name}`;
const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' });

/** The group's addresses that the kernel of one box holds. */
function held(name: Name): readonly string[] {
  const text = ip('-n', namespace(name), '-o', '-4', 'addr', 'show');
  return GROUP.filter((address) => text.includes(` ${address}/`));
}

function start(name: Name): void {
  const [runner = '', ...rest] = program;
  const own = (kind: string): string => join(folder, `${name}.${kind}`);
  const files = ['--log', own('log'), '--state', own('state'), '--control', own('control')];
  const args = [
    'netns',
    'exec',
    namespace(name),
    runner,
    ...rest,
    'run',
    '--config',
    config,
    '--node',
    name,
    ...files,
    '--console',
    '/dev/null',
  ];
  boxes.set(name, spawn('ip', args, { stdio: 'ignore' }));
}

async function end(name: Name, signal: NodeJS.Signals): Promise<number | null> {
  const box = boxes.get(name)!;
  boxes.delete(name);
  const status = new Promise<number | null>((resolve) => box.on('close', resolve));
  box.kill(signal);
  return status;
}

/** Waits until exactly this box holds the whole group and the other none of it. */
async function owner(name: Name): Promise<void> {
  const other = name === 'left' ? 'right' : 'left';
  const untilMs = Date.now() + LIMIT_MS;
  while (held(name).length < GROUP.length || held(other).length > 0) {
    if (Date.now() > untilMs)
      throw new Error(`${name} does not hold the group: left ${held('left')}, right ${held('right')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function events(name: Name): string[] {
  const text = readFileSync(join(folder, `${name}.log`), 'utf8').trim();
  return text.split('\n').map((line) => (JSON.parse(line) as { event: string }).event);
}

beforeAll(async () => {
  program = [await buildRunner('x64'), '--bytecode', await buildBytecode()];
  writeFileSync(config, CONFIG);
  for (const name of ['left', 'right'] as const) {
    ip('netns', 'add', namespace(name));
    made.push(name);
  }
  for (const card of ['eth0', 'eth1'])
    ip(
      'link',
      'add',
      card,
      'netns',
      namespace('left'),
      'type',
      'veth',
      'peer',
      'name',
      card,
      'netns',
      namespace('right'),
    );
}, 120_000);

afterAll(async () => {
  for (const name of boxes.keys()) await end(name, 'SIGKILL');
  for (const name of made) ip('netns', 'del', namespace(name));
  rmSync(folder, { recursive: true });
});

test('the preferred box takes the whole group when both start', async () => {
  start('left');
  start('right');
  await owner('left');
});

test('a killed supervisor that comes back at once goes on without losing an address', async () => {
  const takeovers = () => events('right').filter((event) => event === 'role-acquiring').length;
  const before = takeovers();
  await end('left', 'SIGKILL');
  expect(held('left')).toEqual(GROUP);
  start('left');
  // Longer than the deadtime: by then the other box would have taken over.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(held('left')).toEqual(GROUP);
  expect(held('right')).toEqual([]);
  expect(takeovers()).toBe(before);
});

test('the other box takes over when the first is gone, and gives back when it returns', async () => {
  await end('left', 'SIGKILL');
  // A box without power answers to no address.
  for (const card of ['eth0', 'eth1']) ip('-n', namespace('left'), 'addr', 'flush', 'dev', card);
  await owner('right');
  start('left');
  await owner('left');
});

test('a wrong configuration is refused on SIGHUP and the box goes on as it was', async () => {
  writeFileSync(config, `${CONFIG}set heartbeat keepalife 1s\n`);
  boxes.get('left')!.kill('SIGHUP');
  const untilMs = Date.now() + LIMIT_MS;
  while (!events('left').includes('configuration-refused')) {
    if (Date.now() > untilMs) throw new Error('the configuration was not refused');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(held('left')).toEqual(GROUP);
  writeFileSync(config, CONFIG);
});

test('a clean stop hands the group over and ends with status 0', async () => {
  expect(await end('left', 'SIGTERM')).toBe(0);
  expect(held('left')).toEqual([]);
  await owner('right');
  expect(events('right')).toContain('peer-left');
  expect(await end('right', 'SIGTERM')).toBe(0);
});
