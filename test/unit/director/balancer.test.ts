import { describe, expect, it } from 'vitest';
import type { Config, VirtualService } from '../../../src/config/config';
import {
  Balancer,
  LOOK_FRESH_MS,
  LOOK_KEPT_MS,
  MOVING_INTERVAL_MS,
  READ_BACK_MS,
  RECONCILE_INTERVAL_MS,
} from '../../../src/director/balancer';
import type { Order } from '../../../src/director/orders';
import type { Health, HealthMap, IpvsOperation, IpvsSettings, IpvsTable } from '../../../src/director/table';
import type { Done } from '../../../src/host/host';
import { ModelKernel } from './model-kernel';

const SERVICE: VirtualService = {
  protocol: 'tcp',
  address: '192.0.2.10',
  port: 80,
  scheduler: 'rr',
  servers: [
    { address: '10.0.0.21', port: 80, weight: 1, method: 'nat' },
    { address: '10.0.0.22', port: 80, weight: 1, method: 'nat' },
  ],
};
const UP: HealthMap = new Map();

function serving(...addresses: readonly string[]): Pick<Config, 'services' | 'ipvs'> {
  const servers = addresses.map((address) => ({ ...SERVICE.servers[0]!, address }));
  return { services: [{ ...SERVICE, servers }] };
}

class Bench {
  readonly kernel = new ModelKernel([]);
  readonly done: string[] = [];
  readonly logged: string[] = [];
  readonly reasons: string[] = [];
  readonly health = new Map<string, Health>();
  readable = true;
  refuses = false;
  /** It says that it has carried out what it has not. */
  lies = false;
  reads = 0;
  /** Each look at the clock takes so long. */
  lookMs = 0;
  private readonly questions: (() => void)[] = [];

  readonly host = {
    clock: {
      now: () => {
        this.nowMs += this.lookMs;
        return this.nowMs;
      },
      wall: () => 0,
      after: (delayMs: number, run: () => void) => {
        const timer = { delayMs, run };
        this.timers.push(timer);
        return { cancel: () => this.timers.splice(this.timers.indexOf(timer), 1) };
      },
    },
    log: (_level: string, event: string, _: string, values?: Readonly<Record<string, unknown>>) => {
      this.logged.push(event);
      if (values !== undefined) this.reasons.push(String(values.reason));
    },
    ipvs: {
      read: (done: Done<IpvsTable>) =>
        this.questions.push(() => {
          this.reads += 1;
          done(this.readable ? { ok: true, value: this.kernel.table() } : { ok: false, error: 'no IPVS' });
        }),
      readSettings: (done: Done<IpvsSettings>) =>
        this.questions.push(() => done({ ok: true, value: this.kernel.settings() })),
      apply: (operation: IpvsOperation, done: Done<null>) => {
        this.waiting += 1;
        this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
        this.questions.push(() => {
          this.waiting -= 1;
          if (this.refuses) return done({ ok: false, error: 'out of memory' });
          this.done.push(
            'destination' in operation
              ? `${operation.type} ${operation.destination.address}`
              : operation.type,
          );
          try {
            if (!this.lies) this.kernel.apply(operation);
          } catch (error) {
            return done({ ok: false, error: (error as Error).message });
          }
          return done({ ok: true, value: null });
        });
      },
    },
  };

  readonly orders = new Map<string, Order>();
  readonly drained: string[] = [];
  readonly timers: { readonly delayMs: number; readonly run: () => void }[] = [];
  nowMs = 0;
  waiting = 0;
  mostWaiting = 0;
  pauses = 0;

  readonly balancer = new Balancer(
    this.host,
    serving('10.0.0.21', '10.0.0.22'),
    UP,
    { map: this.orders, drained: (servers) => this.drained.push(...servers) },
    () => this.done.push('before removal'),
  );

  answer(count = Number.POSITIVE_INFINITY): void {
    for (let left = count; left > 0; left--) {
      const next = this.questions.shift() ?? this.soon();
      if (next === undefined) return;
      next();
    }
  }

