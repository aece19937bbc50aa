/**
 * Sees everything and believes nobody: the invariants of the pair, checked after each step of the world, and the worst
 * values for people. Knows what reached a box through a receiver of its own; asks a supervisor for nothing but I6.
 */

import type { Beat } from '../../src/cluster/beat';
import { Receiver } from '../../src/cluster/wire';
import type { AuthConfig } from '../../src/config/config';
import type { Bounds } from './bounds';
import type { Box } from './box';
import { toyMac } from './mac';
import { GATEWAY, SECRETS, SERVERS, VIP } from './pairs';
import type { LinkIndex } from './wires';
import type { World } from './world';

export class Violation extends Error {}

const ROUNDING_MS = 0.001;
/** No box has this session. */
const NO_SESSION = -1;
/** The judge reads frames signed with any key that ever was. */
const EVERY_KEY: AuthConfig = {
  signWith: 1,
  keys: [
    { id: 1, method: 'sha256', secret: SECRETS[1] },
    { id: 2, method: 'sha256', secret: SECRETS[2] },
  ],
};

/** Reasons to acquire that need no silence: a restart over a full kernel, a command, and the policy that asks nobody. */
const EXCUSED = ['the kernel holds', 'the operator wants', 'auto_failback is legacy'];

/** Worst values seen, for people. */
export interface Worst {
  /** Time with two owners although a link works, beyond what failed releases cost; ms. */
  overlapMs: number;
  /** Time in which clients were not served although a box could have, after the first owner; ms. */
  gapMs: number;
}

/** What a box has heard last, and when. */
interface Heard {
  readonly beat: Beat;
  readonly order: number;
  readonly atMs: number;
}

export class Judge {
  readonly worst: Worst = { overlapMs: 0, gapMs: 0 };
  /** When who holds the group last changed. */
  lastChangeMs = 0;
  readonly #heard: [Heard | null, Heard | null] = [null, null];
  readonly #sessions = new Map<number, number>();
  readonly #receivers: [Receiver, Receiver];
  readonly #partSinceMs: [number | null, number | null] = [null, null];
  #dualSinceMs: number | null = null;
  #connectedSinceMs: number | null = 0;
  #unknownSinceMs: number | null = null;
  /** Null before the first time. */
  #servedMs: number | null = null;
  #owners = '';

  constructor(
    private readonly world: World,
    private readonly bounds: Bounds,
  ) {
    const receiver = () => new Receiver(['stream', 'datagram'], NO_SESSION, EVERY_KEY, toyMac);
    this.#receivers = [receiver(), receiver()];
  }

  /** A box starts to listen: what came before it did was nothing to it. */
  listens(box: Box): void {
    this.#receivers[box.number] = new Receiver(['stream', 'datagram'], NO_SESSION, EVERY_KEY, toyMac);
  }

