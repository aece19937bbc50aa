import { describe, expect, it } from 'vitest';
import { holdings, type Sighting } from '../../lab/sighting';

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
