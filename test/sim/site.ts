/**
 * What stands around the boxes: outside, clients and a router behind one switch; inside, the real servers behind another.
 * A request of a client is answered only if every hop of the real way works. Judges nothing.
 */

import { ArpHost, HABITS, macText, readAnnouncement } from './arp';
import type { Card, CardName } from './card';
import type { Machine } from './machine';
import type { Random } from './random';
import { GATEWAY, SERVERS, VIP, VIP_PORT } from './setting';

const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

export interface RealServer {
  readonly address: string;
  readonly arp: ArpHost;
  alive: boolean;
  /** A dead server's kernel says so, or nothing does. */
  refuses: boolean;
}

export class Site {
  readonly clients: readonly ArpHost[];
  readonly servers: readonly RealServer[];
  /** Ping nodes that answer nobody, or not this box. */
  readonly unreachable: readonly [Set<string>, Set<string>] = [new Set(), new Set()];
  /** Share of Ethernet frames other than heartbeats that the switches lose. */
  loss = 0;
  answered = 0;
  lost = 0;
  #turn = 0;

  constructor(
    private readonly machines: readonly [Machine, Machine],
    private readonly random: Random,
    private readonly changed: () => void,
  ) {
    this.clients = HABITS.map((habit) => new ArpHost(`client ${habit.name}`, habit, VIP.address));
    this.servers = SERVERS.map((address, index) => {
      const habit = HABITS[index % HABITS.length]!;
      return {
        address,
        arp: new ArpHost(`server ${habit.name}`, habit, GATEWAY.address),
        alive: true,
        refuses: false,
      };
    });
  }

  hosts(name: CardName): readonly ArpHost[] {
    return name === 'eth0' ? this.clients : this.servers.map(({ arp }) => arp);
  }

  /** A box sends an Ethernet frame. */
  transmit(card: Card, frame: Uint8Array, nowMs: number): void {
    const announced = card.passes ? readAnnouncement(frame) : null;
    if (announced === null) return;
    let changed = false;
    for (const host of this.hosts(card.socket.name))
      if (!this.random.chance(this.loss) && host.hear(announced, nowMs)) changed = true;
    if (changed) this.changed();
  }

  /** Whether what the host sends to the group's address reaches this very box, which takes it. */
  reaches(host: ArpHost, name: CardName, machine: Machine): boolean {
    const card = machine.kernel.card(name);
    const address = name === 'eth0' ? VIP.cidr : GATEWAY.cidr;
    if (!machine.running || !card.passes || !card.addresses.includes(address)) return false;
    return host.cached === null || host.cached === macText(card.socket.mac);
  }

  /** One request of a client, all the way to a real server and back. */
  request(client: ArpHost, nowMs: number): boolean {
    const machine = this.#ask(client, 'eth0', nowMs);
    const answered = machine !== null && this.#balance(machine, nowMs);
    if (answered) this.answered++;
    else this.lost++;
    return answered;
  }

  #balance(machine: Machine, nowMs: number): boolean {
    const { kernel } = machine;
    const service = kernel.ipvs
      .table()
      .find((one) => one.protocol !== 'fwmark' && one.address === VIP.address && one.port === VIP_PORT);
    if (service === undefined || kernel.settings.get(FORWARDING) !== '1') return false;
    const chosen = service.destinations[this.#turn++ % service.destinations.length];
    const server = this.servers.find(({ address }) => address === chosen?.address);
    // Its answer goes to its gateway, which must be the box that has rewritten the request.
    return server?.alive === true && this.#ask(server.arp, 'eth1', nowMs) === machine;
  }

  /** The box that a host's packet to the group reaches. A host without an entry asks for one. */
  #ask(host: ArpHost, name: CardName, nowMs: number): Machine | null {
    const holders = this.machines.filter((machine) => this.reaches(host, name, machine));
    if (holders.length === 0) return null;
    const holder = this.random.pick(holders);
    if (host.cached === null) {
      host.learn(macText(holder.kernel.card(name).socket.mac), nowMs);
      this.changed();
    }
    return holder;
  }
}
