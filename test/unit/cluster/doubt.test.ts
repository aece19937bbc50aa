import { describe, expect, it } from 'vitest';
import { Bench } from './bench';

/** An owner that is sure of its claim, with epoch 7, and then hangs for `ms`. */
function hung(ms: number): Bench {
  const box = new Bench();
  box.own();
  box.hear({ epoch: 7 });
  box.wait(200);
  expect(box.lastBeat).toMatchObject({ claim: 'all', epoch: 7 });
  box.nowMs += ms;
  box.effects.length = 0;
  return box;
}

/** The box runs again after it hung. */
function awake(ms: number): Bench {
  const box = hung(ms);
  box.give({ type: 'tick' });
  return box;
}

describe('an owner that hung', () => {
  it('claims with the oldest epoch when it may have been replaced', () => {
    const box = awake(1_001);
    expect(box.lastBeat).toMatchObject({ claim: 'all', epoch: 0 });
    expect(box.status.epoch).toBe(0);
  });

  it('goes on as before when it hung for less than its deadtime', () => {
    expect(awake(900).lastBeat).toMatchObject({ claim: 'all', epoch: 7 });
  });

  it('gives way to a successor that restarted meanwhile and knows no epochs', () => {
    const box = awake(60_000);
    box.hear({ claim: 'all', epoch: 1, session: 0xc });
    expect(box.moves).toEqual(['release']);
    expect(box.status.why).toBe('the peer has the newer claim');
  });

  it('also when a beat of before its successor took the group comes first', () => {
    const box = hung(60_000);
    // Waited in the socket: it acknowledges a beat of before.
    box.hear({ claim: 'none', epoch: 7 });
    expect(box.lastBeat.epoch).toBe(0);
    box.hear({ claim: 'all', epoch: 1, session: 0xc });
    expect(box.moves).toEqual(['release']);
  });

  it('is sure again when its peer has heard it since, and does not hold the group', () => {
    const box = awake(60_000);
    box.hear({ claim: 'none', epoch: 7 });
    box.wait(200);
    expect(box.lastBeat).toMatchObject({ claim: 'all', epoch: 7 });
    expect(box.moves).toEqual([]);
  });

  it('stays in doubt while it hears nobody', () => {
    const box = awake(60_000);
    box.wait(60_000);
    expect(box.lastBeat).toMatchObject({ claim: 'all', epoch: 0 });
  });

  it('of two that hung with the group the preferred one keeps it', () => {
    for (const preferred of ['a', 'b']) {
      const box = new Bench({ preferred });
      box.wait(5_000);
      box.give({ type: 'group-acquired' });
      box.nowMs += 60_000;
      box.give({ type: 'tick' });
      box.effects.length = 0;
      box.hear({ claim: 'all', epoch: 0, preferred: preferred === 'b' });
      expect([preferred, box.moves.includes('release')]).toEqual([preferred, preferred === 'b']);
    }
  });

  it('claims anew with the next acquire', () => {
    const box = awake(60_000);
    box.give({ type: 'group-failed', reason: 'gone' });
    box.give({ type: 'group-released' });
    box.wait(5_000);
    expect(box.lastBeat).toMatchObject({ claim: 'taking', epoch: 8 });
  });
});

describe('a peer that was gone and is heard without hearing this box', () => {
  it('is waited for when it had left, too', () => {
    const box = new Bench({}, { maintenance: true });
    box.follow();
    box.hear({ claim: 'none', status: 'dead', hindrance: 'leaving' });
    box.wait(200);
    box.hear({ session: 0x77, claim: 'all', status: 'active', ack: null, sequence: 1 });
    box.command({ name: 'maintenance', on: false });
    expect(box.moves).toEqual([]);
    box.wait(1_000);
    expect(box.moves).toEqual(['acquire']);
  });

  it('is waited for when it claims the group, by a box that has not taken it yet', () => {
    const box = new Bench({ fences: true });
    box.follow();
    box.wait(1_000);
    expect(box.of('fence')).toHaveLength(1);
    for (let i = 0; i < 10; i++) {
      box.wait(200);
      box.hear({ session: 0x77, claim: 'all', ack: null, sequence: i + 1 });
    }
    box.give({ type: 'fenced', fault: null });
    expect(box.moves).toEqual([]);
    box.wait(1_000);
    expect(box.moves).toEqual(['acquire']);
  });
});
