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
 * What a changed configuration of the box's own network adds to what there is. What did not change is left alone, also
 * where it never worked.
 * @param had all that may have been set up; of routes the newest come last
 */
export function addedSetup(had: NodeConfig, next: NodeConfig, states: readonly InterfaceState[]): BaseSetup {
  const interfaces = next.interfaces.flatMap(({ name, addresses }) => {
    const before = had.interfaces.find((one) => one.name === name)?.addresses;
    const added = addresses.filter((address) => before?.includes(address) !== true);
    return before !== undefined && added.length === 0 ? [] : [{ name, addresses: added }];
  });
  const routes = next.routes.filter(({ destination, via }) =>
    had.routes.some((route) => route.destination === destination)
      ? had.routes.some((route) => route.destination === destination && route.via !== via)
      : true,
  );
  return baseSetup({ name: next.name, interfaces, routes }, states);
}

/**
 * What a changed configuration takes away, once its additions are there. With an address the kernel may take routes away
 * that lead through its network: those that stay are set again. Interfaces stay up.
 * @param spared addresses that have become the group's, and are held
 */
export function removedSetup(
  had: NodeConfig,
  next: NodeConfig,
  spared: readonly Address[],
): readonly NetworkOperation[] {
  const gone = had.interfaces.flatMap(({ name, addresses }) => {
    const kept = next.interfaces.find((one) => one.name === name)?.addresses ?? [];
    return addresses
      .filter((address) => !kept.includes(address) && !spared.includes(addressOf(address)))
      .map((address) => ({ type: 'address-delete' as const, interface: name, address }));
  });
  const isKept = (destination: Cidr): boolean =>
    next.routes.some((route) => route.destination === destination);
  return [
    ...had.routes
      .filter(({ destination }) => !isKept(destination))
      .map((route) => ({ type: 'route-delete' as const, ...route })),
    ...gone,
    ...next.routes
      .filter(({ via }) => gone.some(({ address }) => contains(address, via)))
      .map((route) => ({ type: 'route-replace' as const, ...route })),
  ];
}

/** Both of two configurations of a box's own network: what may be set up in between. */
export function bothSetups(had: NodeConfig, next: NodeConfig): NodeConfig {
  const names = new Set([...had.interfaces, ...next.interfaces].map(({ name }) => name));
  const addressesOf = ({ interfaces }: NodeConfig, name: string): readonly Cidr[] =>
    interfaces.find((one) => one.name === name)?.addresses ?? [];
  return {
    name: next.name,
    interfaces: [...names].map((name) => ({
      name,
      addresses: [...new Set([...addressesOf(had, name), ...addressesOf(next, name)])],
    })),
    routes: [
      ...had.routes.filter(
        ({ destination, via }) =>
          !next.routes.some((route) => route.destination === destination && route.via === via),
      ),
      ...next.routes,
    ],
  };
}

/**
 * What is taken away of addresses that are the group's no more, wherever they are.
 * @param next the group's from now on, which stay where they belong
 * @param own the box's own, which stay
 */
export function retire(
  gone: readonly Placement[],
  next: readonly Placement[],
  own: NodeConfig,
  states: readonly InterfaceState[],
): readonly NetworkOperation[] {
  const stays = (name: string, address: Cidr): boolean =>
    next.some((placement) => placement.interface === name && placement.address === address) ||
    own.interfaces.some((one) => one.name === name && one.addresses.includes(address));
  return release(gone, states).filter(
    (operation) => operation.type !== 'address-delete' || !stays(operation.interface, operation.address),
  );
}

/** Whether two placements put the same address with the same prefix in the same place. */
export function isSamePlacement(a: Placement, b: Placement): boolean {
  return a.interface === b.interface && a.address === b.address;
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
