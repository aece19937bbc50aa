/** ICMP echo messages (RFC 792), for those who send them and those who judge what comes. Pure. */

const ECHO_REPLY = 0;
const ECHO_REQUEST = 8;
const HEADER_BYTES = 8;
/** An IPv4 header without options comes before the message on a raw socket. */
const LEAST_BYTES = 20 + HEADER_BYTES;

/** An echo request without data. */
export function echoRequest(identifier: number, sequence: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, ECHO_REQUEST);
  view.setUint16(4, identifier);
  view.setUint16(6, sequence);
  view.setUint16(2, checksum(view));
  return bytes;
}

/** @param bytes a packet with its IPv4 header; @returns the identifier of an echo reply, null for anything else */
export function echoReplyIdentifier(bytes: Uint8Array): number | null {
  const header = ((bytes[0] ?? 0) & 0x0f) * 4;
  if (bytes.length < LEAST_BYTES || bytes.length < header + HEADER_BYTES) return null;
  if (bytes[header] !== ECHO_REPLY) return null;
  return ((bytes[header + 4] ?? 0) << 8) | (bytes[header + 5] ?? 0);
}

/** RFC 1071, of a whole number of 16-bit words. */
function checksum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < view.byteLength; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
