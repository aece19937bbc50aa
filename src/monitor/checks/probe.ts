/** What an in-process monitor is: one TCP exchange per host, and a judgement. Owns the type only. */

import type { Result, TcpExchange, TcpReply } from '../../host/host';

export interface Probe {
  exchange(host: string): TcpExchange;
  /** Why the host is not well, in one clause; null when it is. */
  judge(reply: Result<TcpReply>): string | null;
}

/** @param argv program name and arguments; the error says which option is wrong and what would be right */
export type ProbeOf = (argv: readonly string[], deadlineMs: number) => Result<Probe>;
