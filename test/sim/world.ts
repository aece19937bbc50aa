/**
 * Two boxes, the links between them, and the site around them, in virtual time. Owns how these are joined, and the
 * timeline; faults are done to it from outside, and the judge watches.
 */

import { parseBeat, TAIL_START } from '../../src/cluster/beat';
import { decodeBody, FRAME_START, openFrame, toText } from '../../src/cluster/message';
import { expandShort, isShort, shortStart } from '../../src/cluster/short';
import type { Config } from '../../src/config/config';
import { Box, type Run } from './box';
import { VirtualClock } from './clock';
import type { Core } from './core';
import { Judge } from './judge';
import { Machine } from './machine';
import { Random } from './random';
import { configOf, MEDIA, MEDIUM_CARDS, mediumOf, type Setting } from './setting';
import { Site } from './site';
import { surroundingsOf } from './surroundings';
import { Channel, type Letter } from './wires';

const TIMELINE_LIMIT = 50_000;

export class World {
  readonly clock = new VirtualClock();
  readonly random: Random;
  readonly machines: readonly [Machine, Machine];
  readonly boxes: readonly [Box, Box];
  readonly site: Site;
  /** By sender, then medium. */
  readonly channels: readonly [readonly Channel[], readonly Channel[]];
  readonly judge: Judge;
  readonly timeline: string[] = [];
  /** Whether the power switch obeys this box. */
  readonly switchWorks: [boolean, boolean] = [true, true];
  /** When everything heals at the earliest. */
  healsMs = 0;
  /** No fault strikes any more. */
  healed = false;
  /** Operators have said something of real servers. */
  ordered = false;
  readonly #letters = new WeakMap<Uint8Array, Letter>();
  /** Of the beats that were sent, by how their short frames begin. */
  readonly #heads = new Map<string, string>();

  constructor(
    core: Core,
    /** As the operator wants it; a box may not have it yet. */
    public setting: Setting,
    seed: number,
    private readonly trace: boolean,
  ) {
    this.random = new Random(seed);
    const machine = (number: 0 | 1) =>
      new Machine(number, this.clock, this.random, {
        changed: () => this.judge.changed(),
        starved: (fedMs) => this.judge.starved(this.boxes[number], fedMs),
      });
    this.machines = [machine(0), machine(1)];
    this.site = new Site(this.machines, this.random, () => this.judge.changed());
    this.channels = [this.#channelsFrom(0), this.#channelsFrom(1)];
    this.judge = new Judge(this);
    const box = (number: 0 | 1) =>
      new Box(this.machines[number], setting, core, {
        ...this.judge.witness,
        surroundings: (own, run) => surroundingsOf(this, own, run),
      });
    this.boxes = [box(0), box(1)];
  }

  get config(): Config {
    return configOf(this.setting);
  }

  /** The media of the configuration. */
  get media(): readonly number[] {
    return [...new Set(this.config.heartbeat.links.map(mediumOf))];
  }

  runUntil(endMs: number): void {
    this.clock.runUntil(endMs, () => this.judge.look());
  }

  peer(box: Box): Box {
    return this.boxes[box.machine.number === 0 ? 1 : 0];
  }

  /** How often the kernels have refused to do that. */
  refusals(what: 'add' | 'delete' | 'ipvs'): number {
    return this.machines[0].kernel.refusals[what].count + this.machines[1].kernel.refusals[what].count;
  }

  /** A box sends a frame. What its peer makes of it depends on both their versions. */
  send(box: Box, run: Run, medium: number, frame: Uint8Array, baud: number | null): void {
    const ears = this.peer(box).run?.dialect;
    for (const said of run.dialect.say(frame)) {
      const heard = ears?.hear(said) ?? said;
      this.channels[box.machine.number][medium]!.send(this.#letter(heard), baud);
    }
  }

  /** A box sends what is no beat. */
  sendAside(box: Box, medium: number, frame: Uint8Array, baud: number | null): void {
    this.channels[box.machine.number][medium]!.sendAside({ frame, beat: null }, baud);
  }

  say(text: string): void {
    if (this.trace && this.timeline.length < TIMELINE_LIMIT)
      this.timeline.push(`${this.clock.nowMs.toFixed(1).padStart(10)} ${text}`);
  }

  note(box: Box, text: string): void {
    if (this.trace) this.say(`${box.name}: ${text}`);
  }

  /** Nothing heals before. */
  lastsUntil(atMs: number): void {
    this.healsMs = Math.max(this.healsMs, atMs);
  }

  /** A part of a fault that comes later; not any more once everything has healed. */
  later(delayMs: number, run: () => void): void {
    this.clock.after(delayMs, () => {
      if (!this.healed) run();
    });
  }

  /** Something befalls the pair, or ends: what was going well may have to begin anew. */
  fault(text: string): void {
    this.say(`FAULT ${text}`);
    this.judge.disturbed();
  }

  #channelsFrom(sender: 0 | 1): readonly Channel[] {
    const receiver = sender === 0 ? 1 : 0;
    return MEDIA.map(
      (_, medium) =>
        new Channel(
          this.clock,
          this.random,
          () => this.#areConnected(medium),
          (bytes, letter, baud) => this.boxes[receiver].receive(medium, bytes, letter, baud),
        ),
    );
  }

  /** A null modem needs nothing but the boxes. */
  #areConnected(medium: number): boolean {
    const card = MEDIUM_CARDS[medium] ?? null;
    return card === null || this.machines.every(({ kernel }) => kernel.card(card).passes);
  }

  #letter(frame: Uint8Array): Letter {
    const known = this.#letters.get(frame);
    if (known !== undefined) return known;
    const envelope = openFrame(this.#whole(toText(frame)));
    const fields = envelope === null ? null : decodeBody(envelope.body);
    const beat = fields === null ? 'it has no fields' : parseBeat(fields);
    const letter = { frame, beat: typeof beat === 'string' ? null : beat };
    this.#letters.set(frame, letter);
    if (envelope !== null && letter.beat !== null) {
      const head = envelope.body.slice(0, envelope.body.lastIndexOf(`\n${TAIL_START}`) + 1);
      this.#heads.set(shortStart(head), head);
    }
    return letter;
  }

  /** The frame, with its head if that was left out, and was ever sent. */
  #whole(frame: string): string {
    if (!isShort(frame)) return frame;
    const start = frame.slice(0, frame.indexOf('\n', FRAME_START.length) + 1);
    const head = this.#heads.get(start);
    return head === undefined ? frame : expandShort(frame, start, head)!;
  }
}
