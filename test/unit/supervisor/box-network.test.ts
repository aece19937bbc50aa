import { describe, expect, it } from 'vitest';
import type { NodeConfig } from '../../../src/config/config';
import type { Placement } from '../../../src/director/addresses';
import { BoxNetwork } from '../../../src/supervisor/box-network';
import { FakeNetwork } from '../director/fake-network';

const NODE: NodeConfig = {
  name: 'a',
  interfaces: [{ name: 'eth0', addresses: ['192.0.2.2/24'] }],
  routes: [{ destination: '0.0.0.0/0', via: '192.0.2.1' }],
};
const VIP: Placement = { role: 'vip', interface: 'eth0', address: '192.0.2.10/24' };

function bench(addresses: Readonly<Record<string, readonly string[]>>) {
  const host = new FakeNetwork(addresses);
  const network = new BoxNetwork(host, NODE, [VIP]);
  const carriers: boolean[] = [];
  network.follow({ onCarrier: (ok) => carriers.push(ok), onIncomplete: () => {} });
  network.read(() => network.setUp(() => {}));
  host.answer();
  host.told.length = 0;
  return { host, network, carriers };
}

const own = (...addresses: readonly string[]): NodeConfig => ({
  ...NODE,
  interfaces: [{ name: 'eth0', addresses }],
});

describe("the box's own network", () => {
  it('changes by what is different: new first, then what is gone', () => {
    const { host, network } = bench({ eth0: [] });
    const faults: (string | null)[] = [];
    const next = own('192.0.2.4/24');
    network.add(next, (fault) => faults.push(fault));
    host.answer();
    expect(host.told).toEqual(['address-add eth0 192.0.2.4/24']);
    network.remove(next, [], (fault) => faults.push(fault));
    host.answer();
    expect(host.told.slice(1)).toEqual([
      'address-delete eth0 192.0.2.2/24',
      'route-replace 0.0.0.0/0 192.0.2.1',
    ]);
    expect(faults).toEqual([null, null]);
  });

  it('goes back from the middle of a change', () => {
    const { host, network } = bench({ eth0: [] });
    host.refused = ['address-add eth0 192.0.2.5'];
    const faults: (string | null)[] = [];
    network.add(own('192.0.2.4/24', '192.0.2.5/24'), (fault) => faults.push(fault));
    host.answer();
    network.add(NODE, (fault) => faults.push(fault));
    host.answer();
    network.remove(NODE, [], (fault) => faults.push(fault));
    host.answer();
    expect(faults).toEqual(['cannot address-add eth0 192.0.2.5/24', null, null]);
    expect(host.addresses.get('eth0')).toEqual(['192.0.2.2/24']);
  });

  it('does not take what failed at the start, and has not changed, for a fault of the change', () => {
    const { host, network } = bench({ eth0: [] });
    host.refused = ['route-replace', 'address-add eth0 192.0.2.2'];
    const faults: (string | null)[] = [];
    const next = own('192.0.2.2/24', '192.0.2.4/24');
    network.add(next, (fault) => faults.push(fault));
    host.answer();
    network.remove(next, [], (fault) => faults.push(fault));
    expect(faults).toEqual([null, null]);
  });

  it('leaves an address that the group holds now', () => {
    const { host, network } = bench({ eth0: [] });
    network.add(own(), () => {});
    host.answer();
    network.remove(own(), ['192.0.2.2'], () => {});
    host.answer();
    expect(host.told).toEqual([]);
  });
});

describe('a group that is to move to another interface', () => {
  const next: Placement = { ...VIP, interface: 'eth2' };

  it('waits for its carrier, for a while', () => {
    const { host, network } = bench({ eth0: [], eth2: [] });
    host.down.add('eth2');
    network.read(() => {});
    host.answer();
    const faults: (string | null)[] = [];
    network.awaitCarrier([next], (fault) => faults.push(fault));
    host.wait(1_000);
    expect(faults).toEqual([]);
    host.up('eth2');
    host.wait(1_000);
    expect(faults).toEqual([null]);
  });

  it('does not move where it never comes', () => {
    const { host, network } = bench({ eth0: [] });
    const faults: (string | null)[] = [];
    network.awaitCarrier([next], (fault) => faults.push(fault));
    host.wait(10_000);
    expect(faults).toEqual(['interface eth2 does not exist, so the group cannot move to it']);
  });

  it('does not wait for an interface that it has already', () => {
    const { host, network } = bench({ eth0: [] });
    host.down.add('eth0');
    network.read(() => {});
    host.answer();
    const faults: (string | null)[] = [];
    network.awaitCarrier([VIP, { ...VIP, address: '192.0.2.11/24' }], (fault) => faults.push(fault));
    expect(faults).toEqual([null]);
  });
});
