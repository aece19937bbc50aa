/** Which addresses a node can reach, and how it is said that it cannot. Owns no rule of what must be reached. */

import { addressOf, Networks } from './address';
import type { Address, Cidr, NodeConfig } from './config';
import type { Findings } from './findings';
import { someOf } from './problem';

/** Who has an address, by the setting that gives it. */
export type Owners = ReadonlyMap<Address, Owner>;
export interface Owner {
  readonly kind: 'node' | 'vip' | 'gateway';
  /** For a sentence, with the line. */
  readonly what: string;
}

/** One node, with its networks read once: many addresses are looked up in them. */
export class Reach {
  /** What the node has, for a sentence. */
  readonly told: string;
  private readonly own: ReadonlySet<Address>;
  private readonly onLink: Networks;
  private readonly routed: Networks;
  private readonly hasDefault: boolean;

  constructor(readonly node: NodeConfig) {
    const cidrs = node.interfaces.flatMap(({ addresses }) => addresses);
    const listed = node.interfaces.flatMap(({ name, addresses }) => addresses.map((own) => `${name} ${own}`));
    this.told = `node ${node.name} has ${listed.length === 0 ? 'no address' : someOf(listed)}`;
    this.own = new Set(cidrs.map(addressOf));
    this.onLink = new Networks(cidrs);
    // The default route leads to the clients, not to real servers.
    const networks = node.routes.map(({ destination }) => destination);
    this.routed = new Networks(networks.filter((network) => !network.endsWith('/0')));
    this.hasDefault = networks.some((network) => network.endsWith('/0'));
  }

  /** The node's own address on the network that holds `address`, or null when it is on no network of the node. */
  home(address: Address): Cidr | null {
    return this.onLink.find(address);
  }

  /** Whether it is the node's own address. */
  owns(address: Address): boolean {
    return this.own.has(address);
  }

  /** Whether a route of its own leads there. */
  isRouted(address: Address): boolean {
    return this.routed.find(address) !== null;
  }

  /** Whether packets to the address have a way at all, be it the default route. */
  leadsTo(address: Address): boolean {
    return this.home(address) !== null || this.isRouted(address) || this.hasDefault;
  }

  /** The same with one interface alone. */
  through(name: string): Reach {
    return new Reach({ ...this.node, interfaces: this.node.interfaces.filter((own) => own.name === name) });
  }
}

/**
 * Says that the nodes cannot reach the address.
 * @param key path of the setting at fault
 * @param on the only interface on whose network the address may be
 */
export function homeless(
  findings: Findings,
  lost: readonly Reach[],
  key: string,
  line: number | null,
  what: string,
  address: Address,
  on = 'any interface',
): void {
  // A node with an unreadable address may have the right one there.
  const sure = lost.filter(({ node }) => findings.isRead([`node ${node.name} interface`]));
  if (sure.length === 0) return;
  const networks = sure.map(({ told }) => told).join(', ');
  findings.certain(key, line, `${what}: ${address} is not on the network of ${on}; ${networks}`);
}
