/**
 * The cluster core of one box: events in, effects out, deterministic. It joins liveness (is the peer alive?) and
 * ownership (who holds the group?) with the beats that this box sends. It never reads a clock, does I/O, or
 * touches an address.
 *
 * Epochs. Each acquire uses 1 + the highest epoch known. When two boxes claim at once the higher epoch keeps, so a box
 * that hung, was replaced and wakes up gives way at the first beat that it hears; equal epochs: the preferred node.
 */

import type { Config } from '../config/config';
import { type Beat, type Claim, MAX_NUMBER } from './beat';
import { Link, Peer } from './liveness';
import { decide, type Row, type Situation } from './ownership';
import type { Boot, ClusterConfig, ClusterEvent, ClusterStatus, Counters, Effect, Role } from './types';

/** Least time between beats that answer an unproven session: an attacker's replays must not make this box flood. */
const REPLY_GAP_MS = 20;
/** A carrier that is gone for less does not hand over; the other box may lose its own at the same moment. */
const CARRIER_SETTLE_MS = 200;
/** After a failed acquire this box waits before it may take again; doubled each time up to the maximum. */
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** After a failed acquire the preferred box does not ask for the group back for so long. */
const ASK_AGAIN_MS = 600_000;
/** A release that failed is tried again after. */
const RELEASE_RETRY_MS = 1_000;
/** An operator's takeover that was not granted by then is given up. */
const ORDER_LIMIT_MS = 10_000;
/** A leaving box says so several times: nobody acknowledges it. */
const LEAVING_BEATS = 3;
const LEAVING_GAP_MS = 30;
/** Refused and unproven frames are logged at most once in this time per link. */
const COMPLAINT_GAP_MS = 60_000;

const NEVER_MS = Number.POSITIVE_INFINITY;
const LONG_AGO_MS = Number.NEGATIVE_INFINITY;

const CLAIM_OF_ROLE: Readonly<Record<Role, Claim>> = {
  init: 'none',
  standby: 'none',
  acquiring: 'taking',
  active: 'all',
  releasing: 'giving',
  leaving: 'none',
  stopped: 'none',
};

type LogEffect = Extract<Effect, { type: 'log' }>;

/** What the core needs to know of the pair's configuration. Throws when `node` is not one of the pair. */
export function clusterConfig(config: Config, node: string): ClusterConfig {
  const peer = config.nodes.find((other) => other.name !== node);
  if (peer === undefined || !config.nodes.some((own) => own.name === node)) {
    const names = config.nodes.map((one) => one.name).join(', ');
    throw new Error(`this box is called ${node}, but the configuration is for the pair ${names}`);
  }
  const { heartbeat } = config;
  return {
    node,
    peer: peer.name,
    preferred: config.group.preferred,
    keepaliveMs: heartbeat.keepaliveMs,
    warntimeMs: heartbeat.warntimeMs,
    deadtimeMs: heartbeat.deadtimeMs,
    initdeadMs: heartbeat.initdeadMs,
    autoFailback: heartbeat.autoFailback,
    ttl: heartbeat.hopfudge + config.nodes.length,
    links: heartbeat.links.map((link) =>
      link.kind === 'serial' ? `serial ${link.device}` : `${link.kind} ${link.interface}`,
    ),
    auth: heartbeat.auth,
  };
}

/** The state of one box's core. The supervisor keeps it, and hands it to the functions below. */
export type ClusterState = Cluster;

export function createCluster(config: ClusterConfig, boot: Boot): ClusterState {
  return new Cluster(config, boot);
}

/** Takes one event, lets time pass up to `nowMs`, and says what to do. Changes `state`. */
export function step(state: ClusterState, event: ClusterEvent, nowMs: number): readonly Effect[] {
  return state.step(event, nowMs);
}

/** When `tick` is due at the latest: the start before the first step, Infinity after `stopped`. */
export function nextWakeMs(state: ClusterState): number {
  return state.nextWakeMs();
}

export function status(state: ClusterState): ClusterStatus {
  return state.status();
}

