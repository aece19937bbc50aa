/**
 * Linux-HA's classic message: fields as `name=value` lines between a `>>>` and a `<<<` line. Text only; owns the
 * frame's limits and form, never what the fields mean or whether the signature is right.
 */

export type Field = readonly [name: string, value: string];
export type Fields = readonly Field[];

/** Longest frame, delimiters included; Linux-HA allows 256 KiB, no beat needs it. */
export const MAX_FRAME_BYTES = 4096;
/** Most fields in one message. */
export const MAX_FIELDS = 64;

export const FRAME_START = '>>>\n';
export const FRAME_END = '<<<\n';

/** Sent instead of a line feed inside a value (cluster-glue, cl_msg.c). */
const LINE_FEED_INSIDE = '\x13';

/** The message's body as the signature covers it: the lines, neither delimiters nor `auth`. */
export function encodeBody(fields: Fields): string {
  let body = '';
  for (const [name, value] of fields) {
    body += `${name}=${value.includes('\n') ? value.replaceAll('\n', LINE_FEED_INSIDE) : value}\n`;
  }
  return body;
}

/**
 * Body lines -> fields. Binary and nested fields, `(1)name=...`, pass as they stand.
 * @returns null when a line has no name or there are more than MAX_FIELDS
 */
export function decodeBody(body: string): Map<string, string> | null {
  const fields = new Map<string, string>();
  let start = 0;
  while (start < body.length) {
    const end = body.indexOf('\n', start);
    const equals = body.indexOf('=', start);
    if (end < 0 || equals <= start || equals > end || fields.size >= MAX_FIELDS) return null;
    const value = body.slice(equals + 1, end);
    fields.set(
      body.slice(start, equals),
      value.includes(LINE_FEED_INSIDE) ? value.replaceAll(LINE_FEED_INSIDE, '\n') : value,
    );
    start = end + 1;
  }
  return fields;
}

/** A frame taken apart: what is signed, and by which key. */
export interface Envelope {
  /** Where the body starts in the frame, in bytes. */
  readonly start: number;
  readonly body: string;
  readonly keyId: number;
  readonly digest: string;
}

const AUTH = '\nauth=';
const AUTH_END = `\n${FRAME_END}`;
const KEY_ID = /^\d{1,2}$/;
const DIGEST_LIMIT = 64;

/** @returns null for anything but one whole frame whose last line is `auth=KEY DIGEST` */
export function openFrame(frame: string): Envelope | null {
  if (!frame.startsWith(FRAME_START) || frame.length > MAX_FRAME_BYTES) return null;
  const at = frame.lastIndexOf(AUTH);
  if (at < FRAME_START.length || !frame.endsWith(AUTH_END)) return null;
  const space = frame.indexOf(' ', at);
  if (space < 0) return null;
  const keyId = frame.slice(at + AUTH.length, space);
  // Whoever compares the digest sees whether it is hexadecimal.
  const digest = frame.slice(space + 1, -AUTH_END.length);
  if (!KEY_ID.test(keyId) || digest === '' || digest.length > DIGEST_LIMIT) return null;
  const start = FRAME_START.length;
  return { start, body: frame.slice(start, at + 1), keyId: Number(keyId), digest };
}

/** Writes Latin-1 text; the wire is 7-bit, so every character is one byte. @returns the offset after it */
export function writeText(bytes: Uint8Array, offset: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i);
  return offset + text.length;
}

/** As `subarray`, which looks for subclasses first and takes QuickJS three times as long. */
export function part({ buffer, byteOffset }: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + from, to - from);
}

/** Latin-1 text -> its bytes. */
export function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  writeText(bytes, 0, text);
  return bytes;
}

/** At most MAX_FRAME_BYTES bytes -> Latin-1 text. */
export function toText(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
