/**
 * The box, the web servers and the ear for heartbeats of the benchmark, and what is measured with them. Knows how, and not
 * how often or how long.
 */

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Box } from '../lab/box';
import { NullModem } from '../lab/cable';
import { monotonicMs, sleep, waitFor } from '../lab/clock';
import { LabNetwork } from '../lab/network';
import { Child, run } from '../lab/processes';
import type { BoxReport } from './box-checks';
import type { ReconcileReport } from './box-reconcile';
import type { FarmReport } from './farm';
import { FARM_ADDRESS, INTERVAL_MS, KEEPALIVE_MS, LISTENER_ADDRESS, SERVER_NETWORK } from './farm-config';
import type { CheckRow, MonRow } from './table';

const HERE = dirname(fileURLToPath(import.meta.url));
const READY_DEADLINE_MS = 15_000;
const BOOT_DEADLINE_MS = 60_000;
/** Beyond the times that a part was given: to start and to end. */
const SLACK_MS = 60_000;
const LOOK_MS = 1000;
/** A program on the box starts in less, and is given so much more time: what is seen from outside lies within. */
const START_MS = 3000;

export interface WorkbenchParts {
  /** For sockets. */
  readonly folder: string;
  readonly disk: string;
  readonly drive: string;
  readonly runner: string;
  /** Bytecode of beats.ts. */
  readonly beats: string;
  readonly logFile: string;
}

export class Workbench {
  private readonly network = new LabNetwork();
  private readonly cable: NullModem;
  private readonly box: Box;
  private farm: Child | null = null;
  private ear: Child | null = null;
  private readonly beats: number[] = [];
  private readonly reports: FarmReport[] = [];

  constructor(private readonly parts: WorkbenchParts) {
    const { folder, disk, drive, logFile } = parts;
    const ends = ['lead', 'backup'].map((name) => join(folder, `null-modem-${name}`));
    this.cable = new NullModem([ends[0]!, ends[1]!]);
    this.box = new Box({
      name: 'lead',
      namespace: this.network.switches,
      disk,
      moreDisk: drive,
      serialPath: ends[0]!,
      socketPrefix: join(folder, 'box'),
      logFile,
      now: monotonicMs,
      onLine: () => {},
    });
  }

  async start(): Promise<void> {
    const { network, parts } = this;
    network.create();
    const [farm, ear] = [network.namespace('rs1'), network.namespace('rs2')];
    run('ip', '-n', farm, 'address', 'add', FARM_ADDRESS, 'dev', 'eth0');
    run('ip', '-n', farm, 'route', 'add', 'local', SERVER_NETWORK, 'dev', 'lo');
    run('ip', '-n', ear, 'address', 'add', LISTENER_ADDRESS, 'dev', 'eth0');
    await Promise.all([this.cable.open(), this.box.open()]);
    const node = [process.execPath, '--import', 'tsx', join(HERE, 'farm.ts')];
    this.farm = await begin('farm', node, farm, (line) => this.reports.push(JSON.parse(line) as FarmReport));
    const runner = [parts.runner, '--bytecode', parts.beats];
    this.ear = await begin('ear', runner, ear, (line) => this.beats.push(Number(line)));
    console.log('booting the box');
    this.box.powerOn();
    await this.box.waitForLine(/Please press Enter/, 0, BOOT_DEADLINE_MS);
    await this.box.shell('mkdir -p /run/drive; busybox mount -t ext4 /dev/sdb /run/drive && echo there');
  }

