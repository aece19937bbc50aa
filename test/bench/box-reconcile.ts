/**
 * Has the balancer bring a thousand changes at once into the kernel, and tells how long that takes, and what the loop has
 * to wait for meanwhile. Runs on the box; leaves its table as it was.
 *
 * Arguments: SERVERS. Prints one `ReconcileReport`, and ends.
 */

import * as sys from 'sys';
import { Balancer } from '../../src/director/balancer';
import { type Health, serverName } from '../../src/director/table';
import { createHost } from '../../src/host/quickjs/host';
import { loop } from '../../src/host/quickjs/machine';
import { printLine } from '../../src/host/quickjs/terminal';
import { boxConfig } from './farm-config';

const REALTIME_PRIORITY = 50;
/** A beat must go out about as often. */
const TICK_MS = 10;

export interface ReconcileReport {
  readonly addMs: number;
  readonly takeOutMs: number;
  readonly putInMs: number;
  readonly latenessMs: number;
}

const config = boxConfig(Number(sys.args[0]));
const { services } = config;
/** Made before anything is measured. */
const healths = { up: health('up'), down: health('down') };
const host = createHost({ log: { file: '/run/bench.log', console: null, level: 'info' } });
const nothing = (): void => {};
const balancer = new Balancer(host, config, healths.up, { map: new Map(), drained: nothing }, nothing);

sys.lockMemory();
sys.scheduleFifo(REALTIME_PRIORITY);
tick();
loop.takeLatenessMs();
timed('up', (addMs) =>
  timed('down', (takeOutMs) =>
    timed('up', (putInMs) => {
      const told: ReconcileReport = { addMs, takeOutMs, putInMs, latenessMs: loop.takeLatenessMs() };
      printLine(JSON.stringify(told));
      balancer.change({ ...config, services: [] }, new Map(), () => sys.exit(0));
    }),
  ),
);
loop.run();

function timed(all: 'up' | 'down', done: (tookMs: number) => void): void {
  const fromMs = sys.monotonic();
  balancer.change({ ...config, services }, healths[all], (fault) => {
    if (fault !== null) throw new Error(fault);
    done(sys.monotonic() - fromMs);
  });
}

function health(all: Health): ReadonlyMap<string, Health> {
  return new Map(
    services.flatMap((service) => service.servers.map((server) => [serverName(service, server), all])),
  );
}

function tick(): void {
  loop.after(TICK_MS, tick);
}
