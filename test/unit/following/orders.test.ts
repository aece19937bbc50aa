/** Orders that are given on either of two boxes, over everything that a network and power cuts can do to them. */

import { describe, expect, it } from 'vitest';
import { type Entry, Ledger, LINE_UNITS, printEntry } from '../../../src/following/ledger';
import { OrderExchange, PATIENCE_MS, TELL_EQUAL_MS } from '../../../src/following/order-exchange';
import { AUTH, type Box, World } from './pair';

const SOON_MS = 500;
const QUIET_MS = 60_000;
const server = (number: number): string => `server 10.0.0.${number}:80 of tcp 192.0.2.10:80`;

function held(box: Box): readonly string[] {
  return (box.run?.ledger.said() ?? []).map(({ about, says }) => `${says} ${about}`).sort();
}

function settle(world: World): void {
  Object.assign(world.weather, { loss: 0, repeats: 0, delayMs: 2, cut: false });
  for (const box of world.boxes) box.boot();
  world.run(QUIET_MS);
}

/** Two boxes that run, and agree on their configuration. */
function pair(seed = 1): World {
  const world = new World(seed);
  world.run(5000);
  return world;
}

describe('an order', () => {
  it.each([0, 1])('on box %d holds on both soon, and so does its end', (number) => {
    const world = pair();
    const [here, there] = [world.boxes[number]!, world.boxes[1 - number]!];
    here.order(server(1), 'disable');
    world.run(SOON_MS);
    expect(held(there)).toEqual([`disable ${server(1)}`]);
    there.order(server(1), '');
    world.run(SOON_MS);
    expect(held(here)).toEqual([]);
  });

  it('reaches a box that was away, soon after it is back, whether it knows of any or not', () => {
    for (const before of [[], [server(9)]]) {
      const world = pair();
      const [here, away] = world.boxes;
      for (const about of before) away.order(about, 'disable');
      world.run(QUIET_MS);
      away.crash();
      world.run(5000);
      here.order(server(1), 'disable');
      here.order(server(2), 'drain');
      for (const about of before) here.order(about, '');
      world.run(20_000);
      away.boot();
      world.run(SOON_MS);
      expect(held(away)).toEqual([`disable ${server(1)}`, `drain ${server(2)}`]);
    }
  });

  it('reaches a box soon that has lost its disk, whenever that was told last that both have the same', () => {
    for (let awayMs = 500; awayMs < TELL_EQUAL_MS; awayMs += 1000) {
      const world = pair();
      const [here, away] = world.boxes;
      here.order(server(1), 'disable');
      world.run(QUIET_MS + awayMs);
      away.crash();
      away.disk.orders = '';
      away.boot();
      world.run(SOON_MS);
      expect(held(away)).toEqual([`disable ${server(1)}`]);
    }
  });

  it('is not brought back by a box that was away when it ended', () => {
    const world = pair();
    const [here, away] = world.boxes;
    here.order(server(1), 'disable');
    world.run(5000);
    away.crash();
    here.order(server(1), '');
    world.run(5000);
    settle(world);
    expect(world.boxes.map(held)).toEqual([[], []]);
  });

  it('that both boxes gave while apart is the one with the higher number, whoever comes back to whom', () => {
    for (const cutBy of ['network', 'power'] as const) {
      const world = pair();
      const [one, two] = world.boxes;
      if (cutBy === 'network') world.weather.cut = true;
      else two.crash();
      one.order(server(1), 'disable');
      one.order(server(2), 'disable');
      world.run(3000);
      if (cutBy === 'power') {
        one.crash();
        two.boot();
      }
      two.order(server(1), 'drain');
      two.order(server(1), '');
      two.order(server(2), 'drain');
      world.run(3000);
      settle(world);
      const after = [`drain ${server(2)}`];
      expect(world.boxes.map(held)).toEqual([after, after]);
    }
  });

  it('comes over among two thousand, in letters that a serial line has room for, and then there is quiet', () => {
    const world = pair();
    world.weather.cut = true;
    for (let number = 0; number < 2000; number++) world.boxes[number % 2]!.order(server(number), 'disable');
    world.run(5000);
    settle(world);
    expect(world.boxes.map((box) => held(box).length)).toEqual([2000, 2000]);
    const before = world.letters;
    world.run(10 * TELL_EQUAL_MS);
    // Each box tells the other of its configuration and of its orders.
    expect(world.letters - before).toBeLessThanOrEqual(44);
    world.boxes[0].order(server(5), '');
    world.run(SOON_MS);
    expect(held(world.boxes[1])).not.toContain(`disable ${server(5)}`);
    expect(world.letters - before).toBeLessThanOrEqual(48);
  });

  it('is not told where the key proves nothing', () => {
    const world = new World(1, 'set one', { ...AUTH, keys: [{ id: 1, method: 'crc', secret: '' }] });
    world.boxes[0].order(server(1), 'disable');
    world.run(QUIET_MS);
    expect(world.letters).toBe(0);
    expect(held(world.boxes[1])).toEqual([]);
  });
});

