/**
 * `npm run bench:checks`: one emulated Pentium II in front of 10, 100 and 1,000 web servers that it checks every 5 s; a
 * thousand changes of its table at once; and mon on the same box, for as many servers as it can. Prints a table of what is
 * seen from outside (checks, heartbeats) and on the box (processor, memory). Judges one thing: a late heartbeat.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBytecode } from '../../board/build/bundle';
import { buildBase, buildImage } from '../../board/build/image';
import { buildRunner } from '../../board/build/runner';
import { onInterrupt } from '../lab/interrupt';
import { PASSWORD_HASH } from '../lab/login';
import { writeDrive } from './drive';
import { monConfig, SERVERS_LIMIT } from './farm-config';
import { MON_SCRIPT, START_SCRIPT } from './scripts';
import { type CheckRow, type MonRow, table } from './table';
import { Workbench } from './workbench';

const OUT = 'out/bench';
/** Of the box's own supervisor, which has nothing to do: what is measured takes its place. */
const CONFIG = 'set console screen log\n';
const SIZES = [0, 10, 100, 1000];
const MON_SIZES = [1, 2, 3, 4, 5, 10, 20, 50];
/** Time for the first checks, and for all servers to come into the table. */
const SETTLE_MS = 30_000;
/** Two of the balancer's comparisons fall into it. */
const MEASURE_MS = 65_000;
/** mon gives up on no server, but runs late: with less of its checks than this it has reached its end. */
const MON_LEAST = 0.9;
const LATEST_BEAT_MS = 20;
const PRIORITY = -10;

const USAGE = `usage: npm run bench:checks -- [--servers N]... [--only checks|reconcile|mon]
  --servers N  this many servers instead of ${SIZES.join(', ')}; may be repeated
  --only PART  only this part; may be repeated`;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      servers: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return true;
  }
  const sizes = values.servers?.map(Number) ?? SIZES;
  if (!sizes.every((size) => Number.isInteger(size) && size >= 0 && size <= SERVERS_LIMIT))
    throw new Error(`--servers takes a whole number from 0 to ${SERVERS_LIMIT}.`);
  const wants = (part: string): boolean => values.only?.includes(part) ?? true;
  setPriority(PRIORITY);
  mkdirSync(OUT, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  const bench = await prepare(folder);
  const close = async (): Promise<void> => {
    await bench.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const forget = onInterrupt(close);
  try {
    await bench.start();
    const checks: CheckRow[] = [];
    if (wants('checks'))
      for (const servers of sizes) {
        const row = await bench.checks(servers, SETTLE_MS, MEASURE_MS);
        checks.push(row);
        console.log(JSON.stringify(row));
      }
    const changes = wants('reconcile') ? await bench.reconcile(Math.max(...sizes)) : null;
    const mon: MonRow[] = [];
    if (wants('mon'))
      for (const servers of MON_SIZES) {
        const row = await bench.mon(servers, SETTLE_MS, MEASURE_MS);
        mon.push(row);
        console.log(JSON.stringify(row));
        if (row.done < MON_LEAST) break;
      }
    const text = table(checks, changes, mon);
    console.log(`\n${text}`);
    writeFileSync(join(OUT, 'checks.txt'), `${text}\n`);
    return checks.every(({ lateBeatMs }) => lateBeatMs <= LATEST_BEAT_MS);
  } finally {
    forget();
    await close();
  }
}

async function prepare(folder: string): Promise<Workbench> {
  console.log('building what is missing');
  const drive = join(folder, 'drive.img');
  const programs = [
    { name: 'checks.usb', source: 'test/bench/box-checks.ts' },
    { name: 'reconcile.usb', source: 'test/bench/box-reconcile.ts' },
  ];
  const configs = MON_SIZES.map((size) => [`mon-${size}.cf`, monConfig(size)] as const);
  const scripts = { start: START_SCRIPT, mon: MON_SCRIPT, ...Object.fromEntries(configs) };
  await writeDrive(folder, programs, scripts, drive);
  const disk = join(folder, 'disk.img');
  const { disk: base } = await buildBase();
  await buildImage({ config: CONFIG, hostname: 'bench', passwordHash: PASSWORD_HASH, out: disk, base });
  return new Workbench({
    folder,
    disk,
    drive,
    runner: await buildRunner('x64'),
    beats: await buildBytecode('test/bench/beats.ts'),
    logFile: join(OUT, 'console.log'),
  });
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