  /** What goes on after whatever else there is to do. */
  private soon(): (() => void) | undefined {
    const at = this.timers.findIndex(({ delayMs }) => delayMs === 0);
    if (at < 0) return undefined;
    this.pauses += 1;
    return this.timers.splice(at, 1)[0]?.run;
  }

  /** The first timer of that length ends. */
  ring(delayMs: number): void {
    const at = this.timers.findIndex((timer) => timer.delayMs === delayMs);
    const [timer] = at < 0 ? [] : this.timers.splice(at, 1);
    if (timer === undefined) throw new Error(`no timer of ${delayMs} ms`);
    timer.run();
    this.answer();
  }

  get serving(): string[] {
    return this.kernel.table().flatMap(({ destinations }) => destinations.map(({ address }) => address));
  }

  /** Of a server of the one service. */
  tell(address: string, health: Health): void {
    this.health.set(`${address}:80 of tcp 192.0.2.10:80`, health);
    this.balancer.setHealth(this.health);
    this.answer();
  }

  start(): void {
    this.balancer.start();
    this.answer();
    this.done.length = 0;
  }

  change(config: Pick<Config, 'services' | 'ipvs'>): (string | null)[] {
    const outcomes: (string | null)[] = [];
    this.balancer.change(config, UP, (fault) => outcomes.push(fault));
    return outcomes;
  }
}

describe('balancing over changed services', () => {
  it('touches only what is different, and tells when the kernel has it', () => {
    const bench = new Bench();
    bench.start();
    const outcomes = bench.change(serving('10.0.0.22', '10.0.0.23'));
    expect(outcomes).toEqual([]);
    bench.answer();
    expect(outcomes).toEqual([null]);
    expect(bench.done).toEqual([
      'before removal',
      'destination-add 10.0.0.23',
      'destination-delete 10.0.0.21',
    ]);
  });

  it('tells what the kernel refuses, and why', () => {
    const bench = new Bench();
    bench.start();
    bench.refuses = true;
    const outcomes = bench.change(serving('10.0.0.21', '10.0.0.22', '10.0.0.23'));
    bench.answer();
    expect(outcomes).toEqual([
      'the kernel does not hold what it was given: 10.0.0.23:80 of tcp 192.0.2.10:80 is missing (out of memory)',
    ]);
  });

  it('that did not work before either is no fault of the change', () => {
    const bench = new Bench();
    bench.readable = false;
    bench.start();
    const outcomes = bench.change(serving('10.0.0.21'));
    bench.answer();
    expect(outcomes).toEqual([null]);
  });

  it('that is told in the middle of a comparison is answered by the next one', () => {
    const bench = new Bench();
    bench.balancer.start();
    for (let answers = 1; answers < 6; answers++) {
      bench.answer(1);
      const wanted = serving(...['10.0.0.22', '10.0.0.23'].slice(answers % 2));
      const outcomes = bench.change(wanted);
      bench.answer();
      expect(outcomes).toEqual([null]);
      expect(
        bench.kernel
          .table()[0]!
          .destinations.map(({ address }) => address)
          .sort(),
      ).toEqual(wanted.services[0]!.servers.map(({ address }) => address));
    }
  });

  it('that changes twice at once answers both', () => {
    const bench = new Bench();
    bench.start();
    bench.balancer.setHealth(UP);
    const outcomes = [bench.change(serving('10.0.0.21')), bench.change(serving('10.0.0.22'))];
    bench.answer();
    expect(outcomes).toEqual([[null], [null]]);
    expect(bench.kernel.table()[0]!.destinations.map(({ address }) => address)).toEqual(['10.0.0.22']);
  });
});

