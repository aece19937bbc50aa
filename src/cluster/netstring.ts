/**
 * Linux-HA's netstring message: `###`, a `LENGTH:(TYPE)name=value,` for each field, `%%%`, `LENGTH:KEY DIGEST,`. A
 * heartbeat 3.0.6 says everything so on Ethernet, whatever `msgfmt` tells it (cluster-glue 1.0.12, msg2wirefmt_ll), but
 * understands the classic form there. So this is read and never written.
 */

import { type Envelope, MAX_FIELDS } from './message';

export const NETSTRING_START = '###\n';
const NETSTRING_END = '%%%\n';

const AUTH = /^%%%\n(\d{1,3}):((\d{1,2}) ([0-9a-f]{1,64})),$/;
const LENGTH = /^\d{1,4}$/;
const STRING = '(0)';

/** @returns null for anything but one whole message that ends in its signature, which covers both delimiters too */
export function openNetstrings(frame: string): Envelope | null {
  const at = frame.lastIndexOf(NETSTRING_END);
  const [, length, auth, keyId, digest] = AUTH.exec(frame.slice(Math.max(0, at))) ?? [];
  if (auth === undefined || digest === undefined || auth.length !== Number(length)) return null;
  return { start: 0, body: frame.slice(0, at + NETSTRING_END.length), keyId: Number(keyId), digest };
}

/**
 * Fields of a message. Binary and nested ones keep their type in the name, `(1)name`, as in the classic form; their
 * values are as they came, not base64.
 * @returns null when a length, a type or a name is missing or there are more than MAX_FIELDS
 */
export function decodeNetstrings(body: string): Map<string, string> | null {
  const fields = new Map<string, string>();
  const stop = body.length - NETSTRING_END.length;
  let at = NETSTRING_START.length;
  while (at < stop) {
    const colon = body.indexOf(':', at);
    const length = body.slice(at, Math.max(at, colon));
    const end = colon + 1 + Number(length);
    if (!LENGTH.test(length) || body[end] !== ',' || fields.size >= MAX_FIELDS) return null;
    const pair = body.slice(colon + 1, end);
    const equals = pair.indexOf('=');
    if (pair[0] !== '(' || pair[2] !== ')' || equals <= STRING.length) return null;
    fields.set(pair.slice(pair.startsWith(STRING) ? STRING.length : 0, equals), pair.slice(equals + 1));
    at = end + 1;
  }
  return fields;
}
