/**
 * The supervisor of one box: sets up its network and balancing, beats, watches, and moves the resource group when
 * the cluster core says so. The only file that knows all the parts; it wires them to the host and decides nothing.
 */

import {
  type ClusterState,
  clusterConfig,
  status as clusterStatus,
  createCluster,
  nextWakeMs,
  sessions,
  step,
} from './cluster/cluster';
import type { Letter } from './cluster/letter';
import type { ClusterConfig, ClusterEvent, Command, Effect, ServerCount } from './cluster/types';
import { Receiver, Sender } from './cluster/wire';
import type { AuthConfig, Config, NodeConfig } from './config/config';
import { configHash } from './config/hash';
import { linksOf } from './config/links';
import { placeGroup } from './director/addresses';
import { Balancer } from './director/balancer';
import { ResourceGroup } from './director/group';
import type { Common, Edition } from './following/relation';
import type { Cancellable, Host, Pinger } from './host/host';
import { Watchman } from './monitor/watchman';
import { BoxNetwork } from './supervisor/box-network';
import { CommonFile } from './supervisor/common-file';
import type { Answer } from './supervisor/control';
import { Correspondence, type Post } from './supervisor/correspondence';
import { NOT_JOINED } from './supervisor/desk';
import { fence } from './supervisor/fencer';
import { HelperSet } from './supervisor/helper-set';
import { LinkSet } from './supervisor/link-set';
import { Memory } from './supervisor/memory';
import { STATUS_FORM, type Status, serviceStatus } from './supervisor/status';
import { writeSysctls } from './supervisor/sysctls';
import { WatchdogDriver, watchdogSeconds } from './supervisor/watchdog';

export interface SupervisorOptions {
  /** Of this program, for the peer and for people. */
  readonly version: string;
  /** Keeps the maintenance flag over a loss of power. */
  readonly stateFile: string;
}

export interface SupervisorHandler {
  /** The kernel is set up as configured, and the first beat is sent. Told once. */
  onJoined(): void;
  /** The peer has a newer configuration than this box. */
  onFollow(edition: Edition): void;
  /** The peer has the configuration of this box, or cannot have it, and why not. */
  onFollowed(why: string | null): void;
  /** After `stop`: the group is handed over, and the peer knows. */
  onStopped(): void;
}

export class Supervisor implements Post {
  private cluster: ClusterState | null = null;
  private clusterConfig: ClusterConfig;
  private readonly sender: Sender;
  private receiver: Receiver | null = null;
  private readonly links: LinkSet;
  private wake: Cancellable | null = null;
  /** Events that came up while another one was handled. */
  private readonly events: ClusterEvent[] = [];
  private handling = false;
  /** Who waits for what comes of a command, in the order of the commands. */
  private readonly replies: ((answer: Answer) => void)[] = [];
  private readonly network: BoxNetwork;
  private readonly group: ResourceGroup;
  private readonly watchman: Watchman;
  private readonly balancer: Balancer;
  private watchdog: WatchdogDriver | null;
  private readonly memory: Memory;
  private pinger: Pinger | null = null;
  private readonly helpers: HelperSet;
  private readonly correspondence: Correspondence;
  private readonly common: CommonFile;
  private readonly startedMs: number;

