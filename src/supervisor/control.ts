/**
 * The operator's channel: on a local socket, one JSON object in one line, answered by one line. What may be asked and what
 * is answered, and how both are written; requests are read in request-reader.ts. Knows no socket and decides nothing.
 */

import type { Command, Scope } from '../cluster/types';
import type { Edition, Revision } from '../config/archive';
import type { Target, WatchOrder } from '../monitor/orders';
import type { Committed, Pending } from './commit-types';
import type { ServerAction } from './order-book';
import type { Status } from './status';

/** Where the supervisor listens. */
export const CONTROL_PATH = '/run/understudy.sock';
/** Raised when a request or an answer changes its meaning. */
export const VERSION = 1;
/** Characters of a printed answer: a configuration of the greatest length, and room for its quotation marks. */
const ANSWER_LIMIT = 300 * 1024;
export const SERVER_ACTIONS: readonly ServerAction[] = ['enable', 'disable', 'drain'];
/** Longer than any step that the supervisor waits for on behalf of the one who asks. */
const LONG_ANSWER_MS = 240_000;
const ANSWER_MS = 10_000;

export type Request =
  | { readonly op: 'status' | 'config' | 'confirm' | 'revert' | 'archive' }
  | { readonly op: 'standby' | 'takeover'; readonly scope: Scope }
  | { readonly op: 'maintenance'; readonly on: boolean }
  | {
      readonly op: 'commit';
      readonly text: string;
      /** Who asks for it, as the archive will have it. */
      readonly who: string;
      readonly comment: string;
      /** Goes back unless it is confirmed by then; null: it stays. */
      readonly confirmMinutes: number | null;
      /** The operator knows what it cuts off. */
      readonly acknowledgeRisk: boolean;
    }
  /** `n` as in `rollback N`: 0 is the running one. */
  | { readonly op: 'archived'; readonly n: number }
  /**
   * As `status`, and again whenever it has changed, until the one who asked hangs up. `console`: what is asked for is
   * shown on the console's terminal, which the log keeps off meanwhile.
   */
  | { readonly op: 'watch'; readonly console: boolean }
  /** Keeps the supervisor off a serial device until the one who asked hangs up. */
  | { readonly op: 'lend'; readonly device: string }
  /** Takes a real server out, drains it, or lets it serve again; also over a reboot. Names as `show services` has them. */
  | {
      readonly op: 'server';
      readonly action: ServerAction;
      readonly service: string;
      readonly server: string;
    }
  | { readonly op: 'watches' }
  /** A failure is known of. */
  | { readonly op: 'ack'; readonly watch: string; readonly service: string; readonly comment: string }
  /** Of a watch, of one service of it, or of a host; the other names are empty. */
  | {
      readonly op: 'disable' | 'enable';
      readonly watch: string;
      readonly service: string;
      readonly host: string;
    };

export type Op = Request['op'];

/** What is answered to whom. */
export interface Answers {
  /** Null on a box that has no configuration. */
  readonly status: { readonly status: Status | null };
  readonly standby: Said;
  readonly takeover: Said;
  readonly maintenance: Said;
  readonly config: Configuration;
  readonly commit: Omit<Committed, 'ok'>;
  readonly confirm: Omit<Committed, 'ok'>;
  readonly revert: Omit<Committed, 'ok'>;
  /** Newest first: the place is the N of `rollback N`. */
  readonly archive: { readonly entries: readonly Revision[] };
  readonly archived: Edition;
  readonly watch: { readonly status: Status | null };
  readonly lend: Said;
  readonly server: Said;
  readonly watches: {
    readonly nowMs: number;
    readonly watches: readonly WatchState[];
    /** Those that an operator has disabled. */
    readonly hosts: readonly string[];
  };
  readonly ack: Said;
  readonly disable: Said;
  readonly enable: Said;
}

/** One watched service. */
export interface WatchState {
  readonly watch: string;
  readonly service: string;
  readonly state: 'unknown' | 'ok' | 'failed';
  /** Monotonic. */
  readonly sinceMs: number;
  readonly disabled: boolean;
  /** The operator's words; null: not acknowledged. */
  readonly ack: string | null;
  /** What the last check said first. */
  readonly summary: string;
}

export interface Said {
  readonly text: string;
}

/** What is in force. */
export interface Configuration {
  /** Empty where there is none. */
  readonly text: string;
  /** Of what is saved; null where nothing is. */
  readonly saved: Revision | null;
  /** What is in force, but not saved: it goes back unless it is confirmed. */
  readonly pending: Omit<Pending, 'text'> | null;
}

export interface Refusal {
  readonly ok: false;
  /** One sentence. */
  readonly error: string;
  /** What is wrong with a configuration, one sentence each. */
  readonly faults?: readonly string[];
  /** It could be done if the risk, which is the `error`, were acknowledged. */
  readonly risk?: true;
}

export type Reply<T extends Op = Op> = (Answers[T] & { readonly ok: true }) | Refusal;

/** What came of a command to the cluster. */
export interface Answer {
  readonly accepted: boolean;
  readonly text: string;
}

/** The cluster's command that a request is. */
export function commandOf(
  request: Extract<Request, { readonly op: 'standby' | 'takeover' | 'maintenance' }>,
): Command {
  return request.op === 'maintenance'
    ? { name: request.op, on: request.on }
    : { name: request.op, scope: request.scope };
}

/** The monitor's order that a request is, or one sentence that says what would be one. */
export function watchOrderOf(
  request: Extract<Request, { readonly op: 'ack' | 'disable' | 'enable' }>,
): WatchOrder | string {
  const { op, watch, service } = request;
  if (op === 'ack') return { action: op, watch, service, comment: request.comment };
  const target = targetOf(watch, service, request.host);
  return target === null ? `${op} takes a watch, a watch and a service, or a host` : { action: op, target };
}

function targetOf(watch: string, service: string, host: string): Target | null {
  if (host !== '') return watch === '' && service === '' ? { kind: 'host', host } : null;
  if (watch === '') return null;
  return service === '' ? { kind: 'watch', watch } : { kind: 'service', watch, service };
}

/** As one line, without its end. */
export function printRequest(request: Request): string {
  return JSON.stringify({ v: VERSION, ...request });
}

/** How long its answer may take, in milliseconds. */
export function answerLimitMs({ op }: Request): number {
  return ['commit', 'confirm', 'revert', 'archive', 'archived'].includes(op) ? LONG_ANSWER_MS : ANSWER_MS;
}

/** As one line with its end. */
export function printReply(reply: Reply): string {
  const line = JSON.stringify({ v: VERSION, ...reply });
  if (line.length <= ANSWER_LIMIT) return `${line}\n`;
  return printReply({ ok: false, error: `the answer has more than ${ANSWER_LIMIT} characters` });
}

/** @returns null for what is no whole answer; the supervisor is of the same program, and is believed */
export function readReply<T extends Op>(line: string): Reply<T> | null {
  try {
    const reply: unknown = JSON.parse(line);
    if (typeof reply !== 'object' || reply === null || !('ok' in reply)) return null;
    return typeof reply.ok === 'boolean' ? (reply as Reply<T>) : null;
  } catch {
    return null;
  }
}
