/** What an in-process monitor is: one exchange per host, and a judgement. Owns the type, and what all probes share. */

import type { Exchange, ExchangeReply, Result } from '../../host/host';
import type { Options } from './options';

export interface Probe {
  /** A new one for each time that the host is asked. */
  exchange(host: string): Exchange;
  /** Why the host is not well, in one clause; null when it is. */
  judge(reply: Result<ExchangeReply>): string | null;
  /** Hosts with IPv6 addresses cannot be asked. */
  readonly isIpv4Only?: true;
  /** The group fails only when all of its hosts do. */
  readonly anyIsEnough?: boolean;
}

/** @param argv program name and arguments; the error says which option is wrong and what would be right */
export type ProbeOf = (argv: readonly string[], deadlineMs: number) => Result<Probe>;

/** @param make given options of which any may be wrong; what it makes is dropped then */
export function probeWith(options: Result<Options>, make: (options: Options) => Probe): Result<Probe> {
  if (!options.ok) return options;
  const value = make(options.value);
  const { fault } = options.value;
  return fault === null ? { ok: true, value } : { ok: false, error: fault };
}

/** Of characters up to U+00FF. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** How much of an answer is quoted. */
const QUOTE_BYTES = 60;

/** The beginning as text; what is not printable ASCII becomes a dot. */
export function printable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes.subarray(0, QUOTE_BYTES))
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
  return text;
}

/** The first line without its end, as far as it is quoted; null when it does not end. */
export function firstLine(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(10);
  if (end === -1) return null;
  return printable(bytes.subarray(0, bytes[end - 1] === 13 ? end - 1 : end));
}

/** Where `wanted` stands; -1 for nowhere. */
export function indexOf(bytes: Uint8Array, wanted: Uint8Array, from = 0): number {
  const [first] = wanted;
  if (first === undefined) return from;
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same += 1;
    if (same === wanted.length) return at;
  }
  return -1;
}
