import { describe, expect, it } from 'vitest';
import type { ClusterConfig } from '../../../src/cluster/types';
import { Bench, OWN_SESSION } from './bench';

describe('heartbeat times', () => {
  it('beats at once, and then each keepalive', () => {
    const box = new Bench();
    expect(box.of('send')).toHaveLength(1);
    expect(box.wakeMs).toBe(10_200);
    box.wait(1_000);
    expect(box.of('send').map((effect) => effect.beat.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('asks for more patience while it starts, where its deadtime is short', () => {
    const box = new Bench({ keepaliveMs: 30, warntimeMs: 50, deadtimeMs: 100 });
    expect(box.lastBeat.deadtimeMs).toBe(1_000);
    box.wait(2_999);
    expect(box.lastBeat.deadtimeMs).toBe(1_000);
    box.wait(31);
    expect(box.lastBeat.deadtimeMs).toBe(100);
  });

  it('announces its own deadtime, and waits for the deadtime that the peer announces', () => {
    const box = new Bench();
    expect(box.lastBeat.deadtimeMs).toBe(1_000);
    box.follow({ deadtimeMs: 3_000 });
    box.wait(2_999);
    expect(box.status.peer.state).toBe('late');
    box.wait(1);
    expect(box.status.peer.state).toBe('dead');
    expect(box.moves).toEqual(['acquire']);
  });

  it('warns after warntime, once for each gap, with its length', () => {
    const box = new Bench();
    box.follow();
    box.wait(499);
    expect(box.status.peer.state).toBe('alive');
    box.wait(1);
    expect(box.status.peer.state).toBe('late');
    box.wait(200);
    box.hear();
    expect(box.status.peer.state).toBe('alive');
    expect(box.of('log').find((effect) => effect.event === 'late-heartbeat')?.sentence).toBe(
      'Late heartbeat: b was silent for 700 ms',
    );
    expect(box.status.counters.lateBeats).toBe(1);
  });

  it('waits for initdead before it takes the group alone', () => {
    const box = new Bench();
    box.wait(4_999);
    expect(box.status.role).toBe('init');
    box.wait(1);
    expect(box.status.role).toBe('acquiring');
    box.give({ type: 'group-acquired' });
    expect(box.status.role).toBe('active');
    expect(box.moves).toEqual(['acquire', 'announce']);
  });

  it('is quiet and asleep after a shutdown', () => {
    const box = new Bench();
    box.give({ type: 'command', command: { name: 'shutdown' } });
    box.wait(1_000);
    expect(box.wakeMs).toBe(Number.POSITIVE_INFINITY);
    box.effects.length = 0;
    box.hear({ claim: 'none' });
    expect(box.effects).toEqual([]);
  });
});

describe('links', () => {
  it('does not call the peer dead while any link carries its beats', () => {
    const box = new Bench();
    box.follow();
    for (let i = 0; i < 20; i++) {
      box.wait(200);
      box.hear({}, 0);
    }
    expect(box.status.peer.state).toBe('alive');
    expect(box.status.links.map((link) => link.state)).toEqual(['up', 'silent']);
    expect(box.logged.filter((event) => event === 'link-silent')).toHaveLength(1);
  });

  it('counts copies on another link, and what is missing on each', () => {
    const box = new Bench();
    box.hear({ sequence: 1 }, 0);
    box.hear({ sequence: 1 }, 1);
    box.hear({ sequence: 2 }, 0);
    box.hear({ sequence: 4 }, 0);
    box.hear({ sequence: 4 }, 1);
    const [serial, ethernet] = box.status.links;
    expect([serial?.heard, serial?.missed]).toEqual([3, 1]);
    expect([ethernet?.heard, ethernet?.missed]).toEqual([2, 2]);
    expect(box.status.counters).toMatchObject({ heard: 3, copies: 2, replays: 0 });
  });

  it('reports a medium that does not work, and that it works again', () => {
    const box = new Bench();
    box.give({ type: 'link-state', link: 0, fault: 'no such device' });
    box.give({ type: 'link-state', link: 0, fault: 'no such device' });
    expect(box.status.links[0]?.fault).toBe('no such device');
    box.give({ type: 'link-state', link: 0, fault: null });
    expect(box.logged).toEqual(['link-fault', 'link-works']);
  });

  it('beats again when a medium begins to work, as what was sent before is lost', () => {
    const box = new Bench({ keepaliveMs: 2_000, warntimeMs: 3_000, deadtimeMs: 5_000 });
    box.wait(100);
    const before = box.of('send').length;
    box.give({ type: 'link-state', link: 0, fault: null });
    expect(box.of('send')).toHaveLength(before + 1);
    box.give({ type: 'link-state', link: 0, fault: 'hung up' });
    expect(box.of('send')).toHaveLength(before + 1);
  });

  it('logs refused frames once a minute and counts them all', () => {
    const box = new Bench();
    for (let i = 0; i < 100; i++) box.give({ type: 'refused', link: 1, why: 'noise' });
    expect(box.logged).toEqual(['frame-refused']);
    expect(box.status.counters.refused).toBe(100);
    box.wait(60_000);
    box.give({ type: 'refused', link: 1, why: 'noise' });
    expect(box.logged.filter((event) => event === 'frame-refused')).toHaveLength(2);
  });

  it('takes no beats from strangers, nor from a box of its own name', () => {
    for (const src of ['c', 'a']) {
      const box = new Bench();
      box.hear({ src });
      expect(box.status.peer.state).toBe('unknown');
      expect(box.logged).toEqual(['stranger']);
    }
  });
});

describe('replays', () => {
  it('takes a beat of a known session only with a higher sequence', () => {
    const box = new Bench();
    box.follow({ sequence: 20 });
    box.wait(100);
    box.hear({ sequence: 5, claim: 'none' });
    expect(box.status.peer).toMatchObject({ claim: 'all', lastHeardMs: 10_000 });
    expect(box.status.counters.replays).toBe(1);
  });

  it('takes another session only when it acknowledges a beat of this run', () => {
    const box = new Bench();
    for (const ack of [null, { session: 0xbad, sequence: 1 }, { session: OWN_SESSION, sequence: 99 }]) {
      box.hear({ session: 0xc, ack });
      expect(box.status.peer.state).toBe('unknown');
    }
    box.hear({ session: 0xc, ack: { session: OWN_SESSION, sequence: 1 } });
    expect(box.status.peer.state).toBe('alive');
  });

  it('takes no acknowledgement twice: an earlier session cannot be played again', () => {
    const box = new Bench();
    box.follow({ session: 1, sequence: 50 });
    const { sequence } = box.lastBeat;
    box.wait(200);
    box.follow({ session: 2, sequence: 1 });
    box.hear({ session: 1, sequence: 51, ack: { session: OWN_SESSION, sequence }, claim: 'none' });
    expect(box.status.peer.claim).toBe('all');
  });

  it('acknowledges an unproven beat soon, but not as often as an attacker likes', () => {
    const box = new Bench();
    box.wait(100);
    for (let i = 0; i < 50; i++) box.hear({ session: 0x77, ack: null });
    expect(box.of('send')).toHaveLength(2);
    expect(box.lastBeat.ack).toEqual({ session: 0x77, sequence: 2 });
    box.wait(20);
    expect(box.of('send')).toHaveLength(3);
  });

  it('answers a session that has just proven itself at once', () => {
    const box = new Bench();
    box.follow();
    const before = box.lastBeat.sequence;
    box.hear({ session: 0x99, sequence: 7 });
    expect(box.lastBeat).toMatchObject({ sequence: before + 1, ack: { session: 0x99, sequence: 7 } });
  });

  it('waits while an owner is heard that does not hear it, and says so', () => {
    const box = new Bench();
    for (let i = 0; i < 100; i++) {
      box.wait(200);
      box.hear({ claim: 'all', ack: null });
    }
    expect(box.status.role).toBe('init');
    expect(box.logged).toContain('one-way');
    box.wait(1_000);
    expect(box.status.role).toBe('acquiring');
  });

  it('is not held back by a recording of a session that once counted', () => {
    const box = new Bench();
    box.follow({ session: 1, sequence: 50 });
    box.follow({ session: 2, sequence: 1 });
    for (let i = 0; i < 5; i++) {
      box.wait(200);
      box.hear({ session: 1, sequence: 100 + i, ack: null, claim: 'all' });
    }
    expect(box.status.role).toBe('acquiring');
  });
});

describe('oversleeping', () => {
  it('listens a full deadtime before it judges, and takes nothing meanwhile', () => {
    const box = new Bench();
    box.follow();
    box.wait(100);
    box.nowMs += 5_000;
    box.give({ type: 'tick' });
    expect(box.logged).toContain('overslept');
    expect(box.status).toMatchObject({
      able: false,
      unableBecause: 'it was not running for a while, and listens first',
    });
    box.wait(999);
    expect(box.status.peer.state).toBe('late');
    box.wait(1);
    expect(box.moves).toEqual(['acquire']);
  });

  it('also as long as a peer has announced that holds the group and has not proven itself', () => {
    const box = new Bench({ initdeadMs: 1_000 });
    box.hear({ claim: 'all', epoch: 5, ack: null, deadtimeMs: 3_000 });
    box.wait(100);
    box.nowMs += 5_000;
    box.give({ type: 'tick' });
    box.wait(2_999);
    expect(box.moves).toEqual([]);
    box.wait(1);
    expect(box.moves).toEqual(['acquire']);
  });

  it('does not mind being late by a keepalive', () => {
    const box = new Bench();
    box.follow();
    box.nowMs += 400;
    box.give({ type: 'tick' });
    expect(box.status.counters.oversleeps).toBe(0);
    box.nowMs += 401;
    box.give({ type: 'tick' });
    expect(box.status.counters.oversleeps).toBe(1);
  });

  it('gives way at the first beat when it was replaced', () => {
    const box = new Bench();
    box.own();
    box.wait(100);
    box.nowMs += 5_000;
    box.hear({ claim: 'all', epoch: 2 });
    expect(box.moves).toEqual(['release']);
    expect(box.status.why).toBe('the peer has the newer claim');
  });
});

describe('who takes the group', () => {
  it('of two that start together, the preferred one, as soon as it has heard the other', () => {
    const preferred = new Bench();
    preferred.hear();
    expect(preferred.moves).toEqual(['acquire']);
    const other = new Bench({ preferred: 'b' });
    other.hear({ preferred: true });
    expect(other.moves).toEqual([]);
    expect(other.status.role).toBe('standby');
  });

  it('the one that can, when the preferred one cannot', () => {
    const box = new Bench({ preferred: 'b' });
    box.hear({ preferred: true, hindrance: 'carrier' });
    expect(box.moves).toEqual(['acquire']);
  });

  it('nobody else while the peer holds, even the preferred one', () => {
    const box = new Bench();
    box.hear({ claim: 'all', epoch: 5 });
    expect(box.moves).toEqual([]);
    expect(box.status.role).toBe('standby');
  });

  it('nobody without carrier; and after the carrier is back it first listens a deadtime', () => {
    const box = new Bench({}, { carrier: false });
    box.wait(20_000);
    expect(box.moves).toEqual([]);
    box.give({ type: 'carrier', ok: true });
    box.wait(999);
    expect(box.moves).toEqual([]);
    box.wait(1);
    expect(box.moves).toEqual(['acquire']);
  });

  it('exactly one, when the configurations of the boxes disagree on who is preferred', () => {
    const first = new Bench({ preferred: 'a' });
    first.hear({ preferred: true });
    expect(first.moves).toEqual(['acquire']);
    const second = new Bench({ node: 'b', peer: 'a', preferred: 'b' });
    second.hear({ src: 'a', preferred: true });
    expect(second.moves).toEqual([]);
  });
});

describe('epochs', () => {
  it('each acquire uses one more than the highest that was heard', () => {
    const box = new Bench();
    box.follow({ epoch: 41 });
    box.wait(1_000);
    expect(box.lastBeat).toMatchObject({ claim: 'taking', epoch: 42 });
    expect(box.lastBeat.sequence).toBe(box.status.counters.sent);
  });

  it('a box that holds nothing passes on the highest that it knows', () => {
    const box = new Bench();
    box.follow({ epoch: 41 });
    box.wait(200);
    expect(box.lastBeat).toMatchObject({ claim: 'none', epoch: 41 });
  });

  it('of two claims the higher epoch keeps, and announces now and when the other has let go', () => {
    const box = new Bench({ preferred: 'b' });
    box.wait(5_000);
    box.give({ type: 'group-acquired' });
    box.effects.length = 0;
    box.hear({ claim: 'all', epoch: 0 });
    expect(box.logged).toContain('conflict');
    const announced = box.of('announce').length;
    expect(announced).toBeGreaterThan(0);
    box.hear({ claim: 'giving', epoch: 0 });
    box.hear({ claim: 'none', epoch: 1 });
    expect(box.of('announce').length).toBe(announced + 1);
    expect(box.moves).not.toContain('release');
    expect(box.status.counters.conflicts).toBe(1);
  });

  it('of equal epochs the preferred node keeps', () => {
    for (const preferred of ['a', 'b']) {
      const box = new Bench({ preferred });
      box.wait(5_000);
      box.give({ type: 'group-acquired' });
      box.effects.length = 0;
      box.hear({ claim: 'all', epoch: 1, preferred: preferred === 'b' });
      expect(box.moves.includes('release')).toBe(preferred === 'b');
    }
  });

  it('a restarted owner goes on with the epoch that its peer remembers', () => {
    const box = new Bench({}, { held: true });
    box.give({ type: 'group-acquired' });
    box.hear({ claim: 'none', epoch: 9 });
    expect(box.lastBeat).toMatchObject({ claim: 'all', epoch: 9 });
  });
});

describe('hand-over', () => {
  it('standby: releases, then says so in a beat at once, and lets the peer go first', () => {
    const box = new Bench();
    box.own();
    box.give({ type: 'command', command: { name: 'standby', scope: 'all' } });
    expect(box.moves).toEqual(['release']);
    expect(box.lastBeat.claim).toBe('giving');
    box.nowMs += 3;
    box.give({ type: 'group-released' });
    expect(box.lastBeat).toMatchObject({ claim: 'none', hindrance: 'yielding' });
    box.hear({ claim: 'taking', epoch: 2 });
    expect(box.status).toMatchObject({ role: 'standby', able: true });
    expect(box.moves).toEqual(['release']);
  });

  it('standby: takes the group back when the peer does not come', () => {
    const box = new Bench();
    box.own();
    box.give({ type: 'command', command: { name: 'standby', scope: 'all' } });
    box.give({ type: 'group-released' });
    box.hearFor(1_000);
    expect(box.moves).toEqual(['release', 'acquire']);
  });

  it('standby: takes the group back when the peer cannot', () => {
    const box = new Bench();
    box.own();
    box.give({ type: 'command', command: { name: 'standby', scope: 'all' } });
    box.give({ type: 'group-released' });
    box.hear({ hindrance: 'carrier' });
    expect(box.moves).toEqual(['release', 'acquire']);
  });

  it('standby is refused in one sentence when nobody could take over', () => {
    const alone = new Bench();
    alone.wait(5_000);
    alone.give({ type: 'group-acquired' });
    alone.give({ type: 'command', command: { name: 'standby', scope: 'all' } });
    expect(alone.reply).toBe('nobody would hold the group: b is not alive');
    const unable = new Bench();
    unable.own();
    unable.hear({ hindrance: 'carrier' });
    unable.give({ type: 'command', command: { name: 'standby', scope: 'all' } });
    expect(unable.reply).toBe(
      'nobody would hold the group: b cannot take it, for an interface of the group has no carrier',
    );
    const idle = new Bench();
    idle.follow();
    idle.give({ type: 'command', command: { name: 'standby', scope: 'all' } });
    expect(idle.reply).toBe('this box does not hold the group');
  });

  it('takeover: asks, and acquires on the beat that says that the owner let go', () => {
    const box = new Bench({ preferred: 'b' });
    box.follow({ preferred: true });
    box.give({ type: 'command', command: { name: 'takeover', scope: 'all' } });
    expect(box.lastBeat.asks).toBe(true);
    box.hear({ claim: 'giving' });
    expect(box.moves).toEqual([]);
    box.hear({ claim: 'none', hindrance: 'yielding' });
    expect(box.moves).toEqual(['acquire']);
    expect(box.lastBeat).toMatchObject({ claim: 'taking', epoch: 6, asks: false });
  });

  it('takeover: is given up after 10 s', () => {
    const box = new Bench();
    box.follow();
    box.give({ type: 'command', command: { name: 'takeover', scope: 'all' } });
    box.hearFor(9_800);
    expect(box.lastBeat.asks).toBe(true);
    box.hearFor(400);
    expect(box.logged).toContain('command-expired');
    expect(box.lastBeat.asks).toBe(false);
  });

  it('takeover: needs no initdead', () => {
    const box = new Bench();
    box.give({ type: 'command', command: { name: 'takeover', scope: 'all' } });
    expect(box.moves).toEqual(['acquire']);
  });

  it('takeover is refused where it can come to nothing', () => {
    const blind = new Bench({}, { carrier: false });
    blind.give({ type: 'command', command: { name: 'takeover', scope: 'all' } });
    expect(blind.reply).toBe('this box cannot take the group: an interface of the group has no carrier');
    const owner = new Bench();
    owner.own();
    owner.give({ type: 'command', command: { name: 'takeover', scope: 'all' } });
    expect(owner.reply).toBe('this box holds the group already');
  });

  it('the owner grants what the peer asks, at once', () => {
    const box = new Bench();
    box.own();
    box.hear({ asks: true });
    expect(box.moves).toEqual(['release']);
  });

  it('shutdown of the owner: releases, says three times that it leaves, stops', () => {
    const box = new Bench();
    box.own();
    box.give({ type: 'command', command: { name: 'shutdown' } });
    box.give({ type: 'group-released' });
    expect(box.lastBeat).toMatchObject({ status: 'dead', claim: 'none', hindrance: 'leaving' });
    box.wait(100);
    expect(box.moves).toEqual(['release', 'stopped']);
    expect(box.of('send').filter((effect) => effect.beat.status === 'dead')).toHaveLength(3);
  });

  it('the peer of one that leaves takes the group on that beat', () => {
    const box = new Bench({ preferred: 'b' });
    box.follow({ preferred: true });
    box.hear({ claim: 'none', status: 'dead', hindrance: 'leaving' });
    expect(box.moves).toEqual(['acquire']);
    expect(box.status.peer.state).toBe('left');
  });
});

describe('auto_failback', () => {
  const preferredReturns = (autoFailback: ClusterConfig['autoFailback']) => {
    const box = new Bench({ autoFailback });
    box.follow();
    box.give({ type: 'ready', ready: true });
    return box;
  };

  it('on: the preferred box asks when it has been stable for a deadtime', () => {
    const box = preferredReturns('on');
    box.hearFor(800);
    expect(box.lastBeat.asks).toBe(false);
    box.hearFor(200);
    expect(box.lastBeat.asks).toBe(true);
    expect(box.moves).toEqual([]);
  });

  it('on: but not before its checks are done', () => {
    const box = preferredReturns('on');
    box.give({ type: 'ready', ready: false });
    box.hearFor(5_000);
    expect(box.lastBeat.asks).toBe(false);
    box.give({ type: 'ready', ready: true });
    expect(box.lastBeat.asks).toBe(true);
  });

  it('on: nor until its carrier has been there for a deadtime', () => {
    const box = preferredReturns('on');
    box.give({ type: 'carrier', ok: false });
    box.hearFor(2_000);
    box.give({ type: 'carrier', ok: true });
    box.hearFor(800);
    expect(box.lastBeat.asks).toBe(false);
    box.hearFor(200);
    expect(box.lastBeat.asks).toBe(true);
  });

  it('on: nor after the operator sent it to standby', () => {
    const box = new Bench({ autoFailback: 'on' });
    box.own();
    box.give({ type: 'ready', ready: true });
    box.give({ type: 'command', command: { name: 'standby', scope: 'all' } });
    box.give({ type: 'group-released' });
    box.hear({ claim: 'all', epoch: 2 });
    box.hearFor(5_000);
    expect(box.lastBeat.asks).toBe(false);
    box.give({ type: 'command', command: { name: 'takeover', scope: 'all' } });
    expect(box.lastBeat.asks).toBe(true);
  });

  it('on: but again after the box that it was sent to standby for has died', () => {
    const box = new Bench({ autoFailback: 'on' });
    box.own();
    box.give({ type: 'ready', ready: true });
    box.command({ name: 'standby', scope: 'all' });
    box.give({ type: 'group-released' });
    box.hear({ claim: 'all', epoch: 2 });
    box.wait(1_000);
    box.give({ type: 'group-acquired' });
    box.hear({ claim: 'all', epoch: 9 });
    box.give({ type: 'group-released' });
    box.hearFor(1_200);
    expect(box.lastBeat.asks).toBe(true);
  });

  it('on: not for ten minutes after it failed to hold the group', () => {
    const box = preferredReturns('on');
    box.wait(1_000);
    box.give({ type: 'group-failed', reason: 'no such device' });
    box.give({ type: 'group-released' });
    box.hear({ claim: 'all', epoch: 9 });
    box.hearFor(599_000);
    expect(box.lastBeat.asks).toBe(false);
    box.hearFor(2_000);
    expect(box.lastBeat.asks).toBe(true);
  });

  it('on: only one asks, when the configurations of the boxes disagree on who is preferred', () => {
    for (const autoFailback of ['on', 'legacy'] as const) {
      const box = new Bench({ node: 'b', peer: 'a', preferred: 'b', autoFailback });
      box.follow({ src: 'a', preferred: true });
      box.give({ type: 'ready', ready: true });
      box.hearFor(5_000);
      expect([box.lastBeat.asks, box.moves]).toEqual([false, []]);
    }
  });

  it('on: the other box never asks', () => {
    const box = new Bench({ autoFailback: 'on', preferred: 'b' });
    box.follow({ preferred: true });
    box.give({ type: 'ready', ready: true });
    box.hearFor(5_000);
    expect(box.lastBeat.asks).toBe(false);
  });

  it('off: the group stays', () => {
    const box = preferredReturns('off');
    box.hearFor(5_000);
    expect(box.lastBeat.asks).toBe(false);
    expect(box.moves).toEqual([]);
  });

  it('legacy: the preferred box takes without asking', () => {
    const box = preferredReturns('legacy');
    box.hearFor(1_000);
    expect(box.moves).toEqual(['acquire']);
    expect(box.lastBeat).toMatchObject({ claim: 'taking', epoch: 6 });
  });
});

describe('the group itself', () => {
  it('hands over when an interface has had no carrier for 200 ms and the peer is better', () => {
    const box = new Bench();
    box.own();
    box.give({ type: 'carrier', ok: false });
    expect(box.lastBeat.hindrance).toBe('carrier');
    box.wait(199);
    expect(box.moves).toEqual([]);
    box.wait(1);
    expect(box.moves).toEqual(['release']);
  });

  it('announces again when the carrier of the owner is back', () => {
    const box = new Bench();
    box.own();
    box.give({ type: 'carrier', ok: false });
    box.wait(100);
    box.give({ type: 'carrier', ok: true });
    expect(box.moves).toEqual(['announce']);
    const other = new Bench();
    other.follow();
    other.give({ type: 'carrier', ok: false });
    other.give({ type: 'carrier', ok: true });
    expect(other.moves).toEqual([]);
  });

  it('keeps the group when the carrier comes back in time, and when the peer has none either', () => {
    const brief = new Bench();
    brief.own();
    brief.give({ type: 'carrier', ok: false });
    brief.wait(100);
    brief.give({ type: 'carrier', ok: true });
    brief.hearFor(1_000);
    const both = new Bench();
    both.own();
    both.give({ type: 'carrier', ok: false });
    both.hear({ hindrance: 'carrier' });
    both.hearFor(1_000);
    expect([brief.moves, both.moves]).toEqual([['announce'], []]);
  });

  it('a failed acquire is cleaned up, and tried again after 1, 2, 4 ... s', () => {
    const box = new Bench();
    box.wait(5_000);
    for (const waitMs of [1_000, 2_000, 4_000]) {
      expect(box.status.role).toBe('acquiring');
      box.give({ type: 'group-failed', reason: 'no such device' });
      box.give({ type: 'group-released' });
      expect(box.lastBeat).toMatchObject({ claim: 'none', hindrance: 'failed' });
      box.wait(waitMs - 1);
      expect(box.status.role).toBe('standby');
      box.wait(1);
    }
    expect(box.status.counters.failedAcquires).toBe(3);
  });

  it('an owner that lost a part of the group lets the peer have it', () => {
    const box = new Bench();
    box.own();
    box.give({ type: 'group-failed', reason: 'the gateway address is gone' });
    box.give({ type: 'group-released' });
    box.hear({ claim: 'taking', epoch: 2 });
    box.hearFor(3_000);
    expect(box.moves).toEqual(['release']);
    expect(box.status.why).toBe('it could not be held: the gateway address is gone');
  });

  it('a failed release is tried again each second; meanwhile the peer is told so', () => {
    const box = new Bench();
    box.own();
    box.give({ type: 'command', command: { name: 'standby', scope: 'all' } });
    box.give({ type: 'group-failed', reason: 'busy' });
    box.hearFor(1_000);
    expect(box.moves).toEqual(['release', 'release']);
    expect(box.lastBeat.claim).toBe('giving');
  });

  it('the answer to an acquire that a release overtook means nothing', () => {
    for (const late of [{ type: 'group-acquired' }, { type: 'group-failed', reason: 'busy' }] as const) {
      const box = new Bench();
      box.hear();
      box.hear({ claim: 'all', epoch: 7 });
      expect(box.moves).toEqual(['acquire', 'release']);
      box.give(late);
      expect(box.status.role).toBe('releasing');
      box.give({ type: 'group-released' });
      expect(box.status.role).toBe('standby');
      box.hearFor(2_000);
      expect(box.moves).toEqual(['acquire', 'release']);
    }
  });

  it('a supervisor that restarts over a held group carries on, and announces when the peer does not claim it', () => {
    const box = new Bench({}, { held: true });
    expect(box.moves).toEqual(['acquire']);
    expect(box.lastBeat).toMatchObject({ claim: 'taking', epoch: 1 });
    box.give({ type: 'group-acquired' });
    expect(box.moves).toEqual(['acquire']);
    box.hear({ claim: 'none', epoch: 4 });
    expect(box.moves.slice(1)).toContain('announce');
    expect(box.moves).not.toContain('release');
  });

  it('a supervisor that restarts over a held group lets go when the peer has taken over', () => {
    const box = new Bench({}, { held: true });
    box.give({ type: 'group-acquired' });
    box.hear({ claim: 'all', epoch: 4 });
    expect(box.moves).toEqual(['acquire', 'release']);
  });
});

describe('status', () => {
  it('says who, since when and why', () => {
    const box = new Bench();
    box.own();
    box.wait(100);
    expect(box.status).toMatchObject({
      node: 'a',
      role: 'active',
      sinceMs: 10_000,
      why: 'the peer does not hold it, and this box is to take it',
      preferred: true,
      epoch: 1,
      able: true,
      peer: { name: 'b', state: 'alive', claim: 'none', deadtimeMs: 1_000 },
      counters: { takeovers: 0, conflicts: 0, peerDeaths: 0 },
    });
  });

  it('refuses a link that does not exist', () => {
    expect(() => new Bench().hear({}, 2)).toThrow('there is no link 2');
  });
});
