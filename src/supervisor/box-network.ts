/**
 * This box's own network: read at the start, set up as configured, and followed from then on. Knows whether the group's
 * interfaces could serve; moves no address of the group.
 */

import type { Address, NodeConfig } from '../config/config';
import {
  addedSetup,
  baseSetup,
  bothSetups,
  groupFault,
  holds,
  type Placement,
  removedSetup,
} from '../director/addresses';
import type { Host, InterfaceState, NetworkOperation } from '../host/host';

/** Until the kernel is asked again after it did not answer. */
const RETRY_MS = 1000;
/** A burst of changed addresses is looked at once. */
const LOOK_AFTER_MS = 100;
/** A card that has just been switched on finds the other end by then. */
const CARRIER_LIMIT_MS = 5_000;

/** @param fault null, or one sentence */
export type NetworkDone = (fault: string | null) => void;

export interface BoxNetworkHandler {
  /** @param carrier all interfaces of the group are up and have one */
  onCarrier(carrier: boolean): void;
  /** Addresses have come or gone, and this box does not hold all of the group. */
  onIncomplete(): void;
}

type Change = Pick<InterfaceState, 'name' | 'up' | 'carrier'>;

export class BoxNetwork {
  /** Addresses as last read, carriers as last told. */
  states: readonly InterfaceState[] = [];
  /** The kernel tells each change at once; what it was asked for may be older by the time of the answer. */
  private readonly told = new Map<string, Change>();
  private looking = false;

  constructor(
    private readonly host: Pick<Host, 'clock' | 'network' | 'log'>,
    /** The own network: while it changes, what was and what is to be. */
    private had: NodeConfig,
    private placements: readonly Placement[],
  ) {}

  get carrier(): boolean {
    return groupFault(this.placements, this.states) === null;
  }

  /** The kernel holds any part of the group. */
  get holdsAny(): boolean {
    return holds(this.placements, this.states) !== 'none';
  }

  /** Asks the kernel until it answers. */
  read(done: () => void): void {
    this.host.network.read((states) => {
      if (states.ok) {
        this.states = states.value.map((state) => ({ ...state, ...this.told.get(state.name) }));
        done();
        return;
      }
      this.host.log('error', 'network-unreadable', states.error);
      this.host.clock.after(RETRY_MS, () => this.read(done));
    });
  }

  /** Interfaces up, addresses, routes. What fails is logged; the rest goes on. */
  setUp(done: () => void): void {
    const { operations, faults } = baseSetup(this.had, this.states);
    for (const fault of faults) this.host.log('error', 'interface-missing', fault);
    this.carryOut(operations, (refusals) => {
      for (const fault of refusals) this.host.log('error', 'network-setup-failed', fault);
      done();
    });
  }

  /** Adds what another configuration has and the one so far has not. Nothing is taken away before `remove`. */
  add(node: NodeConfig, done: NetworkDone): void {
    this.read(() => {
      const { operations, faults } = addedSetup(this.had, node, this.states);
      this.had = bothSetups(this.had, node);
      this.carryOut(operations, (refusals) => done(oneSentence([...faults, ...refusals])));
    });
  }

  /** Takes away what the configuration has not any more. @param spared addresses that are the group's, and are held */
  remove(node: NodeConfig, spared: readonly Address[], done: NetworkDone): void {
    const operations = removedSetup(this.had, node, spared);
    this.had = node;
    this.carryOut(operations, (refusals) => done(oneSentence(refusals)));
  }

  /** Waits until interfaces that are to serve for the group for the first time have carrier, up to `CARRIER_LIMIT_MS`. */
  awaitCarrier(next: readonly Placement[], done: NetworkDone): void {
    const others = next.filter((one) => !this.placements.some((other) => other.interface === one.interface));
    const untilMs = this.host.clock.now() + CARRIER_LIMIT_MS;
    const look = (): void => {
      const fault = groupFault(others, this.states);
      if (fault === null) done(null);
      else if (this.host.clock.now() < untilMs) this.host.clock.after(LOOK_AFTER_MS, look);
      else done(`${fault}, so the group cannot move to it`);
    };
    look();
  }

  /** Where the group belongs from now on. */
  place(placements: readonly Placement[]): void {
    this.placements = placements;
  }

  /** @param done told what was refused */
  carryOut(operations: readonly NetworkOperation[], done: (refusals: readonly string[]) => void): void {
    const refusals: string[] = [];
    let left = operations.length;
    if (left === 0) done(refusals);
    for (const operation of operations)
      this.host.network.apply(operation, (result) => {
        if (!result.ok) refusals.push(result.error);
        left -= 1;
        if (left === 0) done(refusals);
      });
  }

  /** To be called before the first `read`, so that no change falls in between. */
  follow(handler: BoxNetworkHandler): void {
    this.host.network.watch(
      (change) => {
        this.told.set(change.name, change);
        this.states = this.states.map((state) =>
          state.name === change.name ? { ...state, ...change } : state,
        );
        handler.onCarrier(this.carrier);
      },
      () => this.lookSoon(handler),
    );
  }

  private lookSoon(handler: BoxNetworkHandler): void {
    if (this.looking) return;
    this.looking = true;
    this.host.clock.after(LOOK_AFTER_MS, () =>
      this.read(() => {
        this.looking = false;
        if (holds(this.placements, this.states) !== 'all') handler.onIncomplete();
      }),
    );
  }
}

function oneSentence(faults: readonly string[]): string | null {
  return faults.length === 0 ? null : faults.join('; ');
}
