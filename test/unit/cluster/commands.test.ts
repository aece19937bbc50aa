import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../src/cluster/types';
import { Bench } from './bench';

const SCOPES: readonly Scope[] = ['all', 'local', 'foreign'];

/** This box, `a`, with the group or behind a peer that has it. */
function owner(preferred = 'a'): Bench {
  const box = new Bench({ preferred });
  box.hear({ preferred: preferred === 'b', hindrance: preferred === 'b' ? 'carrier' : null });
  box.give({ type: 'group-acquired' });
  box.hear({ hindrance: null });
  box.effects.length = 0;
  return box;
}

function standby(preferred = 'a'): Bench {
  const box = new Bench({ preferred });
  box.follow({ preferred: preferred === 'b' });
  return box;
}

describe('scopes, as hb_standby and hb_takeover have them', () => {
  it('standby: all, local when this box is preferred, foreign when the other one is', () => {
    const done = 'accepted: this box hands the group over to b';
    const replies = (preferred: string) =>
      SCOPES.map((scope) => owner(preferred).command({ name: 'standby', scope }));
    expect(replies('a')).toEqual([done, done, 'refused: the group is not foreign here: it prefers this box']);
    expect(replies('b')).toEqual([done, 'refused: the group is not local here: it prefers b', done]);
  });

  it('takeover: likewise', () => {
    const done = 'accepted: this box asks b for the group';
    const replies = (preferred: string) =>
      SCOPES.map((scope) => standby(preferred).command({ name: 'takeover', scope }));
    expect(replies('a')).toEqual([done, done, 'refused: the group is not foreign here: it prefers this box']);
    expect(replies('b')).toEqual([done, 'refused: the group is not local here: it prefers b', done]);
  });

  it('does nothing for a scope that does not name the group', () => {
    const box = owner();
    box.command({ name: 'standby', scope: 'foreign' });
    box.hearFor(1_000);
    expect(box.moves).toEqual([]);
    expect(box.logged).toEqual(['command-refused']);
  });
});

describe('replies', () => {
  const all = 'all';

  it('standby of a box that does not hold the group', () => {
    expect(standby().command({ name: 'standby', scope: all })).toBe(
      'refused: this box does not hold the group',
    );
    const acquiring = new Bench();
    acquiring.hear();
    expect(acquiring.command({ name: 'standby', scope: all })).toBe(
      'refused: this box is still taking the group',
    );
  });

  it('standby while the peer cannot, with its reason', () => {
    const box = owner();
    box.hear({ hindrance: 'maintenance' });
    expect(box.command({ name: 'standby', scope: all })).toBe(
      'refused: nobody would hold the group: b cannot take it, for it is in maintenance',
    );
    box.wait(1_000);
    expect(box.command({ name: 'standby', scope: all })).toBe(
      'refused: nobody would hold the group: b is not alive',
    );
  });

  it('takeover while nobody is heard', () => {
    expect(new Bench().command({ name: 'takeover', scope: all })).toBe('accepted: this box takes the group');
  });

  it('takeover right after a failure', () => {
    const box = owner();
    box.give({ type: 'group-failed', reason: 'gone' });
    box.give({ type: 'group-released' });
    expect(box.command({ name: 'takeover', scope: all })).toBe(
      'refused: this box cannot take the group: it failed to hold the group just now',
    );
  });

  it('a standby that the peer could not grant in time is given up, not kept for later', () => {
    const box = owner();
    expect(box.command({ name: 'standby', scope: all })).toMatch(/^accepted/);
    const slow = owner();
    slow.hear({ claim: 'all', epoch: 0 });
    slow.command({ name: 'standby', scope: all });
    slow.wait(10_000);
    slow.hear({ claim: 'none', hindrance: null });
    expect(slow.moves).not.toContain('release');
    expect(slow.logged).toContain('command-expired');
  });

  it('shutdown, and commands from then on', () => {
    const box = owner();
    expect(box.command({ name: 'shutdown' })).toBe(
      'accepted: this box hands the group over to b and leaves the cluster',
    );
    expect(box.command({ name: 'shutdown' })).toBe('accepted: this box is shutting down already');
    for (const name of ['standby', 'takeover'] as const) {
      expect(box.command({ name, scope: all })).toBe('refused: this box is shutting down');
    }
    expect(box.command({ name: 'maintenance', on: true })).toBe('refused: this box is shutting down');
    box.give({ type: 'group-released' });
    box.wait(1_000);
    expect(box.moves).toEqual(['release', 'stopped']);
    expect(box.command({ name: 'takeover', scope: all })).toBe('refused: this box is shutting down');
    expect(box.moves).toEqual(['release', 'stopped']);
  });

  it('shutdown of a standby, and of an owner without a peer', () => {
    expect(standby().command({ name: 'shutdown' })).toBe('accepted: this box leaves the cluster');
    const alone = owner();
    alone.wait(1_000);
    expect(alone.command({ name: 'shutdown' })).toBe(
      'accepted: this box lets the group go and leaves the cluster, and b is not alive',
    );
  });
});

