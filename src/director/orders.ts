/**
 * What operators have ordered of single real servers: out of the table, or drained. Owns the words; never touches a table.
 */

export interface Order {
  /** `drain` becomes `disable` when the server is out. */
  readonly kind: 'disable' | 'drain';
  /** Monotonic: since when this box knows of it. */
  readonly sinceMs: number;
}

/** By `serverName`. A server without an order serves when it can. */
export type OrderMap = ReadonlyMap<string, Order>;

/** Orders that hold at a time: as many as there are lines in a configuration of servers. */
export const ORDERS_LIMIT = 2000;
