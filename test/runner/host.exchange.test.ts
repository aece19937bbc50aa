import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNamespace, program } from './host/harness';

let server: Server | null = null;
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
  server = null;
});

/** A server on a free port of the loopback interface. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Wish {
  readonly deadlineMs?: number;
  readonly limitBytes?: number;
  readonly requestBytes?: number;
  readonly address?: string;
  readonly namespace?: string;
}

async function exchange(port: number, wish: Wish = {}) {
  const { address = '127.0.0.1', deadlineMs = 5000, limitBytes = 1000, requestBytes = 3 } = wish;
  const args = [address, port, deadlineMs, limitBytes, requestBytes].map(String);
  return (await program('io.ts', ['tcp', ...args], wish.namespace ?? null)).all();
}

describe('a TCP exchange', () => {
  it('sends, and collects until the peer closes', async () => {
    const port = await listen((socket) => socket.once('data', (data) => socket.end(`got ${data.length}`)));
    expect(await exchange(port)).toEqual([{ end: 'closed', length: 5, text: 'got 3', inside: false }]);
  });

  it('stops at the limit', async () => {
    const port = await listen((socket) => socket.write('y'.repeat(100_000)));
    expect(await exchange(port, { limitBytes: 10_000 })).toEqual([
      { end: 'limit', length: 10_000, text: 'y'.repeat(40), inside: false },
    ]);
  });

  it('sends a request that is larger than the socket takes at once', async () => {
    const requestBytes = 6_000_000;
    const port = await listen((socket) => {
      let received = 0;
      socket.on('data', (data) => {
        received += data.length;
        if (received === requestBytes) socket.end('all');
      });
    });
    expect(await exchange(port, { requestBytes })).toEqual([
      { end: 'closed', length: 3, text: 'all', inside: false },
    ]);
  });

  it('ends at the deadline when the peer says nothing', async () => {
    const port = await listen(() => {});
    expect(await exchange(port, { deadlineMs: 150 })).toEqual([
      { error: `no answer from 127.0.0.1 port ${port} within 150 ms`, inside: false },
    ]);
  });

  it('ends at the deadline when the peer says something now and then', async () => {
    const port = await listen((socket) => {
      const timer = setInterval(() => socket.write('.'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await exchange(port, { deadlineMs: 150 })).toEqual([
      { error: `no answer from 127.0.0.1 port ${port} within 150 ms`, inside: false },
    ]);
  });

  it('tells that the connection was refused', async () => {
    const port = await listen(() => {});
    await new Promise((resolve) => server!.close(resolve));
    expect(await exchange(port)).toEqual([
      { error: `connection refused by 127.0.0.1 port ${port}`, inside: false },
    ]);
  });

  it('tells that the connection was reset', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await exchange(port)).toEqual([
      { error: `connection reset by 127.0.0.1 port ${port}`, inside: false },
    ]);
  });

  it('tells that there is no route, after the call and not inside it', async () => {
    const namespace = createNamespace();
    try {
      expect(await exchange(80, { address: '192.0.2.1', namespace: namespace.name })).toEqual([
        { error: 'cannot reach 192.0.2.1 port 80: network unreachable (ENETUNREACH)', inside: false },
      ]);
    } finally {
      namespace.remove();
    }
  });

  it('waits while there are many, and can be cancelled', async () => {
    let connections = 0;
    const port = await listen((socket) => {
      connections++;
      socket.once('data', () => {
        if (connections > 532) socket.end('last');
      });
    });
    const crowd = await program('io.ts', ['tcp-crowd', String(port)]);
    await crowd.until({ at: 'full', ended: 0 });
    await vi.waitFor(() => expect(connections).toBe(512));
    await crowd.until({ at: 'all begun', ended: 0 });
    await vi.waitFor(() => expect(connections).toBe(532));
    expect((await crowd.all()).at(-1)).toEqual({ end: 'closed', length: 4, text: 'last' });
  });
});