  async checks(servers: number, settleMs: number, measureMs: number): Promise<CheckRow> {
    console.log(`checking ${servers} servers`);
    const startMs = monotonicMs();
    const [text, farm] = await Promise.all([
      this.told(
        `start checks.usb ${servers} ${settleMs} ${measureMs + START_MS}`,
        settleMs + measureMs + START_MS,
      ),
      this.watchFarm(settleMs + START_MS, measureMs),
    ]);
    const report = JSON.parse(text) as BoxReport;
    const fromMs = startMs + settleMs + START_MS;
    return {
      servers,
      ...report,
      done: farm.checks / ((servers * measureMs) / INTERVAL_MS),
      lateCheckMs: Math.max(0, farm.worstGapMs - INTERVAL_MS),
      lateBeatMs: latest(this.beats.filter((atMs) => atMs >= fromMs)),
      lateBeatAtStartMs: latest(this.beats.filter((atMs) => atMs >= startMs && atMs < fromMs)),
      beats: this.beats.filter((atMs) => atMs >= fromMs).length,
    };
  }

  async reconcile(servers: number): Promise<ReconcileReport> {
    console.log(`changing ${servers} servers at once`);
    return JSON.parse(await this.told(`start reconcile.usb ${servers}`, 0)) as ReconcileReport;
  }

  async mon(servers: number, settleMs: number, measureMs: number): Promise<MonRow> {
    console.log(`mon with ${servers} servers`);
    const [text, farm] = await Promise.all([
      this.told(`mon mon-${servers}.cf ${settleMs / 1000} ${measureMs / 1000}`, settleMs + measureMs),
      this.watchFarm(settleMs, measureMs),
    ]);
    const [before, after] = [...text.matchAll(/^cpu +(.*)$/gm)].map((match) =>
      match[1]!.split(' ').slice(0, 8).map(Number),
    );
    const kB = Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]);
    if (before === undefined || after === undefined || Number.isNaN(kB)) throw new Error(`mon said: ${text}`);
    const spent = after.map((ticks, index) => ticks - before[index]!);
    const total = spent.reduce((sum, ticks) => sum + ticks, 0);
    return {
      servers,
      all: 1 - (spent[3]! + spent[4]!) / total,
      residentBytes: kB * 1024,
      done: farm.checks / ((servers * measureMs) / INTERVAL_MS),
      lateCheckMs: Math.max(0, farm.worstGapMs - INTERVAL_MS),
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.box.close(), this.farm?.kill(), this.ear?.kill()]);
    this.cable.close();
    this.network.remove();
  }

  /** Runs a script of the drive beside the shell, and waits for what it tells. */
  private async told(script: string, durationMs: number): Promise<string> {
    await this.box.shell(`rm -f /run/out; (sh /run/drive/${script} </dev/null >/dev/null 2>&1 &)`);
    await sleep(durationMs);
    const endMs = monotonicMs() + SLACK_MS;
    while (monotonicMs() < endMs) {
      // A box that is busy with something else may not answer in time.
      const text = await this.box.shell('cat /run/out 2>/dev/null').catch(() => '');
      if (text !== '') return text;
      await sleep(LOOK_MS);
    }
    throw new Error(`The box did not end "${script}" in time.`);
  }

  private async watchFarm(afterMs: number, durationMs: number): Promise<FarmReport> {
    await sleep(afterMs);
    this.farm!.send('reset');
    await sleep(durationMs);
    const count = this.reports.length;
    this.farm!.send('report');
    return waitFor('report of the web servers', READY_DEADLINE_MS, () => this.reports[count] ?? null);
  }
}

/** How much later than it should the latest of these came. */
function latest(beats: readonly number[]): number {
  const gaps = beats.slice(1).map((atMs, index) => atMs - beats[index]!);
  return Math.max(0, ...gaps.map((gapMs) => gapMs - KEEPALIVE_MS));
}

function begin(
  name: string,
  argv: readonly string[],
  namespace: string,
  onLine: (line: string) => void,
): Promise<Child> {
  return new Promise((resolve, reject) => {
    const child: Child = new Child(name, argv, {
      namespace,
      onLine: (line) => (line === 'ready' ? resolve(child) : onLine(line)),
    });
    setTimeout(() => reject(new Error(`${name} did not get ready in time.`)), READY_DEADLINE_MS).unref();
    void child.exited.then(() => reject(new Error(child.complaint)));
  });
}
