/**
 * Sees everything, and holds the pair to what it promises: the invariants, each in a file of its own. Owns what they all
 * look at, and tells each what happens; changes nothing in the world.
 */

import type { Command } from '../../src/cluster/types';
import type { Config } from '../../src/config/config';
import { type Bounds, boundsOf } from './bounds';
import type { Box, Witness } from './box';
import { Announcement } from './invariants/announcement';
import { Memory } from './invariants/memory';
import { Outage } from './invariants/outage';
import { Overlap } from './invariants/overlap';
import { Succession } from './invariants/succession';
import { Takeover } from './invariants/takeover';
import { Whole } from './invariants/whole';
import { Recorder } from './recorder';
import type { World } from './world';

export class Violation extends Error {}

/** What every invariant looks at. */
export interface Facts {
  /** Of the two boxes, whose kernel holds all of the group, or at least a part. */
  readonly holdsAll: readonly [boolean, boolean];
  readonly holdsAny: readonly [boolean, boolean];
  readonly awake: readonly [boolean, boolean];
  /** Both boxes run, and a link works both ways. */
  readonly connected: boolean;
  /** Nothing but cuts happens to the links. */
  readonly quiet: boolean;
}

export class Judge {
  readonly bounds: { -readonly [name in keyof Bounds]: Bounds[name] };
  /** When something befell the pair, or ended, for the last time. */
  disturbedMs = 0;
  /** An operator has moved the group: it need not return by itself. */
  ordered = false;
  /** When it last changed who holds the group. */
  movedMs = 0;
  readonly overlap: Overlap;
  readonly outage: Outage;
  readonly memory: Memory;
  readonly recorder: Recorder;
  readonly #succession: Succession;
  readonly #whole: Whole;
  readonly #announcement: Announcement;
  readonly #takeover: Takeover;
  #facts: Facts | null = null;
  #owners = '';

  constructor(private readonly world: World) {
    this.bounds = { ...boundsOf(world.config) };
    this.overlap = new Overlap(this, world);
    this.outage = new Outage(this, world);
    this.memory = new Memory(this);
    this.recorder = new Recorder(world);
    this.#succession = new Succession(this, world);
    this.#whole = new Whole(this, world);
    this.#announcement = new Announcement(this, world);
    this.#takeover = new Takeover(this);
  }

  /** What the boxes tell. */
  get witness(): Omit<Witness, 'surroundings'> {
    const { world } = this;
    return {
      started: (box) => {
        world.note(box, `the supervisor starts${box.holdsAny ? '; the kernel holds addresses' : ''}`);
        this.changed();
        this.outage.mustListen(box, this.bounds.startMs);
        this.#takeover.started(box);
        this.#succession.started(box);
      },
      lostPower: (box) => this.memory.interrupted(box),
      joined: (box) => this.memory.joined(box),
      killed: (box) => {
        world.note(box, 'the supervisor is gone');
        this.memory.interrupted(box);
        this.changed();
      },
      woke: (box, hungMs) => {
        this.outage.mustListen(box, this.bounds.listenMs);
        this.#succession.woke(box, hungMs);
      },
      hears: (box, letter) => {
        this.recorder.record(box, letter);
        if (letter.beat !== null) this.#takeover.hears(box, letter.beat);
      },
      answered: (box, command, outcome) => this.#answered(box, command, outcome),
      reconfigured: (box, fault) => {
        world.note(box, fault === null ? 'goes by the new configuration' : `goes back, for ${fault}`);
        this.changed();
      },
    };
  }

  get nowMs(): number {
    return this.world.clock.nowMs;
  }

  /** Something that the facts rest on is different now. */
  changed(): void {
    this.#facts = null;
  }

  /** The configuration is to be another: until all goes by it, the slower one of both counts. */
  widen(config: Config): void {
    const next = boundsOf(config);
    for (const key of Object.keys(next) as (keyof Bounds)[])
      this.bounds[key] = Math.max(this.bounds[key], next[key]);
  }

