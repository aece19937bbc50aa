/**
 * The operator's channel: on a local socket, one JSON object in one line, answered by one line. Both ends of it: what may
 * be asked, and how requests and answers are written and read. Knows no socket and decides nothing.
 */

import type { Command, Scope } from '../cluster/types';
import { COMMENT_LIMIT, type Edition, headerText, type Revision, WHO_LIMIT } from '../config/archive';
import { anyOf, nearest, shown } from '../config/problem';
import { TEXT_LIMIT } from '../config/text';
import { ACK_COMMENT_LIMIT, type Target, type WatchOrder } from '../monitor/orders';
import type { Committed, Pending } from './commit-types';
import type { ServerAction } from './order-book';
import type { Status } from './status';

/** Where the supervisor listens. */
export const CONTROL_PATH = '/run/understudy.sock';
/** Raised when a request or an answer changes its meaning. */
const VERSION = 1;
/** Characters of a printed answer: a configuration of the greatest length, and room for its quotation marks. */
const ANSWER_LIMIT = 300 * 1024;
/** Longest time in which a commit waits for its confirmation. */
export const CONFIRM_MAX_MINUTES = 24 * 60;
const DEVICE_LIMIT = 64;
/** Characters of the name of a virtual service or a real server. */
const SERVICE_NAME_LIMIT = 80;
export const SERVER_ACTIONS: readonly ServerAction[] = ['enable', 'disable', 'drain'];
/** Characters of the name of a watch, a service or a host. */
const WATCH_NAME_LIMIT = 253;
/** Longer than any step that the supervisor waits for on behalf of the one who asks. */
const LONG_ANSWER_MS = 240_000;
const ANSWER_MS = 10_000;

/** hb_standby(1) and hb_takeover(1); `failback` is another word for `foreign` there. */
const SCOPES: ReadonlyMap<string, Scope> = new Map([
  ['all', 'all'],
  ['local', 'local'],
  ['foreign', 'foreign'],
  ['failback', 'foreign'],
]);

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

const OPS: readonly Op[] = [
  'status',
  'standby',
  'takeover',
  'maintenance',
  'config',
  'commit',
  'confirm',
  'revert',
  'archive',
  'archived',
  'watch',
  'lend',
  'server',
  'watches',
  'ack',
  'disable',
  'enable',
];

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

/** @returns the request, or one sentence that says what would be one. Never throws, whatever the line. */
export function readRequest(line: string): Request | string {
  const object = parseFlat(line);
  if (object === null) return `a request is one JSON object in one line, like {"v":${VERSION},"op":"status"}`;
  const fields = new Fields(object);
  const version = fields.take('v');
  if (version !== VERSION) return `the version v must be ${VERSION}, not ${told(version)}`;
  const op = fields.take('op');
  if (!isOp(op)) {
    const meant = typeof op === 'string' ? nearest(op, OPS) : null;
    const hint = meant === null ? '' : `; did you mean ${meant}?`;
    return `there is no request op ${told(op)}; there are ${OPS.join(', ')}${hint}`;
  }
  const request = requestOf(op, fields);
  return fields.complaint(op) ?? request;
}

function requestOf(op: Op, fields: Fields): Request {
  switch (op) {
    case 'standby':
    case 'takeover':
      return { op, scope: SCOPES.get(fields.word('scope', [...SCOPES.keys()], 'all')) ?? 'all' };
    case 'maintenance':
      return { op, on: fields.flag('on') };
    case 'commit':
      return {
        op,
        text: fields.text('text', TEXT_LIMIT),
        who: headerText(fields.text('who', WHO_LIMIT), WHO_LIMIT),
        comment: headerText(fields.text('comment', COMMENT_LIMIT, ''), COMMENT_LIMIT),
        confirmMinutes: fields.number('confirmMinutes', 1, CONFIRM_MAX_MINUTES, null),
        acknowledgeRisk: fields.flag('acknowledgeRisk', false),
      };
    case 'archived':
      return { op, n: fields.number('n', 0, Number.MAX_SAFE_INTEGER) ?? 0 };
    case 'watch':
      return { op, console: fields.flag('console', false) };
    case 'lend':
      return { op, device: fields.text('device', DEVICE_LIMIT) };
    case 'server': {
      const action = fields.word('action', SERVER_ACTIONS, '');
      return {
        op,
        action: SERVER_ACTIONS.find((one) => one === action) ?? 'enable',
        service: fields.text('service', SERVICE_NAME_LIMIT),
        server: fields.text('server', SERVICE_NAME_LIMIT),
      };
    }
    case 'ack':
      return {
        op,
        watch: fields.text('watch', WATCH_NAME_LIMIT),
        service: fields.text('service', WATCH_NAME_LIMIT),
        comment: headerText(fields.text('comment', ACK_COMMENT_LIMIT, ''), ACK_COMMENT_LIMIT),
      };
    case 'disable':
    case 'enable':
      return {
        op,
        watch: fields.text('watch', WATCH_NAME_LIMIT, ''),
        service: fields.text('service', WATCH_NAME_LIMIT, ''),
        host: fields.text('host', WATCH_NAME_LIMIT, ''),
      };
    default:
      return { op };
  }
}

