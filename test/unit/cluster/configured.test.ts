/** A configuration that changes while the heart beats. */

import { describe, expect, it } from 'vitest';
import { createCluster, status, step } from '../../../src/cluster/cluster';
import type { ClusterConfig } from '../../../src/cluster/types';
import { Bench } from './bench';
import { CONFIG } from './helpers';

const GOOD = { type: 'watchdog', timeoutMs: 1_000, fault: null } as const;
const PINGS = [{ name: 'router', hosts: ['192.0.2.1'] }];

function change(box: Bench, config: Partial<ClusterConfig>, isNewWatchdog = false): void {
  box.give({ type: 'configured', config: { ...CONFIG, ...config }, isNewWatchdog });
}

/** How many beats go out in so long. */
function beatsIn(box: Bench, ms: number): number {
  const before = box.of('send').length;
  box.wait(ms);
  return box.of('send').length - before;
}

function owner(config: Partial<ClusterConfig> = {}): Bench {
  const box = new Bench(config);
  box.own();
  // The first seconds have a deadtime of their own.
  box.hearFor(4_000);
  box.effects.length = 0;
  return box;
}

describe('a changed configuration', () => {
  it('is in the next beat, which comes at once, and moves nothing', () => {
    const box = owner();
    box.wait(50);
    change(box, { configHash: 0xbeef, deadtimeMs: 700, ttl: 4 });
    expect(box.of('send')).toHaveLength(1);
    expect(box.lastBeat).toMatchObject({ configHash: 0xbeef, deadtimeMs: 700, ttl: 4, claim: 'all' });
    expect(box.status).toMatchObject({ role: 'active', configHash: 0xbeef });
    box.hearFor(5_000);
    expect(box.moves).toEqual([]);
  });

  it('leaves the one before to whoever gave it', () => {
    const config = { ...CONFIG };
    const boot = { nowMs: 0, session: 1, generation: 1, held: false, carrier: true, maintenance: false };
    const core = createCluster(config, boot);
    step(core, { type: 'configured', config: { ...CONFIG, configHash: 1 }, isNewWatchdog: false }, 0);
    expect([config.configHash, status(core).configHash]).toEqual([CONFIG.configHash, 1]);
  });

  it('beats more often at once', () => {
    const box = owner();
    change(box, { keepaliveMs: 50 });
    expect(beatsIn(box, 1_000)).toBe(20);
  });

  it('beats less often only when the peer has heard of the longer deadtime', () => {
    const box = owner();
    const before = box.lastBeat;
    change(box, { keepaliveMs: 2_000, deadtimeMs: 5_000 });
    expect(box.lastBeat.deadtimeMs).toBe(5_000);
    expect(beatsIn(box, 600)).toBe(3);
    // It acknowledges a beat from before the change: the later ones may be lost.
    box.hear({ ack: { session: before.session, sequence: before.sequence } });
    expect(beatsIn(box, 600)).toBe(3);
    box.hear();
    expect(beatsIn(box, 6_000)).toBe(3);
  });

  it('counts with the shortest of all times that the peer may know', () => {
    const box = owner();
    change(box, { keepaliveMs: 1_000, deadtimeMs: 5_000 });
    change(box, { keepaliveMs: 4_000, deadtimeMs: 20_000 });
    expect(beatsIn(box, 1_000)).toBe(5);
    box.hear();
    expect(beatsIn(box, 16_000)).toBe(4);
  });

  it('doubts its claim when it was silent for longer than the peer knows of', () => {
    const box = owner();
    change(box, { keepaliveMs: 2_000, deadtimeMs: 5_000 });
    const { epoch } = box.status;
    box.nowMs += 1_500;
    box.give({ type: 'tick' });
    expect([epoch, box.status.epoch]).toEqual([1, 0]);
  });

  it('does not say that the peer is late before the new warntime', () => {
    const box = owner();
    change(box, { warntimeMs: 900 });
    box.wait(800);
    expect(box.status.peer.state).toBe('alive');
    box.wait(150);
    expect(box.status.peer.state).toBe('late');
  });

  it('waits for a peer that was never heard until the new initdead is over', () => {
    const box = new Bench();
    change(box, { initdeadMs: 8_000 });
    box.wait(7_900);
    expect(box.moves).toEqual([]);
    box.wait(200);
    expect(box.moves).toEqual(['acquire']);
  });

  it('lets the group return once that is wanted', () => {
    const box = new Bench();
    box.give({ type: 'ready', ready: true });
    box.follow();
    box.hearFor(3_000);
    expect(box.lastBeat.asks).toBe(false);
    change(box, { autoFailback: 'on' });
    expect(box.lastBeat.asks).toBe(true);
    change(box, { autoFailback: 'on', preferred: 'b' });
    box.hear({ preferred: true });
    expect(box.lastBeat).toMatchObject({ asks: false, preferred: false });
  });

  it('fences once that is wanted', () => {
    const box = new Bench();
    box.follow();
    change(box, { fences: true });
    box.wait(2_000);
    expect([box.moves, box.of('fence').length]).toEqual([[], 1]);
    change(box, { fences: false });
    expect(box.moves).toEqual(['acquire']);
  });
});

