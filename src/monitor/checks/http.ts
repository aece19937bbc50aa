/**
 * mon's `http.monitor` without a fork: GET of one path over HTTP/1.0 (RFC 1945), good when the answer's status is
 * 2xx or 3xx. Pure: request text and judgement. Never reads more of an answer than `replyLimitBytes`.
 */

import type { Result, TcpReply } from '../../host/host';
import { readOptions, readPort, readTimeoutMs } from './options';
import type { Probe } from './probe';

/** The header of an answer must end within this. */
export const replyLimitBytes = 8192;

const defaults = { port: 80, path: '/', agent: 'mon.d/http.monitor' };
/** How much of an answer's first line is read and quoted. */
const quoteLimit = 60;

/** Options of the script: -p port, -t seconds, -u path, -a user agent. */
export function httpProbe(argv: readonly string[], deadlineMs: number): Result<Probe> {
  const options = readOptions(argv, { '-p': 'PORT', '-t': 'SECONDS', '-u': 'PATH', '-a': 'AGENT' });
  if (!options.ok) return options;
  const port = readPort(options.value, defaults.port);
  if (!port.ok) return port;
  const timeoutMs = readTimeoutMs(options.value, deadlineMs);
  if (!timeoutMs.ok) return timeoutMs;
  const path = options.value.get('-u') ?? defaults.path;
  if (!/^\/[\x21-\x7e]*$/.test(path))
    return { ok: false, error: `-u ${JSON.stringify(path)} is not a path like /index.html` };
  const agent = options.value.get('-a') ?? defaults.agent;
  if (!/^[\x20-\x7e]+$/.test(agent))
    return { ok: false, error: `-a ${JSON.stringify(agent)} is not printable ASCII` };
  return {
    ok: true,
    value: {
      exchange: (host) => ({
        address: host,
        port: port.value,
        request: requestBytes(host, path, agent),
        deadlineMs: timeoutMs.value,
        limitBytes: replyLimitBytes,
      }),
      judge: judgeHttp,
    },
  };
}

/** Why the answer is not a good one, in one clause; null when it is. */
export function judgeHttp(reply: Result<TcpReply>): string | null {
  if (!reply.ok) return reply.error;
  const { bytes, end } = reply.value;
  if (bytes.length === 0) return 'connection closed without an answer';
  const line = firstLine(bytes);
  const status = /^HTTP\/\d\.\d ([1-9]\d\d)(?: |$)/.exec(line ?? '')?.[1];
  if (line === null || status === undefined)
    return `answer does not begin with an HTTP status line but ${JSON.stringify(line ?? printable(bytes))}`;
  if (!hasHeaderEnd(bytes))
    return end === 'limit'
      ? `header of the answer does not end within ${bytes.length} bytes`
      : 'connection closed within the header of the answer';
  return status[0] === '2' || status[0] === '3' ? null : `answered ${JSON.stringify(line)}`;
}

function requestBytes(host: string, path: string, agent: string): Uint8Array {
  const text = `GET ${path} HTTP/1.0\r\nHost: ${host}\r\nUser-Agent: ${agent}\r\nConnection: close\r\n\r\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Its beginning, without the line end; null when the line does not end. */
function firstLine(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(10);
  if (end === -1) return null;
  return printable(bytes.subarray(0, bytes[end - 1] === 13 ? end - 1 : end));
}

/** An empty line: LF LF or LF CR LF. */
function hasHeaderEnd(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) {
    const next = bytes[at + 1] === 13 ? at + 2 : at + 1;
    if (bytes[next] === 10) return true;
  }
  return false;
}

/** The beginning as text; what is not printable ASCII becomes a dot. */
function printable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, quoteLimit))
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
  return text;
}