function isOp(op: unknown): op is Op {
  return OPS.some((one) => one === op);
}

/** Takes fields out of a request, and remembers the first one that is not as it must be. */
class Fields {
  private fault: string | null = null;
  private readonly known: string[] = [];

  constructor(private readonly object: Readonly<Record<string, unknown>>) {}

  take(name: string): unknown {
    this.known.push(name);
    return Object.hasOwn(this.object, name) ? this.object[name] : undefined;
  }

  text(name: string, limit: number, usual?: string): string {
    const value = this.take(name) ?? usual;
    if (typeof value === 'string' && value.length <= limit) return value;
    return this.wrong(name, `a text of at most ${limit} characters`, value, '');
  }

  flag(name: string, usual?: boolean): boolean {
    const value = this.take(name) ?? usual;
    return typeof value === 'boolean' ? value : this.wrong(name, 'true or false', value, false);
  }

  number(name: string, min: number, max: number, usual?: null): number | null {
    const value = this.take(name) ?? usual;
    if (value === null) return null;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.wrong(name, `a whole number from ${min} to ${max}`, value, min);
  }

  word(name: string, words: readonly string[], usual: string): string {
    const value = this.take(name) ?? usual;
    return typeof value === 'string' && words.includes(value)
      ? value
      : this.wrong(name, anyOf(words), value, usual);
  }

  /** One sentence about what is wrong; a field that nobody knows may have been meant for one that matters. */
  complaint(op: Op): string | null {
    const stranger = Object.keys(this.object).find((name) => !this.known.includes(name));
    const [, , ...names] = this.known;
    const takes = names.length === 0 ? 'nothing more' : names.join(', ');
    if (this.fault !== null) return `${op}: ${this.fault}`;
    return stranger === undefined ? null : `${op} takes no ${told(stranger)}; it takes ${takes}`;
  }

  private wrong<T>(name: string, what: string, value: unknown, instead: T): T {
    this.fault ??= `${name} must be ${what}, ${value === undefined ? 'and is missing' : `not ${told(value)}`}`;
    return instead;
  }
}

function told(value: unknown): string {
  if (typeof value === 'string') return shown(value);
  return value === undefined ? 'missing' : String(value);
}

/** An object with nothing but plain values in it; null for anything else, which is not even read. */
function parseFlat(line: string): Readonly<Record<string, unknown>> | null {
  if (!isFlat(line)) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Nesting costs many times its length in memory. Outside of strings there is one brace at the start, and no bracket. */
function isFlat(line: string): boolean {
  for (let at = line.indexOf('{') + 1; at > 0; ) {
    const quote = line.indexOf('"', at);
    if (/[{[]/.test(quote < 0 ? line.slice(at) : line.slice(at, quote))) return false;
    if (quote < 0) return /^\s*\{/.test(line);
    at = endOfString(line, quote) + 1;
  }
  return false;
}

function endOfString(line: string, start: number): number {
  for (let at = start + 1; ; ) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return line.length;
    let before = quote;
    while (line[before - 1] === '\\') before -= 1;
    if ((quote - before) % 2 === 0) return quote;
    at = quote + 1;
  }
}

/** The request that these words of a command line are, e.g. `standby local`; or one sentence. */
export function requestOfWords(words: readonly string[]): Request | string {
  const [op = '', argument, ...more] = words;
  if (op === 'server') return serverRequest(words.slice(1));
  if (more.length > 0) return `${op}: too many words`;
  switch (op) {
    case 'status':
      return argument === undefined ? { op } : `status takes no ${argument}`;
    case 'standby':
    case 'takeover': {
      const scope = SCOPES.get(argument ?? 'all');
      return scope === undefined
        ? `${op} takes all, local, foreign or failback, not ${argument}`
        : { op, scope };
    }
    case 'maintenance':
      return argument === 'on' || argument === 'off'
        ? { op, on: argument === 'on' }
        : 'maintenance takes on or off';
    default:
      return `there is no request ${op}; known: status, standby, takeover, maintenance, server`;
  }
}

/** E.g. `drain tcp 192.0.2.10:80 10.0.0.21:80`. */
function serverRequest(words: readonly string[]): Request | string {
  const action = SERVER_ACTIONS.find((one) => one === words[0]);
  const [, protocol, name, server] = words;
  return action === undefined || server === undefined || words.length > 4
    ? `server takes ${anyOf(SERVER_ACTIONS)}, the service and the real server, like server drain tcp 192.0.2.10:80 10.0.0.21:80`
    : { op: 'server', action, service: `${protocol} ${name}`, server };
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
