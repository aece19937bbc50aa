/** Reads an operator's request, from a line of the local socket or from the words of a command line. Never throws. */

import type { Scope } from '../cluster/types';
import { COMMENT_LIMIT, headerText, WHO_LIMIT } from '../config/archive';
import { anyOf, nearest, shown } from '../config/problem';
import { TEXT_LIMIT } from '../config/text';
import { ACK_COMMENT_LIMIT } from '../monitor/orders';
import { type Op, type Request, SERVER_ACTIONS, VERSION } from './control';

/** Longest time in which a commit waits for its confirmation. */
const CONFIRM_MAX_MINUTES = 24 * 60;
const DEVICE_LIMIT = 64;
/** Characters of the name of a virtual service or a real server. */
const SERVICE_NAME_LIMIT = 80;
/** Characters of the name of a watch, a service or a host. */
const WATCH_NAME_LIMIT = 253;

/** hb_standby(1) and hb_takeover(1); `failback` is another word for `foreign` there. */
const SCOPES: ReadonlyMap<string, Scope> = new Map([
  ['all', 'all'],
  ['local', 'local'],
  ['foreign', 'foreign'],
  ['failback', 'foreign'],
]);

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
