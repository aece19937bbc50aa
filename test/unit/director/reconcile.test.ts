import { describe, expect, test } from 'vitest';
import { planTable } from '../../../src/director/desired';
import { difference } from '../../../src/director/reconcile';
import type { Health, HealthMap, IpvsTable } from '../../../src/director/table';
import { serverName } from '../../../src/director/table';
import { paper } from '../monitor/paper';

const [web] = paper.services;
if (web === undefined) throw new Error('the paper has a service');
const rs1 = serverName(web, { address: '192.168.2.3', port: 80 });
const rs2 = serverName(web, { address: '192.168.2.4', port: 80 });
const full: IpvsTable = [
  {
    protocol: 'tcp',
    address: '168.188.46.175',
    port: 80,
    scheduler: 'rr',
    destinations: [
      { address: '192.168.2.3', port: 80, weight: 1, method: 'nat' },
      { address: '192.168.2.4', port: 80, weight: 1, method: 'nat' },
    ],
  },
];

const NOTHING = new Map<string, never>();

function desiredTable(
  config: Parameters<typeof planTable>[0],
  health: HealthMap,
  kernel: IpvsTable,
): IpvsTable {
  return planTable(config, { health, kernel, orders: NOTHING, leads: true, ramps: NOTHING, nowMs: 0 }).table;
}

function addresses(table: IpvsTable): string[] {
  return table.flatMap((service) => service.destinations.map((destination) => destination.address));
}

describe('planTable', () => {
  test('names are as people write them', () => {
    expect(rs1).toBe('192.168.2.3:80 of tcp 168.188.46.175:80');
  });

  test('servers that nobody watches are in', () => {
    expect(desiredTable(paper, new Map(), [])).toEqual(full);
  });

  const cases: readonly [Health, Health, IpvsTable, string[]][] = [
    ['up', 'up', [], ['192.168.2.3', '192.168.2.4']],
    ['down', 'up', full, ['192.168.2.4']],
    ['down', 'down', full, []],
    ['unknown', 'unknown', [], []],
    ['unknown', 'unknown', full, ['192.168.2.3', '192.168.2.4']],
    ['unknown', 'up', [], ['192.168.2.4']],
    ['unknown', 'down', full, ['192.168.2.3']],
  ];
  test.each(cases)('first %s, second %s', (first, second, kernel, expected) => {
    const health = new Map([
      [rs1, first],
      [rs2, second],
    ]);
    expect(addresses(desiredTable(paper, health, kernel))).toEqual(expected);
  });

  test('a server of unknown health keeps its place only in the service that holds it', () => {
    const services = [
      web,
      { ...web, port: 443, servers: web.servers.map((server) => ({ ...server, port: 443 })) },
    ];
    const health = new Map<string, Health>(
      services.flatMap((service) =>
        service.servers.map((server) => [serverName(service, server), 'unknown'] as const),
      ),
    );
    const [http, https] = desiredTable({ services }, health, full);
    expect(http?.destinations).toHaveLength(2);
    expect(https?.destinations).toHaveLength(0);
  });

  test('a server of unknown health that is kept gets the configured weight', () => {
    const drained = full.map((service) => ({
      ...service,
      destinations: service.destinations.map((destination) => ({ ...destination, weight: 0 })),
    }));
    expect(desiredTable(paper, new Map([[rs1, 'unknown']]), drained)).toEqual(full);
  });
});

describe('difference', () => {
  const types = (desired: IpvsTable, actual: IpvsTable) =>
    difference(desired, actual, NOTHING).map((step) => step.operation.type);

  test('of equal tables is nothing, whatever the connection counts and the order are', () => {
    const counted = full.map((service) => ({
      ...service,
      destinations: service.destinations
        .map((destination) => ({ ...destination, connections: { active: 9, inactive: 1 } }))
        .reverse(),
    }));
    expect(difference(full, counted, NOTHING)).toEqual([]);
  });

  test('at boot adds the service first', () => {
    expect(types(full, [])).toEqual(['service-add', 'destination-add', 'destination-add']);
  });

  test('takes one server out and says why', () => {
    const desired = full.map((service) => ({ ...service, destinations: service.destinations.slice(1) }));
    const steps = difference(desired, full, NOTHING);
    expect(steps.map(({ operation, reason }) => ({ operation, reason: reason() }))).toEqual([
      {
        operation: {
          type: 'destination-delete',
          service: { protocol: 'tcp', address: '168.188.46.175', port: 80 },
          destination: { address: '192.168.2.3', port: 80 },
        },
        reason: '192.168.2.3:80 of tcp 168.188.46.175:80 should not serve',
      },
    ]);
  });

  test('swaps a server without an empty moment', () => {
    const only = (address: string): IpvsTable =>
      full.map((service) => ({
        ...service,
        destinations: [{ address, port: 80, weight: 1, method: 'nat' }],
      }));
    expect(types(only('192.168.2.4'), only('192.168.2.3'))).toEqual([
      'destination-add',
      'destination-delete',
    ]);
  });

  test('changes in place: scheduler, weight, method', () => {
    const desired = full.map((service) => ({
      ...service,
      scheduler: 'wlc',
      destinations: service.destinations.map((destination, index) =>
        index === 0 ? { ...destination, weight: 7 } : { ...destination, method: 'dr' as const },
      ),
    }));
    expect(types(desired, full)).toEqual(['service-set', 'destination-set', 'destination-set']);
    expect(difference(desired, full, NOTHING).map((step) => step.reason())[1]).toMatch(
      /weight 1 nat instead of weight 7 nat/,
    );
  });

  test('removes a foreign service, and only that', () => {
    const foreign = { ...full[0]!, port: 8080 };
    expect(difference(full, [...full, foreign], NOTHING).map((step) => step.operation)).toEqual([
      { type: 'service-delete', service: { protocol: 'tcp', address: '168.188.46.175', port: 8080 } },
    ]);
  });
});
