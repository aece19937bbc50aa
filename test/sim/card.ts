/** A network card: what its driver says of it, and whether it really carries anything. */

import type { Cidr } from '../../src/config/config';
import type { InterfaceState } from '../../src/host/host';

/** Outside and inside. */
export const CARDS = ['eth0', 'eth1'] as const;
export type CardName = (typeof CARDS)[number];

/** What stays of a card over a loss of power: the plug, and whether the card is broken. */
export class Socket {
  plugged = true;
  /** It still shows carrier, and passes nothing. */
  dead = false;

  constructor(
    readonly name: CardName,
    readonly index: number,
    readonly mac: Uint8Array,
  ) {}
}

export class Card {
  up = false;
  /** The other end was found. */
  linked = false;
  addresses: Cidr[] = [];

  constructor(readonly socket: Socket) {}

  get carrier(): boolean {
    return this.up && this.linked;
  }

  get passes(): boolean {
    return this.carrier && !this.socket.dead;
  }

  state(): InterfaceState {
    const { name, index, mac } = this.socket;
    const { up, carrier, addresses } = this;
    return { name, index, mac, up, carrier, addresses: [...addresses] };
  }
}
