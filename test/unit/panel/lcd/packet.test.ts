import { describe, expect, it } from 'vitest';
import { crc16, encodePacket, PacketReader } from '../../../../src/panel/lcd/packet';
import { crcOf } from '../../../lcd/crystalfontz';
import { generator } from '../../random';

/** As people have seen them come from a CFA633 whose keys they pressed. */
const SEEN = [
  [0x80, 0x01, 0x01, 0x71, 0xc2],
  [0x80, 0x01, 0x02, 0xea, 0xf0],
  [0x80, 0x01, 0x03, 0x63, 0xe1],
  [0x80, 0x01, 0x06, 0xce, 0xb6],
  [0x80, 0x01, 0x07, 0x47, 0xa7],
  [0x80, 0x01, 0x08, 0xb0, 0x5f],
  [0x80, 0x01, 0x0c, 0x94, 0x19],
];

describe('packets', () => {
  it('have the CRC that real modules send', () => {
    for (const bytes of SEEN) {
      expect([...encodePacket(bytes[0]!, [bytes[2]!])]).toEqual(bytes);
      expect(new PacketReader().read(Uint8Array.from(bytes))).toEqual([
        { type: 0x80, data: Uint8Array.of(bytes[2]!) },
      ]);
    }
    // Of X.25 by its usual check value.
    expect(crc16(Uint8Array.from('123456789', (digit) => digit.charCodeAt(0)))).toBe(0x906e);
  });

  it('agree with the emulator about the CRC of anything', () => {
    const below = generator(5);
    for (let round = 0; round < 1_000; round++) {
      const bytes = Array.from({ length: below(24) }, () => below(256));
      expect(crc16(Uint8Array.from(bytes))).toBe(crcOf(bytes));
    }
  });

  it('are found in any pieces, between any noise', () => {
    const below = generator(6);
    for (let round = 0; round < 500; round++) {
      const packets = Array.from({ length: 1 + below(5) }, () => ({
        type: 0x40 + below(0xc0),
        data: Uint8Array.from({ length: below(23) }, () => below(256)),
      }));
      // Of bytes that begin no packet, so that none is swallowed by what looks like the start of one.
      const noise = (): number[] => Array.from({ length: below(9) }, () => below(0x40));
      const bytes = packets.flatMap(({ type, data }) => [...noise(), ...encodePacket(type, [...data])]);
      const reader = new PacketReader();
      const found: unknown[] = [];
      for (let at = 0; at < bytes.length; ) {
        const length = 1 + below(7);
        found.push(...reader.read(Uint8Array.from(bytes.slice(at, at + length))));
        at += length;
      }
      expect(found).toEqual(packets);
    }
  });

  it('are found after one that was cut short or spoilt', () => {
    const good = encodePacket(0x80, [5]);
    const whole = [...encodePacket(0x41, [1, 2, 3, 4, 5, 6, 7, 8])];
    for (let length = 1; length < whole.length; length++) {
      const reader = new PacketReader();
      const found = [...reader.read(Uint8Array.from(whole.slice(0, length)))];
      // The next of each, for what is missing of the first is taken from what follows it.
      for (let again = 0; again < 4; again++) found.push(...reader.read(good));
      expect(found.length).toBeGreaterThanOrEqual(3);
      expect(found.every(({ type }) => type === 0x80)).toBe(true);
    }
    const spoilt = [...whole];
    spoilt[4] = 0xff;
    expect(new PacketReader().read(Uint8Array.from([...spoilt, ...good, ...good]))).toContainEqual({
      type: 0x80,
      data: Uint8Array.of(5),
    });
  });

  it('come only from a module: what it was sent is none of its own, as where a line is looped back', () => {
    expect(new PacketReader().read(encodePacket(0x01, []))).toEqual([]);
  });
});
