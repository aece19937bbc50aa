import { expect, test } from 'vitest';
import { Held } from '../../../src/director/held';
import { difference } from '../../../src/director/reconcile';
import { rosterOf } from '../../../src/director/roster';
import type { IpvsTable } from '../../../src/director/table';
import { generator } from '../random';
import { ModelKernel } from './model-kernel';
import { randomTable } from './tables';

const NOTHING = new Map<string, string>();

const text = (held: Held): unknown =>
  [...held.services].map(([name, { service, servers }]) => {
    const { destinations: _, ...bare } = { destinations: [], ...service };
    return [name, bare, [...servers]];
  });

test('what is known of the table is what the kernel has, after any operations', () => {
  const random = generator(31);
  let table: IpvsTable = [];
  const held = Held.of(table);
  for (let round = 0; round < 300; round++) {
    const kernel = new ModelKernel(table);
    for (const { operation } of difference(randomTable(random), table, NOTHING)) {
      kernel.apply(operation);
      held.apply(operation);
    }
    table = kernel.table();
    expect(text(held)).toEqual(text(Held.of(table)));
  }
  held.apply({ type: 'timeouts-set', timeouts: { tcpS: 1, tcpFinS: 1, udpS: 1 } });
  expect(text(held)).toEqual(text(Held.of(table)));
});

test('names are made once', () => {
  const service = {
    protocol: 'tcp' as const,
    address: '192.0.2.1',
    port: 80,
    scheduler: 'rr' as const,
    servers: [{ address: '10.0.0.1', port: 8080, weight: 3, method: 'nat' as const, upperThreshold: 9 }],
  };
  const roster = rosterOf(service);
  expect(roster).toMatchObject({
    name: 'tcp 192.0.2.1:80',
    bare: { protocol: 'tcp', address: '192.0.2.1', port: 80, scheduler: 'rr' },
    members: [
      {
        endpoint: '10.0.0.1:8080',
        name: '10.0.0.1:8080 of tcp 192.0.2.1:80',
        whole: { address: '10.0.0.1', port: 8080, weight: 3, method: 'nat', upper: 9 },
      },
    ],
  });
  expect(rosterOf(service)).toBe(roster);
  expect(rosterOf({ ...service, port: 443 }).members[0]?.name).toBe('10.0.0.1:8080 of tcp 192.0.2.1:443');
});