it('whatever happens, both boxes end with the newest of each that a disk or a box still has', () => {
  let most = 0;
  for (let seed = 1; seed <= 150; seed++) {
    const world = pair(seed);
    const { random } = world;
    for (let round = 0; round < 20; round++) {
      Object.assign(world.weather, {
        loss: random.pick([0, 0.1, 0.5]),
        repeats: random.pick([0, 0.3]),
        delayMs: random.pick([1, 50, 700]),
        cut: random.chance(0.3),
      });
      const box = random.pick(world.boxes);
      if (random.chance(0.15)) box.crash();
      else box.boot();
      for (let left = random.below(20); left > 0; left--)
        box.order(server(random.below(40)), random.pick(['disable', 'drain', '']));
      world.run(random.spread(1, 20_000));
    }
    for (const box of world.boxes) box.boot();
    const all = new Ledger();
    for (const { run } of world.boxes) for (const entry of run!.ledger.said()) all.merge(entry);
    const before = world.boxes.map(({ run }) => run!.ledger.print()).join('');
    settle(world);
    const [one, two] = world.boxes.map(({ run }) => run!.ledger);
    expect([seed, one!.digest]).toEqual([seed, two!.digest]);
    expect(one!.said().map(printEntry).sort()).toEqual(two!.said().map(printEntry).sort());
    // Of what only one of them had, an end may count.
    for (const entry of one!.said()) expect(before).toContain(printEntry(entry));
    for (const { about } of all.said()) if (one!.get(about) === '') expect(before).toContain(`${about}\t\n`);
    most = Math.max(most, one!.said().length);
  }
  expect(most).toBeGreaterThan(20);
});

describe('the exchange', () => {
  const entry: Entry = { revision: 3, node: 'b', about: 'watch w', says: 'disable' };

  it('is silent while there is nothing to tell', () => {
    const exchange = new OrderExchange(new Ledger(), () => {});
    expect(exchange.tick(0)).toBe(null);
    expect(exchange.hear(['orders-want', '0'], 0)).toEqual(['orders', '0-0', '0']);
  });

  it.each([
    [['have', '1', 'x']],
    [['orders']],
    [['orders', '1-a']],
    [['orders', '1-a', '-1', printEntry(entry)]],
    [['orders', '1-a', '0', ...Array.from({ length: 41 }, () => printEntry(entry))]],
    [['orders-want']],
    [['orders-want', 'all']],
    [['orders-want', '9999999']],
    [[]],
  ])('does nothing for the words %j', (words) => {
    const ledger = new Ledger();
    const exchange = new OrderExchange(ledger, () => {});
    expect(exchange.hear(words, 0)).toBe(null);
    expect(ledger.size).toBe(0);
  });

  it('leaves out an entry that is none, and takes the others', () => {
    const news: Entry[] = [];
    const exchange = new OrderExchange(new Ledger(), (entries) => news.push(...entries));
    exchange.hear(['orders', '2-0', '0', 'nonsense', printEntry(entry), '9'.repeat(LINE_UNITS + 1)], 0);
    expect(news).toEqual([entry]);
  });

  it('asks again only when it has waited', () => {
    const exchange = new OrderExchange(new Ledger(), () => {});
    const words = ['orders', '2-0', '0', printEntry(entry)];
    expect(exchange.hear(words, 0)).toEqual(['orders-want', '1']);
    expect(exchange.hear(words, PATIENCE_MS - 1)).toBe(null);
    expect(exchange.hear(words, PATIENCE_MS)).toEqual(['orders-want', '1']);
  });
});
