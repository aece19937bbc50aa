import { describe, expect, it } from 'vitest';
import type { SyncConfig } from '../../../src/config/config';
import { LEARNING_MS, learningLeftMs, SyncGroup } from '../../../src/director/sync-group';
import { FakeNetwork } from './fake-network';

const SYNC: SyncConfig = {
  interface: 'eth1',
  id: 0,
  group: '224.0.0.81',
  port: 8848,
  ttl: 1,
  maxBytes: null,
};

function listening() {
  const network = new FakeNetwork({});
  const logged: string[] = [];
  const host = { network: network.network, log: (_: string, __: string, text: string) => logged.push(text) };
  return { network, logged, group: new SyncGroup(host) };
}

describe('multicast group of connection sync', () => {
  it('is joined once, whatever else of the daemons changes', () => {
    const { network, group } = listening();
    group.use(null);
    group.use(SYNC);
    group.use({ ...SYNC, id: 7 });
    expect(network.told).toEqual(['join 224.0.0.81 on eth1']);
  });

  it('is left for another one only when that is joined', () => {
    const { network, group } = listening();
    group.use(SYNC);
    network.told.length = 0;
    group.use({ ...SYNC, interface: 'eth2' });
    group.use({ ...SYNC, interface: 'eth2', group: 'ff02::81' });
    group.use(null);
    expect(network.told).toEqual([
      'join 224.0.0.81 on eth2',
      'leave 224.0.0.81 on eth1',
      'join ff02::81 on eth2',
      'leave 224.0.0.81 on eth2',
      'leave ff02::81 on eth2',
    ]);
  });

  it('says why it cannot be joined, and is tried again with the next change', () => {
    const { network, logged, group } = listening();
    network.refused = ['join 224.0.0.81 on eth1'];
    group.use(SYNC);
    expect(logged).toEqual(['connection sync: cannot join 224.0.0.81 on eth1']);
    network.refused = [];
    group.use(SYNC);
    expect(network.told).toEqual(['join 224.0.0.81 on eth1']);
  });
});

describe('a box that has just started', () => {
  it('learns the connections first, where it is told of them', () => {
    expect(learningLeftMs(null, 0)).toBe(0);
    expect(learningLeftMs(SYNC, 1200)).toBe(LEARNING_MS - 1200);
    expect(learningLeftMs(SYNC, LEARNING_MS + 1)).toBe(0);
  });
});
