import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NullModem } from '../../lab/cable';
import { monotonicMs, waitFor } from '../../lab/clock';

let folder: string;
let cable: NullModem;
let ends: [Socket, Socket];
let received: [Buffer, Buffer];

async function plugIn(path: string, index: 0 | 1): Promise<Socket> {
  const socket = connect(path);
  socket.on('data', (bytes) => {
    received[index] = Buffer.concat([received[index], bytes]);
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** A box listens from its first byte on. */
async function openPort(index: 0 | 1): Promise<void> {
  const sent = new Promise<void>((resolve) => cable.onNextSent(index, resolve));
  ends[index].write('.');
  await sent;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cable-'));
  received = [Buffer.alloc(0), Buffer.alloc(0)];
  cable = new NullModem([join(folder, 'a'), join(folder, 'b')]);
  await cable.open();
  ends = [await plugIn(join(folder, 'a'), 0), await plugIn(join(folder, 'b'), 1)];
  await openPort(0);
  await openPort(1);
  await arrived(0, 1);
  received = [Buffer.alloc(0), Buffer.alloc(0)];
});

afterEach(() => {
  for (const end of ends) end.destroy();
  cable.close();
  rmSync(folder, { recursive: true });
});

const arrived = (index: 0 | 1, count: number): Promise<true> =>
  waitFor(`${count} bytes`, 5000, () => (received[index].length >= count ? true : null));

describe('NullModem', () => {
  it('carries every byte in both directions', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    ends[0].write(bytes);
    ends[1].write('back');
    await arrived(1, 256);
    await arrived(0, 4);
    expect(received[1]).toEqual(bytes);
    expect(received[0].toString()).toBe('back');
  });

  it('loses what comes for a box that has just been switched on and has not opened its port', async () => {
    ends[1].destroy();
    ends[1] = await plugIn(join(folder, 'b'), 1);
    const sent = new Promise<void>((resolve) => cable.onNextSent(0, resolve));
    ends[0].write('nobody reads this');
    await sent;
    await openPort(1);
    ends[0].write('this is read');
    await arrived(1, 12);
    expect(received[1].toString()).toBe('this is read');
  });

  it('takes as long as 115200 baud do', async () => {
    const startMs = monotonicMs();
    ends[0].write(Buffer.alloc(2304));
    await arrived(1, 2304);
    // 2304 bytes of 10 bits are 200 ms; one tick of the timer may be lost at the start.
    expect(monotonicMs() - startMs).toBeGreaterThan(195);
  });

  it('loses what is sent while it is cut, and nothing after it is mended', async () => {
    cable.state = 'cut';
    const sent = new Promise<void>((resolve) => cable.onNextSent(0, resolve));
    ends[0].write('lost');
    await sent;
    cable.state = 'whole';
    ends[0].write('kept');
    await arrived(1, 4);
    expect(received[1].toString()).toBe('kept');
  });

  it('changes some bytes and drops none when noisy', async () => {
    cable.state = 'noisy';
    const bytes = Buffer.alloc(1000, 0x55);
    ends[0].write(bytes);
    await arrived(1, 1000);
    const changed = received[1].filter((byte) => byte !== 0x55).length;
    expect(changed).toBeGreaterThan(5);
    expect(changed).toBeLessThan(100);
  });
});
