/** Quorum, sorry server, orders, draining, slow start: what becomes of the table. */

import { describe, expect, test } from 'vitest';
import type { RealServer, ServiceSettings, VirtualService } from '../../../src/config/config';
import { type Plan, planTable } from '../../../src/director/desired';
import type { Order } from '../../../src/director/orders';
import { difference } from '../../../src/director/reconcile';
import { type Health, type IpvsTable, serverName } from '../../../src/director/table';
import { generator } from '../random';
import { ModelKernel } from './model-kernel';

const KEY = { protocol: 'tcp', address: '192.0.2.10', port: 80 } as const;
const SORRY = { address: '10.0.0.99', port: 80, method: 'nat' } as const;

const rs = (host: number, weight = 1): RealServer => ({
  address: `10.0.0.${host}`,
  port: 80,
  weight,
  method: 'nat',
});
const name = (host: number): string => serverName(KEY, rs(host));

function service(settings: Partial<ServiceSettings>): VirtualService {
  return { ...KEY, scheduler: 'wrr', servers: [rs(1), rs(2), rs(3)], ...settings };
}

/** A box whose table follows each plan. */
class Box {
  kernel: IpvsTable = [];
  health = new Map<string, Health>();
  orders = new Map<string, Order>();
  nowMs = 0;
  leads = true;
  plan: Plan = {
    table: [],
    reasons: new Map(),
    ramps: new Map(),
    drained: [],
    isDraining: false,
    isMoving: false,
  };

  constructor(public config: VirtualService) {}

  follow(): this {
    const { health, orders, leads, kernel, nowMs } = this;
    const situation = { health, orders, leads, kernel, ramps: this.plan.ramps, nowMs };
    this.plan = planTable({ services: [this.config] }, situation);
    const model = new ModelKernel(kernel);
    for (const { operation } of difference(this.plan.table, kernel, this.plan.reasons))
      model.apply(operation);
    this.kernel = model.table();
    return this;
  }

  tell(state: Health, ...hosts: readonly number[]): this {
    for (const host of hosts) this.health.set(name(host), state);
    return this.follow();
  }

  connect(host: number, active: number, inactive = 0): void {
    this.kernel = this.kernel.map((one) => ({
      ...one,
      destinations: one.destinations.map((server) =>
        server.address === rs(host).address ? { ...server, connections: { active, inactive } } : server,
      ),
    }));
  }

  /** `1:2` is the host 1 with weight 2. */
  get serving(): string {
    const servers = this.kernel[0]?.destinations ?? [];
    return servers
      .map(({ address, weight }) => `${address.split('.')[3]}:${weight}`)
      .sort()
      .join(' ');
  }
}

describe('a server that is down', () => {
  test('is taken out, and comes back', () => {
    const box = new Box(service({})).follow();
    expect(box.serving).toBe('1:1 2:1 3:1');
    expect(box.tell('down', 2).serving).toBe('1:1 3:1');
    expect(box.plan.reasons.get(name(2))).toBe('is down');
    expect(box.tell('up', 2).serving).toBe('1:1 2:1 3:1');
  });

  test('or gets weight 0, which a restarted supervisor does not take for being up', () => {
    const box = new Box(service({ down: 'weight-0' })).follow();
    expect(box.tell('down', 2).serving).toBe('1:1 2:0 3:1');
    expect(box.tell('unknown', 1, 2, 3).serving).toBe('1:1 2:0 3:1');
    expect(box.tell('up', 2).serving).toBe('1:1 2:1 3:1');
  });

  test('at boot is every watched server, until its first good check', () => {
    for (const [down, serving] of [
      ['remove', ''],
      ['weight-0', '1:0 2:0 3:0'],
    ] as const) {
      const box = new Box(service({ down })).tell('unknown', 1, 2, 3);
      expect(box.serving).toBe(serving);
      expect(box.plan.reasons.get(name(1))).toBe('has had no good check yet');
      expect(box.tell('up', 1, 2, 3).serving).toBe('1:1 2:1 3:1');
    }
  });
});

