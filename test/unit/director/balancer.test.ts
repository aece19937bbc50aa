import { describe, expect, it } from 'vitest';
import type { VirtualService } from '../../../src/config/config';
import { Balancer } from '../../../src/director/balancer';
import type { HealthMap, IpvsOperation, IpvsSettings, IpvsTable } from '../../../src/director/table';
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

function serving(...addresses: readonly string[]): { readonly services: readonly VirtualService[] } {
  const servers = addresses.map((address) => ({ ...SERVICE.servers[0]!, address }));
  return { services: [{ ...SERVICE, servers }] };
}

class Bench {
  readonly kernel = new ModelKernel([]);
  readonly done: string[] = [];
  readonly logged: string[] = [];
  readable = true;
  refuses = false;
  private readonly questions: (() => void)[] = [];

  readonly host = {
    clock: { now: () => 0, wall: () => 0, after: () => ({ cancel: () => {} }) },
    log: (_level: string, event: string) => this.logged.push(event),
    ipvs: {
      read: (done: Done<IpvsTable>) =>
        this.questions.push(() =>
          done(this.readable ? { ok: true, value: this.kernel.table() } : { ok: false, error: 'no IPVS' }),
        ),
      readSettings: (done: Done<IpvsSettings>) =>
        this.questions.push(() => done({ ok: true, value: this.kernel.settings() })),
      apply: (operation: IpvsOperation, done: Done<null>) =>
        this.questions.push(() => {
          if (this.refuses) return done({ ok: false, error: 'out of memory' });
          this.done.push(
            'destination' in operation
              ? `${operation.type} ${operation.destination.address}`
              : operation.type,
          );
          this.kernel.apply(operation);
          return done({ ok: true, value: null });
        }),
    },
  };

  readonly balancer = new Balancer(this.host, serving('10.0.0.21', '10.0.0.22'), UP, {
    map: new Map(),
    drained: () => {},
  });

  answer(count = Number.POSITIVE_INFINITY): void {
    for (let left = count; left > 0; left--) {
      const next = this.questions.shift();
      if (next === undefined) return;
      next();
    }
  }

  start(): void {
    this.balancer.start();
    this.answer();
    this.done.length = 0;
  }

  change(config: { readonly services: readonly VirtualService[] }): (string | null)[] {
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
    expect(bench.done).toEqual(['destination-add 10.0.0.23', 'destination-delete 10.0.0.21']);
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
