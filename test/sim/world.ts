/**
 * Two boxes with a null modem and an Ethernet heartbeat between them, a switch with clients outside and one with real
 * servers inside. Owns virtual time and the timeline; faults are done to it from outside, the judge looks on.
 */

import { decodeBody, openFrame, toText } from '../../src/cluster/message';
import type { ClusterStatus } from '../../src/cluster/types';
import { type Bounds, bounds } from './bounds';
import { Box } from './box';
import { VirtualClock } from './clock';
import type { Core } from './core';
import { type Dialect, speak } from './dialects';
import type { Surroundings } from './host';
import { Judge } from './judge';
import { toyMac } from './mac';
import { GATEWAY, type Pair, SERVERS, STONITH, VIP } from './pairs';
import { Random } from './random';
import { Segment } from './segment';
import { Channel, ETHERNET, type LinkIndex, SERIAL } from './wires';

/** Frames that an attacker keeps for later, per receiver, of those that the receiver has heard. */
const RECORDED_FRAMES = 64;
const RECORDED_SHARE = 0.1;
/** Frames on the way are looked up among the sender's last. */
const REMEMBERED_FRAMES = 16;
const TIMELINE_LIMIT = 20_000;
const GOOD_ANSWER = Uint8Array.from('HTTP/1.0 200 OK\r\n\r\n', (letter) => letter.charCodeAt(0));

export type Sick = 'well' | 'refuses' | 'silent';

export class World {
  readonly clock = new VirtualClock();
  readonly boxes: readonly [Box, Box];
  /** By sender, then link. */
  readonly channels: readonly [readonly [Channel, Channel], readonly [Channel, Channel]];
  readonly outside = new Segment();
  readonly inside = new Segment();
  readonly bounds: Bounds;
  readonly judge: Judge;
  readonly timeline: string[] = [];
  readonly servers = new Map<string, Sick>(SERVERS.map((server) => [server, 'well']));
  /** By box: whether it reaches the ping node. */
  readonly reaches: [boolean, boolean] = [true, true];
  readonly dialects: [Dialect, Dialect] = ['own', 'own'];
  /** How many of the next fencing commands fail. */
  failingFencings = 0;
  readonly #random: Random;
  /** Frames that each box has been given: what an attacker may replay to it. */
  /** What each box sent last. */
  readonly #sent: readonly [Uint8Array[], Uint8Array[]] = [[], []];
  readonly #recorded: readonly [Uint8Array[], Uint8Array[]] = [[], []];

