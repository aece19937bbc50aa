/** From any table of the kernel to any other, for every kind of service, server, timeout and sync daemon. */

import { describe, expect, test } from 'vitest';
import { difference, settingsDifference } from '../../../src/director/reconcile';
import {
  type IpvsDestination,
  type IpvsOperation,
  type IpvsSettings,
  type IpvsTable,
  serverName,
  serviceName,
} from '../../../src/director/table';
import { generator } from '../random';
import { ModelKernel } from './model-kernel';
import { pick, randomTable, some } from './tables';

const NOTHING = new Map<string, string>();

function servers(table: IpvsTable): Map<string, IpvsDestination> {
  return new Map(
    table.flatMap((service) => service.destinations.map((one) => [serverName(service, one), one])),
  );
}

function bare(table: IpvsTable): Map<string, string> {
  return new Map(
    table.map(({ destinations: _, ...settings }) => [serviceName(settings), JSON.stringify(settings)]),
  );
}

/** What any sequence of the kernel's commands must at least have: one for each entry that differs. */
function fewest(desired: IpvsTable, actual: IpvsTable): number {
  const count = <T>(wanted: Map<string, T>, has: Map<string, T>): number => {
    const names = new Set([...wanted.keys(), ...has.keys()]);
    return [...names].filter((name) => JSON.stringify(wanted.get(name)) !== JSON.stringify(has.get(name)))
      .length;
  };
  const kept = new Set(desired.map(serviceName));
  // With a service all its servers go.
  const staying = actual.filter((service) => kept.has(serviceName(service)));
  return count(bare(desired), bare(actual)) + count(servers(desired), servers(staying));
}

function target(operation: IpvsOperation): string {
  if ('destination' in operation) return serverName(operation.service, operation.destination);
  return 'service' in operation ? serviceName(operation.service) : operation.type;
}

function sorted(table: IpvsTable): unknown {
  const byName = <T>(items: readonly T[]) =>
    [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return byName(table.map((service) => ({ ...service, destinations: byName(service.destinations) })));
}

describe('difference', () => {
  test('any table leads to any other in the kernel, at once and by the fewest commands', () => {
    const random = generator(20_260_706);
    for (let round = 0; round < 1000; round++) {
      const before = randomTable(random);
      // Half of the time most of it stays.
      const desired =
        random(2) === 0 ? randomTable(random) : [...some(before, random), ...randomTable(random).slice(0, 1)];
      const unique = [...new Map(desired.map((service) => [serviceName(service), service])).values()];
      const kernel = new ModelKernel(before);
      const steps = difference(unique, before, NOTHING);
      for (const { operation } of steps) kernel.apply(operation);
      expect(sorted(kernel.table())).toEqual(sorted(unique));
      expect(difference(unique, kernel.table(), NOTHING)).toEqual([]);
      expect(steps).toHaveLength(fewest(unique, before));
      expect(new Set(steps.map(({ operation }) => target(operation))).size).toBe(steps.length);
    }
  });

  test('the connections of a server that stays are kept: neither it nor its service is ever deleted or added', () => {
    const random = generator(7);
    for (let round = 0; round < 1000; round++) {
      const [before, desired] = [randomTable(random), randomTable(random)];
      const both = [...servers(before).keys()].filter((name) => servers(desired).has(name));
      const services = new Set(both.map((name) => name.split(' of ')[1]));
      for (const { operation } of difference(desired, before, NOTHING)) {
        if (operation.type === 'destination-delete') expect(both).not.toContain(target(operation));
        if (operation.type === 'destination-add') expect(both).not.toContain(target(operation));
        if (operation.type === 'service-delete') expect(services).not.toContain(target(operation));
      }
    }
  });

  test('at no moment is a service without a server that had some and shall have some', () => {
    const random = generator(11);
    for (let round = 0; round < 500; round++) {
      const [before, desired] = [randomTable(random), randomTable(random)];
      const had = new Set(before.filter(({ destinations }) => destinations.length > 0).map(serviceName));
      const guarded = desired
        .filter((service) => service.destinations.length > 0 && had.has(serviceName(service)))
        .map(serviceName);
      const kernel = new ModelKernel(before);
      for (const { operation } of difference(desired, before, NOTHING)) {
        kernel.apply(operation);
        for (const service of kernel.table())
          if (guarded.includes(serviceName(service))) expect(service.destinations).not.toEqual([]);
      }
    }
  });
});

describe('settingsDifference', () => {
  test('any timeouts and daemons lead to any others', () => {
    const random = generator(3);
    const settings = (): IpvsSettings => ({
      timeouts: { tcpS: 900, tcpFinS: 120 + random(2), udpS: 300 },
      daemons: some(['master', 'backup'] as const, random).map((role) => ({
        role,
        interface: pick(['eth0', 'eth1'], random),
        id: random(2),
        group: '224.0.0.81',
        port: 8848,
        ttl: 1,
        maxBytes: pick([null, 1400], random),
      })),
    });
    for (let round = 0; round < 500; round++) {
      const kernel = new ModelKernel([]);
      for (const { operation } of settingsDifference(settings(), kernel.settings())) kernel.apply(operation);
      const desired = settings();
      const steps = settingsDifference(desired, kernel.settings());
      for (const { operation } of steps) kernel.apply(operation);
      const { timeouts, daemons } = kernel.settings();
      expect(timeouts).toEqual(desired.timeouts);
      expect(daemons.map(({ role, interface: name, id }) => `${role} ${name} ${id}`).sort()).toEqual(
        desired.daemons.map(({ role, interface: name, id }) => `${role} ${name} ${id}`).sort(),
      );
      expect(settingsDifference(desired, kernel.settings())).toEqual([]);
    }
  });
});
