/**
 * When the networks must be told anew who holds the addresses (ARP), and which conflict made it necessary. Owns no
 * schedule of announcements, and decides nothing about the group.
 */

import type { Outbox } from './outbox';

export class Announcer {
  conflicts = 0;
  readonly #outbox: Outbox;
  readonly #peer: string;
  #conflict = false;
  /** Announce again once it is clear that the peer does not claim the group. */
  #later = false;

  constructor(outbox: Outbox, peer: string) {
    this.#outbox = outbox;
    this.#peer = peer;
  }

  /** After a restart, or when a peer is back that may have told the networks that the addresses are its own. */
  announceLater(): void {
    this.#later = true;
  }

  /** This box takes the group or lets it go: what was to be announced is not any more. */
  forget(): void {
    this.#later = false;
  }

  acquired(): void {
    if (!this.#later) this.#announce('the group was acquired');
  }

  /**
   * While both boxes claim, and again when the other has let go, the keeper tells the networks anew.
   * @param keeps this box holds the group and keeps it, although the other one claims it or is letting go
   */
  watch(keeps: boolean, epoch: number, owner: boolean): void {
    if (keeps === this.#conflict) return;
    this.#conflict = keeps;
    if (keeps) {
      this.conflicts++;
      const sentence = `${this.#peer} claims the group too; this box has the newer claim and keeps it`;
      this.#outbox.log('error', 'conflict', sentence, { epoch });
    }
    this.#later = false;
    if (owner) this.#announce(keeps ? 'two boxes claimed it' : 'the other box let go');
  }

  /** The owner's carrier is back: its switch may have started anew, or have carried no announcement before. */
  carrierIsBack(): void {
    this.#announce('the carrier is back');
  }

  /** This box is the owner, and its peer does not claim the group. */
  clear(): void {
    if (!this.#later) return;
    this.#later = false;
    this.#announce('the peer does not claim it');
  }

  #announce(reason: string): void {
    this.#outbox.put({ type: 'announce', reason });
  }
}