  /** @throws Error when the group has no place on this node; `check` says so beforehand */
  constructor(
    private readonly host: Host,
    private config: Config,
    node: NodeConfig,
    private readonly options: SupervisorOptions,
    private readonly handler: SupervisorHandler,
  ) {
    const placed = placeGroup(node, config.group);
    if (!placed.ok) throw new Error(placed.error);
    this.network = new BoxNetwork(host, node, placed.value);
    this.memory = new Memory(host, options.stateFile);
    this.startedMs = host.clock.now();
    this.clusterConfig = this.coreConfig(node.name);
    this.links = new LinkSet(host, linksOf(config, node.name), {
      onData: (link, bytes) =>
        this.receiver?.receive(
          link,
          bytes,
          (event) => this.handle(event),
          (letter) => this.take(letter),
        ),
      onState: (link, fault) => this.handle({ type: 'link-state', link, fault }),
    });
    this.sender = new Sender(config.heartbeat.auth, host.mac);
    this.group = new ResourceGroup(host, placed.value);
    this.watchman = new Watchman(host, config, this.spread(), {
      onHealth: (health) => {
        this.balancer.setHealth(health);
        this.handle({ type: 'health', servers: this.countServers() });
      },
      onReady: () => this.handle({ type: 'ready', ready: true }),
    });
    this.balancer = new Balancer(host, config, this.watchman.health);
    this.watchdog = this.watchdogDriver();
    this.helpers = new HelperSet(host);
    this.common = new CommonFile(host, `${options.stateFile}.common`);
    this.correspondence = new Correspondence(host, config.heartbeat.auth, this.common.recall(), this);
  }

  /** Sets up the kernel as configured, then joins the cluster. What fails is logged; the rest goes on. */
  start(): void {
    writeSysctls(this.host);
    this.network.follow({
      onCarrier: (ok) => this.handle({ type: 'carrier', ok }),
      onIncomplete: () => this.restore(),
    });
    this.network.read(() => {
      this.join();
      this.network.setUp(() => {
        this.links.open((link) => link.kind !== 'serial');
        this.watchman.start();
        this.helpers.run(this.config.heartbeat.helpers);
        this.correspondence.start();
        this.handler.onJoined();
      });
    });
  }

  /** Hands the group over, tells the peer, and then says `onStopped`. */
  stop(): void {
    if (this.cluster === null) this.end();
    else this.command({ name: 'shutdown' }, () => {});
  }

  /**
   * Goes over to another configuration of the same two nodes while all goes on: whatever stays in it is not touched. What
   * cannot be done is told, and the rest is done all the same: the way back is to go over to the former configuration.
   * @param done told once: null, or what could not be done
   */
  reconfigure(next: Config, node: NodeConfig, done: (fault: string | null) => void): void {
    const placed = placeGroup(node, next.group);
    if (!placed.ok || this.cluster === null) {
      done(placed.ok ? NOT_JOINED : placed.error);
      return;
    }
    const holdsAny = this.network.holdsAny;
    this.network.change(node, placed.value, (faults) => {
      this.group.change(placed.value, holdsAny ? this.network.states : null, (fault) => {
        if (this.isActive) this.group.announce(this.network.states);
        this.handle({ type: 'carrier', ok: this.network.carrier });
        const all = fault === null ? faults : [...faults, fault];
        done(all.length === 0 ? null : all.join('; '));
      });
    });
    const before = this.config;
    this.config = next;
    this.adoptHeartbeat(before, node.name);
    this.watchman.change(next, this.spread());
    this.balancer.change(next, this.watchman.health);
    this.handle({ type: 'health', servers: this.countServers() });
    this.helpers.run(next.heartbeat.helpers);
  }

  private adoptHeartbeat({ heartbeat: before }: Config, node: string): void {
    const { auth, watchdog, deadtimeMs, pings } = this.config.heartbeat;
    if (JSON.stringify(auth) !== JSON.stringify(before.auth)) this.rekey(auth);
    const isNewWatchdog =
      watchdog !== before.watchdog || watchdogSeconds(deadtimeMs) !== watchdogSeconds(before.deadtimeMs);
    if (isNewWatchdog) {
      this.watchdog?.carryOut('disarm');
      this.watchdog = this.watchdogDriver();
    }
    if (pings.length > 0 && this.pinger === null) this.openPinger();
    const from = this.links.change(linksOf(this.config, node));
    this.receiver?.relink(this.links.kinds, from);
    this.clusterConfig = this.coreConfig(node);
    this.handle({ type: 'configured', config: this.clusterConfig, isNewWatchdog });
    this.links.open(() => true);
  }

