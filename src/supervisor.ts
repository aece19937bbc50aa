/**
 * The supervisor of one box: sets up its network and balancing, beats, watches, and moves the resource group when
 * the cluster core says so. The only file that knows all the parts; it wires them to the host and decides nothing.
 */

import { clusterConfig } from './cluster/cluster';
import type { ClusterConfig, ClusterEvent, Command, Effect } from './cluster/types';
import { addressOf } from './config/address';
import type { Config, NodeConfig } from './config/config';
import { configHash } from './config/hash';
import { linksOf } from './config/links';
import { type Placement, placeGroup } from './director/addresses';
import { ResourceGroup } from './director/group';
import type { Edition } from './following/relation';
import type { Host } from './host/host';
import { BoxNetwork } from './supervisor/box-network';
import { CommonFile } from './supervisor/common-file';
import type { Answer } from './supervisor/control';
import { Core } from './supervisor/core';
import { Correspondence, type Post } from './supervisor/correspondence';
import { NOT_JOINED } from './supervisor/desk';
import type { StatusEvent } from './supervisor/events';
import { Farm } from './supervisor/farm';
import { fence } from './supervisor/fencer';
import { Heartbeat } from './supervisor/heartbeat';
import { HelperSet } from './supervisor/helper-set';
import { Inventory, inventoryLines } from './supervisor/inventory';
import { Memory } from './supervisor/memory';
import { panelPrograms } from './supervisor/panels';
import { PingDriver } from './supervisor/ping-driver';
import { STATUS_FORM, type Status } from './supervisor/status';
import { writeSysctls } from './supervisor/sysctls';
import { type Done, inOrder, Turns } from './supervisor/turns';
import { disarmLeftover, WatchdogDriver } from './supervisor/watchdog';

export interface SupervisorOptions {
  /** Of this program, for the peer and for people. */
  readonly version: string;
  /** Keeps the maintenance flag over a loss of power. */
  readonly stateFile: string;
  /** In memory: the addresses that this program has put on the box. */
  readonly inventoryFile: string;
  /** The newest of this program's log, the newest last. */
  readonly events: () => readonly StatusEvent[];
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

export class Supervisor {
  /** With the peer, about the configurations of both. */
  readonly correspondence: Correspondence;
  readonly farm: Farm;
  private readonly core: Core;
  private clusterConfig: ClusterConfig;
  private readonly heartbeat: Heartbeat;
  /** Who waits for what comes of a command, in the order of the commands. */
  private readonly replies: ((answer: Answer) => void)[] = [];
  private readonly network: BoxNetwork;
  private readonly group: ResourceGroup;
  private readonly watchdog: WatchdogDriver;
  private readonly memory: Memory;
  private readonly pings: PingDriver;
  private readonly helpers: HelperSet;
  private readonly startedMs: number;
  private readonly node: string;
  /** As the cluster core knows it. */
  private stonith: readonly string[];
  /** Changes of the configuration; the first after the start. */
  private readonly turns = new Turns();
  private readonly inventory: Inventory;

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
    this.node = node.name;
    this.stonith = config.heartbeat.stonith ?? [];
    this.inventory = new Inventory(
      host,
      options.inventoryFile,
      inventoryLines(node, placed.value, config.heartbeat.watchdog),
    );
    this.network = new BoxNetwork(host, node, placed.value);
    this.memory = new Memory(host, options.stateFile);
    this.startedMs = host.clock.now();
    this.core = new Core(host.clock, (effect) => this.carryOut(effect));
    this.clusterConfig = this.coreConfig();
    this.heartbeat = new Heartbeat(host, linksOf(config, node.name), config.heartbeat.auth, {
      onEvent: (event) => this.core.handle(event),
      onLetter: (letter) => {
        if (letter.src === this.clusterConfig.peer) this.correspondence.hear(letter);
      },
      isHeardOn: (link) => this.core.isHeardOn(link),
    });
    this.pings = new PingDriver(host, (from) => this.core.handle({ type: 'pong', host: from }));
    this.group = new ResourceGroup(host, placed.value);
    this.farm = new Farm(host, config, node.name, `${options.stateFile}.orders`, this.core, {
      onCount: (servers) => this.core.handle({ type: 'health', servers }),
      onReady: () => this.core.handle({ type: 'ready', ready: true }),
      reach: () => this.reach(),
    });
    this.watchdog = new WatchdogDriver(host, config.heartbeat.watchdog, (report) =>
      this.core.handle({ type: 'watchdog', ...report }),
    );
    this.helpers = new HelperSet(host);
    const common = new CommonFile(host, `${options.stateFile}.common`);
    const post: Post = {
      sessions: () => this.core.sessions,
      send: (letter) => this.heartbeat.letter({ ...letter, src: node.name, session: this.core.sessions.own }),
      onFollow: (edition) => handler.onFollow(edition),
      onFollowed: (why) => handler.onFollowed(why),
      onCommon: (kept) => common.remember(kept),
    };
    const { exchange } = this.farm;
    this.correspondence = new Correspondence(host, config.heartbeat.auth, common.recall(), post, exchange);
  }

