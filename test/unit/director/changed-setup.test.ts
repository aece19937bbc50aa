/** From one configuration of a box's own network to another. */

import { describe, expect, it } from 'vitest';
import type { NodeConfig } from '../../../src/config/config';
import { addedSetup, baseSetup, bothSetups, removedSetup } from '../../../src/director/addresses';
import type { InterfaceState, NetworkOperation } from '../../../src/host/host';
import { generator } from '../random';

type Own = Readonly<Record<string, readonly string[]>>;

function node(own: Own, routes: Readonly<Record<string, string>> = {}): NodeConfig {
  return {
    name: 'a',
    interfaces: Object.entries(own).map(([name, addresses]) => ({ name, addresses })),
    routes: Object.entries(routes).map(([destination, via]) => ({ destination, via })),
  };
}

function states(own: Own): InterfaceState[] {
  return Object.entries(own).map(([name, addresses], at) => ({
    name,
    index: at + 1,
    mac: Uint8Array.of(2, 0, 0, 0, 0, at),
    up: true,
    carrier: true,
    addresses,
  }));
}

const words = (operations: readonly NetworkOperation[]): string[] =>
  operations.map((operation) => Object.values(operation).join(' '));

const BEFORE = node({ eth0: ['192.0.2.2/24'], eth1: ['10.0.0.2/24'] }, { '0.0.0.0/0': '192.0.2.1' });
const THERE = states({ lo: [], eth0: ['192.0.2.2/24'], eth1: ['10.0.0.2/24'], eth2: [] });

describe('what a changed configuration adds', () => {
  it('is nothing where nothing changed, although something is missing', () => {
    const lost = states({ eth0: [] });
    expect(addedSetup(BEFORE, BEFORE, lost)).toEqual({ operations: [], faults: [] });
  });

  it('is the new address, the new interface and the new route, and nothing else', () => {
    const next = node(
      { eth0: ['192.0.2.2/24', '192.0.2.4/24'], eth1: ['10.0.0.2/24'], eth2: ['10.9.0.2/24'] },
      { '0.0.0.0/0': '192.0.2.1', '10.8.0.0/16': '10.9.0.1' },
    );
    const there = THERE.map((state) => (state.name === 'eth2' ? { ...state, up: false } : state));
    const { operations, faults } = addedSetup(BEFORE, next, there);
    expect([words(operations), faults]).toEqual([
      [
        'link-up eth2',
        'address-add eth0 192.0.2.4/24',
        'address-add eth2 10.9.0.2/24',
        'route-replace 10.8.0.0/16 10.9.0.1',
      ],
      [],
    ]);
  });

  it('names a new interface that the box lacks, and no old one', () => {
    const next = node({ eth0: ['192.0.2.2/24'], eth1: ['10.0.0.2/24'], eth7: ['10.9.0.2/24'] });
    const { faults } = addedSetup(BEFORE, next, states({ eth0: ['192.0.2.2/24'] }));
    expect(faults).toEqual(['node a: interface eth7 does not exist; the box has eth0']);
  });

  it('replaces a route that leads elsewhere, also on the way back', () => {
    const next = node({ eth0: ['192.0.2.2/24'], eth1: ['10.0.0.2/24'] }, { '0.0.0.0/0': '192.0.2.254' });
    expect(words(addedSetup(BEFORE, next, THERE).operations)).toEqual([
      'route-replace 0.0.0.0/0 192.0.2.254',
    ]);
    const both = bothSetups(BEFORE, next);
    expect(words(addedSetup(both, BEFORE, THERE).operations)).toEqual(['route-replace 0.0.0.0/0 192.0.2.1']);
    expect(words(addedSetup(both, next, THERE).operations)).toEqual(['route-replace 0.0.0.0/0 192.0.2.254']);
  });
});

describe('what a changed configuration takes away', () => {
  it('is what is gone; routes through the network of a lost address are set again', () => {
    const next = node({ eth0: ['192.0.2.4/24'] }, { '0.0.0.0/0': '192.0.2.1' });
    const had = bothSetups(
      node(
        { eth0: ['192.0.2.2/24'], eth1: ['10.0.0.2/24'] },
        {
          '0.0.0.0/0': '192.0.2.1',
          '10.8.0.0/16': '10.0.0.9',
        },
      ),
      next,
    );
    expect(words(removedSetup(had, next, []))).toEqual([
      'route-delete 10.8.0.0/16 10.0.0.9',
      'address-delete eth0 192.0.2.2/24',
      'address-delete eth1 10.0.0.2/24',
      'route-replace 0.0.0.0/0 192.0.2.1',
    ]);
  });

  it("is no address that is the group's now", () => {
    const next = node({ eth0: ['192.0.2.4/24'], eth1: ['10.0.0.2/24'] });
    expect(words(removedSetup(BEFORE, next, ['192.0.2.2']))).toEqual(['route-delete 0.0.0.0/0 192.0.2.1']);
  });
});

it('any change, and the way back from any point of it, ends where a start would', () => {
  const below = generator(7);
  const pick = (): NodeConfig => {
    const own: Record<string, string[]> = {};
    for (const name of ['eth0', 'eth1'])
      own[name] = [2, 3, 4].filter(() => below(2) === 0).map((at) => `10.${name.slice(3)}.0.${at}/24`);
    const via = `10.0.0.${100 + below(2)}`;
    return node(own, below(10) < 7 ? { '0.0.0.0/0': via } : {});
  };
  for (let round = 0; round < 300; round++) {
    const kernel = { addresses: new Set<string>(), routes: new Map<string, string>() };
    const carryOut = (operations: readonly NetworkOperation[]): void => {
      for (const one of operations)
        if (one.type === 'address-add') kernel.addresses.add(`${one.interface} ${one.address}`);
        else if (one.type === 'address-delete') kernel.addresses.delete(`${one.interface} ${one.address}`);
        else if (one.type === 'route-replace') kernel.routes.set(one.destination, one.via);
        else if (one.type === 'route-delete') kernel.routes.delete(one.destination);
    };
    const all = states({ eth0: [], eth1: [] });
    let had = pick();
    carryOut(baseSetup(had, all).operations);
    for (let step = 0; step < 6; step++) {
      const next = pick();
      carryOut(addedSetup(had, next, all).operations);
      had = bothSetups(had, next);
      // Some changes are given up here, and another one follows.
      if (step < 5 && below(10) < 4) continue;
      carryOut(removedSetup(had, next, []));
      had = next;
      const wanted = next.interfaces.flatMap(({ name, addresses }) =>
        addresses.map((one) => `${name} ${one}`),
      );
      expect([...kernel.addresses].sort()).toEqual(wanted.sort());
      expect([...kernel.routes]).toEqual(next.routes.map(({ destination, via }) => [destination, via]));
    }
  }
});
