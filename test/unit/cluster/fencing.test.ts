import { describe, expect, it } from 'vitest';
import { Bench } from './bench';

const FENCES = { fences: true };
const acts = (box: Bench) =>
  box.effects.map((effect) => effect.type).filter((type) => type === 'fence' || type === 'acquire');

describe('fencing', () => {
  it('switches a dead peer off before it takes the group', () => {
    const box = new Bench(FENCES);
    box.follow();
    expect(box.status.fencing).toBe('idle');
    box.wait(1_000);
    expect(acts(box)).toEqual(['fence']);
    expect(box.status.fencing).toBe('running');
    box.wait(60_000);
    expect(acts(box)).toEqual(['fence']);
    box.give({ type: 'fenced', fault: null });
    expect(acts(box)).toEqual(['fence', 'acquire']);
    expect(box.status).toMatchObject({ fencing: 'done', counters: { fencings: 1, takeovers: 1 } });
  });

  it('tries again after 5 s, for ever', () => {
    const box = new Bench(FENCES);
    box.follow();
    box.wait(1_000);
    for (let i = 1; i <= 20; i++) {
      expect(box.of('fence')).toHaveLength(i);
      box.give({ type: 'fenced', fault: 'no answer' });
      expect(box.status.fencing).toBe('failed');
      box.wait(4_999);
      expect(box.of('fence')).toHaveLength(i);
      box.wait(1);
    }
    expect(box.moves).toEqual([]);
  });

  it('ignores what comes of it once the peer was heard again', () => {
    const box = new Bench(FENCES);
    box.follow();
    box.wait(1_000);
    box.hear({ claim: 'all' });
    box.give({ type: 'fenced', fault: null });
    expect(box.status.fencing).toBe('idle');
    box.hearFor(1_000);
    expect(acts(box)).toEqual(['fence']);
  });

  it('runs one command at a time, and after the peer was heard a new one', () => {
    const box = new Bench(FENCES);
    box.follow();
    box.wait(1_000);
    box.hear({ claim: 'all' });
    box.wait(2_000);
    expect(acts(box)).toEqual(['fence']);
    box.give({ type: 'fenced', fault: null });
    expect(acts(box)).toEqual(['fence', 'fence']);
    box.give({ type: 'fenced', fault: null });
    expect(acts(box)).toEqual(['fence', 'fence', 'acquire']);
  });

  it('switches off a peer that was never heard, too: it may hold the group', () => {
    const box = new Bench(FENCES);
    box.wait(4_999);
    expect(acts(box)).toEqual([]);
    box.wait(1);
    expect(acts(box)).toEqual(['fence']);
  });

  it('switches off an unheard peer when the operator wants the group, however long that takes', () => {
    const box = new Bench({ ...FENCES, initdeadMs: 120_000 });
    expect(box.command({ name: 'takeover', scope: 'all' })).toBe(
      'accepted: this box switches b off, and then takes the group',
    );
    expect(acts(box)).toEqual(['fence']);
    box.wait(20_000);
    box.give({ type: 'fenced', fault: 'no answer' });
    box.wait(5_000);
    box.give({ type: 'fenced', fault: null });
    expect(acts(box)).toEqual(['fence', 'fence', 'acquire']);
    expect(box.status.why).toBe('the operator wants it so');
  });

  it('is not needed for a peer that left, handed over, or cannot hold', () => {
    for (const changes of [
      { status: 'dead' },
      { hindrance: 'carrier' },
      { hindrance: 'yielding' },
    ] as const) {
      const box = new Bench(FENCES);
      box.follow();
      box.hear({ claim: 'none', ...changes });
      expect(acts(box)).toEqual(['acquire']);
    }
  });

  it('is not done by a box that could not take the group', () => {
    for (const boot of [{ carrier: false }, { maintenance: true }]) {
      const box = new Bench(FENCES, boot);
      box.follow();
      box.wait(10_000);
      expect(acts(box)).toEqual([]);
    }
  });

  it('is not done by a box that holds the group already', () => {
    const box = new Bench(FENCES, { held: true });
    box.give({ type: 'group-acquired' });
    box.wait(10_000);
    expect(acts(box)).toEqual(['acquire']);
  });

  it('has no state when none is configured', () => {
    const box = new Bench();
    box.follow();
    box.wait(1_000);
    expect(box.status.fencing).toBeNull();
    expect(acts(box)).toEqual(['acquire']);
  });
});
