import { describe, expect, it } from 'vitest';
import type { NodeConfig } from '../../../src/config/config';
import type { Placement } from '../../../src/director/addresses';
import type { Result } from '../../../src/host/host';
import { Inventory, inventoryLines } from '../../../src/supervisor/inventory';

const FILE = '/run/inventory';
const NODE: NodeConfig = {
  name: 'a',
  interfaces: [{ name: 'eth0', addresses: ['192.0.2.2/24'] }],
  routes: [],
};
const VIP: Placement = { role: 'vip', interface: 'eth0', address: '192.0.2.10/24' };
const OTHER: Placement = { ...VIP, address: '192.0.2.11/24' };

class Box {
  readonly files = new Map<string, string>();
  readonly logged: string[] = [];
  readonly log = (_level: string, event: string): void => {
    this.logged.push(event);
  };
  readonly readFile = (path: string): Result<string> => {
    const value = this.files.get(path);
    return value === undefined ? { ok: false, error: 'no such file' } : { ok: true, value };
  };
  readonly writeFile = (path: string, text: string): Result<null> => {
    if (path !== FILE) return { ok: false, error: 'read-only' };
    this.files.set(path, text);
    return { ok: true, value: null };
  };

  /** A run begins with what the kernel holds. @returns what it is to take away, and its inventory */
  start(placements: readonly Placement[], held: readonly string[], watchdog: string | null = null) {
    const inventory = new Inventory(this, FILE, inventoryLines(NODE, placements, watchdog));
    const state = {
      name: 'eth0',
      index: 1,
      mac: new Uint8Array(6),
      up: true,
      carrier: true,
      addresses: held,
    };
    const { operations, watchdogs } = inventory.open([state]);
    const gone = operations.map((one) => ('address' in one ? one.address : one.type));
    return { inventory, gone: [...gone, ...watchdogs] };
  }
}

describe('the inventory of a box', () => {
  it('lets the first run leave alone what it finds', () => {
    expect(new Box().start([VIP], ['192.0.2.99/24', '192.0.2.10/24']).gone).toEqual([]);
  });

  it('lets a run take away what the one before had, and it has not', () => {
    const box = new Box();
    box.start([VIP, OTHER], [], '/dev/watchdog');
    const held = ['192.0.2.2/24', '192.0.2.10/24', '192.0.2.11/24', '192.0.2.99/24'];
    expect(box.start([VIP], held).gone).toEqual(['192.0.2.11/24', '/dev/watchdog']);
    // The next one has nothing to do with the one before the last.
    expect(box.start([VIP], held).gone).toEqual([]);
  });

  it('has both configurations while one goes over to the other', () => {
    const box = new Box();
    const { inventory } = box.start([VIP], []);
    inventory.add(inventoryLines(NODE, [OTHER], null));
    const held = ['192.0.2.10/24', '192.0.2.11/24'];
    const text = box.files.get(FILE)!;
    expect(box.start([VIP], held).gone).toEqual(['192.0.2.11/24']);
    box.files.set(FILE, text);
    expect(box.start([OTHER], held).gone).toEqual(['192.0.2.10/24']);
  });

  it('has the new one only when that is complete', () => {
    const box = new Box();
    const { inventory } = box.start([VIP], []);
    inventory.add(inventoryLines(NODE, [OTHER], null));
    inventory.settle(inventoryLines(NODE, [OTHER], null));
    expect(box.start([], ['192.0.2.10/24', '192.0.2.11/24']).gone).toEqual(['192.0.2.11/24']);
  });

  it('that cannot be kept is reported, and keeps nothing from going on', () => {
    const box = new Box();
    expect(new Inventory(box, '/elsewhere', ['eth0 192.0.2.2/24']).open([]).operations).toEqual([]);
    expect(box.logged).toEqual(['inventory-not-kept']);
  });
});
