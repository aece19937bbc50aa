import { expect, test } from 'vitest';
import { Ledger } from '../../../src/following/ledger';
import { hearWatchOrder, WatchOrders } from '../../../src/supervisor/watch-orders';

const TEXT =
  'disable watch web\ndisable service web http\ndisable host 10.0.0.1\nack web http it is known\nack a b\n';

/** The orders of the pair as one box has them. */
class Shared {
  readonly ledger = new Ledger();
  readonly refused: string[] = [];

  get said() {
    return this.ledger.said();
  }

  say(about: string, says: string): void {
    if (this.ledger.get(about) !== says && !this.ledger.say(about, says, 'lb1')) this.refused.push(about);
  }
}

/** What the watchman of another box comes to have of it. */
function told(shared: Shared): string {
  const heard: string[] = [];
  for (const entry of shared.said) hearWatchOrder({ obey: (lines) => void heard.push(lines) }, entry);
  return heard.join('');
}

test('what an operator said of watches is told to the other box, and what he takes back ends there', () => {
  const shared = new Shared();
  const orders = new WatchOrders(shared);
  shared.say('server 10.0.0.1:80 of tcp 192.0.2.1:80', 'disable');
  orders.remember(TEXT);
  expect(told(shared)).toBe(TEXT);
  const { digest } = shared.ledger;
  orders.remember(TEXT);
  expect(shared.ledger.digest).toBe(digest);
  orders.remember('disable host 10.0.0.1\nack web http other words\n');
  expect(told(shared)).toBe('disable host 10.0.0.1\nack web http other words\n');
  orders.remember('');
  expect(shared.said.map(({ about }) => about)).toEqual(['server 10.0.0.1:80 of tcp 192.0.2.1:80']);
});

test('an end is told as the end of what it ends', () => {
  const heard: unknown[] = [];
  const watchman = { obey: (...words: readonly unknown[]) => void heard.push(words) };
  const entry = { revision: 1, node: 'lb2', about: 'ack web http', says: '' };
  expect(hearWatchOrder(watchman, entry)).toBe(true);
  expect(hearWatchOrder(watchman, { ...entry, about: 'watch web' })).toBe(true);
  expect(hearWatchOrder(watchman, { ...entry, about: 'server x' })).toBe(false);
  expect(heard).toEqual([
    ['ack web http\n', false],
    ['disable watch web\n', false],
  ]);
});

test('of words that are too many for a letter, the first count; of characters that are none, what is before', () => {
  const shared = new Shared();
  const orders = new WatchOrders(shared);
  orders.remember(`ack web http ${'ü'.repeat(120)}\nack web smtp good\ttab \ud800 bad\n`);
  expect(shared.refused).toEqual([]);
  expect(told(shared)).toMatch(/^ack web http ü{20,50}\nack web smtp good tab \n$/);
  orders.remember(`disable watch ${'w'.repeat(400)}\n`);
  expect(shared.refused).toHaveLength(1);
});
