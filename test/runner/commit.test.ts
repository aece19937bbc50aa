/** Commits on a real supervisor, over its socket: from a box without a configuration on, over kills, damage and disks. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAIR, TestPair, until } from './pair-harness';

const pair = new TestPair();
const TIMES = 'set heartbeat keepalive 100ms\nset heartbeat deadtime 2s\n';
const FIRST = `${PAIR}${TIMES}`;
const KEY_2 = 'set heartbeat key 2 sha256 "another key for both"\nset heartbeat sign-with 1\n';
const KEY_3 = 'set heartbeat key 3 sha256 "a third key for both"\nset heartbeat sign-with 1\n';
/** What the store keeps beside the configuration. */
const archive = join(pair.folder, 'left', 'archive');

type Reply = Readonly<Record<string, unknown>>;

/** Sends one line, and reads one. */
function ask(line: string | object): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(pair.file('left', 'control'));
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('error', reject).on('close', () => resolve(JSON.parse(text) as Reply));
    socket.write(`${typeof line === 'string' ? line : JSON.stringify({ v: 1, ...line })}\n`);
  });
}

const commit = (text: string, more: object = {}): Promise<Reply> =>
  ask({ op: 'commit', text, who: 'admin', ...more });
const running = async (): Promise<unknown> => (await ask({ op: 'config' })).text;
const stored = (): string => readFileSync(pair.file('left', 'conf'), 'utf8').split('\n').slice(1).join('\n');

async function start(): Promise<void> {
  rmSync(pair.file('left', 'control'), { force: true });
  pair.start('left');
  await until('the box listens', () => existsSync(pair.file('left', 'control')));
}

/** Without a chance to put anything in order. */
async function kill(): Promise<void> {
  await pair.end('left', 'SIGKILL');
}

async function joined(): Promise<void> {
  await until('it has joined', () => pair.operate('left', 'status').status === 0);
}

beforeAll(async () => {
  await pair.open();
  await start();
}, 120_000);

afterAll(() => pair.close());

test('a box without a configuration says so, and that is no failure', async () => {
  expect(pair.operate('left', 'status')).toEqual({
    status: 0,
    text: 'this box has no configuration yet; setup on its console makes one',
  });
  expect(pair.operate('left', 'status', '--json')).toEqual({ status: 0, text: 'null' });
  expect(pair.operate('left', 'standby').status).toBe(1);
  expect(await ask({ op: 'config' })).toMatchObject({ ok: true, text: '', saved: null });
  expect(await ask({ op: 'archive' })).toMatchObject({ ok: true, entries: [] });
});

test('a wrong configuration is refused with every fault and its line', async () => {
  const wrong = await commit(`${FIRST}set heartbeat nonsense 1s\nset group vip nowhere\n`);
  expect(wrong).toMatchObject({ ok: false, error: 'the configuration has 2 faults' });
  expect(wrong.faults).toEqual([
    expect.stringMatching(/^line 16: .*nonsense/),
    expect.stringMatching(/^line 17: group vip/),
  ]);
  const stranger = await commit(FIRST.replaceAll('left', 'front'));
  expect(stranger).toMatchObject({ faults: [expect.stringMatching(/^this box is "left"/)] });
  expect(existsSync(pair.file('left', 'conf'))).toBe(false);
});

test('the first commit makes it one of a pair, without a restart, and lasts over a kill', async () => {
  expect(await commit(FIRST, { comment: 'the first' })).toMatchObject({ ok: true, revision: 1 });
  await joined();
  pair.configure('right', FIRST);
  pair.start('right');
  await pair.owner('left');
  expect(pair.count('left', 'started')).toBe(1);
  expect(stored()).toBe(FIRST);
  await kill();
  await start();
  await joined();
  expect(await ask({ op: 'config' })).toMatchObject({
    text: FIRST,
    saved: { revision: 1, who: 'admin', comment: 'the first' },
  });
}, 30_000);

test('a commit is in force at once, and the one before is in the archive', async () => {
  expect(await commit(FIRST + KEY_2)).toMatchObject({ ok: true, revision: 2 });
  expect(pair.count('left', 'rekeyed')).toBe(1);
  const { entries } = await ask({ op: 'archive' });
  expect(entries).toMatchObject([{ revision: 2 }, { revision: 1, comment: 'the first' }]);
  expect(await ask({ op: 'archived', n: 1 })).toMatchObject({ ok: true, text: FIRST });
  expect(await ask({ op: 'archived', n: 2 })).toMatchObject({
    ok: false,
    error: 'there is no 2 in the archive; it has 0, which runs, to 1',
  });
});

test('a key that the other box does not know is a risk', async () => {
  const alone = FIRST.replace('a cable and a key', 'another cable');
  expect(await commit(alone)).toMatchObject({ ok: false, risk: true });
  expect(await running()).toBe(FIRST + KEY_2);
});