  /** Sets up the kernel as configured, then joins the cluster. What fails is logged; the rest goes on. */
  start(): void {
    writeSysctls(this.host);
    this.network.follow({
      onCarrier: (ok) => this.core.handle({ type: 'carrier', ok }),
      onIncomplete: () => this.restore(),
    });
    this.network.read(() => this.takeStock(() => this.begin()));
  }

  /** What a run with another configuration has left must not stay: the peer may come to use it. */
  private takeStock(done: () => void): void {
    const { network, inventory } = this;
    const { operations, watchdogs } = inventory.open(network.states);
    for (const device of watchdogs) {
      const fault = disarmLeftover(this.host, device);
      if (fault !== null) this.host.log('error', 'watchdog-fault', `A watchdog may run on: ${fault}`);
    }
    if (operations.length === 0) done();
    else
      network.carryOut(operations, (refusals) => {
        for (const refusal of refusals) this.host.log('error', 'network-setup-failed', refusal);
        network.read(done);
      });
  }

  private begin(): void {
    this.join();
    this.network.setUp(() => {
      this.heartbeat.open((link) => link.kind !== 'serial');
      this.farm.watch();
      this.runHelpers();
      this.correspondence.start();
      this.handler.onJoined();
      this.turns.next();
    });
  }

  /** Hands the group over, tells the peer, and then says `onStopped`. */
  stop(): void {
    if (!this.core.hasJoined) this.end();
    else this.command({ name: 'shutdown' }, () => {});
  }

  /**
   * Goes over to another configuration of the same two nodes while all goes on: whatever stays in it is not touched. What
   * is new comes first, what is gone goes last. At the first thing that cannot be done it ends, and the box is somewhere
   * between the two configurations: the way back is to go over to the former.
   * @param done told once: null, or what could not be done, in one sentence
   */
  reconfigure(next: Config, done: Done): void {
    const node = next.nodes.find(({ name }) => name === this.node);
    const hasPeer = next.nodes.some(({ name }) => name === this.clusterConfig.peer);
    if (node === undefined || !hasPeer) {
      done(`the names of the nodes cannot be changed while the supervisor of ${this.node} runs`);
      return;
    }
    const placed = placeGroup(node, next.group);
    if (placed.ok) this.turns.add((ended) => this.change(next, node, placed.value, ended), done);
    else done(placed.error);
  }

  private change(next: Config, node: NodeConfig, placed: readonly Placement[], done: Done): void {
    const { network, group, inventory, farm, heartbeat, core } = this;
    const lines = inventoryLines(node, placed, next.heartbeat.watchdog);
    inventory.add(lines);
    inOrder(
      [
        (go) => network.add(node, go),
        (go) => (core.holdsGroup ? network.awaitCarrier(placed, go) : go(null)),
        (go) => {
          this.config = next;
          farm.use(next, go);
        },
        (go) => group.extend(placed, core.holdsGroup, go),
        (go) => {
          if (group.isExtended && core.isActive) group.announce(network.states);
          network.place(placed);
          core.handle({ type: 'carrier', ok: network.carrier });
          go(this.adoptHeartbeat());
        },
        (go) => group.settle(placed, node, go),
        (go) =>
          network.remove(node, core.holdsGroup ? placed.map(({ address }) => addressOf(address)) : [], go),
        (go) => heartbeat.awaitVerdicts(go),
      ],
      (fault) => {
        if (fault === null) inventory.settle(lines);
        done(fault);
      },
    );
  }

  /** Keys, links, times, ping nodes, watchdog and helpers. @returns what is new and does not work, or null */
  private adoptHeartbeat(): string | null {
    const { auth, watchdog, pings } = this.config.heartbeat;
    const isOther = this.watchdog.use(watchdog);
    let isNewWatchdog = isOther;
    const pingFault = this.pings.use(pings.length > 0);
    this.heartbeat.rekey(auth);
    this.correspondence.setAuth(auth);
    this.clusterConfig = this.coreConfig();
    this.heartbeat.relink(linksOf(this.config, this.node), () => {
      this.clusterConfig = { ...this.clusterConfig, links: this.heartbeat.names };
      this.stonith = this.config.heartbeat.stonith ?? [];
      this.core.handle({ type: 'configured', config: this.clusterConfig, isNewWatchdog });
      isNewWatchdog = false;
    });
    this.runHelpers();
    return pingFault ?? (isOther ? this.watchdog.fault : null);
  }

