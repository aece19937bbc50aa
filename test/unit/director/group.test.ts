import { describe, expect, it } from 'vitest';
import type { NodeConfig } from '../../../src/config/config';
import type { Placement } from '../../../src/director/addresses';
import { ResourceGroup } from '../../../src/director/group';
import { FakeNetwork } from './fake-network';

const OWN: NodeConfig = {
  name: 'a',
  interfaces: [
    { name: 'eth0', addresses: ['192.0.2.2/24'] },
    { name: 'eth1', addresses: ['10.0.0.2/24'] },
  ],
  routes: [],
};
const vip = (address: string, name = 'eth0'): Placement => ({ role: 'vip', interface: name, address });
const GATEWAY: Placement = { role: 'gateway', interface: 'eth1', address: '10.0.0.1/24' };
const [FIRST, SECOND] = [vip('192.0.2.10/24'), vip('192.0.2.11/24')];

function bench(held: readonly Placement[], outside: readonly string[] = []) {
  const at = (name: string) => held.filter((one) => one.interface === name).map(({ address }) => address);
  const host = new FakeNetwork({
    eth0: ['192.0.2.2/24', ...at('eth0'), ...outside],
    eth1: ['10.0.0.2/24', ...at('eth1')],
  });
  const group = new ResourceGroup(host, [GATEWAY, FIRST]);
  /** @returns what it came to, and what the kernel was told */
  const run = (start: (done: (fault: string | null) => void) => void) => {
    let outcome: string | null | undefined;
    host.told.length = 0;
    start((fault) => {
      outcome = fault;
    });
    host.answer();
    return [outcome, ...host.told];
  };
  return { host, group, run };
}

const held = [GATEWAY, FIRST];

describe('a group whose addresses change', () => {
  it('has what is new before what is gone is taken away, and what stays is not touched', () => {
    const { group, run } = bench(held);
    expect(run((done) => group.extend([GATEWAY, SECOND], true, done))).toEqual([
      null,
      'address-add eth0 192.0.2.11/24',
    ]);
    expect(run((done) => group.settle([GATEWAY, SECOND], OWN, done))).toEqual([
      null,
      'address-delete eth0 192.0.2.10/24',
    ]);
  });

  it('is only noted by the box that does not hold it', () => {
    const { group, run } = bench([]);
    expect(run((done) => group.extend([GATEWAY, SECOND], false, done))).toEqual([null]);
    expect(run((done) => group.settle([GATEWAY, SECOND], OWN, done))).toEqual([null]);
    expect(run((done) => group.acquire(done))).toEqual([
      null,
      'address-add eth1 10.0.0.1/24',
      'address-add eth0 192.0.2.11/24',
    ]);
  });

  it('is let go whole in the middle of the change', () => {
    const { host, group, run } = bench(held);
    run((done) => group.extend([GATEWAY, SECOND], true, done));
    expect(run((done) => group.release(done))[0]).toBeNull();
    expect([...host.addresses.values()].flat()).toEqual(['192.0.2.2/24', '10.0.0.2/24']);
  });

  it('leaves nothing behind where the box took it in the middle of the change', () => {
    const { host, group, run } = bench([]);
    run((done) => group.extend([GATEWAY, SECOND], false, done));
    run((done) => group.acquire(done));
    run((done) => group.settle([GATEWAY, SECOND], OWN, done));
    expect(host.addresses.get('eth0')).toEqual(['192.0.2.2/24', '192.0.2.11/24']);
  });

  it('tells why an address cannot be added, and goes back without a trace', () => {
    const { host, group, run } = bench(held);
    host.refused = ['address-add eth0 192.0.2.12'];
    const next = [GATEWAY, SECOND, vip('192.0.2.12/24')];
    expect(run((done) => group.extend(next, true, done))[0]).toBe('cannot address-add eth0 192.0.2.12/24');
    run((done) => group.extend(held, true, done));
    run((done) => group.settle(held, OWN, done));
    expect(host.addresses.get('eth0')).toEqual(['192.0.2.2/24', '192.0.2.10/24']);
  });

  it('takes the same address from where it was, with the prefix that it had', () => {
    const { host, group, run } = bench(held);
    const next = [GATEWAY, vip('192.0.2.10/25')];
    run((done) => group.extend(next, true, done));
    run((done) => group.settle(next, OWN, done));
    expect(host.addresses.get('eth0')).toEqual(['192.0.2.2/24', '192.0.2.10/25']);
    const moved = [GATEWAY, vip('192.0.2.10/25', 'eth1')];
    run((done) => group.extend(moved, true, done));
    run((done) => group.settle(moved, OWN, done));
    expect(host.addresses.get('eth0')).toEqual(['192.0.2.2/24']);
    expect(host.addresses.get('eth1')).toContain('192.0.2.10/25');
  });

  it("leaves an address that has become the box's own", () => {
    const { host, group, run } = bench(held);
    const own = { ...OWN, interfaces: [{ name: 'eth0', addresses: ['192.0.2.10/24'] }] };
    run((done) => group.extend([GATEWAY, SECOND], true, done));
    run((done) => group.settle([GATEWAY, SECOND], own, done));
    expect(host.addresses.get('eth0')).toContain('192.0.2.10/24');
  });

  it('does not wait for a kernel that never answers', () => {
    const { host, group } = bench(held);
    let outcome: string | null = null;
    group.extend([GATEWAY, FIRST, SECOND], true, (fault) => {
      outcome = fault;
    });
    host.timers[0]!.run();
    expect(outcome).toMatch(/^the kernel did not answer within 3000 ms/);
  });
});