describe('the table', () => {
  it('is compared every 30 s: what somebody else did is put right, and nothing is flushed', () => {
    const bench = new Bench();
    bench.start();
    const service = { protocol: 'tcp', address: '192.0.2.10', port: 80 } as const;
    const foreign = { ...SERVICE.servers[0]!, address: '10.0.0.66' };
    bench.kernel.apply({ type: 'destination-delete', service, destination: SERVICE.servers[0]! });
    bench.kernel.apply({ type: 'destination-add', service, destination: foreign });
    bench.ring(RECONCILE_INTERVAL_MS);
    expect(bench.done).toEqual([
      'before removal',
      'destination-add 10.0.0.21',
      'destination-delete 10.0.0.66',
    ]);
    expect(bench.serving.sort()).toEqual(['10.0.0.21', '10.0.0.22']);
    bench.done.length = 0;
    bench.ring(RECONCILE_INTERVAL_MS);
    expect(bench.done).toEqual([]);
  });

  it('with a thousand changes is changed without asking for more at once than the host takes', () => {
    const bench = new Bench();
    bench.start();
    const many = Array.from({ length: 1000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    const outcomes = bench.change(serving(...many));
    bench.answer();
    expect(outcomes).toEqual([null]);
    expect(bench.serving).toHaveLength(1000);
    expect(bench.mostWaiting).toBeLessThan(256);
  });

  it('with a thousand servers lets others go on while it compares', () => {
    const bench = new Bench();
    const many = Array.from({ length: 1000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    bench.start();
    bench.change(serving(...many));
    bench.answer();
    const before = bench.pauses;
    bench.lookMs = 1;
    bench.ring(RECONCILE_INTERVAL_MS);
    expect(bench.pauses - before).toBeGreaterThan(1000 / 64);
  });

  it('and what is told of its servers go by the same orders, also by one that comes meanwhile', () => {
    const bench = new Bench();
    const many = Array.from({ length: 1000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
    bench.start();
    bench.change(serving(...many));
    bench.answer();
    const server = '10.0.0.0:80 of tcp 192.0.2.10:80';
    bench.orders.set(server, { kind: 'disable', sinceMs: 0 });
    bench.lookMs = 1;
    bench.balancer.ordersChanged();
    bench.orders.delete(server);
    bench.balancer.ordersChanged();
    bench.answer();
    expect(bench.serving).toHaveLength(1000);
    expect(bench.balancer.standing(server)?.state).toBe('up');
  });

  it('is not read for a change of health, but a while after it', () => {
    const bench = new Bench();
    bench.start();
    bench.ring(READ_BACK_MS);
    const { reads } = bench;
    bench.tell('10.0.0.21', 'down');
    expect(bench.done).toEqual(['before removal', 'destination-delete 10.0.0.21']);
    bench.tell('10.0.0.21', 'up');
    expect(bench.done.slice(2)).toEqual(['destination-add 10.0.0.21']);
    expect(bench.reads).toBe(reads);
    bench.ring(READ_BACK_MS);
    expect(bench.reads).toBe(reads + 1);
    expect(bench.done).toHaveLength(3);
    expect(bench.timers.map(({ delayMs }) => delayMs)).not.toContain(READ_BACK_MS);
  });

  it('is read at once when it is not as it was taken to be', () => {
    const bench = new Bench();
    bench.start();
    const service = { protocol: 'tcp', address: '192.0.2.10', port: 80 } as const;
    bench.kernel.apply({ type: 'service-delete', service });
    const { reads } = bench;
    bench.tell('10.0.0.21', 'down');
    expect(bench.reads).toBeGreaterThan(reads);
    expect(bench.serving).toEqual(['10.0.0.22']);
    expect(bench.logged).toContain('balancing-refused');
    expect(bench.logged).not.toContain('balancing-differs');
  });

  it('that is not what the kernel said is told, and not tried for ever', () => {
    const bench = new Bench();
    bench.start();
    bench.lies = true;
    bench.tell('10.0.0.21', 'down');
    expect(bench.logged).not.toContain('balancing-differs');
    bench.ring(READ_BACK_MS);
    expect(bench.logged).toContain('balancing-differs');
    expect(bench.timers.map(({ delayMs }) => delayMs)).not.toContain(READ_BACK_MS);
    bench.lies = false;
    bench.ring(RECONCILE_INTERVAL_MS);
    expect(bench.serving).toEqual(['10.0.0.22']);
  });

  it('tells of each difference, with its reason', () => {
    const bench = new Bench();
    bench.start();
    bench.tell('10.0.0.21', 'down');
    expect(bench.reasons.at(-1)).toBe('10.0.0.21:80 of tcp 192.0.2.10:80 is down');
  });

  it('follows a server that is drained each second, and tells when that is over', () => {
    const bench = new Bench();
    bench.balancer.setRole('master');
    bench.start();
    const server = '10.0.0.21:80 of tcp 192.0.2.10:80';
    bench.kernel.connect('10.0.0.21', 2);
    bench.orders.set(server, { kind: 'drain', sinceMs: 0 });
    bench.balancer.ordersChanged();
    bench.answer();
    expect(bench.done).toEqual(['destination-set 10.0.0.21']);
    expect(bench.balancer.standing(server)).toEqual({ state: 'draining', sinceMs: 0 });
    bench.ring(MOVING_INTERVAL_MS);
    expect(bench.drained).toEqual([]);
    bench.kernel.connect('10.0.0.21', 0);
    bench.ring(MOVING_INTERVAL_MS);
    expect(bench.drained).toEqual([server]);
    expect(bench.serving).toEqual(['10.0.0.22']);
    expect(bench.timers.map(({ delayMs }) => delayMs)).not.toContain(MOVING_INTERVAL_MS);
  });
});

describe('the sync daemon', () => {
  const sync = { interface: 'eth1', id: 3, group: '224.0.0.81', port: 8848, ttl: 1, maxBytes: null };
  const timeouts = { tcpMs: 900_000, tcpFinMs: 120_000, udpMs: 300_000 };

  it('follows the role', () => {
    const bench = new Bench();
    bench.start();
    expect(bench.kernel.settings().daemons).toEqual([]);
    bench.change({ ...serving('10.0.0.21'), ipvs: { timeouts, sync } });
    bench.answer();
    expect(bench.kernel.settings().daemons.map(({ role }) => role)).toEqual(['backup']);
    bench.balancer.setRole('master');
    bench.answer();
    expect(bench.kernel.settings().daemons.map(({ role }) => role)).toEqual(['master']);
    bench.change({ ...serving('10.0.0.21'), ipvs: { timeouts: { ...timeouts, udpMs: 60_000 }, sync: null } });
    bench.answer();
    expect(bench.kernel.settings()).toEqual({ timeouts: { tcpS: 900, tcpFinS: 120, udpS: 60 }, daemons: [] });
  });
});

describe('a look at the table', () => {
  it('reads it once for all who ask within a second', () => {
    const bench = new Bench();
    bench.start();
    let told = 0;
    const server = '10.0.0.21:80 of tcp 192.0.2.10:80';
    expect(bench.balancer.inKernel(server)).toBeUndefined();
    for (let asked = 0; asked < 3; asked++) bench.balancer.look(() => told++);
    expect(told).toBe(0);
    bench.answer(1);
    expect(told).toBe(3);
    expect(bench.balancer.inKernel(server)).toMatchObject({ weight: 1 });
    expect(bench.balancer.inKernel('nobody')).toBeNull();
    bench.balancer.look(() => told++);
    expect(told).toBe(4);
    bench.nowMs += LOOK_FRESH_MS;
    bench.balancer.look(() => told++);
    expect(told).toBe(4);
    bench.answer(1);
    expect(told).toBe(5);
    bench.nowMs += LOOK_KEPT_MS;
    bench.ring(LOOK_KEPT_MS);
    expect(bench.balancer.inKernel(server)).toBeUndefined();
    bench.readable = false;
    bench.balancer.look(() => told++);
    bench.answer(1);
    expect(told).toBe(6);
  });
});
