/**
 * mon's `http.monitor` without a fork: GET of one path over HTTP/1.0 (RFC 1945), good when the answer has a good status,
 * and the text that is looked for. Pure: request text and judgement. Never reads more of an answer than it needs, nor more
 * than its limit.
 */

import type { ExchangeReply, Result } from '../../host/host';
import { type Options, readOptions } from './options';
import { bytesOf, firstLine, indexOf, type Probe, printable, probeWith } from './probe';

/** The header of an answer must end within this; and the text that is looked for must stand within that. */
export const replyLimitBytes = 8192;
export const textLimitBytes = 65_536;

/** Requests that are kept: to make one takes longer than to send it. */
const REQUESTS_LIMIT = 1024;

/** As the script has it, and whatever else says that all is well. */
const GOOD = '200-399,401';
const NAMES = {
  '-p': 'PORT',
  '-t': 'SECONDS',
  '-c': 'MILLISECONDS',
  '-u': 'PATH',
  '-H': 'HOST',
  '-a': 'AGENT',
  '-s': 'STATUSES',
  '-m': 'TEXT',
  '-o': '',
} as const;

const LINE_FEED = 10;
/** Of a status line up to the blank or the line end behind the status. */
const STATUS_BYTES = 14;

interface Wanted {
  readonly statuses: readonly (readonly [number, number])[];
  readonly text: Uint8Array | null;
}

/**
 * Options of the script: -p port, -t seconds, -u path, -a user agent, -m text, -o (changes nothing here: a good answer is
 * not shown). Beyond these: -H host header, -s good statuses like 200-299,404, -c milliseconds until a connection stands.
 */
export function httpProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  return probeWith(readOptions(argv, NAMES), (options) => {
    const port = options.port(80);
    const timeoutMs = options.timeoutMs('-t', deadlineMs);
    const connect = options.connect();
    const path = options.text('-u', '/', /^\/[\x21-\x7e]*$/, 'a path like /index.html');
    const agent = options.text('-a', 'mon.d/http.monitor', /^[\x20-\x7e]+$/, 'printable ASCII');
    const name = options.text('-H', '', /^[\x21-\x7e]+$/, 'a host like www.example.org');
    const wanted = { statuses: readStatuses(options), text: readText(options) };
    const requests = new Map<string, Uint8Array>();
    const requestTo = (host: string): Uint8Array => {
      const known = requests.get(host);
      if (known !== undefined) return known;
      const made = requestBytes(name === '' ? host : name, path, agent);
      if (requests.size >= REQUESTS_LIMIT) requests.clear();
      requests.set(host, made);
      return made;
    };
    return {
      exchange: (host) => ({
        transport: 'tcp',
        address: host,
        port,
        request: requestTo(host),
        deadlineMs: timeoutMs,
        ...connect,
        limitBytes: wanted.text === null ? replyLimitBytes : textLimitBytes,
        next: enough(wanted.text),
      }),
      judge: (reply) => judgeHttp(reply, wanted),
    };
  });
}

/** Redirects are good or bad by this, too. */
function readStatuses(options: Options): Wanted['statuses'] {
  const status = '[1-9]\\d\\d(-[1-9]\\d\\d)?';
  const pattern = new RegExp(`^${status}(,${status})*$`);
  const text = options.text('-s', GOOD, pattern, 'a list of statuses like 200-299,404');
  return text.split(',').map((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return [from, to] as const;
  });
}

/** A pattern could take longer than the box has; a text cannot. */
function readText(options: Options): Uint8Array | null {
  const plain = /^([\x20-\x7e\x80-\xff](?<![\\^$.|?*+()[\]{}])|\\[^A-Za-z0-9])+$/;
  const text = options.text(
    '-m',
    '',
    plain,
    'a text without ^ $ . | ? * + ( ) [ ] { }, or with \\ before them',
  );
  return text === '' ? null : bytesOf(text.replace(/\\(.)/g, '$1'));
}

/** Stops reading when all that matters has come. Looks at each byte once, however small the pieces are. */
function enough(text: Uint8Array | null): (bytes: Uint8Array) => 'enough' | null {
  let seen = 0;
  let hasHeader = false;
  let hasText = text === null;
  return (bytes) => {
    hasHeader ||= headerEnds(bytes, Math.max(0, seen - 2));
    if (text !== null) hasText ||= indexOf(bytes, text, Math.max(0, seen - text.length + 1)) !== -1;
    seen = bytes.length;
    return hasHeader && hasText ? 'enough' : null;
  };
}

/** Why the answer is not a good one, in one clause; null when it is. */
export function judgeHttp(reply: Result<ExchangeReply>, { statuses, text }: Wanted): string | null {
  if (!reply.ok) return reply.error;
  const { bytes, end } = reply.value;
  if (bytes.length === 0) return 'connection closed without an answer';
  const status = statusOf(bytes);
  if (status === 0)
    return `answer does not begin with an HTTP status line but ${JSON.stringify(firstLine(bytes) ?? printable(bytes))}`;
  if (!headerEnds(bytes, 0))
    return end === 'limit'
      ? `header of the answer does not end within ${bytes.length} bytes`
      : 'connection closed within the header of the answer';
  if (!statuses.some(([from, to]) => status >= from && status <= to))
    return `answered ${JSON.stringify(firstLine(bytes))}`;
  if (text === null || indexOf(bytes, text) !== -1) return null;
  return `${JSON.stringify(printable(text))} is not in the first ${bytes.length} bytes of the answer`;
}

/** Of a status line like `HTTP/1.0 200 OK`, which has to end; 0 for anything else. */
function statusOf(bytes: Uint8Array): number {
  const line = String.fromCharCode(...bytes.subarray(0, STATUS_BYTES));
  const status = /^HTTP\/\d\.\d ([1-9]\d\d)(?: |\r?\n)/.exec(line)?.[1];
  return status === undefined || !bytes.includes(LINE_FEED) ? 0 : Number(status);
}

function requestBytes(host: string, path: string, agent: string): Uint8Array {
  const name = host.includes(':') && !host.startsWith('[') && /^[0-9a-f:]+$/i.test(host) ? `[${host}]` : host;
  return bytesOf(
    `GET ${path} HTTP/1.0\r\nHost: ${name}\r\nUser-Agent: ${agent}\r\nConnection: close\r\n\r\n`,
  );
}

/** An empty line: LF LF or LF CR LF. */
function headerEnds(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    const next = bytes[at + 1] === 13 ? at + 2 : at + 1;
    if (bytes[next] === 10) return true;
  }
  return false;
}
