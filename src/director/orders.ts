/**
 * What operators have ordered of single real servers: out of the table, or drained. Owns the orders and the text in which
 * they are kept over a loss of power; never touches a table or a file.
 */

export interface Order {
  /** `drain` becomes `disable` when the server is out. */
  readonly kind: 'disable' | 'drain';
  /** Monotonic; of what was kept, when that was read. */
  readonly sinceMs: number;
}

/** By `serverName`. A server without an order serves when it can. */
export type OrderMap = ReadonlyMap<string, Order>;

/** Orders that are kept: as many as there are lines in a configuration of servers. */
export const ORDERS_LIMIT = 2000;

/** One line for each order: `drain 10.0.0.21:80 of tcp 192.0.2.10:80`. */
export function printOrders(orders: OrderMap): string {
  return [...orders].map(([server, { kind }]) => `${kind} ${server}\n`).join('');
}

/** @returns the orders, and how many lines are none */
export function readOrders(text: string, nowMs: number): { readonly orders: OrderMap; readonly bad: number } {
  const orders = new Map<string, Order>();
  let bad = 0;
  for (const line of text.split('\n')) {
    const [, word, server] = /^(disable|drain) (\S+ of \S.{0,150})$/.exec(line) ?? [];
    if (server !== undefined && orders.size < ORDERS_LIMIT)
      orders.set(server, { kind: word === 'drain' ? 'drain' : 'disable', sinceMs: nowMs });
    else if (line !== '') bad += 1;
  }
  return { orders, bad };
}
