import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Program, program, Terminal } from './host/harness';

let folder: string;
let running: Program | null;
let terminal: Terminal | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  running = null;
  terminal = null;
});

afterEach(async () => {
  await running?.kill();
  await terminal?.hangUp();
  rmSync(folder, { recursive: true });
});

describe('a serial link', () => {
  it('carries bytes both ways', async () => {
    terminal = await Terminal.open();
    running = await program('links.ts', ['serial', terminal.path]);
    await running.until({ fault: null });
    terminal.write('hello\n');
    await running.until({ data: 'hello\n' });
    await terminal.until((received) => received === 'HELLO\n');
    running.signal('SIGTERM');
    expect(await running.all()).toEqual([{ fault: null }, { data: 'hello\n' }]);
  });

  it('is opened by a binding that serves streams, too', async () => {
    terminal = await Terminal.open();
    running = await program('links.ts', ['stream', terminal.path]);
    await running.until({ fault: null });
    terminal.write('hello\n');
    await terminal.until((received) => received === 'HELLO\n');
    running.signal('SIGTERM');
    expect((await running.all()).map(({ data }) => data ?? '').join('')).toBe('hello\n');
  });

  it('is tried again while the device is missing, and after it hung up', async () => {
    const device = join(folder, 'ttyS9');
    running = await program('links.ts', ['serial', device]);
    await running.until({ fault: `cannot open ${device}: no such file or device (ENOENT)` });
    terminal = await Terminal.open();
    symlinkSync(terminal.path, device);
    await running.until({ fault: null });
    await terminal.hangUp();
    rmSync(device);
    await running.until({ fault: `cannot open ${device}: no such file or device (ENOENT)` }, 2);
    const hungUp = running.said[2]!.fault;
    expect([`${device} was hung up`, `cannot read from ${device}: input/output error (EIO)`]).toContain(
      hungUp,
    );
    terminal = await Terminal.open();
    symlinkSync(terminal.path, device);
    await running.until({ fault: null }, 3);
    terminal.write('again');
    await terminal.until((received) => received === 'AGAIN');
  });

  it('says so when the device is no serial line', async () => {
    const device = join(folder, 'file');
    writeFileSync(device, '');
    running = await program('links.ts', ['serial', device]);
    await running.until({ fault: `cannot open ${device}: it is not a serial line` });
  });

  it('drops all but the newest frame while the line is blocked, and tears none', async () => {
    terminal = await Terminal.open();
    running = await program('links.ts', ['flood', terminal.path]);
    await running.until({ fault: null });
    terminal.pause();
    await running.until({ fault: `${terminal.path} takes no bytes: is the line blocked?` });
    const from = running.said.length;
    running.signal('SIGHUP');
    terminal.resume();
    await running.until({ fault: null }, from);
    const { last } = running.said.find((said) => 'last' in said) as { last: number };
    await terminal.until((received) => received.includes(`<${last} `) && received.endsWith('>'));
    const numbers = terminal.received.split(/(?<=>)/).map((frame) => {
      expect(frame).toMatch(/^<\d+ x{2000}>$/);
      return Number(/\d+/.exec(frame)![0]);
    });
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers.at(-1)).toBe(last);
    // The one before the last was cut off from it by all that came while the line was blocked.
    expect(last - numbers.at(-2)!).toBeGreaterThan(100);
  });
});
