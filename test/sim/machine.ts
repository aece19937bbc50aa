/**
 * What a box is made of besides its supervisor: interfaces and their addresses, the IPVS table, the disk, the hardware
 * watchdog. The kernel's part outlives a crash of the supervisor; a loss of power leaves only the disk.
 */

import type { NetworkOperation } from '../../src/host/host';
import { ModelKernel } from '../unit/director/model-kernel';
import type { VirtualClock } from './clock';
import { Disk } from './disk';
import type { Random } from './random';
import { macText } from './segment';

export interface Card {
  readonly name: 'eth0' | 'eth1';
  readonly mac: Uint8Array;
  readonly macText: string;
  up: boolean;
  carrier: boolean;
  addresses: string[];
}

export class Machine {
  readonly cards: readonly [Card, Card];
  readonly disk: Disk;
  ipvs = new ModelKernel([]);
  power = true;
  /** How many of the next additions, and deletions, of an address the kernel refuses. */
  failingAdditions = 0;
  failingDeletions = 0;
  #watchdogMs: number | null = null;
  #fedMs = 0;
  #watch = 0;

  /** @param number 0 or 1, for the hardware addresses */
  constructor(
    number: number,
    private readonly clock: VirtualClock,
    random: Random,
    private readonly onWatchdog: () => void,
  ) {
    this.disk = new Disk(clock, random);
    const card = (name: Card['name'], index: number): Card => {
      const mac = Uint8Array.of(2, 0, 0, 0, number, index);
      return { name, mac, macText: macText(mac), up: false, carrier: true, addresses: [] };
    };
    this.cards = [card('eth0', 0), card('eth1', 1)];
  }

  holds(address: string): boolean {
    return this.power && this.cards.some((card) => card.addresses.includes(address));
  }

  losePower(): void {
    this.power = false;
    this.disk.losePower();
    this.disarm();
    this.ipvs = new ModelKernel([]);
    for (const card of this.cards) {
      card.up = false;
      card.addresses = [];
    }
  }

  /** Somebody deletes an address. @returns false where it was not there */
  deleteAddress(address: string): boolean {
    const held = this.cards.filter((card) => card.addresses.includes(address));
    for (const card of held) card.addresses = card.addresses.filter((one) => one !== address);
    return held.length > 0;
  }

  /** @returns why the kernel refuses, or null */
  apply(operation: NetworkOperation): string | null {
    if (operation.type === 'route-replace') return null;
    const card = this.cards.find(({ name }) => name === operation.interface);
    if (card === undefined) return `there is no interface ${operation.interface}`;
    if (operation.type === 'link-up') {
      card.up = true;
      return null;
    }
    const adds = operation.type === 'address-add';
    if (adds ? this.failingAdditions > 0 : this.failingDeletions > 0) {
      if (adds) this.failingAdditions--;
      else this.failingDeletions--;
      return `the kernel refuses to ${adds ? 'add' : 'delete'} ${operation.address}`;
    }
    card.addresses = card.addresses.filter((address) => address !== operation.address);
    if (adds) card.addresses.push(operation.address);
    return null;
  }

  /** The hardware counts whatever becomes of the programs. */
  arm(timeoutMs: number): void {
    this.#watchdogMs = timeoutMs;
    this.#fedMs = this.clock.nowMs;
    this.#await(++this.#watch);
  }

  feed(): void {
    this.#fedMs = this.clock.nowMs;
  }

  disarm(): void {
    this.#watchdogMs = null;
    this.#watch++;
  }

  #await(watch: number): void {
    const timeoutMs = this.#watchdogMs;
    if (timeoutMs === null) return;
    this.clock.at(this.#fedMs + timeoutMs, () => {
      if (watch !== this.#watch) return;
      if (this.clock.nowMs < this.#fedMs + timeoutMs) this.#await(watch);
      else this.onWatchdog();
    });
  }
}
