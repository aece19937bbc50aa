/** What an operator and a configuration can ask of two real supervisors: commands, maintenance, keys, programs. */

import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Status } from '../../src/supervisor/status';
import { GROUP, type Name, PAIR, TestPair, until } from './pair-harness';

const NAMES = ['left', 'right'] as const;
const pair = new TestPair();

/** Fast enough for a test, slow enough for a busy machine. */
const TIMES = `
set heartbeat keepalive 100ms
set heartbeat deadtime 2s
set heartbeat initdead 4s
set heartbeat ping 10.2.0.8
`;
const fence = join(pair.folder, 'fence');
const fenced = join(pair.folder, 'fenced');
const mayFence = join(pair.folder, 'may-fence');
const helperRuns = join(pair.folder, 'helper-runs');
const stayers = join(pair.folder, 'stayers');

const BASE = `${PAIR}${TIMES}
set heartbeat stonith "${fence} reset"
set heartbeat respawn "${join(pair.folder, 'helper')}"
`;
const SECOND_KEY = 'set heartbeat key 2 sha256 "another key for both"\n';
/** After the rollover. */
const ROLLED = BASE.replace(/set heartbeat key 1 .*\n/, SECOND_KEY);

function script(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

function status(name: Name): Status {
  return JSON.parse(pair.operate(name, 'status', '--json').text) as Status;
}

beforeAll(async () => {
  await pair.open();
  pair.addHost('10.2.0.8/24');
  for (const name of NAMES) pair.configure(name, BASE);
  // Fails unless it may succeed.
  script(fence, `echo "$@" >>${fenced}; test -e ${mayFence}`);
  script(join(pair.folder, 'helper'), `echo run >>${helperRuns}`);
  // Stays, and leaves its number where the test finds it.
  script(join(pair.folder, 'stayer'), `echo $$ >>${stayers}; exec sleep 1000`);
  writeFileSync(mayFence, '');
  for (const name of NAMES) pair.start(name);
  await pair.owner('left');
  await until('both boxes listen to commands', () =>
    NAMES.every((name) => existsSync(pair.file(name, 'control'))),
  );
}, 120_000);

afterAll(() => pair.close());

test('standby hands over, and takeover takes back', async () => {
  expect(pair.operate('left', 'standby')).toMatchObject({ status: 0 });
  await pair.owner('right');
  expect(pair.operate('left', 'takeover', 'foreign')).toMatchObject({ status: 1 });
  expect(pair.operate('left', 'takeover')).toMatchObject({ status: 0 });
  await pair.owner('left');
});

test('a command that makes no sense is refused in one sentence', () => {
  expect(pair.operate('right', 'standby')).toMatchObject({
    status: 1,
    text: expect.stringMatching(/^[^\n]+$/),
  });
  expect(pair.operate('left', 'standby', 'some')).toMatchObject({
    status: 64,
    text: 'standby takes all, local, foreign or failback, not some',
  });
});

test('the status names both boxes, the ping node and the version, as text and as JSON', async () => {
  await until('both boxes reach the ping node', () =>
    NAMES.every((name) => status(name).cluster.pings.every(({ reachable }) => reachable)),
  );
  const { cluster } = status('left');
  expect(cluster).toMatchObject({ node: 'left', role: 'active', mismatches: [] });
  expect(cluster.peer).toMatchObject({ name: 'right', state: 'alive', configHash: cluster.configHash });
  const { text } = pair.operate('right', 'status');
  expect(text).toMatch(/^right: STANDBY for /);
  expect(text).toMatch(/peer +left alive, last heard \d+ ms ago/);
});

test('maintenance keeps a box from taking, over a kill of its supervisor too', async () => {
  expect(pair.operate('left', 'maintenance', 'on')).toMatchObject({ status: 0 });
  await pair.owner('right');
  await until('the flag is kept', () => existsSync(pair.file('left', 'state')));
  await pair.end('left', 'SIGKILL');
  pair.start('left');
  await until('the status is back', () => pair.operate('left', 'status').status === 0);
  expect(status('left').cluster.maintenance).toBe(true);
  expect(pair.operate('left', 'takeover')).toMatchObject({
    status: 1,
    text: expect.stringContaining('maintenance'),
  });
  expect(pair.held('right')).toEqual(GROUP);
  expect(pair.operate('left', 'maintenance', 'off')).toMatchObject({ status: 0 });
  await pair.owner('left');
  await until(
    'the flag is off',
    () => readFileSync(pair.file('left', 'state'), 'utf8') === 'maintenance off\n',
  );
});

test('keys are rolled over on the running pair without a refused or a late beat', async () => {
  const steps = [`${SECOND_KEY}set heartbeat sign-with 1\n`, `${SECOND_KEY}set heartbeat sign-with 2\n`].map(
    (lines) => BASE + lines,
  );
  const before = NAMES.map((name) => status(name).cluster.counters);
  for (const [round, config] of [...steps, ROLLED].entries())
    for (const name of NAMES) {
      pair.configure(name, config);
      pair.signal(name, 'SIGHUP');
      await until('the keys are taken up', () => pair.count(name, 'rekeyed') === round + 1);
    }
  const heard = status('right').cluster.counters.heard;
  await until(
    'beats signed with the new key are heard',
    () => status('right').cluster.counters.heard > heard + 5,
  );
  NAMES.forEach((name, index) => {
    const { refused, peerDeaths } = status(name).cluster.counters;
    expect({ refused, peerDeaths }).toEqual({
      refused: before[index]!.refused,
      peerDeaths: before[index]!.peerDeaths,
    });
  });
  expect(pair.held('left')).toEqual(GROUP);
});

test('a helper that ends is started again', async () => {
  await until('two runs of it', () => readFileSync(helperRuns, 'utf8').split('\n').length > 2);
});

test('the rest of a configuration changes while all goes on, on one box and then on the other', async () => {
  const numbers = (): number[] =>
    existsSync(stayers) ? readFileSync(stayers, 'utf8').trim().split('\n').map(Number) : [];
  const alive = (pid: number): boolean => existsSync(`/proc/${pid}/cmdline`);
  const change = async (name: Name, config: string): Promise<void> => {
    const before = pair.count(name, 'committed');
    pair.configure(name, config);
    pair.signal(name, 'SIGHUP');
    await until(`${name} takes it up`, () => pair.count(name, 'committed') === before + 1);
  };
  const started = NAMES.map((name) => pair.count(name, 'started'));
  const { takeovers, handovers } = status('right').cluster.counters;
  const { peerDeaths } = status('left').cluster.counters;

  const helper = `set heartbeat respawn "${join(pair.folder, 'stayer')}"\n`;
  await change('left', ROLLED + helper);
  await until('the helper runs', () => numbers().length === 1);
  // Another address of the group, of the box's own, another link, other times.
  const more = `set group vip 10.1.0.77/24
set node left interface eth0 address 10.1.0.22/24
set heartbeat bcast eth0 port 695
set heartbeat warntime 900ms
`;
  const changed = ROLLED.replace('deadtime 2s', 'deadtime 1500ms') + helper + more;
  for (const name of ['right', 'left'] as const) await change(name, changed);
  await until('the new address is held', () => pair.addresses('left').includes('10.1.0.77'));
  expect(pair.addresses('left')).toContain('10.1.0.22');
  expect(alive(numbers()[0]!)).toBe(true);
  await until('both links are up', () =>
    NAMES.every(
      (name) =>
        status(name)
          .cluster.links.map(({ state }) => state)
          .join() === 'up,up',
    ),
  );
  expect(status('right').cluster.mismatches).toEqual([]);
  await until('the old times are over', () => status('left').cluster.peer.deadtimeMs === 1500);

  // And back.
  for (const name of ['left', 'right'] as const) await change(name, ROLLED);
  await until('the helper has ended', () => !numbers().some(alive));
  expect(pair.held('left')).toEqual(GROUP);
  expect(pair.addresses('left').filter((one) => ['10.1.0.22', '10.1.0.77'].includes(one))).toEqual([]);
  expect(status('left').cluster.links).toHaveLength(1);
  expect(NAMES.map((name) => pair.count(name, 'started'))).toEqual(started);
  expect(status('right').cluster.counters).toMatchObject({ takeovers, handovers });
  expect(status('left').cluster.counters.peerDeaths).toBe(peerDeaths);
});

test('a box that hangs is replaced, and gives way when it wakes up', async () => {
  pair.signal('left', 'SIGSTOP');
  await until('the other box takes over', () => pair.held('right').length === GROUP.length);
  pair.signal('left', 'SIGCONT');
  await until(
    'one of them holds the group',
    () => pair.held('left').length + pair.held('right').length === GROUP.length,
  );
  expect(pair.count('left', 'overslept')).toBeGreaterThan(0);
  await pair.owner('left');
});

test('a dead peer is fenced first, again and again until that succeeds', async () => {
  rmSync(mayFence);
  rmSync(fenced, { force: true });
  await pair.losePower('left');
  await until('the fencing command has failed', () => status('right').cluster.fencing === 'failed');
  expect(readFileSync(fenced, 'utf8')).toBe('reset left\n');
  expect(pair.held('right')).toEqual([]);
  writeFileSync(mayFence, '');
  await pair.owner('right');
  expect(readFileSync(fenced, 'utf8')).toBe('reset left\nreset left\n');
}, 20_000);
