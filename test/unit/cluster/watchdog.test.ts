import { describe, expect, it } from 'vitest';
import { Bench } from './bench';

const WATCHDOG = { watchdog: true };
const GOOD = { type: 'watchdog', timeoutMs: 1_000, fault: null } as const;
const acts = (box: Bench) => box.of('watchdog').map((effect) => effect.act);
const order = (box: Bench) => box.effects.map((effect) => effect.type);

/** An owner, 100 ms after its last beat. */
function owner(): Bench {
  const box = new Bench(WATCHDOG);
  box.hear();
  box.give(GOOD);
  box.give({ type: 'group-acquired' });
  box.wait(100);
  box.effects.length = 0;
  return box;
}

describe('the watchdog', () => {
  it('is armed before the group is acquired', () => {
    const box = new Bench(WATCHDOG);
    box.effects.length = 0;
    box.hear();
    expect(acts(box)).toEqual(['arm']);
    expect(order(box).indexOf('watchdog')).toBeLessThan(order(box).indexOf('acquire'));
    expect(box.status.watchdog).toEqual({ armed: false, timeoutMs: null, fault: null, overlapMs: null });
  });

  it('is fed with each beat once it is armed', () => {
    const box = owner();
    box.wait(1_000);
    expect(acts(box)).toEqual(box.of('send').map(() => 'feed'));
    expect(acts(box)).toHaveLength(5);
    expect(box.status.watchdog?.armed).toBe(true);
  });

  it('is not fed before the device has answered, nor when it cannot be used', () => {
    const box = new Bench(WATCHDOG);
    box.effects.length = 0;
    box.hear();
    box.wait(1_000);
    expect(acts(box)).toEqual(['arm']);
    box.give({ type: 'watchdog', timeoutMs: null, fault: 'no such device' });
    box.wait(1_000);
    expect(acts(box)).toEqual(['arm']);
    expect(box.status.watchdog).toMatchObject({ armed: false, fault: 'no such device' });
    expect(box.logged).toContain('watchdog-fault');
  });

  it('is disarmed when the group is released, not before', () => {
    const box = owner();
    box.command({ name: 'standby', scope: 'all' });
    expect(acts(box)).toEqual(['feed']);
    box.give({ type: 'group-released' });
    expect(acts(box)).toEqual(['feed', 'disarm']);
    box.hear({ claim: 'all', epoch: 2 });
    box.hearFor(1_000);
    expect(acts(box)).toEqual(['feed', 'disarm']);
    expect(box.status.watchdog).toMatchObject({ armed: false, timeoutMs: 1_000 });
  });

  it('is disarmed at the end', () => {
    const box = owner();
    box.command({ name: 'shutdown' });
    box.give({ type: 'group-released' });
    box.wait(1_000);
    expect(acts(box).at(-1)).toBe('disarm');
    expect(box.moves).toEqual(['release', 'stopped']);
  });

  it('is disarmed at the start where an earlier run may have left it running', () => {
    expect(acts(new Bench(WATCHDOG))).toEqual(['disarm']);
  });

  it('is armed at the start where an earlier run left the group', () => {
    const box = new Bench(WATCHDOG, { held: true });
    expect(acts(box)).toEqual(['arm']);
    expect(order(box).indexOf('watchdog')).toBeLessThan(order(box).indexOf('acquire'));
  });

  it('is not fed any more when a release has failed ten times, so the hardware resets the box', () => {
    const box = owner();
    box.command({ name: 'standby', scope: 'all' });
    for (let i = 1; i < 10; i++) {
      box.give({ type: 'group-failed', reason: 'busy' });
      box.effects.length = 0;
      box.hearFor(1_000);
      expect([i, acts(box)]).toEqual([i, box.of('send').map(() => 'feed')]);
      expect(box.moves).toEqual(['release']);
    }
    box.give({ type: 'group-failed', reason: 'busy' });
    box.effects.length = 0;
    box.hearFor(2_000);
    expect(acts(box)).toEqual([]);
    expect(box.logged.filter((event) => event === 'watchdog-starves')).toHaveLength(1);
    expect(box.lastBeat.claim).toBe('giving');
    box.give({ type: 'group-released' });
    expect(acts(box)).toEqual(['disarm']);
    box.hear({ hindrance: 'carrier' });
    box.give(GOOD);
    box.wait(200);
    expect(acts(box)).toEqual(['disarm', 'arm', 'feed']);
  });

  it('says by how much a hung box could outlast its deadtime', () => {
    const box = owner();
    expect(box.status.watchdog?.overlapMs).toBe(0);
    box.give({ type: 'watchdog', timeoutMs: 16_000, fault: null });
    expect(box.status.watchdog).toEqual({ armed: true, timeoutMs: 16_000, fault: null, overlapMs: 15_000 });
    expect(box.logged).toContain('watchdog-slow');
  });

  it('has neither state nor effects when none is configured', () => {
    const box = new Bench();
    box.own();
    box.wait(1_000);
    expect(acts(box)).toEqual([]);
    expect(box.status.watchdog).toBeNull();
  });
});
