/**
 * The cluster core of one box: events in, effects out, deterministic. It joins what the box hears, what it holds and
 * what it says into the situation that the ownership table decides on. It never reads a clock, does I/O, or
 * touches an address. This class is the one place where all the small state machines beside it meet.
 */

import { Announcer } from './announcer';
import { saysTheSame } from './beat';
import { Fencing } from './fencing';
import { Health } from './health';
import { Hearing } from './hearing';
import { type Answer, Holder } from './holder';
import { ahead, NEVER_MS } from './instants';
import { Mismatches } from './mismatches';
import { answer, Orders } from './orders';
import { Outbox } from './outbox';
import { decide, type Row, type Situation } from './ownership';
import type { Parts } from './parts';
import { PingNodes } from './pings';
import { Preference } from './preference';
import { report } from './report';
import { asks, hindranceOf, situation, stableAtMs, viewOf } from './situation';
import type { Boot, ClusterConfig, ClusterEvent, ClusterStatus, Command, Effect, ServerCount } from './types';
import { type Statement, Voice } from './voice';
import { Watchdog } from './watchdog';

export { clusterConfig } from './setup';

/** A leaving box says so several times: nobody acknowledges it. */
const LEAVING_BEATS = 3;

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

/** Own session, and that of a peer that lives and has proven itself; null where there is none. */
export function sessions(state: ClusterState): { readonly own: number; readonly peer: number | null } {
  const { hearing, voice } = state;
  return { own: voice.own.session, peer: hearing.peer.lives ? (hearing.peer.beat?.session ?? null) : null };
}

/** The newest own beat that a living peer which takes short frames has heard; 0 where there is none. */
export function acknowledged({ hearing: { peer }, voice: { own } }: ClusterState): number {
  const { beat, heard } = peer;
  if (!peer.lives || beat === null || beat.ack === null) return 0;
  // A beat of another session is that of a peer which has just started, and knows nothing.
  const knows = beat.short && beat.ack.session === own.session && heard?.session === beat.session;
  return knows ? beat.ack.sequence : 0;
}

/** When a peer that lives and has the whole group was last heard (monotonic); null where there is none. */
export function activePeerMs({ hearing: { peer } }: ClusterState): number | null {
  return peer.lives && peer.beat?.claim === 'all' ? peer.lastHeardMs : null;
}

class Cluster implements Parts {
  wakeMs: number;
  readonly config: ClusterConfig;
  readonly voice: Voice;
  readonly hearing: Hearing;
  readonly holder: Holder;
  readonly health: Health;
  pings: PingNodes;
  readonly orders = new Orders();
  readonly preference: Preference;
  readonly fencing: Fencing;
  readonly watchdog: Watchdog;
  readonly mismatches: Mismatches;
  readonly announcer: Announcer;
  readonly moves = { takeovers: 0, handovers: 0, failedAcquires: 0, oversleeps: 0 };
  servers: ServerCount | null = null;
  readonly #held: boolean;
  readonly #outbox = new Outbox();
  #nowMs: number;
  #started = false;
  #leavingBeats = LEAVING_BEATS;

