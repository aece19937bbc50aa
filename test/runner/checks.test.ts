/** Checks under the real runner: of good servers, of hostile ones, and by mon's own scripts. */

import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { debianBinary } from '../../board/build/debian';
import { createNamespace, ip, program } from './host/harness';

const HOST = '127.0.0.1';
/** Short, but long enough for a busy machine. */
const DEADLINE_MS = 700;
let servers: { close(): void }[] = [];

afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

async function check(line: string, deadlineMs = DEADLINE_MS, hosts = HOST, namespace: string | null = null) {
  const [outcome] = await (
    await program('check.ts', ['run', String(deadlineMs), hosts, ...line.split(' ')], namespace)
  ).all();
  return outcome!;
}

/** @returns the port of a server that does this with each connection */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  servers.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
}

/** Writes this again and again for as long as it is read. */
const endless = (first: string, again: string) => (socket: Socket) => {
  socket.write(first);
  const more = (): void => {
    while (!socket.destroyed && socket.write(again));
  };
  socket.on('drain', more);
  more();
};
const drip = (socket: Socket): void => {
  const timer = setInterval(() => socket.write('X'), 10);
  socket.on('close', () => clearInterval(timer));
};

describe('a hostile web server', () => {
  const CASES: readonly (readonly [string, (socket: Socket) => void, string])[] = [
    ['says nothing', () => {}, `no answer from ${HOST} port PORT within ${DEADLINE_MS} ms`],
    ['closes at once', (socket) => socket.end(), 'connection closed without an answer'],
    ['resets', (socket) => socket.resetAndDestroy(), `connection reset by ${HOST} port PORT`],
    ['drips', drip, `no answer from ${HOST} port PORT within ${DEADLINE_MS} ms`],
    [
      'has an endless header',
      endless('HTTP/1.0 200 OK\r\n', 'A: bbbbbbbbbbbbbb\r\n'.repeat(1000)),
      'header of the answer does not end within 8192 bytes',
    ],
    [
      'drips a header',
      (socket) => {
        socket.write('HTTP/1.0 200 OK\r\nA: ');
        drip(socket);
      },
      `no answer from ${HOST} port PORT within ${DEADLINE_MS} ms`,
    ],
    [
      'speaks TLS, and stays',
      (socket) => socket.write(Buffer.from('15030100020250', 'hex')),
      `no answer from ${HOST} port PORT within ${DEADLINE_MS} ms`,
    ],
    [
      'speaks TLS',
      (socket) => socket.end(Buffer.from('15030100020250', 'hex')),
      'answer does not begin with an HTTP status line but "......P"',
    ],
    [
      'speaks nonsense',
      (socket) => socket.end(Buffer.alloc(3000, 0xff)),
      `answer does not begin with an HTTP status line but "${'.'.repeat(60)}"`,
    ],
    [
      'stops within the header',
      (socket) => socket.end('HTTP/1.0 200 OK\r\nA: b'),
      'connection closed within the header of the answer',
    ],
  ];

  it.each(CASES)('%s: the check fails within its deadline, and says why', async (_, serve, why) => {
    const port = await listen(serve);
    const outcome = await check(`http.monitor -p ${port}`);
    expect(outcome).toEqual({
      ok: false,
      status: 1,
      summary: HOST,
      output: `${HOST}: ${why.replace('PORT', String(port))}`,
    });
  });

  it('has an endless body: what matters came before it', async () => {
    const port = await listen(endless('HTTP/1.0 200 OK\r\n\r\n', 'x'.repeat(65_536)));
    expect(await check(`http.monitor -p ${port}`)).toMatchObject({ ok: true });
    expect(await check(`http.monitor -p ${port} -m never`)).toMatchObject({
      output: `${HOST}: "never" is not in the first 65536 bytes of the answer`,
    });
  });
});

describe('a hostile mail server', () => {
  const CASES: readonly (readonly [string, (socket: Socket) => void, string])[] = [
    ['says nothing', () => {}, `no answer from ${HOST} port PORT within ${DEADLINE_MS} ms`],
    ['drips', drip, `no answer from ${HOST} port PORT within ${DEADLINE_MS} ms`],
    [
      'has an endless greeting',
      endless('220-mail\r\n', '220-more\r\n'.repeat(1000)),
      'no end of an answer within 8192 bytes',
    ],
    ['closes at once', (socket) => socket.end(), 'connection closed where a reply 220 was expected'],
  ];

  it.each(CASES)('%s', async (_, serve, why) => {
    const port = await listen(serve);
    expect(await check(`smtp.monitor -p ${port}`)).toEqual({
      ok: false,
      status: 1,
      summary: HOST,
      output: `${HOST}: ${why.replace('PORT', String(port))}`,
    });
  });
});

describe('a hostile name server', () => {
  it.each([
    ['garbage', Buffer.alloc(512, 0xff)],
    ['a header and nothing more', Buffer.from('757381800001000100000000', 'hex')],
    [
      'as much as fits',
      Buffer.concat([Buffer.from('7573818000010fff00000000', 'hex'), Buffer.alloc(60_000, 0xc0)]),
    ],
  ])('answers %s', async (_, answer) => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
    servers.push(socket);
    socket.on('message', (_data, { port }) => socket.send(answer, port, HOST));
    const line = `dns.monitor -p ${socket.address().port} -query www.example.org`;
    expect(await check(line)).toMatchObject({ ok: false, summary: HOST });
  });
});

