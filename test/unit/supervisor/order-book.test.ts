import { describe, expect, test } from 'vitest';
import type { Done } from '../../../src/host/host';
import { OrderBook } from '../../../src/supervisor/order-book';
import { SharedOrders } from '../../../src/supervisor/shared-orders';

const RS1 = '10.0.0.21:80 of tcp 192.0.2.10:80';
const RS2 = '10.0.0.22:80 of tcp 192.0.2.10:80';

/** A disk that keeps one file. */
class Disk {
  text: string | null = null;
  full = false;
  nowMs = 0;
  readonly logged: string[] = [];
  timers: (() => void)[] = [];

  readonly host = {
    clock: {
      now: () => this.nowMs,
      wall: () => 0,
      after: (_: number, run: () => void) => {
        this.timers.push(run);
        return { cancel: () => {} };
      },
    },
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
    return new OrderBook(this.host, this.share(), () => 'on both boxes');
  }

  share(onNews = () => {}): SharedOrders {
    return new SharedOrders(this.host, '/config/state.orders', 'lb1', onNews);
  }
}

const kinds = (book: OrderBook) => [...book.map].map(([server, { kind }]) => [server, kind]);

describe('orders', () => {
  test('outlive a reboot, and end with enable', () => {
    const disk = new Disk();
    const book = disk.boot();
    expect(book.give('disable', RS1)).toEqual({ accepted: true, text: `${RS1} is disabled on both boxes` });
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
    expect(book.give('drain', RS1).text).toBe(`${RS1} is being drained already`);
    expect(book.map.get(RS1)?.sinceMs).toBe(0);
    expect(book.give('enable', RS2).text).toBe(`${RS2} is enabled already`);
  });

  test('of the other box hold from now on, and what is no order of a server does nothing', () => {
    const disk = new Disk();
    disk.nowMs = 7;
    const book = disk.boot();
    const entry = { revision: 1, node: 'lb2', about: `server ${RS1}`, says: 'drain' };
    expect(book.hear(entry)).toBe(true);
    expect([...book.map]).toEqual([[RS1, { kind: 'drain', sinceMs: 7 }]]);
    expect(book.hear({ ...entry, about: 'watch web' })).toBe(false);
    expect(book.hear({ ...entry, says: 'explode' })).toBe(true);
    expect(kinds(book)).toEqual([]);
  });

  test('of the other box are kept, too, all at once a moment later', () => {
    const disk = new Disk();
    const shared = disk.share();
    for (const port of [80, 81])
      shared.exchange.hear(
        ['orders', '2-0', '0', `${port} lb2 server 10.0.0.1:${port} of tcp 192.0.2.1:80\tdisable`],
        0,
      );
    expect(disk.text).toBe(null);
    expect(disk.timers).toHaveLength(1);
    disk.timers[0]!();
    expect(kinds(disk.boot())).toHaveLength(2);
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
    disk.text = `1 lb1 server ${RS1}\tdisable\ngarbage\n`;
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