  constructor(config: ClusterConfig, boot: Boot) {
    const { nowMs } = boot;
    // One object that all parts share: `configured` replaces what is in it.
    this.config = { ...config };
    this.voice = new Voice(this.config, boot);
    this.hearing = new Hearing(this.config, boot, this.#outbox, this.voice);
    this.holder = new Holder(this.#outbox, nowMs);
    this.health = new Health(boot.carrier, boot.maintenance, nowMs);
    this.pings = new PingNodes(this.config, this.#outbox, nowMs);
    this.fencing = new Fencing(this.config, this.#outbox);
    this.watchdog = new Watchdog(this.config, this.#outbox);
    this.mismatches = new Mismatches(this.config, this.#outbox, nowMs);
    this.announcer = new Announcer(this.#outbox, config.peer);
    this.preference = new Preference(this.config);
    this.#held = boot.held;
    this.#nowMs = nowMs;
    this.wakeMs = nowMs;
  }

  step(event: ClusterEvent, nowMs: number): readonly Effect[] {
    if (this.holder.role === 'stopped') return this.#afterTheEnd(event);
    this.#nowMs = nowMs;
    if (nowMs - this.wakeMs > this.voice.keepaliveMs) this.#overslept(nowMs - this.wakeMs);
    if (!this.#started) this.#start();
    const matters = this.#take(event);
    // Every beat comes once more on each further link: that must cost next to nothing.
    if (!matters && nowMs < this.wakeMs) return this.#outbox.take();
    this.#expire();
    this.#announce(this.#decide());
    if (this.holder.claim === 'none') this.watchdog.disarm();
    this.#speak();
    this.wakeMs = this.#nextWake();
    return this.#outbox.take();
  }

  status(): ClusterStatus {
    return report(this, this.#nowMs);
  }

  // Events

  #start(): void {
    this.#started = true;
    if (!this.#held) return;
    this.announcer.announceLater();
    this.watchdog.arm(this.voice.deadtimeMs);
    this.holder.acquire('the kernel holds the group from an earlier run', this.#nowMs);
  }

  #afterTheEnd(event: ClusterEvent): readonly Effect[] {
    if (event.type === 'command') this.#command(event.command);
    return this.#outbox.take();
  }

  /** @returns false when nothing has changed that a decision could rest on */
  #take(event: ClusterEvent): boolean {
    switch (event.type) {
      case 'frame':
        return this.#hear(event);
      case 'classic':
        this.hearing.hearClassic(event.link, event.message, this.#nowMs);
        return false;
      case 'refused':
        this.hearing.refuse(event.link, 'frame-refused', `a frame was refused: ${event.why}`, this.#nowMs);
        return false;
      case 'link-state':
        this.hearing.setFault(event.link, event.fault);
        if (event.fault !== null) return false;
        // What was sent before the medium worked is lost, and the peer may be waiting for it.
        this.voice.answerSoon();
        return true;
      case 'pong':
        this.pings.pong(event.host, this.#nowMs);
        return false;
      case 'health':
        this.servers = event.servers;
        return false;
      case 'watchdog':
        this.watchdog.heard(event.timeoutMs, event.fault);
        return false;
      case 'carrier':
        this.#carrierState(event.ok);
        return true;
      case 'ready':
        this.preference.ready = event.ready;
        return true;
      case 'fenced':
        this.fencing.ended(event.fault, this.#nowMs);
        return true;
      case 'command':
        this.#command(event.command);
        return true;
      case 'configured':
        this.#configured(event);
        return true;
      case 'tick':
        return true;
      default:
        this.#answer(event);
        return true;
    }
  }

  #configured({ config, isNewWatchdog }: Extract<ClusterEvent, { type: 'configured' }>): void {
    const before = { ...this.config };
    this.voice.change(config, this.#nowMs);
    Object.assign(this.config, config);
    this.hearing.change(this.#nowMs);
    if (!samePings(before, config)) this.pings = new PingNodes(this.config, this.#outbox, this.#nowMs);
    if (isNewWatchdog) this.watchdog.replaced();
    if (this.holder.claim !== 'none') this.watchdog.arm(this.voice.deadtimeMs);
  }

  #hear({ link, beat }: Extract<ClusterEvent, { type: 'frame' }>): boolean {
    if (this.holder.role === 'leaving') return false;
    const due = this.voice.dueMs;
    const before = this.hearing.peer.isSettled(this.#nowMs) ? this.hearing.peer.beat : null;
    const { epoch } = this.holder;
    const news = this.hearing.hear(link, beat, this.#nowMs);
    if (news === null) return this.voice.dueMs !== due;
    const acknowledged = beat.ack?.session === this.voice.own.session ? beat.ack.sequence : 0;
    this.holder.learn(beat, acknowledged);
    const knowsTimes = this.voice.acknowledged(acknowledged);
    if (knowsTimes && this.holder.claim !== 'none') this.watchdog.arm(this.voice.deadtimeMs);
    this.fencing.heard();
    this.mismatches.compare(beat, this.servers, this.#nowMs);
    // It may have told the networks that the addresses are its own, before it heard of this box.
    if (news.back && this.holder.role === 'active') this.announcer.announceLater();
    // In an idle pair every beat says what the one before said, and time passes with the own beats.
    const isSame = before !== null && before.session === beat.session && saysTheSame(beat, before);
    return !isSame || knowsTimes || this.holder.epoch !== epoch;
  }

  #answer(event: Answer): void {
    const outcome = this.holder.answer(event, this.#nowMs);
    if (outcome === 'acquired') this.announcer.acquired();
    if (outcome === 'released') this.health.released(this.#nowMs + this.config.deadtimeMs);
    if (outcome !== 'failed' || event.type !== 'group-failed') return;
    const waitMs = this.health.failed(this.#nowMs);
    this.moves.failedAcquires++;
    this.preference.failed(this.#nowMs);
    const sentence = `The group could not be held: ${event.reason}; the next attempt is in ${waitMs} ms at the earliest`;
    this.#outbox.log('error', 'acquire-failed', sentence, { waitMs });
    this.#gaveUp();
  }

  #carrierState(ok: boolean): void {
    if (!this.health.setCarrier(ok, this.#nowMs)) return;
    if (ok) {
      // The links were probably gone with the carrier: a peer that was not heard meanwhile may be there.
      if (!this.holder.holds) {
        this.hearing.peer.listenAgain(this.#nowMs + this.#deadtimeOfBothMs(), this.#nowMs);
      }
      this.#outbox.log('info', 'carrier', 'All interfaces of the group have carrier');
      if (this.holder.role === 'active') this.announcer.carrierIsBack();
    } else {
      this.#outbox.log('error', 'no-carrier', 'An interface of the group has no carrier');
    }
  }

  #command(command: Command): void {
    const { accepted, sentence } = answer(command, viewOf(this, this.#nowMs));
    const what = command.name === 'maintenance' ? `maintenance ${command.on ? 'on' : 'off'}` : command.name;
    const [level, event] = accepted ? (['info', 'command'] as const) : (['warn', 'command-refused'] as const);
    this.#outbox.log(level, event, `The operator wants ${what}: ${sentence}`, { command: what });
    if (accepted) this.#obey(command);
    this.#outbox.put({ type: 'reply', accepted, sentence });
  }

  #obey(command: Command): void {
    const { orders, health } = this;
    if (command.name === 'maintenance') {
      if (health.maintenance === command.on) return;
      health.maintenance = command.on;
      this.#outbox.put({ type: 'remember', maintenance: command.on });
      return;
    }
    orders.give(command.name, this.#nowMs);
    health.leaving = orders.leaving;
    this.preference.stays = command.name === 'standby';
    if (command.name !== 'takeover') return;
    health.endYield();
    health.damping.end();
  }

  // Decisions

  /** @returns the situation after the decision */
  #decide(): Situation {
    const before = situation(this, this.#nowMs);
    const row = decide(before);
    if (row.act === 'take') this.#acquire(row.why);
    else if (row.act === 'release') this.#letGo(row);
    else if (row.act === 'fence') this.fencing.want(row.why, this.#nowMs);
    else if (row.act === 'leave') this.holder.enter('leaving', row.why, this.#nowMs);
    else {
      if (this.holder.role === 'init' && this.hearing.peer.lives) {
        this.holder.enter('standby', row.why, this.#nowMs);
      }
      return before;
    }
    return situation(this, this.#nowMs);
  }

  #acquire(why: string): void {
    if (this.hearing.peer.state === 'dead') this.moves.takeovers++;
    this.orders.done();
    this.announcer.forget();
    this.watchdog.arm(this.voice.deadtimeMs);
    this.holder.acquire(why, this.#nowMs);
  }

  #letGo(row: Row): void {
    if (row.handsOver) {
      this.moves.handovers++;
      this.health.handOver();
    }
    if (row.givesUp) this.#gaveUp();
    this.orders.done();
    this.announcer.forget();
    this.holder.release(row.why, this.#nowMs);
  }

  #gaveUp(): void {
    const waitMs = this.health.damping.gaveUp(this.#nowMs);
    if (waitMs === 0) return;
    const sentence = `This box gave the group up too often: it leaves it to a peer that lives for ${waitMs / 1000} s`;
    this.#outbox.log('warn', 'damped', sentence, { waitMs });
  }

  #announce({ theirs }: Situation): void {
    const owner = this.holder.role === 'active';
    const keeps = this.holder.holds && (theirs === 'older' || theirs === 'giving');
    this.announcer.watch(keeps, this.holder.epoch, owner);
    const claims = theirs === 'older' || theirs === 'newer';
    if (owner && !claims && this.hearing.peer.state !== 'unknown') this.announcer.clear();
  }

  // Time

  #overslept(lateMs: number): void {
    const { hearing, voice, holder, health } = this;
    this.moves.oversleeps++;
    const untilMs = this.#nowMs + this.#deadtimeOfBothMs();
    health.overslept(untilMs);
    hearing.peer.listenUntilMs = Math.max(hearing.peer.listenUntilMs, untilMs);
    this.pings.startAgain(this.#nowMs);
    if (holder.holds && voice.wasSilentTooLong(this.#nowMs)) holder.doubt(voice.own.sequence);
    const sentence = `This box was not running for ${Math.round(lateMs)} ms; it listens before it judges its peer`;
    this.#outbox.seldom('warn', 'overslept', sentence, this.#nowMs, { lateMs });
  }

  #deadtimeOfBothMs(): number {
    return Math.max(this.config.deadtimeMs, this.hearing.peer.deadtimeMs);
  }

  #expire(): void {
    if (this.hearing.expire(this.#nowMs)) this.preference.stays = false;
    this.holder.expire(this.#nowMs);
    if (this.holder.role === 'active') this.health.served(this.holder.sinceMs, this.#nowMs);
    if (this.holder.role === 'standby') this.#endYield();
    this.pings.expire(this.#comparablePings(), this.#nowMs);
    const order = this.orders.expire(this.fencing.started, this.#nowMs);
    if (order !== null) {
      this.#outbox.log('warn', 'command-expired', `${order}: not granted`, { command: order });
    }
  }

  /** What the peer reaches; null where it may count other hosts than this box, or said so too long ago. */
  #comparablePings(): number | null {
    const { state, beat } = this.hearing.peer;
    return state === 'alive' && beat?.configHash === this.config.configHash ? beat.pings : null;
  }

  /** The peer has taken the group, or will not. */
  #endYield(): void {
    const { lives, beat } = this.hearing.peer;
    const taken = beat?.claim === 'taking' || beat?.claim === 'all';
    if (!lives || taken || beat?.hindrance !== null) this.health.endYield();
  }

  #nextWake(): number {
    if (this.holder.role === 'stopped') return NEVER_MS;
    const nowMs = this.#nowMs;
    return Math.min(
      this.voice.dueMs,
      this.hearing.nextMs(nowMs),
      this.holder.nextMs(nowMs),
      this.health.nextMs(nowMs),
      this.pings.nextMs(nowMs),
      this.fencing.nextMs(nowMs),
      this.orders.nextMs(nowMs),
      ahead(stableAtMs(this), nowMs),
    );
  }

  // Words

  #speak(): void {
    const { role, claim, epoch } = this.holder;
    const leaving = role === 'leaving';
    const say: Statement = {
      status: leaving ? 'dead' : 'active',
      claim,
      epoch,
      hindrance: hindranceOf(this, this.#nowMs),
      asks: asks(this, this.#nowMs),
      servers: this.servers,
      pings: this.pings.count,
    };
    const beat = this.voice.speak(say, this.hearing.peer.heard, this.#nowMs);
    if (beat === null) return;
    this.#outbox.put({ type: 'send', beat });
    this.watchdog.feed(!this.holder.isStuck);
    if (!leaving || --this.#leavingBeats > 0) return;
    this.holder.enter('stopped', 'this box was shut down', this.#nowMs);
    this.#outbox.put({ type: 'stopped' });
  }
}

function samePings(a: ClusterConfig, b: ClusterConfig): boolean {
  const told = ({ pings, deadpingMs, keepaliveMs }: ClusterConfig) =>
    JSON.stringify([pings, deadpingMs, keepaliveMs]);
  return told(a) === told(b);
}
