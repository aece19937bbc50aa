/**
 * Supervises the box in front of many servers, and tells what that costs it. Runs on the box, in the place of
 * `understudy run`, whose files have no room for the configuration of a thousand servers.
 *
 * Arguments: SERVERS SETTLE_MS MEASURE_MS. Prints one `BoxReport`, and ends.
 */

import * as sys from 'sys';
import { readFile } from '../../src/host/quickjs/files';
import { createHost } from '../../src/host/quickjs/host';
import { loop } from '../../src/host/quickjs/machine';
import { printLine } from '../../src/host/quickjs/terminal';
import { Supervisor } from '../../src/supervisor';
import { boxConfig } from './farm-config';

/** As box.ts has it. */
const REALTIME_PRIORITY = 50;

export interface BoxReport {
  /** Of the processor, 0 to 1: by this program, and by everything on the box. */
  readonly own: number;
  readonly all: number;
  /** The part of `own` that is not the kernel's work for it. */
  readonly user: number;
  readonly residentBytes: number;
  /** How late the worst timer of the loop ran. */
  readonly latenessMs: number;
  /** Servers that are up. */
  readonly up: number;
}

const [servers, settleMs, measureMs] = sys.args.map(Number) as [number, number, number];
const config = boxConfig(servers);
const node = config.nodes.find(({ name }) => name === 'lead')!;

const host = createHost({ log: { file: '/run/bench.log', console: null, level: 'info' } });
const options = {
  version: 'bench',
  stateFile: '/run/bench-state',
  inventoryFile: '/run/bench-inventory',
  events: () => [],
};
const nothing = (): void => {};
const supervisor = new Supervisor(host, config, node, options, {
  onJoined: () => {
    sys.lockMemory();
    sys.scheduleFifo(REALTIME_PRIORITY);
  },
  onFollow: nothing,
  onFollowed: nothing,
  onStopped: nothing,
});
supervisor.start();
loop.after(settleMs, () => {
  const before = times();
  loop.takeLatenessMs();
  loop.after(measureMs, () => report(before));
});
loop.run();

function report(before: Times): void {
  const latenessMs = loop.takeLatenessMs();
  const after = times();
  const spent = after.total - before.total;
  const services = supervisor.status()?.services ?? [];
  const told: BoxReport = {
    own: (after.own - before.own) / spent,
    user: (after.user - before.user) / spent,
    all: 1 - (after.idle - before.idle) / spent,
    residentBytes: sys.residentBytes(),
    latenessMs,
    up: services.flatMap((one) => one.servers).filter(({ health }) => health === 'up').length,
  };
  printLine(JSON.stringify(told));
  sys.exit(0);
}

interface Times {
  readonly own: number;
  readonly user: number;
  readonly idle: number;
  readonly total: number;
}

/** In ticks, proc(5). */
function times(): Times {
  const own = text('/proc/self/stat')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  const [, ...all] = text('/proc/stat').split('\n')[0]!.split(/ +/).map(Number);
  return {
    own: own[11]! + own[12]!,
    user: own[11]!,
    idle: all[3]! + all[4]!,
    total: all.slice(0, 8).reduce((sum, one) => sum + one, 0),
  };
}

function text(path: string): string {
  const read = readFile(path);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}
