/**
 * The cluster core of one box: events in, effects out, deterministic. It joins what the box hears, what it holds and
 * what it says into the situation that the ownership table decides on. It never reads a clock, does I/O, or
 * touches an address. This class is long because it is the one place where all of these meet.
 */

import type { Hindrance } from './beat';
import { Hearing } from './hearing';
import { type Answer, Holder } from './holder';
import { Outbox } from './outbox';
import { decide, type Row, type Situation } from './ownership';
import type { Boot, ClusterConfig, ClusterEvent, ClusterStatus, Command, Effect, ServerCount } from './types';
import { type Statement, Voice } from './voice';

export { clusterConfig } from './setup';

/** A carrier that is gone for less does not hand over; the other box may lose its own at the same moment. */
const CARRIER_SETTLE_MS = 200;
/** An operator's takeover that was not granted by then is given up. */
const ORDER_LIMIT_MS = 10_000;
/** A leaving box says so several times: nobody acknowledges it. */
const LEAVING_BEATS = 3;

/** Completes "this box cannot take the group: ...". */
const BECAUSE: Readonly<Record<Hindrance, string>> = {
  leaving: 'it is shutting down',
  maintenance: 'it is in maintenance',
  carrier: 'an interface of the group has no carrier',
  failed: 'it failed to hold the group just now',
  listening: 'it was not running for a while, and listens first',
  yielding: 'it has just handed the group over',
  damped: 'it gave the group up too often, and waits',
  other: 'it does not say why',
};

const LONG_AGO_MS = Number.NEGATIVE_INFINITY;
const NEVER_MS = Number.POSITIVE_INFINITY;

/** The state of one box's core. The supervisor keeps it, and hands it to the functions below. */
export type ClusterState = Cluster;

export function createCluster(config: ClusterConfig, boot: Boot): ClusterState {
  return new Cluster(config, boot);
}

/** Takes one event, lets time pass up to `nowMs`, which never goes back, and says what to do. Changes `state`. */
export function step(state: ClusterState, event: ClusterEvent, nowMs: number): readonly Effect[] {
  return state.step(event, nowMs);
}

/** When `tick` is due at the latest: the start before the first step, Infinity after `stopped`. */
export function nextWakeMs(state: ClusterState): number {
  return state.wakeMs;
}

export function status(state: ClusterState): ClusterStatus {
  return state.status();
}

class Cluster {
  wakeMs: number;
  readonly #config: ClusterConfig;
  readonly #boot: Boot;
  readonly #outbox = new Outbox();
  readonly #voice: Voice;
  readonly #hearing: Hearing;
  readonly #holder: Holder;
  readonly #counters = { takeovers: 0, handovers: 0, conflicts: 0, oversleeps: 0 };
  #nowMs: number;
  #started = false;

  #order: Situation['order'] = 'none';
  #orderUntilMs = LONG_AGO_MS;
  /** The operator sent this box to standby: no failback until the next takeover. */
  #stays = false;

  #servers: ServerCount | null = null;
  #carrier: boolean;
  #carrierChangedMs: number;
  #ready = false;
  /** After a hand-over the peer goes first until then. */
  #yieldUntilMs = LONG_AGO_MS;
  /** After it overslept this box takes nothing until then. */
  #guardUntilMs = LONG_AGO_MS;

  #conflict = false;
  /** Announce again once it is clear that the peer does not claim the group: after a restart, or when it is back. */
  #announceLater = false;
  #leavingBeats = LEAVING_BEATS;

  constructor(config: ClusterConfig, boot: Boot) {
    this.#config = config;
    this.#boot = boot;
    this.#voice = new Voice(config, boot);
    this.#hearing = new Hearing(config, boot, this.#outbox, this.#voice);
    this.#holder = new Holder(this.#outbox, boot.nowMs);
    this.#carrier = boot.carrier;
    this.#carrierChangedMs = boot.nowMs;
    this.#nowMs = boot.nowMs;
    this.wakeMs = boot.nowMs;
  }