describe('links of a changed configuration', () => {
  it('keep their state at their new places; new ones have time until the peer begins with them', () => {
    const box = owner();
    box.give({ type: 'link-state', link: 0, fault: 'no such device' });
    const [serial, bcast] = box.status.links;
    change(box, { links: ['bcast eth1', 'mcast eth0', 'serial /dev/ttyS1'] });
    expect(box.status.links[0]).toEqual(bcast);
    expect(box.status.links[2]).toEqual(serial);
    expect(box.status.links[1]).toMatchObject({ name: 'mcast eth0', state: 'unknown', heard: 0 });
    for (let i = 0; i < 20; i++) {
      box.wait(200);
      box.hear({}, 0);
    }
    expect(box.status.links.map(({ state }) => state)).toEqual(['up', 'unknown', 'silent']);
    box.hear({}, 1);
    expect(box.status.links[1]).toMatchObject({ state: 'up', heard: 1, missed: 0 });
    const silent = box.of('log').filter(({ event }) => event === 'link-silent');
    expect(silent.map(({ values }) => values.link)).toEqual(['serial /dev/ttyS1']);
  });

  it('that are silent for as long as at a start are told', () => {
    const box = owner();
    change(box, { links: ['bcast eth1', 'mcast eth0'] });
    for (let i = 0; i < 30; i++) {
      box.wait(200);
      box.hear({}, 0);
    }
    expect(box.status.links[1]!.state).toBe('silent');
    expect(box.logged).toContain('link-silent');
  });
});

describe('ping nodes of a changed configuration', () => {
  it('begin to count when they have had time to answer', () => {
    const box = owner();
    change(box, { pings: PINGS });
    expect(box.of('ping')).toHaveLength(1);
    expect(box.lastBeat.pings).toBeNull();
    box.hearFor(1_200);
    expect(box.lastBeat.pings).toBe(0);
  });

  it('speak against nobody any more when they are gone', () => {
    const box = owner({ pings: PINGS });
    box.hearFor(4_000);
    box.hear({ pings: 1, configHash: CONFIG.configHash, hindrance: 'damped' });
    box.wait(600);
    change(box, {});
    box.effects.length = 0;
    for (let i = 0; i < 10; i++) {
      box.wait(200);
      box.hear({ pings: 1, hindrance: null });
    }
    expect(box.moves).toEqual([]);
    expect([box.lastBeat.pings, box.of('ping').length]).toEqual([null, 0]);
  });
});

describe('the watchdog of a changed configuration', () => {
  const armed = (box: Bench) =>
    box.of('watchdog').flatMap(({ act, deadtimeMs }) => (act === 'arm' ? [deadtimeMs] : []));

  function guarded(): Bench {
    const box = new Bench({ watchdog: true });
    box.hear();
    box.give(GOOD);
    box.give({ type: 'group-acquired' });
    box.hearFor(4_000);
    box.effects.length = 0;
    return box;
  }

  it('is to bite sooner before the peer is told to wait for less', () => {
    const box = guarded();
    change(box, { watchdog: true, deadtimeMs: 600 });
    expect(armed(box)).toEqual([600]);
    expect(box.effects.findIndex(({ type }) => type === 'watchdog')).toBeLessThan(
      box.effects.findIndex(({ type }) => type === 'send'),
    );
    box.hear();
    expect(armed(box)).toEqual([600]);
  });

  it('may bite later only when the peer waits for longer', () => {
    const box = guarded();
    change(box, { watchdog: true, deadtimeMs: 5_000 });
    expect(armed(box)).toEqual([]);
    box.hear();
    expect(armed(box)).toEqual([5_000]);
    box.give({ ...GOOD, timeoutMs: 4_000 });
    expect(box.status.watchdog).toEqual({ armed: true, timeoutMs: 4_000, fault: null, overlapMs: 0 });
  });

  it('is left alone by other changes', () => {
    const box = guarded();
    change(box, { watchdog: true, configHash: 1 });
    expect(box.of('watchdog').map(({ act }) => act)).toEqual(['feed']);
  });

  it('is armed by the owner and disarmed by the other one when it is new', () => {
    const active = owner();
    change(active, { watchdog: true }, true);
    expect(armed(active)).toEqual([1_000]);
    const standby = new Bench();
    standby.follow();
    change(standby, { watchdog: true }, true);
    expect(standby.of('watchdog').map(({ act }) => act)).toEqual(['disarm']);
  });

  it('has neither state nor effects when it is gone', () => {
    const box = guarded();
    change(box, {}, true);
    box.hearFor(2_000);
    expect(box.of('watchdog')).toEqual([]);
    expect(box.status.watchdog).toBeNull();
  });
});
