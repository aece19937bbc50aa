/**
 * The kernel of one box, from one loss of power to the next: interfaces with addresses, the IPVS table, a few settings.
 * A crash of the supervisor takes nothing away from it. Answers come in the order of the questions, and take a while.
 */

import type { Cidr } from '../../src/config/config';
import type { IpvsOperation } from '../../src/director/table';
import type { InterfaceState, NetworkOperation, Result } from '../../src/host/host';
import { ModelKernel } from '../unit/director/model-kernel';
import { OPERATION_MAX_MS } from './bounds';
import { Card, type CardName, Socket } from './card';
import type { Machine } from './machine';

/** From the moment that a card is up and plugged in until it has carrier. */
export const NEGOTIATION_MAX_MS = 300;
const OK: Result<null> = { ok: true, value: null };

/** How many of the next operations of a kind are refused, and how many were. */
export class Refusals {
  next = 0;
  count = 0;

  refuses(): boolean {
    if (this.next === 0) return false;
    this.next--;
    this.count++;
    return true;
  }
}

/** As Network.watch has them. */
export interface Watcher {
  readonly onChange: (state: Pick<InterfaceState, 'name' | 'up' | 'carrier'>) => void;
  readonly onAddresses: () => void;
}

export class Kernel {
  readonly cards: readonly [Card, Card];
  readonly ipvs = new ModelKernel([]);
  readonly settings = new Map<string, string>();
  /** Of the run of the supervisor that there is. */
  watchers: Watcher[] = [];
  readonly refusals: Readonly<Record<'add' | 'delete' | 'ipvs', Refusals>>;
  #answeredMs = 0;

  /** @param last of before the loss of power: the same hardware, and as unlucky */
  constructor(
    private readonly machine: Machine,
    last: Kernel | null = null,
  ) {
    const { number } = machine;
    const socket = (name: CardName, index: number) =>
      last?.cards[index]?.socket ?? new Socket(name, index + 2, Uint8Array.of(2, 0, 0, 0, number, index));
    this.cards = [new Card(socket('eth0', 0)), new Card(socket('eth1', 1))];
    this.refusals = last?.refusals ?? { add: new Refusals(), delete: new Refusals(), ipvs: new Refusals() };
  }

  holds(name: CardName, address: Cidr): boolean {
    return this.card(name).addresses.includes(address);
  }

  card(name: string): Card {
    const found = this.cards.find(({ socket }) => socket.name === name);
    if (found === undefined) throw new Error(`the simulated box has no card ${name}`);
    return found;
  }

  /** Asks the kernel: it acts after a while, and answers a little later. */
  ask<T>(act: () => T, answered: (value: T) => void): void {
    const { clock, random } = this.machine;
    const startMs = Math.max(this.#answeredMs, clock.nowMs);
    const actMs = startMs + random.between(0, OPERATION_MAX_MS / 2);
    this.#answeredMs = actMs + random.between(0, OPERATION_MAX_MS / 2);
    const answerMs = this.#answeredMs - actMs;
    this.machine.later(actMs - clock.nowMs, () => {
      const value = act();
      this.machine.later(answerMs, () => answered(value));
    });
  }

  network(operation: NetworkOperation): Result<null> {
    if (operation.type === 'route-replace' || operation.type === 'route-delete') return OK;
    const card = this.card(operation.interface);
    if (operation.type === 'link-up') this.#up(card);
    else {
      const { type, address } = operation;
      const adds = type === 'address-add';
      if (this.refusals[adds ? 'add' : 'delete'].refuses()) return refused(`${type} ${address}`);
      card.addresses = card.addresses.filter((other) => other !== address);
      if (adds) card.addresses.push(address);
      this.#addressesChanged();
    }
    this.machine.changed();
    return OK;
  }

  balance(operation: IpvsOperation): Result<null> {
    if (this.refusals.ipvs.refuses()) return refused(operation.type);
    try {
      this.ipvs.apply(operation);
    } catch (error) {
      return refused((error as Error).message);
    }
    return OK;
  }

  /** Somebody deletes an address behind the supervisor's back. @returns false when it was not there */
  rob(name: CardName, address: Cidr): boolean {
    if (!this.holds(name, address)) return false;
    this.card(name).addresses = this.card(name).addresses.filter((other) => other !== address);
    this.#addressesChanged();
    this.machine.changed();
    return true;
  }

  /** A cable is pulled out of a card, or put back. */
  plug(name: CardName, plugged: boolean): void {
    const card = this.card(name);
    card.socket.plugged = plugged;
    if (plugged) this.#negotiate(card);
    else this.#link(card, false);
  }

  /** The driver reports what it reported before. */
  repeatCarrier(): void {
    this.#tell(this.cards[0]);
  }

  #up(card: Card): void {
    if (card.up) return;
    card.up = true;
    this.#negotiate(card);
  }

  #negotiate(card: Card): void {
    if (!card.up || card.linked) return;
    this.machine.later(this.machine.random.spread(1, NEGOTIATION_MAX_MS), () => {
      if (card.socket.plugged) this.#link(card, true);
    });
  }

  #link(card: Card, linked: boolean): void {
    if (card.linked === linked) return;
    card.linked = linked;
    this.machine.changed();
    this.#report(card);
  }

  #addressesChanged(): void {
    this.machine.later(this.machine.random.between(0, 1), () => {
      for (const { onAddresses } of this.watchers) onAddresses();
    });
  }

  /** A little later, and what is then. */
  #report(card: Card): void {
    this.machine.later(this.machine.random.between(0, 1), () => this.#tell(card));
  }

  #tell(card: Card): void {
    const { name, up, carrier } = card.state();
    for (const { onChange } of this.watchers) onChange({ name, up, carrier });
  }
}

function refused(what: string): Result<null> {
  return { ok: false, error: `the simulated kernel refuses ${what}` };
}
