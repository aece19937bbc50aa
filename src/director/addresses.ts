/**
 * Where the addresses of the resource group belong on this box, whether it holds them, and the operations that
 * acquire and release them; also the box's own addresses and routes at boot. Pure; the kernel's state comes in as
 * values, and operations go out as values.
 */

import { addressOf, contains } from '../config/address';
import type { Address, Cidr, GroupConfig, NodeConfig } from '../config/config';
import type { InterfaceState, NetworkOperation, Result } from '../host/host';
import { announcement } from './arp';

/** One address of the group, and the interface of this box whose network holds it. */
export interface Placement {
  readonly role: 'vip' | 'gateway';
  readonly interface: string;
  readonly address: Cidr;
}

/** Gateways come first: when clients reach the VIP, the real servers' way back already stands. */
export function placeGroup(node: NodeConfig, group: GroupConfig): Result<readonly Placement[]> {
  const wanted = [
    ...group.gateways.map((address) => ({ role: 'gateway' as const, address })),
    ...group.vips.map((address) => ({ role: 'vip' as const, address })),
  ];
  const placements: Placement[] = [];
  for (const { role, address } of wanted) {
    const home = node.interfaces.find((candidate) =>
      candidate.addresses.some((own) => contains(own, addressOf(address))),
    );
    if (home === undefined) return { ok: false, error: notOnAnyNetwork(node, role, address) };
    placements.push({ role, interface: home.name, address });
  }
  return { ok: true, value: placements };
}

/** How much of the group the kernel of this box holds. */
export function holds(
  placements: readonly Placement[],
  states: readonly InterfaceState[],
): 'all' | 'some' | 'none' {
  const held = placements.filter((placement) => isHeld(placement, states)).length;
  return held === placements.length ? 'all' : held === 0 ? 'none' : 'some';
}

/** What is missing, in the order in which it must come. */
export function acquire(
  placements: readonly Placement[],
  states: readonly InterfaceState[],
): readonly NetworkOperation[] {
  return placements
    .filter((placement) => !isHeld(placement, states))
    .map((placement) => ({
      type: 'address-add',
      interface: placement.interface,
      address: placement.address,
    }));
}

/** VIPs first, and wherever they are: an address that stays behind on another interface would still answer. */
export function release(
  placements: readonly Placement[],
  states: readonly InterfaceState[],
): readonly NetworkOperation[] {
  return [...placements]
    .reverse()
    .flatMap((placement) =>
      states.flatMap((state) =>
        state.addresses
          .filter((own) => addressOf(own) === addressOf(placement.address))
          .map((own) => ({ type: 'address-delete' as const, interface: state.name, address: own })),
      ),
    );
}

/** Why this box could not serve with the group, in one clause; null when it could. */
export function groupFault(
  placements: readonly Placement[],
  states: readonly InterfaceState[],
): string | null {
  for (const placement of placements) {
    const state = states.find((candidate) => candidate.name === placement.interface);
    if (state === undefined) return `interface ${placement.interface} does not exist`;
    if (!state.up) return `interface ${placement.interface} is down`;
    if (!state.carrier) return `interface ${placement.interface} has no carrier`;
  }
  return null;
}

/** One round of announcements: the frames for each address of the group, and where they go out. */
export function announcements(
  placements: readonly Placement[],
  states: readonly InterfaceState[],
): readonly { readonly interface: string; readonly frame: Uint8Array }[] {
  return placements.flatMap((placement) => {
    const state = states.find((candidate) => candidate.name === placement.interface);
    if (state === undefined) return [];
    return announcement(addressOf(placement.address), state.mac).map((frame) => ({
      interface: placement.interface,
      frame,
    }));
  });
}

export interface BaseSetup {
  readonly operations: readonly NetworkOperation[];
  /** Interfaces of the configuration that the box lacks, one sentence each; the rest is set up all the same. */
  readonly faults: readonly string[];
}

/** The box's own network as configured: links up, addresses, then routes. Takes nothing away. */
export function baseSetup(node: NodeConfig, states: readonly InterfaceState[]): BaseSetup {
  const there = new Map(states.map((state) => [state.name, state]));
  const present = node.interfaces.filter((wanted) => there.has(wanted.name));
  const faults = node.interfaces
    .filter((wanted) => !there.has(wanted.name))
    .map(
      (wanted) =>
        `node ${node.name}: interface ${wanted.name} does not exist; the box has ${[...there.keys()].join(', ')}`,
    );
  const links = [...(there.has('lo') ? ['lo'] : []), ...present.map((wanted) => wanted.name)];
  const operations: NetworkOperation[] = [
    ...links
      .filter((name) => !there.get(name)?.up)
      .map((name) => ({ type: 'link-up' as const, interface: name })),
    ...present.flatMap((wanted) =>
      wanted.addresses
        .filter((address) => !there.get(wanted.name)?.addresses.includes(address))
        .map((address) => ({ type: 'address-add' as const, interface: wanted.name, address })),
    ),
    ...node.routes.map((route) => ({ type: 'route-replace' as const, ...route })),
  ];
  return { operations, faults };
}

/**
 * From one configuration of the box's own network to the next: first what is new, then what is gone, then the routes, as the
 * kernel takes a route away with the last address that leads to it. Interfaces stay up.
 */
export function changedSetup(
  before: NodeConfig,
  next: NodeConfig,
  states: readonly InterfaceState[],
): BaseSetup {
  const { operations, faults } = baseSetup(next, states);
  const own = (node: NodeConfig, name: string): readonly Cidr[] =>
    node.interfaces.find((one) => one.name === name)?.addresses ?? [];
  const gone = before.interfaces.flatMap(({ name, addresses }) =>
    addresses
      .filter((address) => !own(next, name).includes(address))
      .map((address) => ({ type: 'address-delete' as const, interface: name, address })),
  );
  const routes = before.routes
    .filter((route) => !next.routes.some(({ destination }) => destination === route.destination))
    .map((route) => ({ type: 'route-delete' as const, ...route }));
  const isRoute = ({ type }: NetworkOperation): boolean => type === 'route-replace';
  return {
    operations: [
      ...operations.filter((operation) => !isRoute(operation)),
      ...gone,
      ...routes,
      ...operations.filter(isRoute),
    ],
    faults,
  };
}

/** Whatever prefix length it was given: the address is what clients ask for. */
function isHeld(placement: Placement, states: readonly InterfaceState[]): boolean {
  const wanted: Address = addressOf(placement.address);
  return states.some(
    (state) => state.name === placement.interface && state.addresses.some((own) => addressOf(own) === wanted),
  );
}

function notOnAnyNetwork(node: NodeConfig, role: Placement['role'], address: Cidr): string {
  const networks = node.interfaces.flatMap((own) => own.addresses.map((cidr) => `${own.name} ${cidr}`));
  return `group ${role} ${address} is on no network of node ${node.name}, which has ${networks.join(', ') || 'none'}`;
}