  private runHelpers(): void {
    this.helpers.run([...this.config.heartbeat.helpers, ...panelPrograms(this.config)]);
  }

  private coreConfig(): ClusterConfig {
    const release = { version: this.options.version, configHash: configHash(this.config) };
    return clusterConfig(this.config, this.node, release);
  }

  /** Name of the peer while it is there and can follow, else null. */
  get livePeer(): string | null {
    const follows = this.core.sessions.peer !== null && this.correspondence.isPossible;
    return follows ? this.clusterConfig.peer : null;
  }

  /** Keeps off a serial device. @returns what takes it up again */
  lend(device: string): () => void {
    return this.heartbeat.lend(device);
  }

  /** Gives the cluster core an operator's command. @param reply told once, before or after this returns */
  command(command: Command, reply: (answer: Answer) => void): void {
    if (!this.core.hasJoined) {
      reply({ accepted: false, text: NOT_JOINED });
      return;
    }
    this.replies.push(reply);
    this.core.handle({ type: 'command', command });
  }

  /** As of now. Null until this box has joined the cluster. */
  status(): Status | null {
    this.core.handle({ type: 'tick' });
    const cluster = this.core.status;
    if (cluster === null) return null;
    return {
      status: STATUS_FORM,
      nowMs: this.host.clock.now(),
      wallMs: this.host.clock.wall(),
      startedMs: this.startedMs,
      cluster,
      interfaces: this.network.states.map(({ name, up, carrier }) => ({ name, up, carrier })),
      group: this.group.addresses,
      services: this.farm.status(),
      announcements: this.group.announcements,
      events: this.options.events(),
    };
  }

  /** Where an order holds that is given now. */
  private reach(): string {
    if (this.livePeer !== null) return 'on both boxes';
    const { peer } = this.clusterConfig;
    if (!this.correspondence.isPossible) return `on this box; ${peer} does not follow orders signed by crc`;
    return `on this box; ${peer} follows when it is back`;
  }

  private end(): void {
    this.helpers.run([]);
    this.handler.onStopped();
  }

  /** Before the network is set up: that takes a while on such a machine, and the null modem needs none of it. */
  private join(): void {
    const { clock } = this.host;
    const { holdsAny: held, carrier } = this.network;
    const session = new DataView(this.host.random(4).buffer).getUint32(0);
    const generation = Math.floor(clock.wall() / 1000);
    const maintenance = this.memory.recall();
    this.heartbeat.join(session);
    const boot = { nowMs: clock.now(), session, generation, held, carrier, maintenance };
    this.core.join(this.clusterConfig, boot);
    this.pings.use(this.config.heartbeat.pings.length > 0);
    this.heartbeat.open((link) => link.kind === 'serial');
    this.core.handle({ type: 'tick' });
    this.farm.balance(held);
  }

  /** Somebody took an address of the group away behind this program's back. */
  private restore(): void {
    if (!this.core.isActive) return;
    this.host.log('error', 'address-lost', 'An address of the group was taken away; it is put back');
    this.group.acquire((fault) => {
      if (fault !== null) this.core.handle({ type: 'group-failed', reason: fault });
      else if (this.core.isActive) this.group.announce(this.network.states);
    });
  }

  private carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        this.heartbeat.beat(effect.beat, this.core.acknowledged);
        break;
      case 'acquire':
        this.group.acquire((fault) => {
          this.core.handle(answer(fault, 'group-acquired'));
          // After what clients wait for.
          if (fault === null) this.farm.lead(true);
        });
        break;
      case 'release':
        this.group.release((fault) => {
          this.core.handle(answer(fault, 'group-released'));
          this.farm.lead(false);
        });
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
        this.pings.ping(effect.hosts);
        break;
      case 'fence':
        fence(this.host, this.stonith, this.clusterConfig.peer, (fault) =>
          this.core.handle({ type: 'fenced', fault }),
        );
        break;
      case 'watchdog':
        this.watchdog.carryOut(effect);
        break;
      case 'remember':
        this.memory.remember(effect.maintenance);
        break;
      case 'acknowledge':
        this.heartbeat.acknowledge(effect.message);
        break;
      case 'stopped':
        this.end();
        break;
    }
  }
}

function answer(fault: string | null, good: 'group-acquired' | 'group-released'): ClusterEvent {
  return fault === null ? { type: good } : { type: 'group-failed', reason: fault };
}
