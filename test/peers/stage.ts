/**
 * A pair of boxes that runs one system, on the lab's bench, and the waits and readings that all parts share. Knows no
 * part, and nothing of what a system is made of.
 */

import { buildBytecode } from '../../board/build/bundle';
import { buildBase } from '../../board/build/image';
import { buildRunner } from '../../board/build/runner';
import { Bench, type PairView } from '../lab/bench';
import { sleep, waitFor } from '../lab/clock';
import type { Keyboard } from '../lab/login';
import { BOXES, type BoxName, type HostName } from '../lab/network';
import { pairView, paperConfig, readConfig } from '../lab/pair';
import { Timeline } from '../lab/timeline';
import { between, failures, firstInARow } from '../lab/traffic';
import { buildPeerDisk } from './root';
import { configOf, type System, writeOurDisk, writePeerDisk } from './systems';

/** Requests per second of the client that judges. */
export const CLIENT_RATE = 50;
/** So many good answers in a row end an outage. */
const GOOD_IN_A_ROW = 10;
/** Power-on to serving, for the slowest system. */
const BOOT_DEADLINE_MS = 180_000;
/** An outage that lasts longer is reported as one that does not end. */
const OUTAGE_DEADLINE_MS = 90_000;
/** Nothing happens for so long after everything is in place: heartbeat's own settling takes some seconds. */
const CALM_MS = 10_000;
/** Cuts come at any time within a keepalive, an advertisement or a check: the longest of these is 5 s. */
const PHASE_MS = 5000;
/** A request has ended by then. */
const CLIENT_TIMEOUT_MS = 250;

export interface Outage {
  readonly outageMs: number;
  /** Requests that failed until then. */
  readonly errors: number;
}

export class Stage {
  /** Power-on of both boxes to the first of 10 good answers in a row. */
  bootMs = Number.NaN;

  private constructor(
    readonly system: System,
    readonly bench: Bench,
  ) {}

  /** Boots a pair that runs this system and waits until it serves and has come to rest. */
  static async open(system: System, outFolder: string, say: (line: string) => void): Promise<Stage> {
    const runner = await buildRunner('x64');
    const watcher = await buildBytecode('test/lab/arp-watch.ts');
    const paper = await paperConfig(
      runner,
      await buildBytecode(),
      system.kind === 'understudy' ? system.timing : 'paper',
    );
    const config = readConfig(paper);
    const view = pairView(config);
    const base = system.kind === 'peer' ? await buildPeerDisk() : (await buildBase()).disk;
    const timeline = new Timeline(() => {});
    const parts = {
      runner,
      watcher,
      baseDisk: base,
      ...(system.kind === 'peer' ? { logIn: toPeerShell } : {}),
    };
    const bench = new Bench(timeline, parts, view, outFolder);
    const stage = new Stage(system, bench);
    try {
      for (const name of BOXES) await writeDisk(system, name, bench, base, view, paper);
      await bench.start();
      await stage.boot(say);
    } catch (error) {
      await bench.close();
      throw error;
    }
    return stage;
  }

  now(): number {
    return this.bench.timeline.now();
  }

  close(): Promise<void> {
    return this.bench.close();
  }

  /** The lead holds both addresses, both real servers answer, whoever checks them has done so, and then a while. */
  async settle(): Promise<void> {
    const { bench, system } = this;
    bench.setRate(CLIENT_RATE);
    await bench.waitForActive('lead', BOOT_DEADLINE_MS);
    await bench.waitForService(this.now(), BOOT_DEADLINE_MS);
    await waitFor('check of both real servers', BOOT_DEADLINE_MS, () =>
      system.checkedBy.every((box) => bench.hasChecked(box)) ? true : null,
    );
    await sleep(CALM_MS);
    await bench.waitForActive('lead', BOOT_DEADLINE_MS);
  }

  /** A random wait, so that what follows happens at no particular time of the system's own rhythm. */
  async anyTime(): Promise<void> {
    await sleep(Math.random() * PHASE_MS);
  }

  /** Does harm and waits until the client is served again. The client must be asking. */
  async outage(harm: () => void | Promise<void>): Promise<Outage> {
    const fromMs = this.now();
    await harm();
    const servedMs = await waitFor('end of the outage', OUTAGE_DEADLINE_MS, () => this.servedSince(fromMs));
    await sleep(CLIENT_TIMEOUT_MS);
    const errors = failures(between(this.bench.outcomes, fromMs, servedMs)).length;
    return { outageMs: servedMs - fromMs, errors };
  }

  async returnLead(): Promise<void> {
    this.bench.forgetChecks('lead');
    this.bench.boxes.lead.powerOn();
    await this.settle();
  }

  /** Starts a real server again and waits until it has its share. */
  async returnServer(name: HostName, bringBack: () => void | Promise<void>): Promise<void> {
    await bringBack();
    await this.bench.waitForService(this.now(), BOOT_DEADLINE_MS);
    await sleep(CALM_MS);
    await waitFor(`requests without error after the return of ${name}`, BOOT_DEADLINE_MS, () =>
      failures(this.bench.outcomes.slice(-GOOD_IN_A_ROW)).length === 0 ? true : null,
    );
  }

  shell(box: BoxName, command: string, deadlineMs = 60_000): Promise<string> {
    return this.bench.boxes[box].shell(command, deadlineMs);
  }

  private async boot(say: (line: string) => void): Promise<void> {
    const fromMs = this.now();
    for (const name of BOXES) this.bench.boxes[name].powerOn();
    this.bench.setRate(CLIENT_RATE, 'boot');
    this.bootMs =
      (await waitFor('service after power-on', BOOT_DEADLINE_MS, () => this.servedSince(fromMs))) - fromMs;
    say(`serves ${(this.bootMs / 1000).toFixed(1)} s after power-on`);
    await this.settle();
  }

  private servedSince(fromMs: number): number | null {
    const settledMs = this.now() - CLIENT_TIMEOUT_MS;
    const requests = between(this.bench.outcomes, fromMs, settledMs);
    return firstInARow(requests, GOOD_IN_A_ROW)?.endMs ?? null;
  }
}

/** The peers' boxes ask for no password. */
async function toPeerShell(keyboard: Keyboard): Promise<boolean> {
  const answered = keyboard.appears('# ');
  keyboard.type('\n');
  return answered;
}

async function writeDisk(
  system: System,
  name: BoxName,
  bench: Bench,
  base: string,
  view: PairView,
  paper: string,
): Promise<void> {
  const [outside, inside] = view.addresses[name];
  const disk = {
    base,
    hostname: view.hostnames[name],
    addresses: [
      ['eth0', `${outside}/24`],
      ['eth1', `${inside}/24`],
    ] as const,
    out: bench.diskPath(name),
  };
  if (system.kind === 'peer') await writePeerDisk(system, disk);
  else await writeOurDisk(configOf(system, paper), disk);
}
