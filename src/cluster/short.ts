/**
 * Short frames, for lines that carry few bytes a second: of a beat only its last fields, and in place of the head, which
 * the peer has heard before, a number that names it. The signature is that of the whole frame, so that a wrong head
 * never counts, cut to 128 bits (RFC 4868). A heartbeat 3.0.6 gets none. Owns their text, and never who gets one.
 */

import { FRAME_END, FRAME_START, toBytes } from './message';
import { crc } from './signature';

/** So many hexadecimal digits of a digest are sent. */
export const SHORT_DIGITS = 32;
/** One frame of so many is whole: for who begins to listen. */
export const WHOLE_EVERY = 32;

const SHORT_START = `${FRAME_START}head=`;
const END = `\n${FRAME_END}`;

/** How the short frames of beats with this head begin. @param head as `encodeBody` has it */
export function shortStart(head: string): string {
  return `${SHORT_START}${crc(toBytes(head)).toString(16)}\n`;
}

/**
 * @param start see `shortStart`
 * @param rest of the whole frame, from the end of its head to that of its digest
 */
export function encodeShort(start: string, rest: string): string {
  return `${start}${rest.slice(0, rest.lastIndexOf(' ') + 1 + SHORT_DIGITS)}${END}`;
}

/** What `encodeShort` takes, of a whole frame with this head. */
export function restOf(frame: string, head: string): string {
  return frame.slice(FRAME_START.length + head.length, -END.length);
}

/** Whether it is a short frame of any head. */
export function isShort(frame: string): boolean {
  return frame.startsWith(SHORT_START);
}

/** The whole frame, but for the end of its digest. @returns null where it has another head */
export function expandShort(frame: string, start: string, head: string): string | null {
  return frame.startsWith(start) ? `${FRAME_START}${head}${frame.slice(start.length)}` : null;
}
