import { describe, expect, test } from 'vitest';
import type { Done } from '../../../src/host/host';
import { OrderBook } from '../../../src/supervisor/order-book';

const RS1 = '10.0.0.21:80 of tcp 192.0.2.10:80';
const RS2 = '10.0.0.22:80 of tcp 192.0.2.10:80';

/** A disk that keeps one file, and answers when it is told to. */
class Disk {
  text: string | null = null;
  full = false;
  nowMs = 0;
  readonly logged: string[] = [];

  readonly host = {
    clock: { now: () => this.nowMs, wall: () => 0, after: () => ({ cancel: () => {} }) },
    readFile: () =>
      this.text === null
        ? ({ ok: false, error: 'no such file' } as const)
        : ({ ok: true, value: this.text } as const),
    saveFile: (_: string, text: string, done: Done<null>) => {
      if (!this.full) this.text = text;
      done(this.full ? { ok: false, error: 'the disk is full' } : { ok: true, value: null });
    },
    log: (_level: string, event: string) => this.logged.push(event),
  };

  boot(): OrderBook {
    return new OrderBook(this.host, '/config/servers');
  }
}

const kinds = (book: OrderBook) => [...book.map].map(([server, { kind }]) => [server, kind]);

describe('orders', () => {
  test('outlive a reboot, and end with enable', () => {
    const disk = new Disk();
    const book = disk.boot();
    expect(book.give('disable', RS1)).toEqual({ accepted: true, text: `${RS1} is disabled on this box` });
    book.give('drain', RS2);
    expect(kinds(disk.boot())).toEqual([
      [RS1, 'disable'],
      [RS2, 'drain'],
    ]);
    disk.boot().give('enable', RS1);
    expect(kinds(disk.boot())).toEqual([[RS2, 'drain']]);
  });

  test('a drained server stays out', () => {
    const disk = new Disk();
    const book = disk.boot();
    book.give('drain', RS1);
    book.drained([RS1, RS2]);
    expect(kinds(disk.boot())).toEqual([[RS1, 'disable']]);
    expect(disk.logged).toEqual(['server-ordered', 'server-drained']);
  });

  test('that hold already are told so, and drain does not begin anew', () => {
    const disk = new Disk();
    const book = disk.boot();
    book.give('drain', RS1);
    disk.nowMs = 5000;
    expect(book.give('drain', RS1).text).toBe(`${RS1} is being drained on this box already`);
    expect(book.map.get(RS1)?.sinceMs).toBe(0);
    expect(book.give('enable', RS2).text).toBe(`${RS2} is enabled on this box already`);
  });

  test('a full disk is reported, and the order holds until the next boot', () => {
    const disk = new Disk();
    disk.full = true;
    const book = disk.boot();
    book.give('disable', RS1);
    expect(kinds(book)).toEqual([[RS1, 'disable']]);
    expect(disk.logged).toContain('orders-not-saved');
    expect(kinds(disk.boot())).toEqual([]);
  });

  test('what cannot be read is reported, and the rest holds', () => {
    const disk = new Disk();
    disk.text = `disable ${RS1}\ngarbage\n`;
    expect(kinds(disk.boot())).toEqual([[RS1, 'disable']]);
    expect(disk.logged).toEqual(['orders-garbled']);
  });

  test('have a limit', () => {
    const book = new Disk().boot();
    for (let port = 0; port < 2000; port++) book.give('disable', `10.0.0.1:${port} of tcp 192.0.2.1:80`);
    expect(book.give('disable', RS1)).toMatchObject({ accepted: false });
    expect(book.give('enable', '10.0.0.1:5 of tcp 192.0.2.1:80')).toMatchObject({ accepted: true });
    expect(book.give('disable', RS1)).toMatchObject({ accepted: true });
  });
});
