import { describe, expect, it } from 'vitest';
import type { ClusterConfig } from '../../../src/cluster/types';
import type { Address } from '../../../src/config/config';
import { Bench } from './bench';
import { CONFIG } from './helpers';

const UP = '192.0.2.1';
const GROUP = ['10.0.0.8', '10.0.0.9'];
/** Silence counts after 2 s; requests go out each 500 ms. */
const PINGS: Partial<ClusterConfig> = {
  deadpingMs: 2_000,
  pings: [
    { name: UP, hosts: [UP] },
    { name: 'dns', hosts: GROUP },
  ],
};

/** Both boxes beat, and `hosts` answer this one. */
function live(box: Bench, ms: number, hosts: readonly Address[], peers: number | null = 2): void {
  for (let left = ms; left > 0; left -= 100) {
    box.wait(100);
    for (const host of hosts) box.give({ type: 'pong', host });
    if (left % 200 === 0) box.hear({ pings: peers, configHash: CONFIG.configHash });
  }
}

/** An owner whose ping nodes all answer, as its peer's do. */
function owner(config: Partial<ClusterConfig> = {}): Bench {
  const box = new Bench({ ...PINGS, ...config });
  box.own();
  live(box, 3_000, [UP, ...GROUP]);
  box.effects.length = 0;
  return box;
}

describe('pinging', () => {
  it('asks all hosts at once, and four times in each deadping', () => {
    const box = new Bench(PINGS);
    expect(box.of('ping')).toEqual([{ type: 'ping', hosts: [UP, ...GROUP] }]);
    box.wait(2_000);
    expect(box.of('ping')).toHaveLength(5);
  });

  it('but not more often than it beats', () => {
    const box = new Bench({ ...PINGS, deadpingMs: 400 });
    box.wait(1_000);
    expect(box.of('ping')).toHaveLength(6);
  });

  it('asks nobody when there is nobody to ask', () => {
    const box = new Bench();
    box.wait(5_000);
    expect(box.of('ping')).toEqual([]);
    expect(box.lastBeat.pings).toBeNull();
    expect(box.status.pings).toEqual([]);
  });

  it('announces a number once silence means something', () => {
    const box = new Bench(PINGS);
    box.give({ type: 'pong', host: UP });
    box.wait(1_999);
    expect(box.lastBeat.pings).toBeNull();
    box.give({ type: 'pong', host: UP });
    box.wait(201);
    expect(box.lastBeat.pings).toBe(1);
  });

  it('counts a group while one of its hosts answers, and shows which do', () => {
    const box = new Bench(PINGS);
    box.wait(2_000);
    box.give({ type: 'pong', host: '10.0.0.9' });
    box.give({ type: 'pong', host: '198.51.100.1' });
    box.wait(1_999);
    expect(box.status.pings).toEqual([
      { name: UP, reachable: false, lastHeardMs: null },
      { name: 'dns', reachable: true, lastHeardMs: 12_000 },
    ]);
    box.wait(1);
    expect(box.status.pings[1]?.reachable).toBe(false);
  });

  it('begins anew after the box was not running: answers were lost', () => {
    const box = owner();
    box.nowMs += 5_000;
    box.give({ type: 'tick' });
    expect(box.lastBeat.pings).toBeNull();
    live(box, 2_200, [UP, ...GROUP]);
    expect(box.lastBeat.pings).toBe(2);
    expect(box.moves).toEqual([]);
  });
});

describe('the comparison', () => {
  it('hands over when this box reaches fewer for two times of a request, after deadping', () => {
    const box = owner();
    live(box, 2_900, GROUP);
    expect(box.moves).toEqual([]);
    live(box, 200, GROUP);
    expect(box.moves).toEqual(['release']);
    expect(box.status.why).toBe('this box reaches fewer ping nodes than the peer');
    expect(box.status.counters.handovers).toBe(1);
  });

  it('moves nothing when both lost the same, also one after the other', () => {
    const box = owner();
    live(box, 2_600, GROUP);
    live(box, 10_000, GROUP, 1);
    expect(box.moves).toEqual([]);
  });

  it('moves nothing when this box reaches more', () => {
    const box = owner();
    live(box, 10_000, [UP, ...GROUP], 0);
    expect(box.moves).toEqual([]);
  });

  it('moves nothing when a number is not known', () => {
    const silent = owner();
    live(silent, 10_000, [], null);
    const alone = owner({ pings: [] });
    live(alone, 10_000, [], 2);
    expect([silent.moves, alone.moves]).toEqual([[], []]);
  });

  it('moves nothing while the boxes have different configurations, and so count different hosts', () => {
    const box = owner({ configHash: 1 });
    live(box, 10_000, []);
    expect(box.moves).toEqual([]);
  });

  it('moves nothing by a number of long ago: the peer is late', () => {
    const box = owner();
    live(box, 2_400, GROUP);
    for (let i = 0; i < 8; i++) {
      box.wait(100);
      for (const host of GROUP) box.give({ type: 'pong', host });
    }
    expect(box.status.peer.state).toBe('late');
    expect(box.moves).toEqual([]);
  });

  it('moves nothing while the peer cannot take the group', () => {
    const box = owner();
    box.hear({ hindrance: 'carrier' });
    live(box, 10_000, []);
    expect(box.moves).toEqual([]);
    box.hear({ hindrance: null });
    expect(box.moves).toEqual(['release']);
  });

  it('refuses an operator whose wish would be undone at once', () => {
    const box = new Bench(PINGS);
    box.follow();
    live(box, 4_000, []);
    expect(box.command({ name: 'takeover', scope: 'all' })).toBe(
      'refused: this box reaches fewer ping nodes than b',
    );
  });

  it('keeps the preferred box from failing back until it is as good for a deadtime', () => {
    const box = new Bench({ ...PINGS, autoFailback: 'on' });
    box.follow();
    box.give({ type: 'ready', ready: true });
    live(box, 900, []);
    expect(box.lastBeat.asks).toBe(false);
    const worse = new Bench({ ...PINGS, autoFailback: 'on' });
    worse.follow();
    live(worse, 3_000, GROUP);
    worse.give({ type: 'ready', ready: true });
    live(worse, 3_000, GROUP);
    expect(worse.lastBeat.asks).toBe(false);
    live(worse, 900, [UP, ...GROUP]);
    expect(worse.lastBeat.asks).toBe(false);
    live(worse, 500, [UP, ...GROUP]);
    expect(worse.lastBeat.asks).toBe(true);
  });

  it('takes the group from a dead peer all the same', () => {
    const box = new Bench(PINGS);
    box.follow();
    live(box, 4_000, []);
    box.wait(1_000);
    expect(box.moves).toEqual(['acquire']);
  });

  it('logs one line when it begins and one when it ends', () => {
    const box = owner();
    box.hear({ hindrance: 'carrier' });
    live(box, 5_000, GROUP);
    live(box, 5_000, [UP, ...GROUP]);
    expect(box.logged.filter((event) => event.endsWith('-pings'))).toEqual(['fewer-pings', 'even-pings']);
  });
});
