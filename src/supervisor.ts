/**
 * The supervisor of one box: sets up its network and balancing, beats, watches, and moves the resource group when
 * the cluster core says so. The only file that knows all the parts; it wires them to the host and decides nothing.
 */

import { type ClusterState, clusterConfig, createCluster, nextWakeMs, step } from './cluster/cluster';
import type { ClusterEvent, Effect } from './cluster/types';
import { Receiver, Sender } from './cluster/wire';
import type { Config, HeartbeatLink, NodeConfig } from './config/config';
import { linksOf } from './config/links';
import { baseSetup, groupFault, holds, type Placement, placeGroup } from './director/addresses';
import { Balancer } from './director/balancer';
import { ResourceGroup } from './director/group';
import type { Cancellable, Host, InterfaceState, LinkPort } from './host/host';
import { Watchman } from './monitor/watchman';

/** Kernel settings that the pair depends on, with why. */
const SYSCTLS: readonly (readonly [path: string, value: string])[] = [
  // The box is a router between the real servers and the clients.
  ['net/ipv4/ip_forward', '1'],
  // Real servers must not be told of a shorter way that leads past the balancing.
  ['net/ipv4/conf/all/send_redirects', '0'],
  // Taking one address away must never take its neighbours along.
  ['net/ipv4/conf/all/promote_secondaries', '1'],
  // Clients of a server that is taken out learn so at once instead of hanging.
  ['net/ipv4/vs/expire_nodest_conn', '1'],
];

export interface SupervisorHandler {
  /** The kernel is set up as configured, and the first beat is sent. Told once. */
  onJoined(): void;
  /** After `stop`: the group is handed over, and the peer knows. */
  onStopped(): void;
}

/** Until the kernel is asked for the network again after it did not answer. */
const RETRY_MS = 1000;

export class Supervisor {
  private cluster: ClusterState | null = null;
  private readonly sender: Sender;
  private receiver: Receiver | null = null;
  /** As the cluster core numbers them. */
  private readonly links: readonly HeartbeatLink[];
  private readonly ports: LinkPort[] = [];
  private wake: Cancellable | null = null;
  /** As last seen. */
  private states: readonly InterfaceState[] = [];
  private readonly group: ResourceGroup;
  private readonly placements: readonly Placement[];
  private readonly watchman: Watchman;
  private readonly balancer: Balancer;

  /** @throws Error when the group has no place on this node; `check` says so beforehand */
  constructor(
    private readonly host: Host,
    private readonly config: Config,
    private readonly node: NodeConfig,
    private readonly handler: SupervisorHandler,
  ) {
    const placed = placeGroup(node, config.group);
    if (!placed.ok) throw new Error(placed.error);
    this.placements = placed.value;
    this.links = linksOf(config, node.name);
    this.sender = new Sender(config.heartbeat.auth, host.mac);
    this.group = new ResourceGroup(host, this.placements);
    this.watchman = new Watchman(host, config, host.random(1)[0]! / 256, {
      onHealth: (health) => this.balancer.setHealth(health),
      onReady: () => this.handle({ type: 'ready', ready: true }),
    });
    this.balancer = new Balancer(host, config, this.watchman.health);
  }

  /** Sets up the kernel as configured, then joins the cluster. What fails is logged; the rest goes on. */
  start(): void {
    for (const [path, value] of SYSCTLS) {
      const written = this.host.writeFile(`/proc/sys/${path}`, value);
      if (!written.ok) this.host.log('error', 'sysctl-failed', written.error);
    }
    this.readNetwork((states) => {
      this.join(states);
      this.setUpNetwork(states, () => {
        this.openLinks((link) => link.kind !== 'serial');
        this.watchman.start();
        this.handler.onJoined();
      });
    });
  }

  /** Hands the group over, tells the peer, and then says `onStopped`. */
  stop(): void {
    if (this.cluster === null) this.handler.onStopped();
    else this.handle({ type: 'command', command: 'shutdown' });
  }

  private readNetwork(use: (states: readonly InterfaceState[]) => void): void {
    this.host.network.read((states) => {
      if (states.ok) {
        use(states.value);
        return;
      }
      this.host.log('error', 'network-unreadable', states.error);
      this.host.clock.after(RETRY_MS, () => this.readNetwork(use));
    });
  }

  private setUpNetwork(states: readonly InterfaceState[], done: () => void): void {
    const { operations, faults } = baseSetup(this.node, states);
    for (const fault of faults) this.host.log('error', 'interface-missing', fault);
    let left = operations.length;
    if (left === 0) done();
    for (const operation of operations)
      this.host.network.apply(operation, (result) => {
        if (!result.ok) this.host.log('error', 'network-setup-failed', result.error);
        left -= 1;
        if (left === 0) done();
      });
  }

  /** Before the network is set up: that takes a while on such a machine, and the null modem needs none of it. */
  private join(states: readonly InterfaceState[]): void {
    const { clock, mac } = this.host;
    const held = holds(this.placements, states) !== 'none';
    const carrier = groupFault(this.placements, states) === null;
    const session = new DataView(this.host.random(4).buffer).getUint32(0);
    const generation = Math.floor(clock.wall() / 1000);
    const config = clusterConfig(this.config, this.node.name);
    const kinds = this.links.map((link) => (link.kind === 'serial' ? 'stream' : 'datagram'));
    this.states = states;
    this.receiver = new Receiver(kinds, session, this.config.heartbeat.auth, mac);
    this.cluster = createCluster(config, { nowMs: clock.now(), session, generation, held, carrier });
    this.openLinks((link) => link.kind === 'serial');
    this.handle({ type: 'tick' });
    this.followCarrier();
    this.balancer.start();
  }

  private openLinks(wanted: (link: HeartbeatLink) => boolean): void {
    for (const [index, link] of this.links.entries())
      if (wanted(link))
        this.ports.push(
          this.host.openLink(link, {
            onData: (bytes) => this.receiver?.receive(index, bytes, (event) => this.handle(event)),
            onState: (fault) => this.handle({ type: 'link-state', link: index, fault }),
          }),
        );
  }

  private followCarrier(): void {
    this.host.network.watch((change) => {
      this.states = this.states.map((state) =>
        state.name === change.name ? { ...state, ...change } : state,
      );
      this.handle({ type: 'carrier', ok: groupFault(this.placements, this.states) === null });
    });
  }

  private handle(event: ClusterEvent): void {
    if (this.cluster === null) return;
    for (const effect of step(this.cluster, event, this.host.clock.now())) this.carryOut(effect);
    this.wake?.cancel();
    const wakeMs = nextWakeMs(this.cluster);
    if (!Number.isFinite(wakeMs)) return;
    const delayMs = Math.max(0, wakeMs - this.host.clock.now());
    this.wake = this.host.clock.after(delayMs, () => this.handle({ type: 'tick' }));
  }

  private carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'send': {
        const frame = this.sender.frame(effect.beat, Math.floor(this.host.clock.wall() / 1000));
        for (const port of this.ports) port.send(frame);
        break;
      }
      case 'acquire':
        this.group.acquire((fault) => this.handle(answer(fault, 'group-acquired')));
        break;
      case 'release':
        this.group.release((fault) => this.handle(answer(fault, 'group-released')));
        break;
      case 'announce':
        this.group.announce(this.states);
        break;
      case 'log':
        this.host.log(effect.level, effect.event, effect.sentence, effect.values);
        break;
      case 'stopped':
        this.handler.onStopped();
        break;
    }
  }
}

function answer(fault: string | null, good: 'group-acquired' | 'group-released'): ClusterEvent {
  return fault === null ? { type: good } : { type: 'group-failed', reason: fault };
}
