import { describe, expect, it } from 'vitest';
import {
  ENTRIES_LIMIT,
  type Entry,
  Ledger,
  LINE_UNITS,
  printEntry,
  readEntry,
  readLedger,
} from '../../../src/following/ledger';
import { Random } from '../../sim/random';

const entry = (revision: number, node: string, says: string, about = 'server a'): Entry => ({
  revision,
  node,
  about,
  says,
});

function holding(...entries: readonly Entry[]): Ledger {
  const ledger = new Ledger();
  for (const one of entries) ledger.merge(one);
  return ledger;
}

const said = (ledger: Ledger): readonly string[] => ledger.said().map(printEntry).sort();

describe('of two entries for one thing', () => {
  it.each([
    ['the higher number counts', entry(2, 'a', 'disable'), entry(1, 'b', 'drain')],
    ['of equal numbers, the name that sorts last', entry(2, 'b', ''), entry(2, 'a', 'drain')],
    ['of a number that was given twice, what it says', entry(2, 'a', 'drain'), entry(2, 'a', 'disable')],
  ])('%s', (_, wins, loses) => {
    expect(holding(wins, loses).get('server a')).toBe(wins.says);
    expect(holding(loses, wins).get('server a')).toBe(wins.says);
    expect(holding(loses, wins).digest).toBe(holding(wins, loses).digest);
    expect(holding(wins).merge(loses)).toBe(false);
    expect(holding(loses).merge(wins)).toBe(true);
  });

  it('what an operator says is newer than all that the box has seen, also of other things', () => {
    const ledger = holding(entry(41, 'b', 'disable', 'server z'));
    ledger.say('server a', 'drain', 'a');
    expect(said(ledger)).toContain('42 a server a\tdrain');
    // Even if it lost: nobody may give an older number later.
    ledger.merge(entry(50, 'b', 'disable', 'watch w'));
    ledger.merge(entry(60, 'b', '', 'watch w'));
    ledger.say('server a', '', 'a');
    expect(ledger.get('server a')).toBe('');
    expect(ledger.print()).toContain('61 a server a\t\n');
  });
});

it('is read back as it was printed; what is no entry is counted', () => {
  const ledger = holding(
    entry(3, 'lb-1.x', 'disable'),
    entry(4, 'b', '', 'watch web'),
    entry(9, 'b', 'ack ü 50%', 'ack w s'),
  );
  const text = ledger.print();
  const read = readLedger(`nonsense\n${text}1 a b\n0 a b\tc\n-1 a b\tc\n1  b\tc\n1 a b\tc\td\n\0\n`);
  expect(read.ledger.print()).toBe(text);
  expect(read.ledger.digest).toBe(ledger.digest);
  expect(read.bad).toBe(7);
});

it('takes nothing that no letter can have', () => {
  const ledger = new Ledger();
  expect(ledger.say('watch a\nb', 'disable', 'a')).toBe(false);
  expect(ledger.say('watch a', 'a\tb', 'a')).toBe(false);
  expect(ledger.say('watch a', '\ud800', 'a')).toBe(false);
  expect(ledger.say(`watch ${'x'.repeat(LINE_UNITS)}`, 'disable', 'a')).toBe(false);
  expect(ledger.say('watch a', 'ü'.repeat(LINE_UNITS / 6), 'a')).toBe(false);
  expect(ledger.size).toBe(0);
  expect(readEntry(`1 a ${'b'.repeat(LINE_UNITS)}\tc`)).toBe(null);
});

it('has a limit, above which the newest count, whatever the order they came in', () => {
  const entries = Array.from({ length: ENTRIES_LIMIT + 50 }, (_, at) =>
    entry(at + 1, 'a', at % 2 === 0 ? 'disable' : '', `server ${at}`),
  );
  const [up, down] = [holding(...entries), holding(...[...entries].reverse())];
  expect(up.size).toBe(ENTRIES_LIMIT);
  expect(up.digest).toBe(down.digest);
  expect(up.get('server 0')).toBe('');
  expect(up.get('server 50')).toBe('disable');
});

it.each(Array.from({ length: 50 }, (_, seed) => seed))(
  'is the same whatever comes in which order (seed %d)',
  (seed) => {
    const random = new Random(seed);
    const entries = Array.from({ length: 1 + random.below(30) }, () =>
      entry(
        1 + random.below(6),
        random.pick(['a', 'b']),
        random.pick(['', 'drain', 'disable']),
        `server ${random.below(4)}`,
      ),
    );
    const one = holding(...entries);
    const other = new Ledger();
    for (let left = 100; left > 0; left--) other.merge(random.pick(entries));
    for (const each of [...entries].sort(() => random.below(3) - 1)) other.merge(each);
    expect(said(other)).toEqual(said(one));
    expect(other.digest).toBe(one.digest);
  },
);
