/**
 * This box's own network: read at the start, set up as configured, and followed from then on. Knows whether the group's
 * interfaces could serve; moves no address of the group.
 */

import type { NodeConfig } from '../config/config';
import {
  type BaseSetup,
  baseSetup,
  changedSetup,
  groupFault,
  holds,
  type Placement,
} from '../director/addresses';
import type { Host, InterfaceState } from '../host/host';

/** Until the kernel is asked again after it did not answer. */
const RETRY_MS = 1000;
/** A burst of changed addresses is looked at once. */
const LOOK_AFTER_MS = 100;

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
    private node: NodeConfig,
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
    const setup = baseSetup(this.node, this.states);
    for (const fault of setup.faults) this.host.log('error', 'interface-missing', fault);
    this.carryOut(setup, (faults) => {
      for (const fault of faults) this.host.log('error', 'network-setup-failed', fault);
      done();
    });
  }

  /** Another configuration of this box's network. What fails is told; the rest goes on. */
  change(
    node: NodeConfig,
    placements: readonly Placement[],
    done: (faults: readonly string[]) => void,
  ): void {
    const setup = changedSetup(this.node, node, this.states);
    this.node = node;
    this.placements = placements;
    this.carryOut(setup, (faults) => this.read(() => done([...setup.faults, ...faults])));
  }

  private carryOut({ operations }: BaseSetup, done: (faults: readonly string[]) => void): void {
    const faults: string[] = [];
    let left = operations.length;
    if (left === 0) done(faults);
    for (const operation of operations)
      this.host.network.apply(operation, (result) => {
        if (!result.ok) faults.push(result.error);
        left -= 1;
        if (left === 0) done(faults);
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
