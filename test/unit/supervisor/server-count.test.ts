import { expect, test } from 'vitest';
import type { VirtualService } from '../../../src/config/config';
import { allOf } from '../../../src/director/slices';
import { type Health, serverName } from '../../../src/director/table';
import { countServers } from '../../../src/supervisor/server-count';

const service = (port: number): VirtualService => ({
  protocol: 'tcp',
  address: '192.0.2.1',
  port,
  scheduler: 'rr',
  servers: [1, 2, 3].map((host) => ({ address: `10.0.0.${host}`, port, weight: 1, method: 'nat' })),
});

test('good are those that are up or not watched, of all services', () => {
  const services = [service(80), service(443)];
  const states: readonly Health[] = ['up', 'down', 'unknown'];
  const health = new Map(
    states.map((state, at) => [serverName(services[0]!, services[0]!.servers[at]!), state] as const),
  );
  expect(allOf(countServers(services, health))).toEqual({ good: 4, all: 6 });
  expect(allOf(countServers([], health))).toEqual({ good: 0, all: 0 });
});
