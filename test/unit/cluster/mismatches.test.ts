import { describe, expect, it } from 'vitest';
import type { Beat } from '../../../src/cluster/beat';
import { Bench } from './bench';
import { CONFIG } from './helpers';

const SAME: Partial<Beat> = { configHash: CONFIG.configHash, version: CONFIG.version, preferred: false };
const lines = (box: Bench) => box.logged.filter((event) => event.startsWith('mismatch'));

function seen(changes: Partial<Beat>): Bench {
  const box = new Bench();
  box.hear({ ...SAME, ...changes });
  return box;
}

describe('mismatches', () => {
  it('are none between boxes that are alike, and with a peer too old to tell', () => {
    expect(seen({}).status.mismatches).toEqual([]);
    expect(seen({ configHash: null, version: null }).status.mismatches).toEqual([]);
  });

  it('shows a configuration, a version, and a preferred node that differ', () => {
    expect(seen({ configHash: 0xab }).status.mismatches).toEqual([
      { what: 'configuration', own: '00c0ffee', peers: '000000ab' },
    ]);
    expect(seen({ version: '0.2.0' }).status.mismatches).toEqual([
      { what: 'version', own: '0.1.0', peers: '0.2.0' },
    ]);
    expect(seen({ preferred: true }).status.mismatches).toEqual([
      { what: 'preferred node', own: 'a', peers: 'b' },
    ]);
  });

  it('of a node that both prefer on the other side', () => {
    const box = new Bench({ preferred: 'b' });
    box.hear({ ...SAME, preferred: false });
    expect(box.status.mismatches).toEqual([{ what: 'preferred node', own: 'b', peers: 'a' }]);
  });

  it('logs one line when it begins and one when it ends, and follows what the peer says', () => {
    const box = seen({ version: '0.2.0' });
    box.hearFor(1_000);
    box.hear({ version: '0.3.0' });
    expect(box.status.mismatches[0]?.peers).toBe('0.3.0');
    expect(lines(box)).toEqual(['mismatch']);
    expect(box.of('log').find((effect) => effect.event === 'mismatch')?.sentence).toBe(
      'The boxes differ in their version: 0.1.0 here, 0.2.0 on b',
    );
    box.hear({ version: '0.1.0' });
    box.hearFor(1_000);
    expect(lines(box)).toEqual(['mismatch', 'mismatch-ends']);
    expect(box.status.mismatches).toEqual([]);
  });

  it('keeps several apart', () => {
    const box = seen({ version: '0.2.0', configHash: 1 });
    box.hear({ configHash: CONFIG.configHash });
    expect(box.status.mismatches.map((one) => one.what)).toEqual(['version']);
  });

  it('minds real servers only when the boxes differ for 30 s: their checks run at other times', () => {
    const box = seen({ servers: { good: 2, all: 2 } });
    box.give({ type: 'health', servers: { good: 1, all: 2 } });
    box.hearFor(29_000);
    expect(box.status.mismatches).toEqual([]);
    box.hearFor(2_000);
    expect(box.status.mismatches).toEqual([{ what: 'real servers', own: '1 of 2', peers: '2 of 2' }]);
    box.give({ type: 'health', servers: { good: 2, all: 2 } });
    box.hear();
    expect(box.status.mismatches).toEqual([]);
    expect(lines(box)).toEqual(['mismatch', 'mismatch-ends']);
  });

  it('move nothing', () => {
    const box = new Bench();
    box.own();
    box.hear({ configHash: 1, version: '9', servers: { good: 9, all: 9 } });
    box.hearFor(60_000);
    expect(box.moves).toEqual([]);
  });
});

describe('health in the beat', () => {
  it('tells the peer how many real servers are good, with the next beat', () => {
    const box = new Bench();
    expect(box.lastBeat.servers).toBeNull();
    box.give({ type: 'health', servers: { good: 1, all: 2 } });
    expect(box.of('send')).toHaveLength(1);
    box.wait(200);
    expect(box.lastBeat.servers).toEqual({ good: 1, all: 2 });
    expect(box.status.servers).toEqual({ good: 1, all: 2 });
  });

  it("shows the peer's, and null where it does not say", () => {
    const box = seen({ servers: { good: 3, all: 4 }, pings: 2, hindrance: 'damped' });
    expect(box.status.peer).toMatchObject({
      servers: { good: 3, all: 4 },
      pings: 2,
      version: '0.1.0',
      configHash: CONFIG.configHash,
      able: false,
      unableBecause: 'it gave the group up too often, and waits',
    });
    const old = new Bench();
    old.hear({ hindrance: 'other' });
    expect(old.status.peer).toMatchObject({ servers: null, pings: null, version: null, configHash: null });
    expect(old.status.peer.unableBecause).toBe('it does not say why');
  });

  it('carries version and configuration of this box', () => {
    expect(new Bench().lastBeat).toMatchObject({ version: '0.1.0', configHash: CONFIG.configHash });
  });
});
