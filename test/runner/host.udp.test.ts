import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HeartbeatLink } from '../../src/config/config';
import { createPair, ip, type Program, program } from './host/harness';

type Pair = ReturnType<typeof createPair>;

let pair: Pair;
let running: Program[] = [];

beforeAll(() => {
  pair = createPair();
});

afterEach(async () => {
  for (const each of running) await each.kill();
  running = [];
});

afterAll(() => pair.remove());

async function start(side: 'left' | 'right', link: HeartbeatLink): Promise<Program> {
  const started = await program('links.ts', ['udp', JSON.stringify(link), side], pair[side]);
  running.push(started);
  return started;
}

/** Both hear each other and, for all that, never themselves. */
async function expectTalk(left: HeartbeatLink, right: HeartbeatLink): Promise<void> {
  const [one, two] = [await start('left', left), await start('right', right)];
  await Promise.all([one.until({ from: 'right' }), two.until({ from: 'left' })]);
  // By now each has sent several; a second round shows that nothing of its own came in between.
  one.signal('SIGHUP');
  await one.until({ from: 'right' }, one.said.length);
  expect(one.said.filter(({ from }) => from === 'left')).toEqual([]);
  expect(two.said.filter(({ from }) => from === 'right')).toEqual([]);
  expect(one.said.filter((said) => 'fault' in said)).toEqual([{ fault: null }]);
}

const bcast: HeartbeatLink = { kind: 'bcast', interface: 'eth0', port: 694 };
const mcast: HeartbeatLink = { kind: 'mcast', interface: 'eth0', group: '225.0.0.1', port: 694, ttl: 1 };
const ucast = (peer: string): HeartbeatLink => ({ kind: 'ucast', interface: 'eth0', peer, port: 694 });

describe('a UDP link', () => {
  it('broadcasts through an interface without any address', async () => {
    await expectTalk(bcast, bcast);
  });

  it('carries broadcast, multicast and unicast', async () => {
    ip(`-n ${pair.left} addr add 192.0.2.1/24 dev eth0`);
    ip(`-n ${pair.right} addr add 192.0.2.2/24 dev eth0`);
    for (const [left, right] of [
      [bcast, bcast],
      [mcast, mcast],
      [ucast('192.0.2.2'), ucast('192.0.2.1')],
    ] as const) {
      await expectTalk(left, right);
      for (const each of running) await each.kill();
      running = [];
    }
  });

  it('is tried again while the interface is missing', async () => {
    const missing: HeartbeatLink = { ...bcast, interface: 'later0' };
    const link = await start('left', missing);
    await link.until({ fault: 'cannot find the interface later0: no such device (ENODEV)' });
    ip(`-n ${pair.left} link add later0 type veth peer name later1`);
    ip(`-n ${pair.left} link set later0 up`);
    await link.until({ fault: null });
    ip(`-n ${pair.left} link delete later0`);
    await link.until({ fault: 'cannot find the interface later0: no such device (ENODEV)' }, 2);
  });

  it.each([
    ['broadcast', bcast],
    ['multicast', mcast],
    ['unicast', ucast('192.0.2.2')],
  ])('by %s survives an interface that goes down', async (_, link) => {
    const one = await start('left', link);
    await one.until({ fault: null });
    ip(`-n ${pair.left} link set eth0 down`);
    const { fault } = await one.until({}, 1);
    expect(fault).toMatch(/^cannot (send|receive) through eth0: network (is down|unreachable) \(\w+\)$/);
    ip(`-n ${pair.left} link set eth0 up`);
    await one.until({ fault: null }, 2);
    const two = await start('right', link.kind === 'ucast' ? ucast('192.0.2.1') : link);
    await two.until({ from: 'left' });
  });
});