  /** Goes over to other heartbeat keys, between two beats. */
  private rekey(auth: AuthConfig): void {
    this.sender.setAuth(auth);
    this.receiver?.setAuth(auth);
    this.correspondence.setAuth(auth);
    const ids = auth.keys.map(({ id }) => id).join(', ');
    this.host.log('info', 'rekeyed', `heartbeat keys are now ${ids}; number ${auth.signWith} signs`);
  }

  private coreConfig(node: string): ClusterConfig {
    const release = { version: this.options.version, configHash: configHash(this.config) };
    return clusterConfig(this.config, node, release);
  }

  private watchdogDriver(): WatchdogDriver | null {
    const { watchdog, deadtimeMs } = this.config.heartbeat;
    if (watchdog === null) return null;
    return new WatchdogDriver(this.host, watchdog, deadtimeMs, (report) =>
      this.handle({ type: 'watchdog', ...report }),
    );
  }

  /** Random, from 0 to 1. */
  private spread(): number {
    return this.host.random(1)[0]! / 256;
  }

  /** What this box has saved, for its peer to follow. @param byOperator as Follower has it */
  setEdition(edition: Edition, byOperator: boolean): void {
    this.correspondence.setOwn(edition, byOperator);
  }

  /** As Follower has it. */
  insist(): boolean {
    return this.correspondence.insist();
  }

  /** What `onFollow` told could not be put into force. */
  refuse(edition: Edition, why: string): void {
    this.correspondence.refuse(edition, why);
  }

  /** The newest revision that the peer has; 0 while that is not known. */
  get peerRevision(): number {
    return this.correspondence.peerRevision;
  }

  /** Name of the peer while it is there and can follow, else null. */
  get livePeer(): string | null {
    const follows = this.sessions().peer !== null && this.correspondence.isPossible;
    return follows ? this.clusterConfig.peer : null;
  }

  sessions(): { readonly own: number; readonly peer: number | null } {
    return this.cluster === null ? { own: 0, peer: null } : sessions(this.cluster);
  }

  send(letter: Pick<Letter, 'to' | 'sequence' | 'words'>): void {
    const { own } = this.sessions();
    this.links.sendAside(this.sender.letter({ ...letter, src: this.clusterConfig.node, session: own }));
  }

  onFollow(edition: Edition): void {
    this.handler.onFollow(edition);
  }

  onFollowed(why: string | null): void {
    this.handler.onFollowed(why);
  }

  onCommon(common: Common): void {
    this.common.remember(common);
  }

  /** Keeps off a serial device. @returns what takes it up again */
  lend(device: string): () => void {
    return this.links.lend(device);
  }

  /** Gives the cluster core an operator's command. @param reply told once, before or after this returns */
  command(command: Command, reply: (answer: Answer) => void): void {
    if (this.cluster === null) {
      reply({ accepted: false, text: NOT_JOINED });
      return;
    }
    this.replies.push(reply);
    this.handle({ type: 'command', command });
  }

  /** As of now. Null until this box has joined the cluster. */
  status(): Status | null {
    this.handle({ type: 'tick' });
    if (this.cluster === null) return null;
    return {
      status: STATUS_FORM,
      nowMs: this.host.clock.now(),
      wallMs: this.host.clock.wall(),
      startedMs: this.startedMs,
      cluster: clusterStatus(this.cluster),
      interfaces: this.network.states.map(({ name, up, carrier }) => ({ name, up, carrier })),
      services: serviceStatus(this.config.services, this.watchman.health),
      announcements: this.group.announcements,
    };
  }

  private end(): void {
    this.helpers.run([]);
    this.handler.onStopped();
  }

  private countServers(): ServerCount {
    const servers = serviceStatus(this.config.services, this.watchman.health).flatMap((one) => one.servers);
    return { good: servers.filter(({ health }) => health === 'up').length, all: servers.length };
  }