describe('the quorum', () => {
  test('without a server, the sorry server serves', () => {
    const box = new Box(service({ sorry: SORRY })).follow();
    expect(box.serving).toBe('1:1 2:1 3:1');
    expect(box.tell('down', 1, 2).serving).toBe('3:1');
    expect(box.tell('down', 3).serving).toBe('99:1');
    expect(box.tell('up', 3).serving).toBe('3:1');
  });

  test('is lost below quorum - hysteresis and back at quorum + hysteresis', () => {
    const servers = [rs(1, 2), rs(2, 2), rs(3, 1)];
    const box = new Box(service({ servers, quorum: 3, hysteresis: 1, sorry: SORRY })).follow();
    expect(box.serving).toBe('1:2 2:2 3:1');
    expect(box.tell('down', 1, 3).serving).toBe('2:2');
    expect(box.tell('down', 2).tell('up', 3).serving).toBe('99:1');
    expect(box.plan.reasons.get(name(3))).toMatch(/^is withdrawn: .* weight 1, and the quorum needs 4$/);
    expect(box.tell('up', 2).serving).toBe('99:1');
    expect(box.tell('down', 3).tell('up', 1).serving).toBe('1:2 2:2');
  });

  test('where servers get weight 0, they stay in with that beside the sorry server', () => {
    const box = new Box(service({ quorum: 2, sorry: SORRY, down: 'weight-0' })).follow();
    expect(box.tell('down', 1, 2).serving).toBe('1:0 2:0 3:0 99:1');
  });

  test('changes nothing without a sorry server', () => {
    const box = new Box(service({ quorum: 3 })).follow();
    expect(box.tell('down', 1, 2).serving).toBe('3:1');
  });

  test('counts neither disabled nor drained servers', () => {
    const box = new Box(service({ quorum: 2, sorry: SORRY })).follow();
    box.connect(1, 5);
    box.orders.set(name(1), { kind: 'drain', sinceMs: 0 }).set(name(2), { kind: 'disable', sinceMs: 0 });
    expect(box.follow().serving).toBe('1:0 99:1');
  });

  test('flaps no more often than the servers do, and never within the hysteresis', () => {
    const random = generator(5);
    const servers = [1, 2, 3, 4, 5, 6].map((host) => rs(host));
    const box = new Box(service({ servers, quorum: 3, hysteresis: 2, sorry: SORRY })).follow();
    let sorry = false;
    for (let round = 0; round < 2000; round++) {
      box.tell(random(2) === 0 ? 'up' : 'down', 1 + random(6));
      const up = servers.filter((_, at) => box.health.get(name(at + 1)) !== 'down').length;
      const now = box.serving.includes('99:1');
      if (now !== sorry) expect(now ? up === 0 : up >= 5).toBe(true);
      if (now) expect(box.serving).toBe('99:1');
      sorry = now;
    }
  });
});

describe('orders', () => {
  test('a disabled server is out, also where one that is down gets weight 0', () => {
    for (const down of ['remove', 'weight-0'] as const) {
      const box = new Box(service({ down })).follow();
      box.orders.set(name(1), { kind: 'disable', sinceMs: 0 });
      expect(box.follow().serving).toBe('2:1 3:1');
      expect(box.plan.reasons.get(name(1))).toBe('is disabled by the operator');
      box.orders.clear();
      expect(box.follow().serving).toBe('1:1 2:1 3:1');
    }
  });

  test('a drained server has weight 0 until its connections are few, and is out then', () => {
    const box = new Box(service({ drainConnections: 2, drainTimeMs: 60_000 })).follow();
    box.connect(1, 7);
    box.orders.set(name(1), { kind: 'drain', sinceMs: 0 });
    expect(box.follow().serving).toBe('1:0 2:1 3:1');
    expect(box.plan).toMatchObject({ isMoving: true, drained: [] });
    box.nowMs = 30_000;
    box.connect(1, 3, 50);
    expect(box.follow().serving).toBe('1:0 2:1 3:1');
    box.connect(1, 2, 50);
    expect(box.follow().serving).toBe('2:1 3:1');
    expect(box.plan).toMatchObject({ isMoving: false, drained: [name(1)] });
  });

  test('or its time is over', () => {
    const box = new Box(service({ drainTimeMs: 60_000 })).follow();
    box.connect(1, 7);
    box.orders.set(name(1), { kind: 'drain', sinceMs: 1000 });
    box.nowMs = 60_999;
    expect(box.follow().serving).toBe('1:0 2:1 3:1');
    box.nowMs = 61_000;
    expect(box.follow().serving).toBe('2:1 3:1');
    expect(box.plan.reasons.get(name(1))).toMatch(/its time is over/);
  });

  test('of UDP all connections count, as IPVS takes none for active', () => {
    const box = new Box({ ...service({}), protocol: 'udp', port: 80, address: '192.0.2.10' }).follow();
    const server = serverName({ ...KEY, protocol: 'udp' }, rs(1));
    box.connect(1, 0, 3);
    box.orders.set(server, { kind: 'drain', sinceMs: 0 });
    expect(box.follow().serving).toBe('1:0 2:1 3:1');
  });

  test('a box that waits leaves it to the active one to say when a server is drained', () => {
    const box = new Box(service({ drainTimeMs: 60_000 })).follow();
    box.leads = false;
    box.orders.set(name(1), { kind: 'drain', sinceMs: 0 });
    box.nowMs = 61_000;
    expect(box.follow().serving).toBe('1:0 2:1 3:1');
    expect(box.plan).toMatchObject({ isMoving: false, drained: [] });
    box.leads = true;
    expect(box.follow().plan.drained).toEqual([name(1)]);
  });
});

