/**
 * What operators have ordered on either box (following/ledger.ts), kept over a loss of power: one line each in one file.
 * Knows nothing of what an order means.
 */

import { type Entry, type Ledger, readLedger } from '../following/ledger';
import { OrderExchange } from '../following/order-exchange';
import type { Cancellable, Host } from '../host/host';
import { KeptFile } from './kept-file';

/** What comes from the other box is kept so long after it came: many may come at a time, and the other box has them. */
const KEEP_AFTER_MS = 1_000;

export class SharedOrders {
  /** With the peer. */
  readonly exchange: OrderExchange;
  private readonly ledger: Ledger;
  private readonly kept: KeptFile;
  private later: Cancellable | null = null;

  /**
   * Reads what was kept. A line that cannot be understood is left out and reported.
   * @param node name of this box
   * @param onNews orders that were given on the other box
   */
  constructor(
    private readonly host: Pick<Host, 'clock' | 'readFile' | 'saveFile' | 'log'>,
    file: string,
    private readonly node: string,
    onNews: (entries: readonly Entry[]) => void,
  ) {
    this.kept = new KeptFile(host, file, (_, fault) => {
      const sentence = `orders of operators hold until the next boot only: ${fault}`;
      if (fault !== null) host.log('error', 'orders-not-saved', sentence);
    });
    const text = host.readFile(file);
    const { ledger, bad } = readLedger(text.ok ? text.value : '');
    this.ledger = ledger;
    this.exchange = new OrderExchange(ledger, (entries) => {
      this.later ??= host.clock.after(KEEP_AFTER_MS, () => this.save());
      onNews(entries);
    });
    if (bad > 0)
      host.log('error', 'orders-garbled', `${bad} lines of ${file} are no orders, and are left out`);
  }

  /** All that hold. */
  get said(): readonly Entry[] {
    return this.ledger.said();
  }

  /** @param says empty: nothing any more */
  say(about: string, says: string): void {
    if (this.ledger.get(about) === says) return;
    if (this.ledger.say(about, says, this.node)) {
      this.exchange.changed();
      this.save();
    } else {
      const sentence = `the order for ${about.slice(0, 80)} is too long to be kept: it holds on this box until the next start`;
      this.host.log('error', 'orders-not-saved', sentence);
    }
  }

  private save(): void {
    this.later?.cancel();
    this.later = null;
    this.kept.save(this.ledger.print());
  }
}