  /** Before the network is set up: that takes a while on such a machine, and the null modem needs none of it. */
  private join(): void {
    const { clock, mac } = this.host;
    const { holdsAny: held, carrier } = this.network;
    const session = new DataView(this.host.random(4).buffer).getUint32(0);
    const generation = this.wallSeconds();
    const maintenance = this.memory.recall();
    this.receiver = new Receiver(this.links.kinds, session, this.config.heartbeat.auth, mac);
    const boot = { nowMs: clock.now(), session, generation, held, carrier, maintenance };
    this.cluster = createCluster(this.clusterConfig, boot);
    if (this.config.heartbeat.pings.length > 0) this.openPinger();
    this.links.open((link) => link.kind === 'serial');
    this.handle({ type: 'tick' });
    this.handle({ type: 'health', servers: this.countServers() });
    this.balancer.start();
  }

  /** Somebody took an address of the group away behind this program's back. */
  private restore(): void {
    if (!this.isActive) return;
    this.host.log('error', 'address-lost', 'An address of the group was taken away; it is put back');
    this.group.acquire((fault) => {
      if (fault !== null) this.handle({ type: 'group-failed', reason: fault });
      else if (this.isActive) this.group.announce(this.network.states);
    });
  }

  private get isActive(): boolean {
    return this.cluster !== null && clusterStatus(this.cluster).role === 'active';
  }

  private handle(event: ClusterEvent): void {
    if (this.cluster === null) return;
    this.events.push(event);
    if (this.handling) return;
    this.handling = true;
    for (let next = this.events.shift(); next !== undefined; next = this.events.shift())
      for (const effect of step(this.cluster, next, this.host.clock.now())) this.carryOut(effect);
    this.handling = false;
    this.wake?.cancel();
    const wakeMs = nextWakeMs(this.cluster);
    if (!Number.isFinite(wakeMs)) return;
    const delayMs = Math.max(0, wakeMs - this.host.clock.now());
    this.wake = this.host.clock.after(delayMs, () => this.handle({ type: 'tick' }));
  }

  private carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'send': {
        this.sendFrame(this.sender.frame(effect.beat, this.wallSeconds()));
        break;
      }
      case 'acquire':
        this.group.acquire((fault) => this.handle(answer(fault, 'group-acquired')));
        break;
      case 'release':
        this.group.release((fault) => this.handle(answer(fault, 'group-released')));
        break;
      case 'announce':
        this.group.announce(this.network.states);
        break;
      case 'log':
        this.host.log(effect.level, effect.event, effect.sentence, effect.values);
        break;
      case 'reply':
        this.replies.shift()?.({ accepted: effect.accepted, text: effect.sentence });
        break;
      case 'ping':
        for (const host of effect.hosts) this.pinger?.ping(host);
        break;
      case 'fence':
        fence(this.host, this.config.heartbeat.stonith ?? [], this.clusterConfig.peer, (fault) =>
          this.handle({ type: 'fenced', fault }),
        );
        break;
      case 'watchdog':
        this.watchdog?.carryOut(effect.act);
        break;
      case 'remember':
        this.memory.remember(effect.maintenance);
        break;
      case 'acknowledge':
        this.sendFrame(this.sender.acknowledgement(effect.message, this.wallSeconds()));
        break;
      case 'stopped':
        this.end();
        break;
    }
  }

  private take(letter: Letter): void {
    if (letter.src === this.clusterConfig.peer) this.correspondence.hear(letter);
  }

  private sendFrame(frame: Uint8Array | null): void {
    if (frame !== null) this.links.send(frame);
  }

  private wallSeconds(): number {
    return Math.floor(this.host.clock.wall() / 1000);
  }

  private openPinger(): void {
    const opened = this.host.openPinger((host) => this.handle({ type: 'pong', host }));
    if (opened.ok) this.pinger = opened.value;
    else this.host.log('error', 'ping-failed', `ping nodes cannot be reached: ${opened.error}`);
  }
}

function answer(fault: string | null, good: 'group-acquired' | 'group-released'): ClusterEvent {
  return fault === null ? { type: good } : { type: 'group-failed', reason: fault };
}
