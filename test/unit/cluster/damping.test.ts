import { describe, expect, it } from 'vitest';
import { Damping } from '../../../src/cluster/damping';
import { Bench } from './bench';

describe('Damping', () => {
  it('asks nothing of a box that gives up once a minute', () => {
    const damping = new Damping();
    expect([0, 60_001, 120_002].map((atMs) => damping.gaveUp(atMs))).toEqual([0, 0, 0]);
    expect(damping.untilMs(120_002)).toBeNull();
  });

  it('waits 10 s from the second time within a minute, and doubles up to 5 min', () => {
    const damping = new Damping();
    const waits = [0, 60_000, 70_000, 90_000, 130_000, 210_000, 370_000, 700_000].map((atMs) =>
      damping.gaveUp(atMs),
    );
    expect(waits).toEqual([0, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
    expect(damping.untilMs(999_999)).toBe(1_000_000);
    expect(damping.nextMs(999_999)).toBe(1_000_000);
    expect(damping.untilMs(1_000_000)).toBeNull();
    expect(damping.nextMs(1_000_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it('forgets after 10 quiet minutes, not before', () => {
    const kept = new Damping();
    expect([0, 1, 600_000].map((atMs) => kept.gaveUp(atMs))).toEqual([0, 10_000, 20_000]);
    const forgotten = new Damping();
    expect([0, 1, 600_001, 600_002].map((atMs) => forgotten.gaveUp(atMs))).toEqual([0, 10_000, 0, 10_000]);
  });

  it('keeps its count when an operator ends the wait', () => {
    const damping = new Damping();
    damping.gaveUp(0);
    damping.gaveUp(1);
    damping.end();
    expect(damping.untilMs(2)).toBeNull();
    expect(damping.gaveUp(3)).toBe(20_000);
  });
});

/** A box that has just given the group up for the second time in a minute, as its carrier flaps. */
function flapped(): Bench {
  const box = new Bench();
  box.own();
  for (let i = 1; i <= 2; i++) {
    box.give({ type: 'carrier', ok: false });
    box.hearFor(200);
    expect(box.moves.at(-1)).toBe('release');
    box.give({ type: 'group-released' });
    box.hear({ claim: 'all', epoch: 2 * i });
    box.give({ type: 'carrier', ok: true });
    if (i === 2) break;
    box.hearFor(2_000);
    box.command({ name: 'takeover', scope: 'all' });
    box.hear({ claim: 'none', hindrance: 'yielding' });
    box.give({ type: 'group-acquired' });
    box.hear({ hindrance: null });
  }
  box.effects.length = 0;
  return box;
}

describe('a box that flaps', () => {
  it('says so, and that it cannot take the group, until the wait is over', () => {
    const box = flapped();
    box.hearFor(400);
    expect(box.lastBeat.hindrance).toBe('damped');
    expect(box.status).toMatchObject({
      able: false,
      unableBecause: 'it gave the group up too often, and waits',
      dampedUntilMs: box.nowMs + 9_600,
    });
    box.hearFor(9_400);
    expect(box.lastBeat.hindrance).toBe('damped');
    box.hearFor(400);
    expect(box.lastBeat.hindrance).toBeNull();
    expect(box.status.dampedUntilMs).toBeNull();
  });

  it('leaves the group to a peer that can take it, and that is no better than it was', () => {
    const box = flapped();
    box.hear({ claim: 'none', hindrance: null });
    box.hearFor(1_000);
    expect(box.moves).toEqual([]);
  });

  it('takes it all the same from a peer that dies, or leaves', () => {
    const dead = flapped();
    dead.wait(1_000);
    expect(dead.moves).toEqual(['acquire']);
    expect(dead.lastBeat.hindrance).toBeNull();
    const left = flapped();
    left.hear({ claim: 'none', status: 'dead', hindrance: 'leaving' });
    expect(left.moves).toEqual(['acquire']);
  });

  it('takes it from a living peer that cannot hold it: never none', () => {
    const box = flapped();
    box.hear({ claim: 'none', hindrance: 'carrier' });
    expect(box.moves).toEqual(['acquire']);
  });

  it('of two that flap, the preferred one takes it', () => {
    for (const preferred of ['a', 'b']) {
      const box = new Bench({ preferred });
      for (let i = 0; i < 2; i++) {
        box.hear({ claim: 'none', hindrance: 'carrier', preferred: preferred === 'b' });
        box.give({ type: 'group-failed', reason: 'busy' });
        box.give({ type: 'group-released' });
        box.hearFor(2_000);
      }
      box.give({ type: 'group-failed', reason: 'busy' });
      box.give({ type: 'group-released' });
      box.effects.length = 0;
      box.hear({ hindrance: 'damped' });
      box.hearFor(4_000);
      expect([preferred, ...box.moves]).toEqual(preferred === 'a' ? ['a', 'acquire'] : ['b']);
    }
  });

  it('gets the group from an owner that has no carrier, as it is better than none', () => {
    const box = new Bench();
    box.own();
    box.hear({ hindrance: 'damped' });
    box.give({ type: 'carrier', ok: false });
    box.hearFor(200);
    expect(box.moves).toEqual(['release']);
  });

  it('is freed by an operator who wants it to have the group', () => {
    const box = flapped();
    box.hearFor(400);
    expect(box.command({ name: 'takeover', scope: 'all' })).toBe('accepted: this box asks b for the group');
    expect(box.lastBeat).toMatchObject({ asks: true, hindrance: null });
  });

  it('is not what an operator, or a lost conflict, makes of a box', () => {
    const box = new Bench();
    box.own();
    for (const epoch of [10, 20, 30]) {
      box.command({ name: 'standby', scope: 'all' });
      box.give({ type: 'group-released' });
      box.hear({ claim: 'all', epoch });
      box.command({ name: 'takeover', scope: 'all' });
      box.hear({ claim: 'none', hindrance: 'yielding' });
      box.give({ type: 'group-acquired' });
      box.hear({ claim: 'all', epoch: epoch + 5 });
      box.give({ type: 'group-released' });
      box.hear({ claim: 'none', hindrance: 'carrier' });
      box.give({ type: 'group-acquired' });
      box.hear({ hindrance: null });
    }
    expect(box.of('release')).toHaveLength(6);
    expect(box.status.dampedUntilMs).toBeNull();
  });
});