describe('the checks', () => {
  it('ask a web server by IPv6', async () => {
    const server = createServer((socket) => {
      // It is closed by a reset.
      socket.on('error', () => {});
      socket.end('HTTP/1.0 200 OK\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    expect(await check(`http.monitor -p ${port}`, DEADLINE_MS, '::1')).toMatchObject({ ok: true });
  });

  it('speak with a mail server', async () => {
    const heard: string[] = [];
    const port = await listen((socket) => {
      socket.write('220 mail ESMTP\r\n');
      socket.on('data', (data) => {
        heard.push(String(data));
        if (heard.length === 1) socket.write('250-mail\r\n250 HELP\r\n');
        else socket.end('221 bye\r\n');
      });
    });
    expect(await check(`smtp.monitor -p ${port}`)).toMatchObject({ ok: true });
    expect(heard).toEqual(['HELO understudy\r\n', 'QUIT\r\n']);
  });

  it('ask over UDP until there is an answer', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
    servers.push(socket);
    let asked = 0;
    socket.on('message', (data, { port }) => {
      asked += 1;
      if (asked === 2) socket.send(`you said ${data}`, port, HOST);
    });
    expect(await check(`udp.monitor -p ${socket.address().port} -d hello -e said`)).toMatchObject({
      ok: true,
    });
    expect(asked).toBe(2);
  });

  it('are told of a UDP port on which nobody listens', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
    const { port } = socket.address();
    await new Promise<void>((resolve) => socket.close(resolve));
    expect(await check(`udp.monitor -p ${port} -d x`)).toMatchObject({
      output: `${HOST}: connection refused by ${HOST} port ${port}`,
    });
  });

  it('ping', async () => {
    expect(await check('ping.monitor', DEADLINE_MS, '127.0.0.1 127.0.0.2')).toMatchObject({ ok: true });
  });

  it('give up on a server that takes no connection, and on one that is not there', async () => {
    const namespace = createNamespace();
    try {
      // Nobody answers at the other end.
      for (const line of [
        'link add v0 type veth peer name v1',
        'addr add 192.0.2.1/24 dev v0',
        'link set v0 up',
        'link set v1 up',
      ])
        ip(`-n ${namespace.name} ${line}`);
      const gone = '192.0.2.9';
      for (const [line, why] of [
        ['http.monitor -c 50', `no connection to ${gone} port 80 within 50 ms`],
        ['smtp.monitor -c 50', `no connection to ${gone} port 25 within 50 ms`],
        ['tcp.monitor -p 80', `no answer from ${gone} port 80 within ${DEADLINE_MS} ms`],
        ['fping.monitor -r 1 -t 50', `no answer from ${gone} within ${DEADLINE_MS} ms`],
      ] as const)
        expect([line, await check(line, DEADLINE_MS, gone, namespace.name)]).toEqual([
          line,
          { ok: false, status: 1, summary: gone, output: `${gone}: ${why}` },
        ]);
    } finally {
      namespace.remove();
    }
  });
});

describe('a program that misbehaves', () => {
  let folder = '';

  function script(text: string): string {
    folder = mkdtempSync(join(tmpdir(), 'understudy-check-'));
    const path = join(folder, 'x.monitor');
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  }

  afterEach(() => rmSync(folder, { recursive: true }));

  it('and ignores SIGTERM, and has children, is ended with them', async () => {
    const path = script(`trap '' TERM\nsleep 1000 & echo $! >"$0.child"\nwait; wait`);
    const outcome = await check(path);
    expect(outcome).toMatchObject({
      ok: false,
      output: `${path} did not end within ${DEADLINE_MS} ms and was killed`,
    });
    const child = readFileSync(`${path}.child`, 'utf8').trim();
    expect(
      existsSync(`/proc/${child}`) && readFileSync(`/proc/${child}/stat`, 'utf8').split(' ')[2],
    ).not.toBe('S');
  });

  it('and writes without an end is ended, and most of it dropped', async () => {
    const outcome = await check(script('exec cat /dev/zero'));
    expect(outcome).toMatchObject({ ok: false });
    const much = await check(script('echo summary; head -c 1000000000 /dev/zero; exit 1'), 60_000);
    expect(much).toMatchObject({ ok: false, status: 1, summary: 'summary' });
    expect(String(much.output).length).toBeLessThan(16_384);
  });
});

describe("mon's own monitors", () => {
  let monitors = '';

  beforeAll(async () => {
    monitors = join(await debianBinary('mon', 'amd64'), 'usr/lib/mon/mon.d');
  }, 120_000);

  it('run as they are, and say what the ones here say', async () => {
    const good = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nwell')),
    );
    const bad = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.0 500 Oops\r\n\r\n')));
    for (const [port, ok] of [
      [good, true],
      [bad, false],
    ] as const)
      for (const name of ['http.monitor', 'tcp.monitor']) {
        const line = `${name} -p ${port} -t 5`;
        const expected = {
          ok: ok || name === 'tcp.monitor',
          summary: ok || name === 'tcp.monitor' ? '' : HOST,
        };
        expect([line, await check(line, 10_000)]).toMatchObject([line, expected]);
        expect([line, await check(`${monitors}/${line}`, 10_000)]).toMatchObject([line, expected]);
      }
    const { stderr } = await promisify(execFile)(`${monitors}/http.monitor`, ['-p', String(good), HOST]);
    expect(stderr).toBe('');
  });
});
