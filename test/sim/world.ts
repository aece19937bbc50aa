/**
 * Two boxes, two links, clients with an ARP cache, and the judge who sees everything: the invariants of the pair.
 * Owns virtual time and the timeline; faults are done to it from outside.
 */

import type { Beat } from '../../src/cluster/beat';
import type { ClusterConfig, ClusterStatus } from '../../src/cluster/types';
import type { Mac } from '../../src/host/host';
import { type Bounds, bounds } from './bounds';
import { Box, type Delivery, type Witness } from './box';
import { VirtualClock } from './clock';
import type { Core } from './core';
import { Random } from './random';
import { Channel, ETHERNET, type LinkIndex, SERIAL } from './wires';

/** Frames that an attacker keeps for later. */
const RECORDED_FRAMES = 64;
/** Frames on the way are looked up among the sender's last. */
const REMEMBERED_BEATS = 16;
const ROUNDING_MS = 0.001;
const TIMELINE_LIMIT = 20_000;

export class Violation extends Error {}

/** Reasons to acquire that need no silence: a restart over a full kernel, a command, and the policy that asks nobody. */
const EXCUSED = ['the kernel holds', 'the operator wants', 'auto_failback is legacy'];

/** Worst values seen, for people. */
export interface Worst {
  /** Time with two owners although a link works, as a share of its bound. */
  overlapShare: number;
  /** Time with no owner although a box could be one, after the first owner, in deadtimes. */
  gapDeadtimes: number;
}

/** A beat as the judge remembers it: which of the sender's beats it was, and when it came. */
interface Heard {
  readonly beat: Beat;
  readonly order: number;
  readonly atMs: number;
}

interface Sent {
  readonly beat: Beat;
  readonly frame: Uint8Array;
}

export class World implements Witness {
  readonly clock = new VirtualClock();
  readonly boxes: readonly [Box, Box];
  /** By sender, then link. */
  readonly channels: readonly [readonly [Channel, Channel], readonly [Channel, Channel]];
  readonly bounds: Bounds;
  readonly timeline: string[] = [];
  readonly worst: Worst = { overlapShare: 0, gapDeadtimes: 0 };
  /** Changes of who holds the group, and when the last was. */
  changes = 0;
  lastChangeMs = 0;
  readonly #random: Random;
  /** Frames that each box has been given: what an attacker may replay to it. */
  readonly #recorded: readonly [Uint8Array[], Uint8Array[]] = [[], []];
  /** What each box sent last. */
  readonly #sent: readonly [Sent[], Sent[]] = [[], []];
  readonly #heard: [Heard | null, Heard | null] = [null, null];
  readonly #sessions = new Map<number, number>();
  #arpCache: Box | null = null;
  #dualSinceMs: number | null = null;
  #connectedSinceMs: number | null = 0;
  #aloneSinceMs: number | null = null;
  /** Null before the first owner. */
  #lastServedMs: number | null = null;
  #owners = '';

