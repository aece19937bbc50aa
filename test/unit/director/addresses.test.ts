import { describe, expect, test } from 'vitest';
import type { NodeConfig } from '../../../src/config/config';
import {
  acquire,
  announcements,
  baseSetup,
  groupFault,
  holds,
  placeGroup,
  release,
} from '../../../src/director/addresses';
import type { InterfaceState } from '../../../src/host/host';
import { paper } from '../monitor/paper';

const node = paper.nodes[1]!;
const placed = placeGroup(node, paper.group);
if (!placed.ok) throw new Error(placed.error);
const placements = placed.value;

function state(name: string, addresses: string[], change: Partial<InterfaceState> = {}): InterfaceState {
  const index = Number(name.slice(-1)) + 2;
  return {
    name,
    index,
    mac: Uint8Array.of(2, 0, 0, 0, 0, index),
    up: true,
    carrier: true,
    addresses,
    ...change,
  };
}

const standby = [state('eth0', ['168.188.46.173/24']), state('eth1', ['192.168.2.11/24'])];
const active = [
  state('eth0', ['168.188.46.173/24', '168.188.46.175/24']),
  state('eth1', ['192.168.2.11/24', '192.168.2.1/24']),
];

describe('placeGroup', () => {
  test('the gateway is inside, the VIP outside, and the gateway comes first', () => {
    expect(placements).toEqual([
      { role: 'gateway', interface: 'eth1', address: '192.168.2.1/24' },
      { role: 'vip', interface: 'eth0', address: '168.188.46.175/24' },
    ]);
  });

  test('an address on no network is refused with what there is', () => {
    const result = placeGroup(node, { ...paper.group, vips: ['10.0.0.1/24'] });
    expect(result).toEqual({
      ok: false,
      error:
        'group vip 10.0.0.1/24 is on no network of node seven.ce.cnu.ac.kr, which has eth0 168.188.46.173/24, eth1 192.168.2.11/24',
    });
  });
});

describe('holds, acquire and release', () => {
  test('a box on standby acquires both, gateway first', () => {
    expect(holds(placements, standby)).toBe('none');
    expect(acquire(placements, standby)).toEqual([
      { type: 'address-add', interface: 'eth1', address: '192.168.2.1/24' },
      { type: 'address-add', interface: 'eth0', address: '168.188.46.175/24' },
    ]);
    expect(release(placements, standby)).toEqual([]);
  });

  test('the active box releases both, VIP first', () => {
    expect(holds(placements, active)).toBe('all');
    expect(acquire(placements, active)).toEqual([]);
    expect(release(placements, active)).toEqual([
      { type: 'address-delete', interface: 'eth0', address: '168.188.46.175/24' },
      { type: 'address-delete', interface: 'eth1', address: '192.168.2.1/24' },
    ]);
  });

  test('half a group is completed or given up', () => {
    const half = [active[0]!, standby[1]!];
    expect(holds(placements, half)).toBe('some');
    expect(acquire(placements, half).map((operation) => operation.type)).toEqual(['address-add']);
    expect(release(placements, half).map((operation) => operation.type)).toEqual(['address-delete']);
  });

  test('another prefix length is the same address, and goes as it stands', () => {
    const odd = [state('eth0', ['168.188.46.173/24', '168.188.46.175/32']), active[1]!];
    expect(holds(placements, odd)).toBe('all');
    expect(release(placements, odd)[0]).toMatchObject({ address: '168.188.46.175/32' });
  });

  test('on the wrong interface it does not count as held, but goes', () => {
    const wrong = [standby[0]!, state('eth1', ['192.168.2.11/24', '168.188.46.175/24'])];
    expect(holds(placements, wrong)).toBe('none');
    expect(release(placements, wrong)).toEqual([
      { type: 'address-delete', interface: 'eth1', address: '168.188.46.175/24' },
    ]);
  });
});

describe('groupFault', () => {
  test.each([
    [active, null],
    [[state('eth0', [], { carrier: false }), standby[1]!], 'interface eth0 has no carrier'],
    [[state('eth0', [], { up: false, carrier: false }), standby[1]!], 'interface eth0 is down'],
    [[standby[0]!], 'interface eth1 does not exist'],
  ])('case %#', (states, fault) => {
    expect(groupFault(placements, states)).toBe(fault);
  });
});

test('announcements go out on both sides, in pairs, with the interface of each', () => {
  const frames = announcements(placements, active);
  expect(frames.map(({ interface: name }) => name)).toEqual(['eth1', 'eth1', 'eth0', 'eth0']);
  // Ethernet source and ARP sender.
  expect(frames.map(({ frame }) => [frame[11], ...frame.subarray(28, 32)])).toEqual([
    [3, 192, 168, 2, 1],
    [3, 192, 168, 2, 1],
    [2, 168, 188, 46, 175],
    [2, 168, 188, 46, 175],
  ]);
  expect(announcements(placements, [])).toEqual([]);
});

describe('baseSetup', () => {
  const bare = [
    state('lo', [], { up: false }),
    state('eth0', [], { up: false }),
    state('eth1', [], { up: false }),
  ];

  test('at boot: links, addresses, then routes', () => {
    expect(baseSetup(node, bare)).toEqual({
      operations: [
        { type: 'link-up', interface: 'lo' },
        { type: 'link-up', interface: 'eth0' },
        { type: 'link-up', interface: 'eth1' },
        { type: 'address-add', interface: 'eth0', address: '168.188.46.173/24' },
        { type: 'address-add', interface: 'eth1', address: '192.168.2.11/24' },
        { type: 'route-replace', destination: '0.0.0.0/0', via: '168.188.46.1' },
      ],
      faults: [],
    });
  });

  test('after a restart of the supervisor: nothing but the route, and the group stays', () => {
    expect(baseSetup(node, active).operations.map((operation) => operation.type)).toEqual(['route-replace']);
  });

  test('a missing interface is one sentence, and the other is set up', () => {
    const more: NodeConfig = {
      ...node,
      interfaces: [...node.interfaces, { name: 'eth7', addresses: ['10.7.0.1/24'] }],
    };
    const setup = baseSetup(more, bare);
    expect(setup.faults).toEqual([
      'node seven.ce.cnu.ac.kr: interface eth7 does not exist; the box has lo, eth0, eth1',
    ]);
    expect(setup.operations).toHaveLength(6);
  });
});
