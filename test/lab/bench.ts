/**
 * Everything of the lab in one place: network, boxes, cable, real servers, client, ARP watcher. Turns it on and off,
 * and answers what is seen right now from outside. Knows no scenario and judges nothing.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from '../../board/build/command';
import { buildImage } from '../../board/build/image';
import { Box, type BoxOptions } from './box';
import { NullModem } from './cable';
import { waitFor } from './clock';
import { PASSWORD_HASH } from './login';
import {
  BOXES,
  type BoxName,
  type HostName,
  isLeftover,
  LabNetwork,
  macAddress,
  type Segment,
} from './network';
import { Child } from './processes';
import type { Sighting } from './sighting';
import type { Timeline } from './timeline';
import { type Outcome, shares } from './traffic';

const HERE = dirname(fileURLToPath(import.meta.url));
const SERVERS = ['rs1', 'rs2'] as const;
const START_DEADLINE_MS = 15_000;
/** An address is held by whoever answered one of the latest probes: these are 50 ms apart. */
const HELD_WITHIN_MS = 250;

/** Program and bytecode for the ARP watcher, and the disk all boxes start from. */
export interface BenchParts {
  readonly runner: string;
  readonly watcher: string;
  readonly baseDisk: string;
  /** From the boxes' consoles to a shell, where that is not the product's login. */
  readonly logIn?: BoxOptions['logIn'];
}

/** What the bench must know of the pair's configuration. */
export interface PairView {
  readonly hostnames: Readonly<Record<BoxName, string>>;
  readonly vip: string;
  readonly gateway: string;
  /** Each box's own addresses. */
  readonly addresses: Readonly<Record<BoxName, readonly string[]>>;
}

export class Bench {
  readonly network = new LabNetwork();
  readonly cable: NullModem;
  readonly boxes: Readonly<Record<BoxName, Box>>;
  readonly outcomes: Outcome[] = [];
  readonly sightings: Sighting[] = [];
  /** Disks and sockets of this run. */
  private readonly folder = makeFolder();
  private readonly children = new Map<string, Child>();
  /** Real servers that were asked by a box itself, as `BOX HOST`. */
  private readonly checked = new Set<string>();

  constructor(
    readonly timeline: Timeline,
    private readonly parts: BenchParts,
    readonly pair: PairView,
    outFolder: string,
  ) {
    mkdirSync(outFolder, { recursive: true });
    const serialPaths = BOXES.map((name) => join(this.folder, `null-modem-${name}`));
    this.cable = new NullModem([serialPaths[0]!, serialPaths[1]!]);
    const box = (name: BoxName): Box =>
      new Box({
        name,
        namespace: this.network.switches,
        disk: this.diskPath(name),
        ...(parts.logIn ? { logIn: parts.logIn } : {}),
        serialPath: serialPaths[BOXES.indexOf(name)]!,
        socketPrefix: join(this.folder, name),
        logFile: join(outFolder, `${name}-console.log`),
        now: timeline.now,
        onLine: (line) => timeline.add('box', `${name}: ${line.text}`),
      });
    this.boxes = { lead: box('lead'), backup: box('backup') };
  }

  /** Starts everything but the boxes. */
  async start(): Promise<void> {
    this.network.create();
    await Promise.all([this.cable.open(), ...BOXES.map((name) => this.boxes[name].open())]);
    const { vip, gateway } = this.pair;
    const { runner, watcher } = this.parts;
    const segments = ['outside', vip, 'inside', gateway];
    this.child('arp watcher', [runner, '--bytecode', watcher, ...segments], this.network.switches, (line) =>
      this.sightings.push(this.inLabTime(JSON.parse(line) as Sighting)),
    );
    await Promise.all([this.startServer('rs1'), this.startServer('rs2'), this.startClient()]);
  }

  /** Writes both boxes' disks anew, with this configuration. The boxes must be off. */
  async writeDisks(config: string): Promise<void> {
    for (const name of BOXES) {
      const out = this.diskPath(name);
      await buildImage({
        config,
        hostname: this.pair.hostnames[name],
        passwordHash: PASSWORD_HASH,
        out,
        base: this.parts.baseDisk,
      });
    }
  }

  /** As they come from the factory: without a configuration. */
  async writeFactoryDisks(): Promise<void> {
    for (const name of BOXES)
      await command('cp', ['--sparse=always', this.parts.baseDisk, this.diskPath(name)]);
  }

  /** The file that this box has for a disk; written before it is turned on. */
  diskPath(name: BoxName): string {
    return join(this.folder, `${name}.img`);
  }

  startServer(name: HostName): Promise<void> {
    return this.startNode(
      name,
      join(HERE, 'web-server.ts'),
      [name, '80'],
      this.network.namespace(name),
      (asker) => {
        for (const box of BOXES)
          if (this.pair.addresses[box].includes(asker)) this.checked.add(`${box} ${name}`);
      },
    );
  }

  /** Gives a file to the boxes, at port 8000 of the first real server. */
  serveFile(file: string): Promise<void> {
    return this.startNode('files', 'file-server.ts', [file, '8000'], this.network.namespace('rs1'), () => {});
  }

  /** Whether this box has checked both real servers since `forgetChecks`. */
  hasChecked(box: BoxName): boolean {
    return SERVERS.every((server) => this.checked.has(`${box} ${server}`));
  }