  constructor(
    core: Core,
    configs: readonly [ClusterConfig, ClusterConfig],
    seed: number,
    private readonly trace: boolean,
  ) {
    this.#random = new Random(seed);
    const mac = toyMac;
    const make = (config: ClusterConfig) => new Box(config, core, this.clock, this.#random, mac, this);
    this.boxes = [make(configs[0]), make(configs[1])];
    const channel = (to: 0 | 1, link: LinkIndex) =>
      new Channel(link, this.clock, this.#random, (on, bytes) => this.#arrive(to, on, bytes, 'genuine'));
    this.channels = [
      [channel(1, SERIAL), channel(1, ETHERNET)],
      [channel(0, SERIAL), channel(0, ETHERNET)],
    ];
    this.bounds = bounds(configs[0], 45);
  }

  runUntil(endMs: number): void {
    this.clock.runUntil(endMs, () => this.#judge());
  }

  /** An attacker gives a box bytes that it must not believe. */
  inject(to: 0 | 1, link: LinkIndex, bytes: Uint8Array): void {
    this.#arrive(to, link, bytes, 'injected');
  }

  recorded(box: 0 | 1): readonly Uint8Array[] {
    return this.#recorded[box];
  }

  say(text: string): void {
    if (this.trace && this.timeline.length < TIMELINE_LIMIT) {
      this.timeline.push(`${this.clock.nowMs.toFixed(1).padStart(10)} ${text}`);
    }
  }

  // What boxes tell

  sent(box: Box, frame: Uint8Array, beat: Beat): void {
    const sent = this.#sent[this.#index(box)];
    if (sent.push({ beat, frame }) > REMEMBERED_BEATS) sent.shift();
    for (const channel of this.channels[this.#index(box)]) channel.send(frame);
  }

  announced(box: Box): void {
    this.#arpCache = box;
  }

  note(box: Box, text: string): void {
    this.say(`${box.config.node}: ${text}`);
  }

  /** I6: what an attacker sends changes nothing. */
  resisted(box: Box, before: ClusterStatus | null): void {
    const [then, now] = [belief(before), belief(box.status)];
    if (then !== now) this.fail('I6', `${box.config.node} believed an attacker: ${then} became ${now}`);
  }

  /** What the judge itself knows of the peer, for I5. */
  hears(box: Box, beat: Beat): void {
    const index = this.#index(box);
    const frame = this.#sent[index === 0 ? 1 : 0].find(
      (one) => one.beat.session === beat.session && one.beat.sequence === beat.sequence,
    )?.frame;
    if (frame !== undefined) this.#record(index, frame);
    const session = this.#sessions.get(beat.session) ?? this.#sessions.size;
    this.#sessions.set(beat.session, session);
    const order = session * 0x1_0000_0000 + beat.sequence;
    const last = this.#heard[index];
    if (last === null || order > last.order) this.#heard[index] = { beat, order, atMs: this.clock.nowMs };
  }

  /** I5: no takeover without silence on all links, a hand-over or a command. */
  acquires(box: Box, reason: string): void {
    const index = this.#index(box);
    const { run } = box;
    if (EXCUSED.some((excuse) => reason.includes(excuse))) return;
    const heard = this.#heard[index];
    const startedMs = run?.startedMs ?? 0;
    const nowMs = this.clock.nowMs;
    const heardInThisRun = heard !== null && heard.atMs >= startedMs;
    if (heardInThisRun) {
      const { beat, atMs } = heard;
      if (beat.claim === 'none' || beat.status === 'dead') return;
      const silentMs = nowMs - atMs;
      const waitMs = box.worldDuration(beat.deadtimeMs);
      const listenedMs = nowMs - box.awakeSinceMs;
      if (Math.min(silentMs, listenedMs) >= waitMs - ROUNDING_MS) return;
      const what = `its peer says ${beat.claim} and was silent for ${silentMs.toFixed(1)} ms, listened to for ${listenedMs.toFixed(1)} ms, of ${waitMs.toFixed(1)} ms`;
      this.fail('I5', `${box.config.node} takes the group (${reason}), but ${what}`);
    } else if (nowMs - startedMs < box.worldDuration(box.config.initdeadMs) - ROUNDING_MS) {
      this.fail('I5', `${box.config.node} takes the group (${reason}) before initdead, and heard nothing`);
    }
  }

  // The judge

  #judge(): void {
    const nowMs = this.clock.nowMs;
    const [a, b] = this.boxes;
    const owners = `${a.holdsAll ? 'A' : a.holdsAny ? 'a' : '-'}${b.holdsAll ? 'B' : b.holdsAny ? 'b' : '-'}`;
    if (owners !== this.#owners) {
      this.#owners = owners;
      this.changes++;
      this.lastChangeMs = nowMs;
      this.say(`        kernel: ${owners}`);
    }
    this.#measureGap(nowMs);
    this.#judgeOverlap(nowMs);
    this.#judgeAnnouncement(nowMs);
    for (const box of this.boxes) this.#judgeWhole(box);
  }

  #measureGap(nowMs: number): void {
    const [a, b] = this.boxes;
    if ((a.holdsAll && !a.paused) || (b.holdsAll && !b.paused)) this.#lastServedMs = nowMs;
    else if (!a.awake && !b.awake && this.#lastServedMs !== null) this.#lastServedMs = nowMs;
    const gapMs = nowMs - (this.#lastServedMs ?? nowMs);
    this.worst.gapDeadtimes = Math.max(this.worst.gapDeadtimes, gapMs / a.config.deadtimeMs);
  }

  /** I1 */
  #judgeOverlap(nowMs: number): void {
    const [a, b] = this.boxes;
    const connected = a.awake && b.awake && this.#linkWorks();
    this.#connectedSinceMs = connected ? (this.#connectedSinceMs ?? nowMs) : null;
    this.#dualSinceMs = a.holdsAny && b.holdsAny ? (this.#dualSinceMs ?? nowMs) : null;
    if (this.#dualSinceMs === null || this.#connectedSinceMs === null) return;
    const overlapMs = nowMs - Math.max(this.#dualSinceMs, this.#connectedSinceMs);
    const failures = a.releaseFailures + b.releaseFailures;
    const boundMs = this.bounds.overlapMs + failures * this.bounds.releaseRetryMs;
    this.worst.overlapShare = Math.max(this.worst.overlapShare, overlapMs / boundMs);
    if (overlapMs > boundMs) this.fail('I1', `both boxes hold the group for ${overlapMs.toFixed(1)} ms`);
  }

  /** I4: a lone, running owner is who the clients' ARP caches name; while no link works, after a refresh. */
  #judgeAnnouncement(nowMs: number): void {
    const [a, b] = this.boxes;
    const owner = a.holdsAll && !b.holdsAny ? a : b.holdsAll && !a.holdsAny ? b : null;
    const right = owner === null || !owner.awake || this.#arpCache === owner;
    this.#aloneSinceMs = right ? null : (this.#aloneSinceMs ?? nowMs);
    if (this.#aloneSinceMs === null) return;
    const connectedMs = nowMs - Math.max(this.#aloneSinceMs, this.#connectedSinceMs ?? nowMs);
    if (connectedMs > this.bounds.announceMs || nowMs - this.#aloneSinceMs > this.bounds.refreshMs) {
      this.fail('I4', `the clients do not know ${owner?.config.node ?? 'the owner'}`);
    }
  }

  /** I3: an owner holds all of the group, or is letting go; who is no owner holds nothing. */
  #judgeWhole(box: Box): void {
    if (!box.awake) return;
    const role = box.role;
    if (role === 'active' && !box.holdsAll && !box.lostPart) {
      this.fail('I3', `${box.config.node} is active and holds only a part`);
    }
    if (box.holdsAny && (role === 'init' || role === 'standby' || role === 'leaving' || role === 'stopped')) {
      this.fail('I3', `${box.config.node} is ${role} and still holds addresses`);
    }
  }

  #linkWorks(): boolean {
    return ([SERIAL, ETHERNET] as const).some(
      (link) => this.channels[0][link].works && this.channels[1][link].works,
    );
  }

  #arrive(to: 0 | 1, link: LinkIndex, bytes: Uint8Array, delivery: Delivery): void {
    const box = this.boxes[to];
    if (link === ETHERNET && !box.carrier) return;
    box.receive(link, bytes, delivery);
  }

  #record(to: 0 | 1, frame: Uint8Array): void {
    const frames = this.#recorded[to];
    if (frames.length < RECORDED_FRAMES) frames.push(frame);
    else frames[this.#random.below(RECORDED_FRAMES)] = frame;
  }

  #index(box: Box): 0 | 1 {
    return box === this.boxes[0] ? 0 : 1;
  }

  fail(invariant: string, what: string): never {
    this.say(`VIOLATION ${invariant}: ${what}`);
    throw new Violation(`${invariant} at ${this.clock.nowMs.toFixed(1)} ms: ${what}`);
  }
}

/** What a box thinks of its peer and itself, less what only counts. */
function belief(status: ClusterStatus | null): string {
  if (status === null) return 'nothing';
  const { role, epoch, able, peer } = status;
  return JSON.stringify([role, epoch, able, peer.state, peer.lastHeardMs, peer.claim, peer.epoch]);
}

/** Keyed, repeatable and fast; as hard to forge as a simulation needs (FNV-1a). */
const toyMac: Mac = {
  hmac(_method, key, data) {
    let value = 0x811c9dc5;
    for (const byte of key) value = Math.imul(value ^ byte, 0x01000193);
    for (const byte of data) value = Math.imul(value ^ byte, 0x01000193);
    return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  },
};