  disturbed(): void {
    this.disturbedMs = this.nowMs;
    this.changed();
  }

  /** After each thing that happens. */
  look(): void {
    const { nowMs } = this;
    const isNews = this.#facts === null;
    this.#facts ??= this.#gather();
    const facts = this.#facts;
    if (isNews) {
      this.#noteOwners(facts, nowMs);
      this.#whole.update();
      this.#succession.update(facts, nowMs);
      this.overlap.update(facts, nowMs);
      this.outage.update(facts, nowMs);
      this.#announcement.update(facts, nowMs);
    }
    this.#whole.check(nowMs);
    this.overlap.check(nowMs);
    this.outage.check(nowMs);
    this.#announcement.check(nowMs);
  }

  /** The supervisor has said that it takes the group, and has done nothing yet. */
  takes(box: Box, sentence: string): void {
    this.#takeover.takes(box, sentence);
  }

  /** The longest deadtime that a box was last told to wait for its peer. */
  deadtimeMs(): number {
    return Math.max(
      ...this.world.boxes.map((box) => box.machine.worldDuration(this.#takeover.deadtimeMs(box))),
    );
  }

  releases(box: Box, sentence: string): void {
    this.#succession.releases(box, sentence);
  }

  fenced(box: Box, succeeded: boolean): void {
    this.outage.fenced(succeeded);
    if (succeeded) this.#takeover.fenced(box);
  }

  robbed(box: Box): void {
    this.#whole.robbed(box);
  }

  starved(box: Box, fedMs: number): void {
    this.#whole.bitten(box, fedMs);
    this.world.note(box, 'the watchdog resets the box');
    box.losePower();
    box.boot();
  }

  fail(invariant: string, what: string): never {
    this.world.say(`VIOLATION ${invariant}: ${what}`);
    throw new Violation(`${invariant} at ${this.nowMs.toFixed(1)} ms: ${what}`);
  }

  #answered(box: Box, command: Command, outcome: 'accepted' | 'refused' | 'killed'): void {
    this.world.note(box, `the operator's command ${command.name} was ${outcome}`);
    const moves = command.name === 'standby' || command.name === 'takeover';
    if (moves && outcome !== 'refused') this.ordered = true;
    if (command.name === 'maintenance' && outcome !== 'refused') {
      this.memory.told(box, command.on, outcome === 'accepted');
      this.changed();
    }
  }

  #noteOwners({ holdsAll, holdsAny }: Facts, nowMs: number): void {
    const [a, b] = [0, 1].map((box) => (holdsAll[box] ? 'all' : holdsAny[box] ? 'a part' : 'nothing'));
    const owners = `A's kernel holds ${a} of the group, B's ${b}`;
    if (owners === this.#owners) return;
    this.#owners = owners;
    this.movedMs = nowMs;
    this.world.say(`         ${owners}`);
  }

  #gather(): Facts {
    const { boxes, channels } = this.world;
    const [a, b] = boxes;
    const [fromA, fromB] = channels;
    const works = fromA.some(
      (channel, medium) => channel.works && fromB[medium]!.works && sharesMedium(a, b, medium),
    );
    return {
      holdsAll: [a.holdsAll, b.holdsAll],
      holdsAny: [a.holdsAny, b.holdsAny],
      awake: [a.awake, b.awake],
      connected: a.awake && b.awake && works,
      quiet: fromA.every(({ isQuiet }) => isQuiet) && fromB.every(({ isQuiet }) => isQuiet),
    };
  }
}

/** Both boxes have it open, at the same speed. */
function sharesMedium(a: Box, b: Box, medium: number): boolean {
  const [one, other] = [a, b].map(({ run }) => run?.handlers.get(medium)?.link);
  if (one === undefined || other === undefined) return false;
  return one.kind !== 'serial' || (other.kind === 'serial' && one.baud === other.baud);
}