  forgetChecks(box: BoxName): void {
    for (const server of SERVERS) this.checked.delete(`${box} ${server}`);
  }

  async stopServer(name: HostName): Promise<void> {
    await this.children.get(name)?.kill();
  }

  /** @param perSecond requests per second that the client starts from now on, whatever becomes of them */
  setRate(perSecond: number, kind: Outcome['kind'] = 'steady'): void {
    this.tell('client', `rate ${perSecond} ${kind}`);
  }

  /** A line for the standard input of a program that `startNode` has started. */
  tell(name: string, line: string): void {
    this.children.get(name)?.send(line);
  }

  /** Has the client send `count` requests one after the other; resolves to their outcomes. */
  async burst(count: number, deadlineMs: number): Promise<Outcome[]> {
    const fromMs = this.timeline.now();
    const mine = (): Outcome[] =>
      this.outcomes.filter((outcome) => outcome.kind === 'burst' && outcome.startMs >= fromMs);
    this.tell('client', `burst ${count}`);
    return waitFor(`end of ${count} requests`, deadlineMs, () => (mine().length >= count ? mine() : null));
  }

  /** Boxes that hold both addresses of the group, and boxes that hold only one, as the ARP watcher sees it now. */
  holders(): { readonly whole: readonly BoxName[]; readonly part: readonly BoxName[] } {
    const { vip, gateway } = this.pair;
    const holds = (box: BoxName, segment: Segment, address: string): boolean => {
      const since = this.timeline.now() - HELD_WITHIN_MS;
      const mac = macAddress(box, segment);
      for (let index = this.sightings.length - 1; index >= 0; index -= 1) {
        const sighting = this.sightings[index]!;
        if (sighting.atMs < since) return false;
        if (sighting.kind === 'answer' && sighting.address === address && sighting.mac === mac) return true;
      }
      return false;
    };
    const counts = BOXES.map(
      (box) => Number(holds(box, 'outside', vip)) + Number(holds(box, 'inside', gateway)),
    );
    return {
      whole: BOXES.filter((_, index) => counts[index] === 2),
      part: BOXES.filter((_, index) => counts[index] === 1),
    };
  }

  /** Waits until this box alone holds the whole group. Resolves to the time. */
  waitForActive(box: BoxName, deadlineMs: number): Promise<number> {
    return waitFor(`takeover of the whole group by ${box} alone`, deadlineMs, () => {
      this.checkChildren();
      const { whole, part } = this.holders();
      return whole.length === 1 && whole[0] === box && part.length === 0 ? this.timeline.now() : null;
    });
  }

  /** Waits until both real servers answer the client, who must be asking. Resolves to the time of the first answer. */
  waitForService(sinceMs: number, deadlineMs: number): Promise<number> {
    return waitFor('answers of both real servers', deadlineMs, () => {
      this.checkChildren();
      const good = this.outcomes.filter((outcome) => outcome.server !== null && outcome.startMs >= sinceMs);
      return shares(good).size === 2 ? good[0]!.endMs : null;
    });
  }

  async close(): Promise<void> {
    await Promise.all([
      ...BOXES.map((name) => this.boxes[name].close()),
      ...[...this.children.values()].map((child) => child.kill()),
    ]);
    this.cable.close();
    this.network.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private startClient(): Promise<void> {
    return this.startNode(
      'client',
      join(HERE, 'client.ts'),
      [this.pair.vip, '80'],
      this.network.namespace('client'),
      (line) => this.outcomes.push(this.outcomeInLabTime(JSON.parse(line) as Outcome)),
    );
  }

  /** Starts one of the lab's programs; resolves when it has said `ready`. Its other lines go to `onLine`. */
  startNode(
    name: string,
    file: string,
    args: readonly string[],
    namespace: string,
    onLine: (line: string) => void,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const argv = [process.execPath, '--import', 'tsx', file, ...args];
      const child = this.child(name, argv, namespace, (line) =>
        line === 'ready' ? resolve() : onLine(line),
      );
      setTimeout(
        () => reject(new Error(`${name} did not get ready in time. ${child.complaint}`)),
        START_DEADLINE_MS,
      ).unref();
      void child.exited.then(() => reject(new Error(child.complaint)));
    });
  }

  private child(
    name: string,
    argv: readonly string[],
    namespace: string,
    onLine: (line: string) => void,
  ): Child {
    const child = new Child(name, argv, { namespace, onLine });
    this.children.set(name, child);
    return child;
  }

  /** A lab without its watcher or client would wait for what it can no longer see. */
  private checkChildren(): void {
    for (const name of ['arp watcher', 'client']) {
      const child = this.children.get(name)!;
      if (!child.running) throw new Error(child.complaint);
    }
    for (const name of BOXES) {
      const fault = this.boxes[name].fault;
      if (fault !== null) throw new Error(fault);
    }
  }

  private inLabTime(sighting: Sighting): Sighting {
    return { ...sighting, atMs: sighting.atMs - this.timeline.startMs };
  }

  private outcomeInLabTime(outcome: Outcome): Outcome {
    const { startMs } = this.timeline;
    return { ...outcome, startMs: outcome.startMs - startMs, endMs: outcome.endMs - startMs };
  }
}

/** A folder of this run's own, after removing what labs that were killed have left. */
function makeFolder(): string {
  const prefix = 'understudy-lab-';
  for (const name of readdirSync(tmpdir())) {
    if (isLeftover(name, prefix)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}
