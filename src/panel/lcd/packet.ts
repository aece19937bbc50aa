/**
 * Packets of CrystalFontz modules (data sheets of the CFA633 and the CFA635): a type, a length, that many bytes and a CRC of
 * all of them, its low byte first. Pure.
 */

/** The same in both directions. */
export interface Packet {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Of the CFA635; that of the CFA633 is less. */
const DATA_BYTES = 22;
const HEAD_BYTES = 2;
const CRC_BYTES = 2;
const PACKET_BYTES = HEAD_BYTES + DATA_BYTES + CRC_BYTES;

/** CRC-16 of X.25: polynomial 0x1021 reflected, from all ones, complemented. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return ~crc & 0xffff;
}

/** @param data at most 22 bytes */
export function encodePacket(type: number, data: readonly number[]): Uint8Array {
  const bytes = Uint8Array.of(type, data.length, ...data, 0, 0);
  const crc = crc16(bytes.subarray(0, -CRC_BYTES));
  bytes[bytes.length - 2] = crc & 0xff;
  bytes[bytes.length - 1] = crc >> 8;
  return bytes;
}

/** Finds packets among bytes, whatever else comes: where none begins, it goes on with the next byte. */
export class PacketReader {
  private readonly held = new Uint8Array(PACKET_BYTES);
  private count = 0;

  /** Of types that a module sends: answers (0x40), reports (0x80) and errors (0xC0). */
  read(bytes: Uint8Array): readonly Packet[] {
    const packets: Packet[] = [];
    for (const byte of bytes) {
      this.held[this.count++] = byte;
      for (let packet = this.whole(); packet !== undefined; packet = this.whole())
        if (packet !== null) packets.push(packet);
    }
    return packets;
  }

  /** @returns null after a byte that begins no packet was dropped; undefined: more has to come */
  private whole(): Packet | null | undefined {
    const { held, count } = this;
    if (count === 0) return undefined;
    const [type = 0, length = 0] = held;
    if (type < 0x40 || (count > 1 && length > DATA_BYTES)) return this.drop(1);
    const end = HEAD_BYTES + length;
    if (count < HEAD_BYTES || count < end + CRC_BYTES) return undefined;
    if (crc16(held.subarray(0, end)) !== (held[end]! | (held[end + 1]! << 8))) return this.drop(1);
    const data = held.slice(HEAD_BYTES, end);
    this.drop(end + CRC_BYTES);
    return { type, data };
  }

  private drop(count: number): null {
    this.held.copyWithin(0, count, this.count);
    this.count -= count;
    return null;
  }
}
