/**
 * Keeps a Linux-HA heartbeat 3.0.6 going that runs on the other box, as in an upgrade: it stops sending when nobody
 * acknowledges its messages (flow control at half of its history of 500). Such messages prove no life of an Understudy
 * and change nothing else.
 */

import type { Outbox } from './outbox';
import type { ClassicMessage } from './types';

/** heartbeat.c, ACK_MSG_DIV. */
const MESSAGES_PER_ACKNOWLEDGEMENT = 10;

export class Acknowledger {
  classic = 0;
  acknowledged = 0;
  readonly #outbox: Outbox;
  #generation = 0;
  /** The newest message of that generation that was acknowledged. */
  #sequence = 0;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  hear(message: ClassicMessage): void {
    this.classic++;
    const { generation, sequence } = message;
    if (sequence === null || generation < this.#generation) return;
    if (generation > this.#generation) {
      this.#generation = generation;
      this.#sequence = 0;
    }
    if (sequence < this.#sequence + MESSAGES_PER_ACKNOWLEDGEMENT) return;
    this.#sequence = sequence;
    this.acknowledged++;
    this.#outbox.put({ type: 'acknowledge', message });
  }
}
