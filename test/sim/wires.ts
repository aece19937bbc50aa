/** The two heartbeat links between the boxes: a null modem and an Ethernet segment, with everything that befalls them. */

import type { VirtualClock } from './clock';
import type { Random } from './random';

export type LinkIndex = 0 | 1;
export const SERIAL: LinkIndex = 0;
export const ETHERNET: LinkIndex = 1;

const SERIAL_BAUD = 115_200;
const BITS_PER_BYTE = 10;

/** How one direction of a link behaves. */
export interface Way {
  cut: boolean;
  /** Share of frames. */
  loss: number;
  duplication: number;
  /** Share of frames that arrive with wrong bytes. */
  corruption: number;
  delayMinMs: number;
  delayMaxMs: number;
}

export const GOOD_WAY: Readonly<Way> = {
  cut: false,
  loss: 0,
  duplication: 0,
  corruption: 0,
  delayMinMs: 0.1,
  delayMaxMs: 0.3,
};

export type Deliver = (link: LinkIndex, bytes: Uint8Array) => void;

/** One direction, from one box to the other. */
export class Channel {
  readonly way: Way = { ...GOOD_WAY };
  #lineBusy = false;
  #waiting: Uint8Array | null = null;

  constructor(
    readonly link: LinkIndex,
    private readonly clock: VirtualClock,
    private readonly random: Random,
    private readonly deliver: Deliver,
  ) {}

  get works(): boolean {
    const { cut, loss, corruption } = this.way;
    return !cut && loss === 0 && corruption === 0;
  }

  send(frame: Uint8Array): void {
    if (this.link === SERIAL) this.#sendSerial(frame);
    else this.#sendDatagram(frame);
  }

  /** Puts bytes on the wire that no box sent. */
  inject(bytes: Uint8Array): void {
    this.deliver(this.link, bytes);
  }

  #sendDatagram(frame: Uint8Array): void {
    const { cut, loss, duplication, delayMinMs, delayMaxMs } = this.way;
    const copies = this.random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (cut || this.random.chance(loss)) continue;
      const bytes = this.#corrupted(frame);
      this.clock.after(this.random.between(delayMinMs, delayMaxMs), () => this.deliver(this.link, bytes));
    }
  }

  /** The newest frame replaces one that waits for the line, as the host's ports do. */
  #sendSerial(frame: Uint8Array): void {
    if (this.#lineBusy) {
      this.#waiting = frame;
      return;
    }
    this.#lineBusy = true;
    this.clock.after((frame.length * BITS_PER_BYTE * 1000) / SERIAL_BAUD, () => {
      this.#lineBusy = false;
      this.#arriveSerial(frame);
      const next = this.#waiting;
      this.#waiting = null;
      if (next !== null) this.send(next);
    });
  }

  /** A stream comes in pieces, and loses bytes rather than frames. */
  #arriveSerial(frame: Uint8Array): void {
    if (this.way.cut) return;
    const bytes = this.#corrupted(frame);
    const lost = this.random.chance(this.way.loss);
    const cutAt = this.random.below(bytes.length);
    this.deliver(this.link, bytes.subarray(0, cutAt));
    this.deliver(this.link, bytes.subarray(lost ? cutAt + this.random.below(bytes.length - cutAt) : cutAt));
  }

  #corrupted(frame: Uint8Array): Uint8Array {
    if (!this.random.chance(this.way.corruption)) return frame;
    const bytes = frame.slice();
    const hits = 1 + this.random.below(8);
    for (let i = 0; i < hits; i++) bytes[this.random.below(bytes.length)] = this.random.below(256);
    return bytes;
  }
}
