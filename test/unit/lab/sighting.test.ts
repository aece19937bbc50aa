import { describe, expect, it } from 'vitest';
import { holdings, overlaps, type Sighting } from '../../lab/sighting';

const VIP = '192.0.2.1';

function answer(round: number, mac: string, address = VIP): Sighting {
  return { atMs: round * 50 + 1, segment: 'outside', kind: 'answer', address, mac, round };
}

describe('holdings', () => {
  it('joins rounds with the same answer into one stretch', () => {
    expect(holdings([answer(1, 'a'), answer(2, 'a'), answer(3, 'b')], VIP)).toEqual([
      { fromMs: 51, toMs: 101, macs: ['a'] },
      { fromMs: 151, toMs: 151, macs: ['b'] },
    ]);
  });

  it('shows a round that two cards answered as a stretch of its own', () => {
    const both = holdings([answer(1, 'a'), answer(2, 'b'), answer(2, 'a'), answer(3, 'b')], VIP);
    expect(both.map((holding) => holding.macs)).toEqual([['a'], ['a', 'b'], ['b']]);
  });

  it('forgives a few unanswered probes, and splits at more', () => {
    expect(holdings([answer(1, 'a'), answer(5, 'a')], VIP)).toHaveLength(1);
    expect(holdings([answer(1, 'a'), answer(6, 'a')], VIP)).toHaveLength(2);
  });

  it('leaves out other addresses and announcements', () => {
    const announcement: Sighting = { ...answer(1, 'c'), kind: 'announcement' };
    expect(holdings([answer(1, 'a', '192.0.2.9'), announcement], VIP)).toEqual([]);
  });
});

describe('overlaps', () => {
  const at = (atMs: number, mac: string): Sighting => ({ ...answer(0, mac), atMs });

  it('does not take a handover for a duplicate, even within one probe', () => {
    expect(overlaps([at(0, 'a'), at(50, 'a'), at(52, 'b'), at(100, 'b')], VIP)).toEqual([]);
  });

  it('spans the time from the second card on until only one answers', () => {
    const both = [
      at(0, 'a'),
      at(50, 'b'),
      at(51, 'a'),
      at(100, 'a'),
      at(101, 'b'),
      at(150, 'a'),
      at(200, 'b'),
      at(250, 'b'),
    ];
    expect(overlaps(both, VIP)).toEqual([{ fromMs: 50, toMs: 200 }]);
  });

  it('lets an address go and come back later', () => {
    expect(overlaps([at(0, 'a'), at(100, 'b'), at(600, 'a')], VIP)).toEqual([]);
  });
});