describe('maintenance', () => {
  const on = { name: 'maintenance', on: true } as const;
  const off = { name: 'maintenance', on: false } as const;

  it('takes nothing, not even from a dead peer, until it is ended', () => {
    const box = standby();
    expect(box.command(on)).toBe(
      'accepted: this box is in maintenance: it takes nothing until that is ended',
    );
    expect(box.lastBeat.hindrance).toBe('maintenance');
    box.wait(20_000);
    expect(box.moves).toEqual([]);
    expect(box.status).toMatchObject({
      maintenance: true,
      able: false,
      unableBecause: 'it is in maintenance',
    });
    expect(box.command({ name: 'takeover', scope: 'all' })).toBe(
      'refused: this box cannot take the group: it is in maintenance',
    );
    expect(box.command(off)).toBe('accepted: this box may take the group again');
    expect(box.moves).toEqual(['acquire']);
  });

  it('of the owner hands over at once when the peer can take the group', () => {
    const box = owner();
    expect(box.command(on)).toBe('accepted: this box is in maintenance and hands the group over to b');
    expect(box.moves).toEqual(['release']);
    box.give({ type: 'group-released' });
    expect(box.lastBeat.hindrance).toBe('maintenance');
    box.hearFor(5_000);
    expect(box.moves).toEqual(['release']);
  });

  it('of the owner keeps the group until the peer can', () => {
    const box = owner();
    box.hear({ hindrance: 'failed' });
    expect(box.command(on)).toBe(
      'accepted: this box is in maintenance and keeps the group until b can take it: ' +
        'b cannot take it, for it failed to hold the group just now',
    );
    box.hearFor(20_000);
    expect(box.moves).toEqual([]);
    box.hear({ hindrance: null });
    expect(box.moves).toEqual(['release']);
    const alone = owner();
    alone.wait(1_000);
    expect(alone.command(on)).toBe(
      'accepted: this box is in maintenance and keeps the group until b can take it: b is not alive',
    );
  });

  it('is remembered when it changes', () => {
    const box = standby();
    for (const command of [on, on, off, off]) box.command(command);
    expect(box.of('remember').map((effect) => effect.maintenance)).toEqual([true, false]);
    expect(box.reply).toBe('this box is not in maintenance');
  });

  it('is there again after a start', () => {
    const box = new Bench({}, { maintenance: true });
    expect(box.lastBeat.hindrance).toBe('maintenance');
    box.wait(20_000);
    expect(box.moves).toEqual([]);
  });

  it('does not make a restarted supervisor drop what the kernel holds', () => {
    const box = new Bench({}, { maintenance: true, held: true });
    box.give({ type: 'group-acquired' });
    box.wait(20_000);
    expect(box.moves).toEqual(['acquire', 'announce']);
    box.hear({ claim: 'none', hindrance: null });
    expect(box.moves.at(-1)).toBe('release');
  });

  it('does not stop an order to shut down', () => {
    const box = standby();
    box.command(on);
    box.command({ name: 'shutdown' });
    box.wait(1_000);
    expect(box.moves).toEqual(['stopped']);
  });
});