test('what waits to be confirmed is gone after a kill, and meanwhile nobody else can commit', async () => {
  expect(await commit(FIRST + KEY_3, { confirmMinutes: 10 })).toMatchObject({ ok: true, revision: null });
  expect(await ask({ op: 'config' })).toMatchObject({ text: FIRST + KEY_3, pending: { who: 'admin' } });
  expect(await commit(FIRST)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^a commit by admin has been under way since /),
  });
  expect(stored()).toBe(FIRST + KEY_2);
  await kill();
  await start();
  expect(await running()).toBe(FIRST + KEY_2);
  expect(await ask({ op: 'confirm' })).toMatchObject({ ok: false });
});

test('what is confirmed is saved, and what is not wanted goes back at once', async () => {
  await commit(FIRST + KEY_3, { confirmMinutes: 10 });
  expect(await ask({ op: 'revert' })).toMatchObject({ ok: true });
  expect(await running()).toBe(FIRST + KEY_2);
  await commit(FIRST + KEY_3, { confirmMinutes: 10 });
  expect(await ask({ op: 'confirm' })).toMatchObject({ ok: true, revision: 3 });
  expect(stored()).toBe(FIRST + KEY_3);
});

test('what cannot be saved goes back', async () => {
  const blocked = join(archive, '04.new');
  mkdirSync(blocked);
  expect(await commit(FIRST + KEY_2)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^it could not be saved: .*; revision 3 is in force$/),
  });
  rmSync(blocked, { recursive: true });
  expect(await running()).toBe(FIRST + KEY_3);
  expect(stored()).toBe(FIRST + KEY_3);
});

test('a whole configuration of the greatest length goes through the socket', async () => {
  const comment = `# ${'x'.repeat(120)}\n`;
  const long = FIRST + KEY_3 + comment.repeat(1900);
  expect(long.length).toBeGreaterThan(200_000);
  expect(await commit(long)).toMatchObject({ ok: true, revision: 4 });
  expect(await running()).toBe(long);
  await kill();
  await start();
  expect(await running()).toBe(long);
  expect(await ask('x'.repeat(200_000))).toMatchObject({ ok: false });
});

test('a damaged file is recognised, and the newest whole one is taken', async () => {
  await kill();
  const file = pair.file('left', 'conf');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 1000));
  await start();
  expect(pair.count('left', 'configuration-damaged')).toBe(1);
  expect(await ask({ op: 'config' })).toMatchObject({ saved: { revision: 4 } });
  expect(await commit(FIRST)).toMatchObject({ ok: true, revision: 5 });
  expect(readdirSync(archive).sort()).toEqual(['01', '02', '03', '04', '05']);
});

test('on a mount that is read-only before and after, and under the checksum that everybody computes', () => {
  const folder = join(pair.folder, 'mount');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]);
  try {
    const file = join(folder, 'understudy.conf');
    const draft = { text: 'Straße\n'.repeat(20_000), who: 'admin', comment: '', dateMs: 0 };
    const saved = pair.run(['store', file], JSON.stringify({ op: 'save', draft }));
    expect(JSON.parse(saved)).toMatchObject({ ok: true, value: { revision: 1 } });
    expect(() => writeFileSync(file, 'more')).toThrow('EROFS');
    for (const path of [file, join(folder, 'archive/01')]) {
      const bytes = readFileSync(path);
      const checksum = createHash('sha256').update(bytes.subarray(74)).digest('hex');
      expect(bytes.toString('utf8')).toBe(
        `# sha256 ${checksum} revision 1 date 1970-01-01T00:00:00.000Z by admin comment ""\n${draft.text}`,
      );
    }
    expect(readdirSync(folder).sort()).toEqual(['archive', 'understudy.conf']);
    const long = { ...draft, text: 'x'.repeat(270_000) };
    expect(JSON.parse(pair.run(['store', file], JSON.stringify({ op: 'save', draft: long })))).toEqual({
      ok: false,
      error: expect.stringMatching(
        /^cannot write .*archive\/02.new: \d+ bytes, and at most 266240 can be read$/,
      ),
    });
  } finally {
    execFileSync('umount', [folder]);
  }
});

test('a file that was changed by hand is taken up, and the next commit keeps it', async () => {
  const before = pair.count('left', 'committed');
  writeFileSync(pair.file('left', 'conf'), FIRST + KEY_2);
  pair.signal('left', 'SIGHUP');
  await until('it is in force', () => pair.count('left', 'committed') > before);
  expect(await ask({ op: 'config' })).toMatchObject({
    text: FIRST + KEY_2,
    saved: { revision: 6, who: 'hand' },
  });
  expect(await commit(FIRST)).toMatchObject({ ok: true, revision: 7 });
  expect(await ask({ op: 'archived', n: 1 })).toMatchObject({ text: FIRST + KEY_2, dateMs: null });
});