  /** Genuine bytes have reached a box that runs. */
  reached(box: Box, link: LinkIndex, bytes: Uint8Array): void {
    this.#receivers[box.number].receive(link, bytes, (event) => {
      if (event.type === 'frame') this.#hears(box, event.beat);
    });
  }

  /** I5: no takeover without silence on all links, a hand-over or a command. */
  acquires(box: Box, reason: string): void {
    if (EXCUSED.some((excuse) => reason.includes(excuse))) return;
    const heard = this.#heard[box.number];
    const startedMs = box.run?.startedMs ?? 0;
    const { nowMs } = this.world.clock;
    const { initdeadMs } = box.config.heartbeat;
    if (heard === null || heard.atMs < startedMs) {
      if (nowMs - startedMs >= box.worldDuration(initdeadMs) - ROUNDING_MS) return;
      this.fail('I5', `${box.name} takes the group (${reason}) before initdead, and heard nothing`);
    }
    const { beat, atMs } = heard;
    if (beat.claim === 'none' || beat.status === 'dead') return;
    const waitMs = box.worldDuration(beat.deadtimeMs);
    const [silentMs, listenedMs] = [nowMs - atMs, nowMs - box.awakeSinceMs];
    if (Math.min(silentMs, listenedMs) >= waitMs - ROUNDING_MS) return;
    const what = `its peer says ${beat.claim} and was silent for ${silentMs.toFixed(1)} ms, listened to for ${listenedMs.toFixed(1)} ms, of ${waitMs.toFixed(1)} ms`;
    this.fail('I5', `${box.name} takes the group (${reason}), but ${what}`);
  }

  /** After each step of the world. */
  look(): void {
    const { nowMs } = this.world.clock;
    const [a, b] = this.world.boxes;
    const owners = `${a.holdsAll ? 'A' : a.holdsAny ? 'a' : '-'}${b.holdsAll ? 'B' : b.holdsAny ? 'b' : '-'}`;
    if (owners !== this.#owners) {
      this.#owners = owners;
      this.lastChangeMs = nowMs;
      this.world.say(`        kernel: ${owners}`);
    }
    this.#measureGap(nowMs);
    this.#judgeOverlap(nowMs);
    this.#judgeAnnouncement(nowMs);
    for (const box of this.world.boxes) this.#judgeWhole(box);
  }

  /** At rest, with all real servers well, the kernel of each box has them all. */
  looksAtTables(): void {
    for (const { name, machine } of this.world.boxes) {
      const held = machine.ipvs
        .table()
        .flatMap(({ destinations }) => destinations.map(({ address }) => address));
      if (held.sort().join() !== SERVERS.join())
        this.fail(
          'served',
          `${name} balances over ${held.join(', ') || 'nothing'}, not ${SERVERS.join(', ')}`,
        );
    }
  }

  fail(invariant: string, what: string): never {
    this.world.say(`VIOLATION ${invariant}: ${what}`);
    throw new Violation(`${invariant} at ${this.world.clock.nowMs.toFixed(1)} ms: ${what}`);
  }

  #hears(box: Box, beat: Beat): void {
    const session = this.#sessions.get(beat.session) ?? this.#sessions.size;
    this.#sessions.set(beat.session, session);
    const order = session * 0x1_0000_0000 + beat.sequence;
    const last = this.#heard[box.number];
    this.world.heard(box.number, beat.session, beat.sequence);
    if (last === null || order > last.order)
      this.#heard[box.number] = { beat, order, atMs: this.world.clock.nowMs };
  }

  #measureGap(nowMs: number): void {
    const able = this.world.boxes.some((box) => box.awake && this.world.couldServe(box));
    if (this.world.serving() !== null || (!able && this.#servedMs !== null)) this.#servedMs = nowMs;
    this.worst.gapMs = Math.max(this.worst.gapMs, nowMs - (this.#servedMs ?? nowMs));
  }

  /** I1 */
  #judgeOverlap(nowMs: number): void {
    const [a, b] = this.world.boxes;
    const connected = a.awake && b.awake && this.world.linkWorks();
    this.#connectedSinceMs = connected ? (this.#connectedSinceMs ?? nowMs) : null;
    this.#dualSinceMs = a.holdsAny && b.holdsAny ? (this.#dualSinceMs ?? nowMs) : null;
    if (this.#dualSinceMs === null || this.#connectedSinceMs === null) return;
    const sinceMs = Math.max(this.#dualSinceMs, this.#connectedSinceMs, a.awakeSinceMs, b.awakeSinceMs);
    const overlapMs = nowMs - sinceMs;
    const retriesMs = (a.failures + b.failures) * this.bounds.releaseRetryMs;
    this.worst.overlapMs = Math.max(this.worst.overlapMs, overlapMs - retriesMs);
    if (overlapMs > this.bounds.overlapMs + retriesMs)
      this.fail('I1', `both boxes hold the group for ${overlapMs.toFixed(1)} ms`);
  }

  /** I4: the caches name a lone, running owner on both sides; while no link works, after a refresh. */
  #judgeAnnouncement(nowMs: number): void {
    const [a, b] = this.world.boxes;
    const owner = a.holdsAll && !b.holdsAny ? a : b.holdsAll && !a.holdsAny ? b : null;
    const known =
      owner === null || !owner.awake || !this.world.couldServe(owner) || this.world.isKnown(owner);
    this.#unknownSinceMs = known ? null : (this.#unknownSinceMs ?? nowMs);
    if (this.#unknownSinceMs === null) return;
    const connectedMs = nowMs - Math.max(this.#unknownSinceMs, this.#connectedSinceMs ?? nowMs);
    if (connectedMs > this.bounds.announceMs || nowMs - this.#unknownSinceMs > this.bounds.refreshMs)
      this.fail('I4', `clients or real servers do not know ${owner?.name ?? 'the owner'}`);
  }

  /** I3: an owner holds all of the group, or is letting go; who is no owner holds nothing. */
  #judgeWhole(box: Box): void {
    if (!box.awake) return;
    const { nowMs } = this.world.clock;
    const whole = box.role !== 'active' || box.holdsAll;
    this.#partSinceMs[box.number] = whole ? null : (this.#partSinceMs[box.number] ?? nowMs);
    const partMs = nowMs - Math.max(this.#partSinceMs[box.number] ?? nowMs, box.awakeSinceMs);
    if (partMs > this.bounds.restoreMs)
      this.fail('I3', `${box.name} is active and does not hold all of ${VIP} and ${GATEWAY}`);
    const holdsNothing = ['standby', 'leaving', 'stopped'].includes(box.role);
    if (box.holdsAny && holdsNothing) this.fail('I3', `${box.name} is ${box.role} and still holds addresses`);
  }
}
