import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNamespace, ip, program } from './host/harness';
import { until } from './pair-harness';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('ping nodes', () => {
  it('that answer are told by their address, and none of the others', async () => {
    const namespace = createNamespace();
    try {
      ip(`-n ${namespace.name} addr add 192.0.2.1/32 dev lo`);
      ip(`-n ${namespace.name} route add blackhole 203.0.113.0/24`);
      const pinging = await program(
        'local.ts',
        ['ping', '203.0.113.1', '192.0.2.1', '127.0.0.1'],
        namespace.name,
      );
      expect(await pinging.all()).toEqual([{ host: '192.0.2.1' }, { host: '127.0.0.1' }]);
    } finally {
      namespace.remove();
    }
  });
});

describe('a receiver', () => {
  it('tells each datagram with its sender, and drops those that are too long', async () => {
    const port = 40_000 + (process.pid % 20_000);
    const receiving = await program('local.ts', ['receive', String(port)]);
    await receiving.until({ open: true });
    const second = await program('local.ts', ['receive', String(port)]);
    expect(await second.all()).toEqual([
      { open: `cannot listen on UDP port ${port}: address in use (EADDRINUSE)` },
    ]);
    const socket = createSocket('udp4');
    const send = (text: string): Promise<void> =>
      new Promise((sent) => socket.send(text, port, '127.0.0.1', () => sent()));
    try {
      for (const text of ['one', 'x'.repeat(17), '', 'y'.repeat(16), 'end']) await send(text);
      expect(await receiving.all()).toEqual([
        { open: true },
        ...['one', '', 'y'.repeat(16), 'end'].map((text) => ({ text, from: '127.0.0.1' })),
      ]);
    } finally {
      socket.close();
    }
  });
});

describe('the watchdog', () => {
  it('that is missing, or is none, is refused in one sentence', async () => {
    expect(await (await program('local.ts', ['watchdog', `${folder}/watchdog`])).all()).toEqual([
      { error: `cannot open the watchdog ${folder}/watchdog: no such file or device (ENOENT)` },
    ]);
    expect(await (await program('local.ts', ['watchdog', '/dev/null'])).all()).toEqual([
      { error: 'cannot set the watchdog /dev/null to 1 s: not a terminal (ENOTTY)' },
    ]);
  });
});

describe("the operator's socket", () => {
  it('answers one line at a time, for its owner alone, and takes the place of one that was left behind', async () => {
    const path = join(folder, 'socket');
    writeFileSync(path, '');
    const serving = await program('local.ts', ['serve', path]);
    await serving.until({ served: true });
    expect(statSync(path).isSocket()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await (await program('local.ts', ['ask', path, 'status'])).all()).toEqual([
      { first: `status${'y'.repeat(14)}`, length: 100_006 },
    ]);
    // Nothing, rather than a part of it.
    expect(await (await program('local.ts', ['ask', path, 'long'])).all()).toEqual([
      { error: 'the supervisor gave no whole answer' },
    ]);
    serving.signal('SIGTERM');
    await serving.all();
    const refused = await (await program('local.ts', ['ask', path, 'status'])).all();
    expect(refused).toEqual([{ error: expect.stringMatching(/connection refused.*; is it running\?$/) }]);
  });

  it('takes a line as long as a configuration, and none that is longer', async () => {
    const path = join(folder, 'socket');
    const serving = await program('local.ts', ['serve', path]);
    await serving.until({ served: true });
    const longest = 300 * 1024;
    const long = async (bytes: number) =>
      (await program('local.ts', ['ask-long', path, String(bytes)])).all();
    expect(await long(200_000)).toEqual([{ length: 299_999 }]);
    // With what it is answered, that is too much.
    expect(await long(longest)).toEqual([{ error: 'the supervisor gave no whole answer' }]);
    expect(await long(longest + 1)).toEqual([
      { error: `the request has ${longest + 1} bytes; at most ${longest} are possible` },
    ]);
    await serving.kill();
  });

  it('stays open as long as the other side wants, where the answer says so', async () => {
    const path = join(folder, 'socket');
    const serving = await program('local.ts', ['serve', path]);
    await serving.until({ served: true });
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const from = serving.said.length;
      const holding = await program('local.ts', ['ask-hold', path]);
      await holding.until({ held: 'held' });
      expect(await (await program('local.ts', ['ask', path, 'status'])).all()).toHaveLength(1);
      expect(serving.said.length).toBe(from);
      holding.signal(signal);
      await holding.ended;
      await serving.until({ gone: true }, from);
    }
    await serving.kill();
  });

  it('answers again and again where the connection stays open, and hangs up on a client that does not read', async () => {
    const path = join(folder, 'socket');
    const serving = await program('local.ts', ['serve', path]);
    await serving.until({ served: true });
    let heard = '';
    const reader = createConnection(path, () => reader.write('stream\n'));
    reader.on('data', (bytes) => {
      heard += bytes.toString();
    });
    const deaf = createConnection(path, () => deaf.write('stream\n'));
    deaf.on('error', () => {}).pause();
    await serving.until({ gone: true });
    expect(reader.destroyed).toBe(false);
    const lines = heard.split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(100);
    // Whole lines, in order.
    for (const line of lines) expect(line.length).toBe(line.indexOf(' ') + 1 + 50_000);
    const numbers = lines.map((line) => Number.parseInt(line, 10));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    reader.destroy();
    deaf.destroy();
    await serving.kill();
  });

  it('hangs up on a thirteenth client and on a line without end', async () => {
    const path = join(folder, 'socket');
    const serving = await program('local.ts', ['serve', path]);
    await serving.until({ served: true });
    const client = (text: string) => {
      const socket = createConnection(path);
      socket.on('error', () => {}).resume();
      const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
      socket.write(text);
      return { socket, ended };
    };
    const waiting = Array.from({ length: 12 }, () => client('hold\n'));
    await client('status\n').ended;
    expect(waiting.every(({ socket }) => !socket.destroyed)).toBe(true);
    for (const { socket } of waiting) socket.destroy();
    await client('x'.repeat(400_000)).ended;
    await serving.kill();
  });
});

describe('a file that lasts', () => {
  it('is replaced whole, and what cannot be written changes nothing', async () => {
    const path = join(folder, 'state');
    writeFileSync(path, 'old');
    expect(await (await program('local.ts', ['replace', path, 'new'])).all()).toEqual([{ replaced: true }]);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(existsSync(`${path}.new`)).toBe(false);
    const [said] = await (await program('local.ts', ['replace', `${folder}/no/state`, 'new'])).all();
    expect(said).toEqual({
      replaced: `cannot write ${folder}/no/state.new: no such file or device (ENOENT)`,
    });
  });

  it('is replaced on a mount that is read-only before and after', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]);
    try {
      const path = join(folder, 'state');
      expect(await (await program('local.ts', ['replace', path, 'kept'])).all()).toEqual([
        { replaced: true },
      ]);
      expect(readFileSync(path, 'utf8')).toBe('kept');
      expect(() => writeFileSync(path, 'more')).toThrow('EROFS');
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});

describe('a program that is meant to stay', () => {
  const waits = (mark: string): string =>
    `exec 2>/dev/null; trap 'echo ended >${mark}.ended; exit' TERM; echo $$ >${mark}; while :; do sleep 0.05; done`;

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'may put things in order when its starter gets %s',
    async (signal) => {
      const mark = join(folder, 'mark');
      const starter = await program('local.ts', ['stay', waits(mark)]);
      await until('it runs', () => existsSync(mark));
      starter.signal(signal);
      await until('it has ended', () => existsSync(`${mark}.ended`));
      await starter.ended;
    },
  );
});