class Cluster {
  readonly #config: ClusterConfig;
  readonly #boot: Boot;
  readonly #peer: Peer;
  readonly #links: readonly Link[];
  readonly #complainedMs: number[];
  readonly #counters: Counters = {
    sent: 0,
    heard: 0,
    copies: 0,
    replays: 0,
    refused: 0,
    lateBeats: 0,
    peerDeaths: 0,
    takeovers: 0,
    handovers: 0,
    conflicts: 0,
    failedAcquires: 0,
    oversleeps: 0,
  };

  #nowMs: number;
  #wakeMs: number;
  #effects: Effect[] = [];

  #role: Role = 'init';
  #roleSinceMs: number;
  #why = 'just started';
  /** Epoch of the own claim, and the highest that any beat named. */
  #epoch = 0;
  #highestEpoch = 0;
  /** Acquires and releases that the supervisor has not answered yet. */
  #pending = 0;
  #order: Situation['order'] = 'none';
  #orderUntilMs = LONG_AGO_MS;
  /** The operator sent this box to standby: no failback until the next takeover. */
  #stays = false;
  #conflict = false;
  /** An earlier run held the group: announce it again once it is clear that the peer does not claim it. */
  #announceLater = false;

  #carrier: boolean;
  #carrierChangedMs = LONG_AGO_MS;
  #ready = false;
  /** After a hand-over the peer goes first until then. */
  #yieldUntilMs = LONG_AGO_MS;
  #guardUntilMs = LONG_AGO_MS;
  #failures = 0;
  #retryAtMs = LONG_AGO_MS;
  #askAtMs = LONG_AGO_MS;
  #releaseAgainAtMs = NEVER_MS;

  #lastBeat: Beat | null = null;
  #sequence = 0;
  #sentMs = LONG_AGO_MS;
  #nextBeatMs: number;
  #replyAtMs = NEVER_MS;
  #leavingBeats = 0;

  constructor(config: ClusterConfig, boot: Boot) {
    this.#config = config;
    this.#boot = boot;
    this.#peer = new Peer(boot.nowMs, config.initdeadMs);
    this.#links = config.links.map((name) => new Link(name));
    this.#complainedMs = config.links.map(() => LONG_AGO_MS);
    this.#carrier = boot.carrier;
    this.#carrierChangedMs = boot.nowMs;
    this.#nowMs = boot.nowMs;
    this.#wakeMs = boot.nowMs;
    this.#roleSinceMs = boot.nowMs;
    this.#nextBeatMs = boot.nowMs;
  }

  /** When `tick` is due at the latest; the time of start before the first step. */
  nextWakeMs(): number {
    return this.#wakeMs;
  }

  /** Takes one event and lets time pass up to `nowMs`, which never goes back. */
  step(event: ClusterEvent, nowMs: number): readonly Effect[] {
    this.#effects = [];
    if (this.#role === 'stopped') return this.#effects;
    const firstStep = this.#lastBeat === null;
    this.#nowMs = nowMs;
    if (nowMs - this.#wakeMs > this.#config.keepaliveMs) this.#overslept(nowMs - this.#wakeMs);
    if (firstStep && this.#boot.held) this.#carryOn();
    this.#take(event);
    this.#expire();
    this.#decide();
    this.#watchConflict();
    this.#beat();
    this.#wakeMs = this.#nextWake();
    return this.#effects;
  }

  status(): ClusterStatus {
    const { node, peer, preferred } = this.#config;
    const { beat, state, sinceMs, lastHeardMs } = this.#peer;
    const unableBecause = this.#unableBecause();
    return {
      node,
      role: this.#role,
      sinceMs: this.#roleSinceMs,
      why: this.#why,
      preferred: preferred === node,
      epoch: this.#wireEpoch(),
      able: unableBecause === null,
      unableBecause,
      peer: {
        name: peer,
        state,
        sinceMs,
        lastHeardMs,
        claim: beat?.claim ?? null,
        able: beat?.able ?? false,
        epoch: beat?.epoch ?? 0,
        deadtimeMs: beat?.deadtimeMs ?? this.#config.deadtimeMs,
      },
      links: this.#links.map((link) => link.status()),
      counters: { ...this.#counters },
    };
  }

  // Events

  #take(event: ClusterEvent): void {
    switch (event.type) {
      case 'frame':
        this.#hear(event.link, event.beat);
        break;
      case 'refused':
        this.#refuse(event.link, 'frame-refused', `A frame was refused: ${event.why}`);
        break;
      case 'link-state':
        this.#linkState(this.#link(event.link), event.fault);
        break;
      case 'carrier':
        this.#carrierState(event.ok);
        break;
      case 'ready':
        this.#ready = event.ready;
        break;
      case 'group-acquired':
      case 'group-released':
      case 'group-failed':
        this.#answer(event);
        break;
      case 'command':
        this.#command(event.command);
        break;
      case 'tick':
        break;
    }
  }

  #hear(index: number, beat: Beat): void {
    const link = this.#link(index);
    if (beat.src !== this.#config.peer) {
      this.#refuse(index, 'stranger', this.#strangeness(beat));
      return;
    }
    const own = { session: this.#boot.session, sequence: this.#sequence };
    const freshness = this.#peer.judge(beat, own);
    if (freshness === 'old') {
      this.#counters.replays++;
    } else if (freshness === 'unproven') {
      // The answer acknowledges this beat, so that its sender, if it is there, can prove that it is.
      this.#counters.replays++;
      if (this.#peer.suspect(beat, this.#nowMs)) this.#complainOneWay(index);
      this.#replyAtMs = Math.min(this.#replyAtMs, this.#sentMs + REPLY_GAP_MS);
    } else {
      if (freshness === 'new') this.#news(beat, own);
      const before = link.state;
      if (!link.hear(beat, this.#nowMs)) this.#counters.replays++;
      else if (freshness === 'copy') this.#counters.copies++;
      if (before === 'silent' && link.state === 'up') {
        this.#log('info', 'link-up', `${this.#config.peer} is heard on ${link.name} again`, {
          link: link.name,
        });
      }
    }
  }

  #news(beat: Beat, own: { session: number; sequence: number }): void {
    const { lastHeardMs } = this.#peer;
    const newSession = this.#peer.beat?.session !== beat.session;
    const silentMs = this.#nowMs - (lastHeardMs ?? this.#nowMs);
    const before = this.#peer.hear(beat, own, this.#nowMs);
    this.#counters.heard++;
    this.#highestEpoch = Math.max(this.#highestEpoch, beat.epoch);
    // The peer may wait for the proof that this box is what it says.
    if (newSession) this.#replyAtMs = this.#nowMs;
    if (before === 'late') {
      this.#counters.lateBeats++;
      const sentence = `Late heartbeat: ${beat.src} was silent for ${Math.round(silentMs)} ms`;
      this.#log('warn', 'late-heartbeat', sentence, { silentMs });
    }
    if (this.#peer.state === 'left') {
      if (before !== 'left') this.#log('info', 'peer-left', `${beat.src} has left the cluster`, {});
    } else if (before !== 'alive' && before !== 'late') {
      this.#log('info', 'peer-alive', `${beat.src} is alive`, { before, restarted: newSession });
      // It may have told the networks that the addresses are its own, before it heard of this box.
      if (this.#role === 'active') this.#announce('the peer is back');
    }
  }

  #strangeness({ src }: Beat): string {
    return src === this.#config.node
      ? `Another box calls itself ${src}, as this one does`
      : `A frame came from ${src}, which is not in the configuration`;
  }

  #refuse(index: number, event: string, sentence: string): void {
    this.#link(index).refused++;
    this.#counters.refused++;
    this.#complain(index, event, sentence);
  }

  /** Any peer that restarts is unproven for a moment. */
  #complainOneWay(index: number): void {
    const sinceMs = this.#peer.suspectedSinceMs ?? this.#nowMs;
    if (this.#nowMs - sinceMs < this.#config.deadtimeMs) return;
    this.#complain(
      index,
      'one-way',
      `${this.#config.peer} holds the group and does not hear this box, which waits`,
    );
  }

  #complain(index: number, event: string, sentence: string): void {
    const link = this.#link(index);
    if (this.#nowMs - (this.#complainedMs[index] ?? LONG_AGO_MS) < COMPLAINT_GAP_MS) return;
    this.#complainedMs[index] = this.#nowMs;
    this.#log('warn', event, `${link.name}: ${sentence}`, { link: link.name, refused: link.refused });
  }

  #linkState(link: Link, fault: string | null): void {
    if (link.fault === fault) return;
    link.fault = fault;
    if (fault === null) this.#log('info', 'link-works', `${link.name} works`, { link: link.name });
    else this.#log('error', 'link-fault', `${link.name} does not work: ${fault}`, { link: link.name });
  }

  #carrierState(ok: boolean): void {
    if (this.#carrier === ok) return;
    this.#carrier = ok;
    this.#carrierChangedMs = this.#nowMs;
    if (ok) {
      // The links were probably gone with the carrier: a peer that was not heard meanwhile may be there.
      if (!this.#holds()) this.#peer.listenAgain(this.#nowMs + this.#deadtimeOfBothMs(), this.#nowMs);
      this.#log('info', 'carrier', 'All interfaces of the group have carrier', {});
    } else {
      this.#log('error', 'no-carrier', 'An interface of the group has no carrier', {});
    }
  }

  #command(command: 'standby' | 'takeover' | 'shutdown'): void {
    const refusal = this.#refusal(command);
    if (refusal !== null) {
      this.#log('warn', 'command-refused', `${command}: ${refusal}`, { command });
      return;
    }
    this.#log('info', 'command', `The operator wants: ${command}`, { command });
    this.#order = command;
    this.#orderUntilMs = command === 'shutdown' ? NEVER_MS : this.#nowMs + ORDER_LIMIT_MS;
    this.#stays = command === 'standby';
    if (command === 'takeover') this.#yieldUntilMs = LONG_AGO_MS;
  }

  #refusal(command: 'standby' | 'takeover' | 'shutdown'): string | null {
    const { peer } = this.#config;
    if (command === 'shutdown') return null;
    if (this.#order === 'shutdown') return 'this box is shutting down';
    if (command === 'takeover') return this.#holds() ? 'this box holds the group already' : this.#hindrance();
    if (this.#role !== 'active') return 'this box does not hold the group';
    if (!this.#peer.lives) return `${peer} is not alive, nobody would hold the group`;
    return this.#peer.beat?.able ? null : `${peer} cannot take the group`;
  }

  // The resource group

  #carryOn(): void {
    this.#epoch = 1;
    this.#highestEpoch = 1;
    this.#announceLater = true;
    this.#enter('acquiring', 'the kernel holds the group from an earlier run');
    this.#ask('acquire', 'the kernel holds the group from an earlier run');
  }

  #answer(
    event: Extract<ClusterEvent, { type: 'group-acquired' | 'group-released' | 'group-failed' }>,
  ): void {
    this.#pending = Math.max(0, this.#pending - 1);
    // An acquire that was overtaken by a release has nothing to say any more.
    if (this.#pending > 0) return;
    if (event.type === 'group-acquired') {
      if (this.#role !== 'acquiring') return;
      this.#enter('active', this.#why);
      if (!this.#announceLater) this.#announce('the group was acquired');
    } else if (event.type === 'group-released') {
      if (this.#role === 'releasing') this.#enter('standby', this.#why);
    } else if (this.#role === 'releasing') {
      this.#releaseAgainAtMs = this.#nowMs + RELEASE_RETRY_MS;
      this.#log('error', 'release-failed', `The group could not be released: ${event.reason}`, {});
    } else if (this.#holds()) {
      this.#failed(event.reason);
    }
  }

  #failed(reason: string): void {
    this.#counters.failedAcquires++;
    const waitMs = Math.min(RETRY_FIRST_MS * 2 ** this.#failures, RETRY_MAX_MS);
    this.#failures++;
    this.#retryAtMs = this.#nowMs + waitMs;
    this.#askAtMs = this.#nowMs + ASK_AGAIN_MS;
    const sentence = `The group could not be held: ${reason}; the next attempt is in ${waitMs} ms at the earliest`;
    this.#log('error', 'acquire-failed', sentence, { waitMs });
    this.#release(`it could not be held: ${reason}`);
  }

  #decide(): void {
    const row = decide(this.#situation());
    if (row.act === 'take') this.#acquire(row.why);
    else if (row.act === 'release') this.#letGo(row);
    else if (row.act === 'leave') this.#leave();
    else if (this.#role === 'init' && this.#peer.lives) this.#enter('standby', row.why);
  }

  #situation(): Situation {
    const { beat, lives } = this.#peer;
    const peerClaims = lives && (beat?.claim === 'taking' || beat?.claim === 'all');
    const peerAble = lives && beat?.able === true;
    const able = this.#unableBecause() === null;
    const asks = this.#asks();
    const peerAsks = lives && beat?.asks === true;
    const goesFirst = asks === peerAsks ? this.#isPreferred() : asks;
    return {
      role: this.#role,
      order: this.#order,
      peer: this.#peer.state,
      peerClaims,
      peerLetsGo: lives && beat?.claim === 'giving',
      peerAble,
      peerAsks,
      claimWins: this.#claimWins(),
      able,
      unfit: !this.#carrier && this.#nowMs >= this.#carrierChangedMs + CARRIER_SETTLE_MS,
      favoured: !peerAble || goesFirst,
      reclaims: this.#config.autoFailback === 'legacy' && this.#wantsBack(),
    };
  }

  #acquire(reason: string): void {
    if (this.#peer.state === 'dead') this.#counters.takeovers++;
    this.#epoch = Math.min(this.#highestEpoch + 1, MAX_NUMBER);
    this.#highestEpoch = this.#epoch;
    this.#order = 'none';
    this.#announceLater = false;
    this.#enter('acquiring', reason);
    this.#ask('acquire', reason);
  }

  #letGo(row: Row): void {
    if (row.handsOver) {
      this.#counters.handovers++;
      this.#yieldUntilMs = this.#nowMs + this.#config.deadtimeMs;
    }
    if (this.#order === 'standby') this.#order = 'none';
    this.#release(row.why);
  }

  #release(reason: string): void {
    this.#announceLater = false;
    this.#enter('releasing', reason);
    this.#ask('release', reason);
  }

  #leave(): void {
    this.#leavingBeats = LEAVING_BEATS;
    this.#enter('leaving', 'this box shuts down');
  }

  /** While both claim, and again when the other has let go, the keeper tells the networks anew. */
  #watchConflict(): void {
    const { peerClaims, peerLetsGo, claimWins } = this.#situation();
    const conflict = this.#holds() && ((peerClaims && claimWins) || peerLetsGo);
    if (conflict !== this.#conflict) {
      this.#conflict = conflict;
      if (conflict) {
        this.#counters.conflicts++;
        const sentence = `${this.#config.peer} claims the group too; this box has the newer claim and keeps it`;
        this.#log('error', 'conflict', sentence, { epoch: this.#epoch });
      }
      if (this.#role === 'active') this.#announce(conflict ? 'two boxes claimed it' : 'the other box let go');
    }
    if (this.#announceLater && this.#role === 'active' && this.#peer.state !== 'unknown' && !peerClaims) {
      this.#announceLater = false;
      this.#announce('this box holds it from an earlier run');
    }
  }

  // What this box is, wants and can

  #holds(): boolean {
    return this.#role === 'acquiring' || this.#role === 'active';
  }

  #isPreferred(): boolean {
    const { node, peer, preferred } = this.#config;
    const peerSaysSo = this.#peer.beat?.preferred ?? preferred === peer;
    // Configurations that differ must not make two boxes right.
    return (preferred === node) === peerSaysSo ? node < peer : preferred === node;
  }

  #claimWins(): boolean {
    const peerEpoch = this.#peer.beat?.epoch ?? 0;
    return this.#epoch === peerEpoch ? this.#isPreferred() : this.#epoch > peerEpoch;
  }

  /** Why this box cannot take the group even if an operator wants it. */
  #hindrance(): string | null {
    if (!this.#carrier) return 'an interface of the group has no carrier';
    if (this.#order === 'shutdown' || this.#role === 'leaving') return 'this box is shutting down';
    if (this.#nowMs < this.#retryAtMs) return 'it failed to hold the group just now';
    if (this.#nowMs < this.#guardUntilMs) return 'it was not listening for a while, and listens first';
    return null;
  }

  #unableBecause(): string | null {
    if (this.#nowMs < this.#yieldUntilMs) return 'it has just handed the group over';
    return this.#hindrance();
  }

  /** auto_failback: preferred, able, ready, and peer and carrier there without a gap for a deadtime. */
  #wantsBack(): boolean {
    return (
      this.#config.preferred === this.#config.node &&
      this.#ready &&
      !this.#stays &&
      this.#peer.lives &&
      this.#nowMs >= this.#stableAtMs() &&
      this.#nowMs >= this.#askAtMs &&
      this.#unableBecause() === null
    );
  }

  #stableAtMs(): number {
    return Math.max(this.#peer.sinceMs, this.#carrierChangedMs) + this.#config.deadtimeMs;
  }

  #asks(): boolean {
    if (this.#role !== 'standby' || !this.#peer.lives) return false;
    if (this.#order === 'takeover') return true;
    return this.#config.autoFailback === 'on' && this.#peer.beat?.claim === 'all' && this.#wantsBack();
  }

  #guard(): void {
    this.#guardUntilMs = this.#nowMs + this.#deadtimeOfBothMs();
    this.#peer.listenUntilMs = Math.max(this.#peer.listenUntilMs, this.#guardUntilMs);
  }

  #deadtimeOfBothMs(): number {
    return Math.max(this.#config.deadtimeMs, this.#peer.beat?.deadtimeMs ?? 0);
  }

  // Time

  #overslept(lateMs: number): void {
    this.#counters.oversleeps++;
    this.#guard();
    const sentence = `This box was not running for ${Math.round(lateMs)} ms; it listens before it judges its peer`;
    this.#log('warn', 'overslept', sentence, { lateMs });
  }

  #expire(): void {
    const { peer, warntimeMs, deadtimeMs } = this.#config;
    if (this.#peer.expire(warntimeMs, this.#nowMs) === 'dead') {
      this.#counters.peerDeaths++;
      this.#stays = false;
      this.#log('error', 'peer-dead', `${peer} is dead: silent on all links`, {
        lastHeardMs: this.#peer.lastHeardMs,
      });
    }
    const waitMs = this.#peer.beat?.deadtimeMs ?? deadtimeMs;
    for (const link of this.#links) {
      if (!link.expire(waitMs, this.#peer.listenUntilMs, this.#nowMs)) continue;
      this.#log('warn', 'link-silent', `${peer} is not heard on ${link.name}`, { link: link.name });
    }
    const { claim, able } = this.#peer.beat ?? { claim: 'none', able: false };
    if (!this.#peer.lives || !able || claim === 'taking' || claim === 'all') {
      if (this.#role === 'standby') this.#yieldUntilMs = LONG_AGO_MS;
    }
    if (this.#nowMs >= this.#orderUntilMs && this.#order !== 'none' && this.#order !== 'shutdown') {
      this.#log('warn', 'command-expired', `${this.#order}: not granted`, { command: this.#order });
      this.#order = 'none';
    }
    if (this.#nowMs >= this.#releaseAgainAtMs) {
      this.#releaseAgainAtMs = NEVER_MS;
      if (this.#role === 'releasing') this.#ask('release', this.#why);
    }
    // A restarted owner knows no epoch: it takes over the one that its peer remembers.
    if (this.#holds() && this.#peer.lives && claim === 'none') this.#epoch = this.#highestEpoch;
    if (this.#role === 'active' && this.#nowMs >= this.#roleSinceMs + RETRY_MAX_MS) this.#failures = 0;
  }

  #nextWake(): number {
    if (this.#role === 'stopped') return NEVER_MS;
    let wakeMs = Math.min(this.#nextBeatMs, this.#replyAtMs);
    for (const atMs of [
      this.#peer.deadAtMs(),
      this.#peer.lateAtMs(this.#config.warntimeMs),
      this.#stableAtMs(),
      this.#guardUntilMs,
      this.#yieldUntilMs,
      this.#retryAtMs,
      this.#askAtMs,
      this.#orderUntilMs,
      this.#releaseAgainAtMs,
      this.#carrier ? NEVER_MS : this.#carrierChangedMs + CARRIER_SETTLE_MS,
    ]) {
      if (atMs > this.#nowMs && atMs < wakeMs) wakeMs = atMs;
    }
    return wakeMs;
  }

  // Beats

  #beat(): void {
    const leaving = this.#role === 'leaving';
    const due = this.#nowMs >= this.#nextBeatMs || this.#nowMs >= this.#replyAtMs;
    if (!due && !this.#changed()) return;
    this.#send();
    if (!leaving || --this.#leavingBeats > 0) return;
    this.#enter('stopped', 'this box was shut down');
    this.#effects.push({ type: 'stopped' });
  }

  /** Whether the peer should know at once what this box has become. */
  #changed(): boolean {
    const last = this.#lastBeat;
    return (
      last === null ||
      last.claim !== CLAIM_OF_ROLE[this.#role] ||
      last.epoch !== this.#wireEpoch() ||
      last.able !== (this.#unableBecause() === null) ||
      last.asks !== this.#asks() ||
      last.status !== this.#wireStatus()
    );
  }

  #send(): void {
    const { node, deadtimeMs, ttl, preferred } = this.#config;
    const { session, generation } = this.#boot;
    const heard = this.#peer.heard;
    this.#sequence++;
    const beat: Beat = {
      src: node,
      status: this.#wireStatus(),
      deadtimeMs,
      ttl,
      generation,
      session,
      sequence: this.#sequence,
      ack: heard === null ? null : { session: heard.session, sequence: heard.sequence },
      claim: CLAIM_OF_ROLE[this.#role],
      epoch: this.#wireEpoch(),
      able: this.#unableBecause() === null,
      asks: this.#asks(),
      preferred: preferred === node,
    };
    this.#lastBeat = beat;
    this.#replyAtMs = NEVER_MS;
    this.#sentMs = this.#nowMs;
    this.#nextBeatMs = this.#nowMs + (this.#role === 'leaving' ? LEAVING_GAP_MS : this.#config.keepaliveMs);
    this.#counters.sent++;
    this.#effects.push({ type: 'send', beat });
  }

  #wireStatus(): Beat['status'] {
    return this.#role === 'leaving' ? 'dead' : 'active';
  }

  #wireEpoch(): number {
    return this.#holds() || this.#role === 'releasing' ? this.#epoch : this.#highestEpoch;
  }

  // Effects

  #enter(role: Role, why: string): void {
    this.#role = role;
    this.#roleSinceMs = this.#nowMs;
    this.#why = why;
    this.#log('info', `role-${role}`, `This box is ${role}: ${why}`, { role, epoch: this.#epoch });
  }

  #ask(type: 'acquire' | 'release', reason: string): void {
    this.#pending++;
    this.#effects.push({ type, reason });
  }

  #announce(reason: string): void {
    this.#effects.push({ type: 'announce', reason });
  }

  #log(level: LogEffect['level'], event: string, sentence: string, values: LogEffect['values']): void {
    this.#effects.push({ type: 'log', level, event, sentence, values });
  }

  #link(index: number): Link {
    const link = this.#links[index];
    if (link === undefined) throw new RangeError(`there is no link ${index}`);
    return link;
  }
}
