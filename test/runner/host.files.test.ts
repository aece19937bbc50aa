import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { program, Terminal } from './host/harness';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('files', () => {
  it('are read and written whole, also where the kernel tells no size', async () => {
    expect(await (await program('io.ts', ['files', folder])).all()).toEqual([
      { wrote: true },
      { same: true },
      { again: 'short' },
      { proc: true },
      { error: `cannot read ${folder}/missing: no such file or device (ENOENT)` },
      { error: `cannot read ${folder}: is a directory (EISDIR)` },
      { error: 'cannot read /dev/zero: more than 266240 bytes' },
      { error: `cannot write ${folder}/no/file: no such file or device (ENOENT)` },
    ]);
  });
});

describe('the log', () => {
  const lines = (path: string) =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('has JSON for programs and sentences for people', async () => {
    const terminal = await Terminal.open();
    const file = join(folder, 'log');
    const running = await program('io.ts', ['log', file, terminal.path]);
    await terminal.until((received) => received.includes('express'));
    await running.all();
    expect(terminal.received).toBe(
      '\r\nUnderstudy 100% started.\r\n' +
        'warn: Link eth1 is silent.\r\n' +
        'error: A value that JSON cannot express.\r\n',
    );
    await terminal.hangUp();
    const logged = lines(file);
    const time = expect.any(Number);
    expect(logged[0]).toEqual({
      time,
      level: 30,
      event: 'start',
      version: 1,
      bytes: [1, 2],
      msg: 'Understudy 100% started.',
    });
    expect(logged[1]).toMatchObject({
      level: 40,
      event: 'link-lost',
      error: { type: 'Error', msg: 'boom', stack: expect.any(String) },
    });
    expect(logged[2]).toMatchObject({
      level: 50,
      event: 'odd',
      unprintable: expect.stringMatching('circular'),
    });
    expect(logged).toHaveLength(3);
    expect(Math.abs((logged[0]!.time as number) - Date.now())).toBeLessThan(60_000);
  });

  it('drops and counts what the console cannot take, never waits, and keeps the file bounded', async () => {
    const fifo = join(folder, 'console');
    execFileSync('mkfifo', [fifo]);
    // Open for both, so that the writer finds a reader and nothing is read yet.
    const console = openSync(fifo, 'r+');
    const file = join(folder, 'log');
    const running = await program('io.ts', ['log-flood', file, fifo]);
    await running.until({ logged: 5000 });
    let text = '';
    const buffer = Buffer.alloc(65536);
    while (!/\nmore\r\n/.test(text)) text += buffer.toString('latin1', 0, readSync(console, buffer));
    closeSync(console);
    await running.kill();
    const shown = text.split('\r\n').filter((line) => line.startsWith('line '));
    const dropped = [...text.matchAll(/\((\d+) lines dropped: the console was too slow\)\r\n/g)];
    const counted = dropped.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(shown.every((line, at) => line === `line ${at} ${'x'.repeat(80)}`)).toBe(true);
    expect(shown.length).toBeGreaterThan(100);
    expect(shown.length).toBeLessThan(5000);
    // Lines "more" that came before there was room are counted too.
    expect(counted).toBeGreaterThanOrEqual(5000 - shown.length);
    const sizes = [file, `${file}.1`].map((path) => statSync(path).size);
    expect(sizes[1]).toBeGreaterThan(250_000);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(256 * 1024);
    expect(lines(file).at(-1)).toMatchObject({ event: 'more' });
  });
});

describe('the time zone', () => {
  it.each([
    ['UTC0', [0, 0]],
    ['KST-9', [9, 9]],
    ['EST5EDT,M3.2.0,M11.1.0', [-5, -4]],
  ])('%s is that of the environment', async (zone, hours) => {
    vi.stubEnv('TZ', zone);
    try {
      expect(await (await program('io.ts', ['zone'])).all()).toEqual([{ hours }]);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('the host', () => {
  it('has randomness, clocks, timers and HMAC', async () => {
    expect(await (await program('io.ts', ['host'])).all()).toEqual([
      { random: 300, differs: true },
      { wall: true },
      { md5: '750c783e6ab0b503eaa86e310a5db738' },
      { timer: true },
    ]);
  });
});