describe('slow start', () => {
  test('grows from 1 to the weight in the given time', () => {
    const box = new Box(service({ servers: [rs(1, 10), rs(2, 10)], slowStartMs: 10_000 })).follow();
    expect(box.serving).toBe('1:1 2:1');
    const seen: string[] = [];
    for (box.nowMs = 1000; box.nowMs <= 10_000; box.nowMs += 1000) seen.push(box.follow().serving);
    expect(seen.slice(0, 3)).toEqual(['1:1 2:1', '1:2 2:2', '1:3 2:3']);
    expect(seen.slice(-2)).toEqual(['1:9 2:9', '1:10 2:10']);
    expect(box.plan.isMoving).toBe(false);
  });

  test('begins again for a server that comes back, and for no other', () => {
    const box = new Box(service({ servers: [rs(1, 10), rs(2, 10)], slowStartMs: 10_000 })).follow();
    box.nowMs = 20_000;
    expect(box.follow().serving).toBe('1:10 2:10');
    box.tell('down', 1);
    box.nowMs = 30_000;
    expect(box.tell('up', 1).serving).toBe('1:1 2:10');
    expect(box.plan.reasons.get(name(1))).toBe('is in its slow start, on the way to weight 10');
  });

  test('does not begin in a restarted supervisor', () => {
    const box = new Box(service({ servers: [rs(1, 10)], slowStartMs: 10_000 })).follow();
    box.nowMs = 20_000;
    box.follow();
    box.plan = { ...box.plan, ramps: new Map() };
    expect(box.tell('unknown', 1).serving).toBe('1:10');
    expect(box.tell('up', 1).serving).toBe('1:10');
  });

  test('a weight of 0 stays 0', () => {
    const box = new Box(service({ servers: [rs(1, 0)], slowStartMs: 10_000 })).follow();
    expect(box.serving).toBe('1:0');
    expect(box.plan.isMoving).toBe(false);
  });
});

test('a plan that is followed is the plan again: nothing swings', () => {
  const random = generator(99);
  for (let round = 0; round < 500; round++) {
    const box = new Box(
      service({
        servers: [1, 2, 3].map((host) => rs(host, random(4))),
        quorum: 1 + random(4),
        hysteresis: random(2),
        ...(random(2) === 0 ? { sorry: SORRY } : {}),
        down: random(2) === 0 ? 'remove' : 'weight-0',
      }),
    );
    for (const host of [1, 2, 3]) {
      box.health.set(name(host), (['up', 'down', 'unknown'] as const)[random(3)]!);
      if (random(4) === 0) box.orders.set(name(host), { kind: 'disable', sinceMs: 0 });
    }
    const first = box.follow().serving;
    expect(box.follow().serving).toBe(first);
    expect(difference(box.plan.table, box.kernel, box.plan.reasons)).toEqual([]);
  }
});
