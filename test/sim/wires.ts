/** The heartbeat links between the boxes: a null modem and Ethernet, one direction at a time, with all that befalls them. */

import type { Beat } from '../../src/cluster/beat';
import type { VirtualClock } from './clock';
import type { Random } from './random';

const BITS_PER_BYTE = 10;

/** How one direction of a link behaves. */
export interface Way {
  cut: boolean;
  /** Share of frames. */
  loss: number;
  duplication: number;
  /** Share of frames that arrive with wrong bytes. */
  corruption: number;
  /** Different delays reorder datagrams. */
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

/** A frame on its way, and what it says; null for what is no beat. */
export interface Letter {
  readonly frame: Uint8Array;
  readonly beat: Beat | null;
}

/**
 * @param letter the one that is whole with these bytes, or null
 * @param baud with which they were sent; null: no serial line
 */
export type Deliver = (bytes: Uint8Array, letter: Letter | null, baud: number | null) => void;

/** One direction of one link, from one box to the other. */
export class Channel {
  readonly way: Way = { ...GOOD_WAY };
  #busy = false;
  #waiting: Letter | null = null;
  /** Goes when nothing else waits. */
  #aside: Letter | null = null;

  /** @param connected whether both ends of the medium have power and carrier */
  constructor(
    private readonly clock: VirtualClock,
    private readonly random: Random,
    private readonly connected: () => boolean,
    private readonly deliver: Deliver,
  ) {}

  get works(): boolean {
    return !this.way.cut && this.isQuiet && this.connected();
  }

  /** Nothing happens to frames but that they may all be lost. */
  get isQuiet(): boolean {
    const { loss, corruption, duplication, delayMaxMs } = this.way;
    return loss === 0 && corruption === 0 && duplication === 0 && delayMaxMs === GOOD_WAY.delayMaxMs;
  }

  /** @param baud of a serial line, else null */
  send(letter: Letter, baud: number | null): void {
    if (baud === null) this.#sendDatagram(letter);
    else this.#sendSerial(letter, baud);
  }

  /** The same, but of a serial line, beats have the precedence. */
  sendAside(letter: Letter, baud: number | null): void {
    if (baud !== null && this.#busy) this.#aside = letter;
    else this.send(letter, baud);
  }

  /** Puts bytes on the wire that no box sent; at the right speed, where it has one. */
  inject(bytes: Uint8Array): void {
    this.deliver(bytes, null, null);
  }

  #sendDatagram(letter: Letter): void {
    const { cut, loss, duplication, delayMinMs, delayMaxMs } = this.way;
    const copies = this.random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (cut || !this.connected() || this.random.chance(loss)) continue;
      const bytes = this.#corrupted(letter.frame);
      this.clock.after(this.random.between(delayMinMs, delayMaxMs), () => {
        if (this.connected()) this.deliver(bytes, bytes === letter.frame ? letter : null, null);
      });
    }
  }

  /** The newest frame replaces one that waits for the line, as the host's ports do. */
  #sendSerial(letter: Letter, baud: number): void {
    if (this.#busy) {
      this.#waiting = letter;
      return;
    }
    this.#busy = true;
    this.clock.after((letter.frame.length * BITS_PER_BYTE * 1000) / baud, () => {
      this.#busy = false;
      this.#arriveSerial(letter, baud);
      const next = this.#waiting ?? this.#aside;
      if (this.#waiting === null) this.#aside = null;
      this.#waiting = null;
      if (next !== null) this.#sendSerial(next, baud);
    });
  }

  /** A stream comes in pieces, and loses bytes rather than frames. */
  #arriveSerial(letter: Letter, baud: number): void {
    if (this.way.cut) return;
    const bytes = this.#corrupted(letter.frame);
    const lost = this.random.chance(this.way.loss);
    const cutAt = this.random.below(bytes.length);
    const restAt = lost ? cutAt + this.random.below(bytes.length - cutAt) : cutAt;
    this.deliver(bytes.subarray(0, cutAt), null, baud);
    this.deliver(bytes.subarray(restAt), restAt === cutAt && bytes === letter.frame ? letter : null, baud);
  }

  #corrupted(frame: Uint8Array): Uint8Array {
    if (!this.random.chance(this.way.corruption)) return frame;
    const bytes = frame.slice();
    const hits = 1 + this.random.below(8);
    for (let i = 0; i < hits; i++) bytes[this.random.below(bytes.length)] = this.random.below(256);
    return bytes;
  }
}
