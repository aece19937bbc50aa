/** DNS messages as far as a check needs them: one question, and what came of it (RFC 1035, 3596). Pure. */

import { printIpv6 } from '../../config/ipv6';

const HEADER_BYTES = 12;
const RECURSION_DESIRED = 0x0100;
const RESPONSE = 0x80;
const TRUNCATED = 0x02;
const CLASS_IN = 1;
/** Labels and pointers of one name; a longer one is made to loop. */
const NAME_STEPS = 128;

/** RFC 1035, 3.2.2, and RFC 3596. */
export const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33 } as const;
export type Type = keyof typeof TYPES;

/** RFC 1035, 4.1.1. */
const RCODES = ['no error', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

export interface Answer {
  /** Null: the question was answered. */
  readonly fault: string | null;
  /** Of the records of the wanted type; addresses in their text form, others as null. */
  readonly values: readonly (string | null)[];
}

/** @param name without a dot at its end, of labels of 1 to 63 characters */
export function question(id: number, name: string, type: Type): Uint8Array {
  const labels = name === '' ? [] : name.split('.');
  const bytes = new Uint8Array(HEADER_BYTES + name.length + (name === '' ? 1 : 2) + 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  view.setUint16(2, RECURSION_DESIRED);
  view.setUint16(4, 1);
  let at = HEADER_BYTES;
  for (const label of labels) {
    bytes[at++] = label.length;
    for (const letter of label) bytes[at++] = letter.charCodeAt(0);
  }
  view.setUint16(at + 1, TYPES[type]);
  view.setUint16(at + 3, CLASS_IN);
  return bytes;
}

/** Whether a datagram is an answer to the question with this number. */
export function answers(bytes: Uint8Array, id: number): boolean {
  return bytes.length >= HEADER_BYTES && (bytes[0]! << 8) + bytes[1]! === id && (bytes[2]! & RESPONSE) !== 0;
}

/** Null for a message that ends too early, or makes no sense. */
export function readAnswer(bytes: Uint8Array, type: Type): Answer | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEADER_BYTES) return null;
  const rcode = bytes[3]! & 15;
  if (rcode !== 0) return { fault: RCODES[rcode] ?? `error ${rcode}`, values: [] };
  // Where it was cut short, those that are there are enough for a check.
  const isCut = (bytes[2]! & TRUNCATED) !== 0;
  let at: number | null = HEADER_BYTES;
  for (let count = view.getUint16(4); count > 0 && at !== null; count--) {
    at = skipName(bytes, at);
    if (at !== null) at += 4;
  }
  const values: (string | null)[] = [];
  for (let count = view.getUint16(6); count > 0 && at !== null; count--) {
    const head = skipName(bytes, at);
    if (head === null || head + 10 > bytes.length) return isCut ? { fault: null, values } : null;
    const length = view.getUint16(head + 8);
    const data = bytes.subarray(head + 10, head + 10 + length);
    if (data.length < length) return isCut ? { fault: null, values } : null;
    if (view.getUint16(head) === TYPES[type]) values.push(addressIn(type, data));
    at = head + 10 + length;
  }
  return at === null ? null : { fault: null, values };
}

function addressIn(type: Type, data: Uint8Array): string | null {
  if (type === 'A' && data.length === 4) return data.join('.');
  return type === 'AAAA' && data.length === 16 ? printIpv6(data) : null;
}

/** @returns where it ends; null where it does not */
function skipName(bytes: Uint8Array, from: number): number | null {
  let at = from;
  for (let step = 0; step < NAME_STEPS; step++) {
    const length = bytes[at];
    if (length === undefined) return null;
    if (length === 0) return at + 1;
    // A pointer ends a name, RFC 1035, 4.1.4.
    if (length >= 0xc0) return at + 2;
    at += length + 1;
  }
  return null;
}