  step(event: ClusterEvent, nowMs: number): readonly Effect[] {
    if (this.#holder.role === 'stopped') return [];
    this.#nowMs = nowMs;
    if (nowMs - this.wakeMs > this.#config.keepaliveMs) this.#overslept(nowMs - this.wakeMs);
    if (!this.#started) this.#start();
    const matters = this.#take(event);
    // Every beat comes once more on each further link: that must cost next to nothing.
    if (!matters && nowMs < this.wakeMs) return this.#outbox.take();
    this.#expire();
    this.#watchConflict(this.#decide());
    this.#speak();
    this.wakeMs = this.#nextWake();
    return this.#outbox.take();
  }

  status(): ClusterStatus {
    const { node, peer: name, preferred, deadtimeMs, version, configHash } = this.#config;
    const { role, sinceMs, why, epoch, failedAcquires } = this.#holder;
    const { peer, links, counters } = this.#hearing;
    const hindrance = this.#hindrance();
    const said = peer.beat?.hindrance ?? null;
    return {
      node,
      role,
      sinceMs,
      why,
      preferred: preferred === node,
      epoch,
      able: hindrance === null,
      unableBecause: hindrance === null ? null : BECAUSE[hindrance],
      maintenance: false,
      dampedUntilMs: null,
      version,
      configHash,
      servers: this.#servers,
      pings: [],
      watchdog: null,
      fencing: null,
      mismatches: [],
      peer: {
        name,
        state: peer.state,
        sinceMs: peer.sinceMs,
        lastHeardMs: peer.lastHeardMs,
        claim: peer.beat?.claim ?? null,
        able: peer.beat?.hindrance === null,
        epoch: peer.beat?.epoch ?? 0,
        deadtimeMs: peer.beat?.deadtimeMs ?? deadtimeMs,
        unableBecause: said === null ? null : BECAUSE[said],
        version: peer.beat?.version ?? null,
        configHash: peer.beat?.configHash ?? null,
        servers: peer.beat?.servers ?? null,
        pings: peer.beat?.pings ?? null,
      },
      links,
      counters: {
        ...counters,
        ...this.#counters,
        failedAcquires,
        sent: this.#voice.own.sequence,
        classic: 0,
        acknowledged: 0,
        fencings: 0,
      },
    };
  }

  // Events

  #start(): void {
    this.#started = true;
    if (!this.#boot.held) return;
    this.#announceLater = true;
    this.#holder.acquire('the kernel holds the group from an earlier run', this.#nowMs);
  }

  /** @returns false when nothing has changed that a decision could rest on */
  #take(event: ClusterEvent): boolean {
    switch (event.type) {
      case 'frame': {
        if (this.#holder.role === 'leaving') return false;
        const due = this.#voice.dueMs;
        const news = this.#hearing.hear(event.link, event.beat, this.#nowMs);
        if (news === null) return this.#voice.dueMs !== due;
        this.#holder.learn(news.beat.epoch, news.beat.claim !== 'none');
        // It may have told the networks that the addresses are its own, before it heard of this box.
        if (news.back && this.#holder.role === 'active') this.#announceLater = true;
        break;
      }
      case 'refused':
        this.#hearing.refuse(event.link, 'frame-refused', `a frame was refused: ${event.why}`, this.#nowMs);
        return false;
      case 'link-state':
        this.#hearing.setFault(event.link, event.fault);
        if (event.fault !== null) return false;
        // What was sent before the medium worked is lost, and the peer may be waiting for it.
        this.#voice.answerSoon();
        break;
      case 'carrier':
        this.#carrierState(event.ok);
        break;
      case 'ready':
        this.#ready = event.ready;
        break;
      case 'command':
        this.#command(event.command);
        break;
      case 'health':
        this.#servers = event.servers;
        return false;
      case 'tick':
        break;
      case 'pong':
      case 'fenced':
      case 'watchdog':
      case 'classic':
        return false;
      default:
        this.#answer(event);
    }
    return true;
  }

  #answer(answer: Answer): void {
    const acquired = this.#holder.answer(answer, this.#nowMs);
    if (acquired && !this.#announceLater) this.#announce('the group was acquired');
  }

  #carrierState(ok: boolean): void {
    if (this.#carrier === ok) return;
    this.#carrier = ok;
    this.#carrierChangedMs = this.#nowMs;
    if (ok) {
      // The links were probably gone with the carrier: a peer that was not heard meanwhile may be there.
      if (!this.#holder.holds) {
        this.#hearing.peer.listenAgain(this.#nowMs + this.#deadtimeOfBothMs(), this.#nowMs);
      }
      this.#outbox.log('info', 'carrier', 'All interfaces of the group have carrier');
    } else {
      this.#outbox.log('error', 'no-carrier', 'An interface of the group has no carrier');
    }
  }

  #command(command: Command): void {
    const refusal = this.#refusal(command);
    const accepted = refusal === null;
    const { name } = command;
    this.#outbox.put({ type: 'reply', accepted, sentence: refusal ?? `${name}: this box does so` });
    if (!accepted) {
      this.#outbox.log('warn', 'command-refused', `${name}: ${refusal}`, { command: name });
      return;
    }
    this.#outbox.log('info', 'command', `The operator wants: ${name}`, { command: name });
    if (name === 'maintenance') return;
    this.#order = name;
    this.#orderUntilMs = name === 'shutdown' ? NEVER_MS : this.#nowMs + ORDER_LIMIT_MS;
    this.#stays = name === 'standby';
    if (name === 'takeover') this.#yieldUntilMs = LONG_AGO_MS;
  }

  #refusal({ name }: Command): string | null {
    const { peer } = this.#hearing;
    if (name === 'shutdown') return null;
    if (this.#order === 'shutdown') return BECAUSE.leaving;
    if (name === 'maintenance') return 'not yet possible';
    if (name === 'takeover') {
      if (this.#holder.holds) return 'this box holds the group already';
      const hindrance = this.#lastingHindrance();
      return hindrance === null ? null : BECAUSE[hindrance];
    }
    if (this.#holder.role !== 'active') return 'this box does not hold the group';
    if (!peer.lives) return `${this.#config.peer} is not alive, nobody would hold the group`;
    return peer.beat?.hindrance === null ? null : `${this.#config.peer} cannot take the group`;
  }

  // Decisions

  /** @returns the situation after the decision */
  #decide(): Situation {
    const situation = this.#situation();
    const row = decide(situation);
    if (row.act === 'take') this.#acquire(row.why);
    else if (row.act === 'release') this.#letGo(row);
    else if (row.act === 'leave') this.#holder.enter('leaving', row.why, this.#nowMs);
    else {
      if (this.#holder.role === 'init' && this.#hearing.peer.lives) {
        this.#holder.enter('standby', row.why, this.#nowMs);
      }
      return situation;
    }
    return this.#situation();
  }

  #situation(): Situation {
    const { beat, lives, state } = this.#hearing.peer;
    const { role, epoch } = this.#holder;
    const peerAble = lives && beat?.hindrance === null;
    const peerAsks = lives && beat?.asks === true;
    const asks = this.#asks();
    const preferred = this.#isPreferred();
    const peerEpoch = beat?.epoch ?? 0;
    return {
      role,
      order: this.#order,
      peer: state,
      peerClaims: lives && (beat?.claim === 'taking' || beat?.claim === 'all'),
      peerLetsGo: lives && beat?.claim === 'giving',
      peerAble,
      peerAsks,
      claimWins: epoch === peerEpoch ? preferred : epoch > peerEpoch,
      able: this.#hindrance() === null,
      unfit: !this.#carrier && this.#nowMs >= this.#carrierChangedMs + CARRIER_SETTLE_MS,
      favoured: !peerAble || (asks === peerAsks ? preferred : asks),
      reclaims: this.#config.autoFailback === 'legacy' && this.#wantsBack(),
    };
  }

  #acquire(why: string): void {
    if (this.#hearing.peer.state === 'dead') this.#counters.takeovers++;
    this.#order = 'none';
    this.#announceLater = false;
    this.#holder.acquire(why, this.#nowMs);
  }

  #letGo(row: Row): void {
    if (row.handsOver) {
      this.#counters.handovers++;
      this.#yieldUntilMs = this.#nowMs + this.#config.deadtimeMs;
    }
    if (this.#order === 'standby') this.#order = 'none';
    this.#announceLater = false;
    this.#holder.release(row.why, this.#nowMs);
  }

  /** While both claim, and again when the other has let go, the keeper tells the networks anew. */
  #watchConflict({ peerClaims, peerLetsGo, claimWins }: Situation): void {
    const conflict = this.#holder.holds && ((peerClaims && claimWins) || peerLetsGo);
    if (conflict !== this.#conflict) {
      this.#conflict = conflict;
      if (conflict) {
        this.#counters.conflicts++;
        const sentence = `${this.#config.peer} claims the group too; this box has the newer claim and keeps it`;
        this.#outbox.log('error', 'conflict', sentence, { epoch: this.#holder.epoch });
      }
      this.#announceLater = false;
      this.#announce(conflict ? 'two boxes claimed it' : 'the other box let go');
    }
    if (this.#announceLater && this.#hearing.peer.state !== 'unknown' && !peerClaims) {
      if (this.#announce('the peer does not claim it')) this.#announceLater = false;
    }
  }

  // What this box is, wants and can

  #isPreferred(): boolean {
    const { node, peer, preferred } = this.#config;
    const peerSaysSo = this.#hearing.peer.beat?.preferred ?? preferred === peer;
    // Configurations that differ must not make two boxes right.
    return (preferred === node) === peerSaysSo ? node < peer : preferred === node;
  }

  /** Why this box cannot take the group even if an operator wants it. */
  #lastingHindrance(): Hindrance | null {
    if (this.#order === 'shutdown') return 'leaving';
    if (!this.#carrier) return 'carrier';
    if (this.#nowMs < this.#holder.retryAtMs) return 'failed';
    if (this.#nowMs < this.#guardUntilMs) return 'listening';
    return null;
  }

  #hindrance(): Hindrance | null {
    const lasting = this.#lastingHindrance();
    return lasting === null && this.#nowMs < this.#yieldUntilMs ? 'yielding' : lasting;
  }

  /** Peer and carrier have been there without a gap for a deadtime. */
  #stableAtMs(): number {
    return Math.max(this.#hearing.peer.sinceMs, this.#carrierChangedMs) + this.#config.deadtimeMs;
  }

  /** auto_failback: this box is preferred, able, ready and stable. */
  #wantsBack(): boolean {
    return (
      this.#config.preferred === this.#config.node &&
      this.#ready &&
      !this.#stays &&
      this.#hearing.peer.lives &&
      this.#nowMs >= this.#stableAtMs() &&
      this.#nowMs >= this.#holder.askAtMs &&
      this.#hindrance() === null
    );
  }

  #asks(): boolean {
    const { lives, beat } = this.#hearing.peer;
    if (this.#holder.role !== 'standby' || !lives) return false;
    if (this.#order === 'takeover') return true;
    return this.#config.autoFailback === 'on' && beat?.claim === 'all' && this.#wantsBack();
  }

  // Time

  #overslept(lateMs: number): void {
    this.#counters.oversleeps++;
    this.#guardUntilMs = this.#nowMs + this.#deadtimeOfBothMs();
    this.#hearing.peer.listenUntilMs = Math.max(this.#hearing.peer.listenUntilMs, this.#guardUntilMs);
    const sentence = `This box was not running for ${Math.round(lateMs)} ms; it listens before it judges its peer`;
    this.#outbox.log('warn', 'overslept', sentence, { lateMs });
  }

  #deadtimeOfBothMs(): number {
    return Math.max(this.#config.deadtimeMs, this.#hearing.peer.beat?.deadtimeMs ?? 0);
  }

  #expire(): void {
    if (this.#hearing.expire(this.#nowMs)) this.#stays = false;
    this.#holder.expire(this.#nowMs);
    if (this.#holder.role === 'standby') this.#endYield();
    if (this.#nowMs >= this.#orderUntilMs && (this.#order === 'standby' || this.#order === 'takeover')) {
      this.#outbox.log('warn', 'command-expired', `${this.#order}: not granted`, { command: this.#order });
      this.#order = 'none';
    }
  }

  /** The peer has taken the group, or will not. */
  #endYield(): void {
    const { lives, beat } = this.#hearing.peer;
    const taken = beat?.claim === 'taking' || beat?.claim === 'all';
    if (!lives || taken || beat?.hindrance !== null) this.#yieldUntilMs = LONG_AGO_MS;
  }

  #nextWake(): number {
    if (this.#holder.role === 'stopped') return NEVER_MS;
    let wakeMs = this.#voice.dueMs;
    for (const atMs of [
      this.#hearing.peer.deadAtMs(),
      this.#hearing.peer.lateAtMs(this.#config.warntimeMs),
      this.#stableAtMs(),
      this.#guardUntilMs,
      this.#yieldUntilMs,
      this.#orderUntilMs,
      this.#carrier ? NEVER_MS : this.#carrierChangedMs + CARRIER_SETTLE_MS,
      ...this.#holder.wakesMs,
    ]) {
      if (atMs > this.#nowMs && atMs < wakeMs) wakeMs = atMs;
    }
    return wakeMs;
  }

  // Words

  #speak(): void {
    const { role, claim, epoch } = this.#holder;
    const leaving = role === 'leaving';
    const say: Statement = {
      status: leaving ? 'dead' : 'active',
      claim,
      epoch,
      hindrance: this.#hindrance(),
      asks: this.#asks(),
      servers: this.#servers,
      pings: null,
    };
    const beat = this.#voice.speak(say, this.#hearing.peer.heard, this.#nowMs);
    if (beat === null) return;
    this.#outbox.put({ type: 'send', beat });
    if (!leaving || --this.#leavingBeats > 0) return;
    this.#holder.enter('stopped', 'this box was shut down', this.#nowMs);
    this.#outbox.put({ type: 'stopped' });
  }

  /** @returns false when there is nothing to announce, for this box is not the owner */
  #announce(reason: string): boolean {
    if (this.#holder.role !== 'active') return false;
    this.#outbox.put({ type: 'announce', reason });
    return true;
  }
}
