import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NetworkOperation } from '../../src/host/host';
import { createPair, ip, program } from './host/harness';

let pair: ReturnType<typeof createPair>;

beforeAll(() => {
  pair = createPair();
});

afterAll(() => pair.remove());

async function apply(...operations: readonly NetworkOperation[]) {
  const said = await (await program('network.ts', ['apply', JSON.stringify(operations)], pair.left)).all();
  return {
    results: said.filter((line) => 'result' in line).map(({ result }) => result),
    eth0: said.find(({ name }) => name === 'eth0')!,
  };
}

const address = (type: 'address-add' | 'address-delete', cidr: string, on = 'eth0'): NetworkOperation => ({
  type,
  interface: on,
  address: cidr,
});

describe('rtnetlink', () => {
  it('reads interfaces with address, flags and carrier', async () => {
    const { eth0 } = await apply();
    const mac = /link\/ether ([0-9a-f:]+)/
      .exec(ip(`-n ${pair.left} link show eth0`))![1]!
      .replaceAll(':', '');
    expect(eth0).toEqual({ name: 'eth0', up: true, carrier: true, addresses: [], mac, index: true });
  });

  it('adds and deletes addresses, twice without complaint', async () => {
    const cidr = '192.0.2.10/24';
    const added = await apply(address('address-add', cidr), address('address-add', cidr));
    expect(added.results).toEqual(['ok', 'ok']);
    expect(added.eth0.addresses).toEqual([cidr]);
    expect(ip(`-n ${pair.left} -4 addr show eth0`)).toContain(
      'inet 192.0.2.10/24 brd 192.0.2.255 scope global',
    );
    const second = await apply(address('address-add', '192.0.2.20/32'));
    expect(second.eth0.addresses).toEqual([cidr, '192.0.2.20/32']);
    const deleted = await apply(
      address('address-delete', cidr),
      address('address-delete', cidr),
      address('address-delete', '192.0.2.20/32'),
    );
    expect(deleted.results).toEqual(['ok', 'ok', 'ok']);
    expect(deleted.eth0.addresses).toEqual([]);
  });

  it('computes the broadcast address of odd prefixes', async () => {
    await apply(address('address-add', '10.1.2.3/20'));
    expect(ip(`-n ${pair.left} -4 addr show eth0`)).toContain('inet 10.1.2.3/20 brd 10.1.15.255 ');
    await apply(address('address-delete', '10.1.2.3/20'));
  });

  it('tells in one sentence what cannot be done, and goes on', async () => {
    const { results } = await apply(
      address('address-add', '192.0.2.10/24', 'missing0'),
      address('address-delete', '192.0.2.10/24', 'missing0'),
      address('address-add', '192.0.2.300/24'),
      address('address-add', '192.0.2.1'),
      { type: 'link-up', interface: 'missing0' },
      { type: 'route-replace', destination: '0.0.0.0/0', via: '198.51.100.1' },
    );
    expect(results).toEqual([
      'cannot add 192.0.2.10/24 to missing0: no such device (ENODEV)',
      'ok',
      'cannot add 192.0.2.300/24 to eth0: "192.0.2.300" is not an IPv4 address like 192.0.2.1',
      'cannot add 192.0.2.1 to eth0: "192.0.2.1" is not an address with a prefix like 192.0.2.1/24',
      'cannot bring up missing0: no such device (ENODEV)',
      'cannot set the route to 0.0.0.0/0 via 198.51.100.1: network unreachable (ENETUNREACH)',
    ]);
  });

  it('brings an interface up and sets routes, replacing what is there', async () => {
    ip(`-n ${pair.left} link set eth0 down`);
    const route = (destination: string, via: string): NetworkOperation => ({
      type: 'route-replace',
      destination,
      via,
    });
    const { results, eth0 } = await apply(
      { type: 'link-up', interface: 'eth0' },
      address('address-add', '192.0.2.10/24'),
      route('0.0.0.0/0', '192.0.2.1'),
      route('0.0.0.0/0', '192.0.2.2'),
      route('198.51.100.0/24', '192.0.2.3'),
    );
    expect(results).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(eth0.up).toBe(true);
    const routes = ip(`-n ${pair.left} route show proto static`);
    expect(
      routes
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['default via 192.0.2.2 dev eth0', '198.51.100.0/24 via 192.0.2.3 dev eth0']);
    await apply(address('address-delete', '192.0.2.10/24'));
  });

  it('refuses more requests than its queue holds, and carries out the others', async () => {
    const said = await (await program('network.ts', ['flood'], pair.left)).all();
    const counts = said[0] as Record<string, number>;
    expect(counts.ok! + counts['more than 256 requests wait for rtnetlink']!).toBe(300);
    expect(counts.ok).toBeGreaterThanOrEqual(256);
    expect(counts.ok).toBeLessThan(300);
  });

  it('reports a lost and a returned carrier, and an interface that goes down or away', async () => {
    ip(`-n ${pair.left} link add gone0 type veth peer name gone1`);
    ip(`-n ${pair.left} link set gone1 up`);
    const watching = await program('network.ts', ['watch'], pair.left);
    await watching.until({ ready: true });
    const change = async (command: string, wanted: Record<string, unknown>): Promise<void> => {
      const from = watching.said.length;
      ip(command);
      await watching.until(wanted, from);
    };
    await change(`-n ${pair.right} link set eth0 down`, { name: 'eth0', up: true, carrier: false });
    await change(`-n ${pair.right} link set eth0 up`, { name: 'eth0', up: true, carrier: true });
    await change(`-n ${pair.left} link set eth0 down`, { name: 'eth0', up: false, carrier: false });
    await change(`-n ${pair.left} link set eth0 up`, { name: 'eth0', up: true, carrier: true });
    await change(`-n ${pair.left} link set gone0 up`, { name: 'gone0', up: true, carrier: true });
    await change(`-n ${pair.left} link delete gone0`, { name: 'gone0', up: false, carrier: false });
    await change(`-n ${pair.left} addr add 10.9.9.9/24 dev eth0`, { addresses: 'changed' });
    await change(`-n ${pair.left} addr del 10.9.9.9/24 dev eth0`, { addresses: 'changed' });
    watching.signal('SIGTERM');
    const states = (await watching.all())
      .filter(({ name }) => name === 'eth0')
      .map((said) => JSON.stringify(said));
    // Changes only: no state is told twice in a row.
    expect(states.every((state, at) => state !== states[at - 1])).toBe(true);
  });

  it('keeps an interface in multicast groups until it leaves them', async () => {
    const groups = (): string[] =>
      [...ip(`-n ${pair.left} maddr show dev eth0`).matchAll(/(224\.0\.0\.81|ff02::8848)$/gm)].map(
        ([group]) => group,
      );
    const joining = await program('network.ts', ['join', 'eth0', '224.0.0.81', 'ff02::8848'], pair.left);
    await joining.until({ joined: ['ok', 'ok'] });
    expect(groups()).toEqual(['224.0.0.81', 'ff02::8848']);
    joining.signal('SIGUSR2');
    await joining.until({ left: true });
    expect(groups()).toEqual([]);
    joining.signal('SIGTERM');
    await joining.all();
    const refused = await program('network.ts', ['join', 'missing0', '224.0.0.81'], pair.left);
    const why = 'cannot join the group 224.0.0.81 on missing0: no such device (ENODEV)';
    await refused.until({ joined: [why] });
    await refused.kill();
  });

  it('sends Ethernet frames as they are', async () => {
    const capture = await program('network.ts', ['capture', 'eth0'], pair.right);
    await capture.until({ ready: true });
    const said = await (await program('network.ts', ['frame', 'eth0'], pair.left)).all();
    expect(said).toEqual([
      { sent: 'ok' },
      { sent: 'cannot send a frame through missing0: no such device (ENODEV)' },
      { sent: 'cannot send a frame through eth0: 13 bytes are less than an Ethernet header' },
    ]);
    const frame = `ffffffffffff02000000000188b5${'55'.repeat(46)}`;
    expect(await capture.until({ frame })).toEqual({ frame });
    await capture.kill();
  });
});

describe('IPVS', () => {
  it('that is missing in the kernel is one clear sentence', async () => {
    const said = await (await program('network.ts', ['ipvs'], pair.left)).all();
    const sentence =
      'this kernel has no IPVS: load the module ip_vs, or use a kernel built with CONFIG_IP_VS';
    expect(said).toEqual([{ read: sentence }, { add: sentence }]);
  });
});