  constructor(
    core: Core,
    readonly pair: Pair,
    seed: number,
    private readonly trace: boolean,
  ) {
    this.#random = new Random(seed);
    this.bounds = bounds(pair.config);
    this.judge = new Judge(this, this.bounds);
    this.boxes = [this.#makeBox(core, 0), this.#makeBox(core, 1)];
    const channel = (to: 0 | 1, link: LinkIndex) =>
      new Channel(link, this.clock, this.#random, (on, bytes) => this.#arrive(to, on, bytes));
    this.channels = [
      [channel(1, SERIAL), channel(1, ETHERNET)],
      [channel(0, SERIAL), channel(0, ETHERNET)],
    ];
  }

  runUntil(endMs: number): void {
    this.clock.runUntil(endMs, () => this.judge.look());
  }

  say(text: string): void {
    if (this.trace && this.timeline.length < TIMELINE_LIMIT)
      this.timeline.push(`${this.clock.nowMs.toFixed(1).padStart(10)} ${text}`);
  }

  note(box: Box, text: string): void {
    this.say(`${box.name}: ${text}`);
  }

  /** A box has heard a beat: from now on an attacker has a copy of the frame. */
  heard(by: 0 | 1, session: number, sequence: number): void {
    if (this.#random.chance(1 - RECORDED_SHARE)) return;
    const sought = `${session} ${sequence}`;
    const frame = this.#sent[by === 0 ? 1 : 0].find((sent) => nameOf(sent) === sought);
    if (frame === undefined) return;
    const frames = this.#recorded[by];
    if (frames.length < RECORDED_FRAMES) frames.push(frame);
    else frames[this.#random.below(RECORDED_FRAMES)] = frame;
  }

  recorded(box: 0 | 1): readonly Uint8Array[] {
    return this.#recorded[box];
  }

  /** I6: an attacker gives a box bytes that it must not believe. */
  inject(to: 0 | 1, link: LinkIndex, bytes: Uint8Array): void {
    const box = this.boxes[to];
    if (!box.awake) return;
    let before = '';
    const first = () => {
      before = belief(box.status);
    };
    box.receive(link, bytes, first, () => {
      const after = belief(box.status);
      if (before !== after)
        this.judge.fail('I6', `${box.name} believed an attacker: ${before} became ${after}`);
    });
  }

  linkWorks(): boolean {
    return ([SERIAL, ETHERNET] as const).some(
      (link) => this.channels[0][link].works && this.channels[1][link].works && this.#isPlugged(link),
    );
  }

  /** Both cards of the box are alive. */
  couldServe(box: Box): boolean {
    return box.machine.cards.every((card) => card.carrier) && !this.outside.dead && !this.inside.dead;
  }

  /** The clients know it by the virtual IP, the real servers by the gateway address. */
  isKnown(box: Box): boolean {
    const [eth0, eth1] = box.machine.cards;
    return this.outside.pointsTo(VIP, eth0.macText) && this.inside.pointsTo(GATEWAY, eth1.macText);
  }

  /** The box that answers a client's request all the way, or null. */
  serving(): Box | null {
    for (const box of this.boxes)
      if (!box.paused && box.holdsAll && this.couldServe(box) && this.isKnown(box)) return box;
    return null;
  }

  #makeBox(core: Core, number: 0 | 1): Box {
    const { heartbeat } = this.pair.config;
    // A timer is set for a keepalive later at most, and may be late by another.
    const noticesAfterMs = 2 * heartbeat.keepaliveMs;
    return new Box(
      number,
      this.pair.config,
      core,
      this.clock,
      this.#random,
      toyMac,
      {
        send: (link, frame) => this.#send(number, link, frame),
        transmit: (card, frame) => {
          const own = this.boxes[number].machine.cards.find(({ name }) => name === card);
          if (own?.carrier && own.up) (card === 'eth0' ? this.outside : this.inside).hear(frame);
        },
        request: (address) => this.#request(number, address),
        reaches: () => this.reaches[number] && this.boxes[number].machine.cards[0].carrier,
        run: (argv) => this.#runProgram(number, argv),
        note: (text) => this.note(this.boxes[number], text),
        acquires: (reason) => this.judge.acquires(this.boxes[number], reason),
        starts: () => this.judge.listens(this.boxes[number]),
      },
      noticesAfterMs,
    );
  }

  #send(from: 0 | 1, link: number, frame: Uint8Array): void {
    const channel = this.channels[from][link as LinkIndex];
    if (link === ETHERNET && !this.boxes[from].machine.cards[1].carrier) return;
    for (const spoken of speak(frame, this.dialects[from], this.boxes[from].auth)) {
      channel.send(spoken);
      this.#remember(from, spoken);
    }
  }

  #arrive(to: 0 | 1, link: LinkIndex, bytes: Uint8Array): void {
    const box = this.boxes[to];
    if (link === ETHERNET && (!box.machine.cards[1].carrier || this.inside.dead)) return;
    box.receive(link, bytes, () => this.judge.reached(box, link, bytes));
  }

  #isPlugged(link: LinkIndex): boolean {
    return (
      link === SERIAL || (!this.inside.dead && this.boxes.every(({ machine }) => machine.cards[1].carrier))
    );
  }

  #request(from: 0 | 1, address: string): ReturnType<Surroundings['request']> {
    const sick = this.servers.get(address);
    if (sick !== 'well' && sick !== 'refuses') return null;
    if (!this.boxes[from].machine.cards[1].carrier || this.inside.dead) return null;
    const reply =
      sick === 'well'
        ? ({ ok: true, value: { bytes: GOOD_ANSWER, end: 'closed' } } as const)
        : ({ ok: false, error: `connection refused by ${address}` } as const);
    return { reply, afterMs: this.#random.between(1, 10) };
  }

  #runProgram(from: 0 | 1, argv: readonly string[]): { readonly status: number; readonly afterMs: number } {
    const afterMs = this.#random.between(50, 500);
    if (argv[0] !== STONITH) return { status: 0, afterMs };
    const peer = this.boxes[from === 0 ? 1 : 0];
    if (this.failingFencings > 0) {
      this.failingFencings--;
      return { status: 1, afterMs };
    }
    this.note(peer, 'is switched off by its peer');
    peer.losePower();
    this.clock.after(this.#random.between(1_000, 10_000), () => peer.powerOn());
    return { status: 0, afterMs };
  }

  #remember(from: 0 | 1, frame: Uint8Array): void {
    const sent = this.#sent[from];
    if (sent.at(-1) !== frame && sent.push(frame) > REMEMBERED_FRAMES) sent.shift();
  }
}

/** Session and sequence number of a frame. */
function nameOf(frame: Uint8Array): string {
  const fields = decodeBody(openFrame(toText(frame))?.body ?? '');
  return [fields?.get('sid'), fields?.get('seq')].map((hex) => Number.parseInt(hex ?? '', 16)).join(' ');
}

/** What a box thinks of its peer and itself, less what only counts. */
function belief(status: ClusterStatus | null): string {
  if (status === null) return 'nothing';
  const { role, epoch, able, maintenance, mismatches, peer } = status;
  return JSON.stringify([role, epoch, able, maintenance, mismatches, peer]);
}
