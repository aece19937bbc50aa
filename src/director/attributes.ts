/**
 * Netlink attributes (<linux/netlink.h>, struct nlattr) as values: native-endian length and type, then the payload,
 * padded to four bytes. Pure; knows no command and no family. Both machines of a build are little endian.
 */

/** Attributes in one message. The kernel's largest IPVS message holds 15; more means garbage. */
export const attributeLimit = 64;

const headerBytes = 4;
/** NLA_TYPE_MASK: without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
const typeMask = 0x3fff;

/** NLA_F_NESTED */
const nestedFlag = 0x8000;

/** Attribute type -> payload. A type that comes twice keeps its last payload, as in the kernel's parser. */
export type Attributes = ReadonlyMap<number, Uint8Array>;

export function attribute(type: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerBytes + padded(payload.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, headerBytes + payload.length, true);
  view.setUint16(2, type, true);
  bytes.set(payload, headerBytes);
  return bytes;
}

/** An attribute that holds attributes. The kernel does not ask for the flag here, but ipvsadm sets it too. */
export function nest(type: number, parts: readonly Uint8Array[]): Uint8Array {
  return attribute(type | nestedFlag, concat(parts));
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** @throws Error with a sentence when a length points outside `bytes` or there are more than `attributeLimit` */
export function parseAttributes(bytes: Uint8Array): Attributes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<number, Uint8Array>();
  let count = 0;
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const length = view.getUint16(at, true);
    const type = view.getUint16(at + 2, true) & typeMask;
    if (length < headerBytes || at + length > bytes.length)
      throw new Error(
        `netlink attribute ${type} at byte ${at} has length ${length} of ${bytes.length - at} left`,
      );
    count += 1;
    if (count > attributeLimit)
      throw new Error(`netlink message holds more than ${attributeLimit} attributes`);
    found.set(type, bytes.subarray(at + headerBytes, at + length));
    at += padded(length);
  }
  return found;
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff);
}

/** Network byte order, as ports are. */
export function u16be(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 0xff, value & 0xff);
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff);
}

/** Network byte order, as netmasks are. */
export function u32be(value: number): Uint8Array {
  return u32(value).reverse();
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
