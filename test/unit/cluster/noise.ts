/** What a wire can deliver when it should not: noise, forgeries, and frames that were damaged. Repeatable. */

import { FRAME_START, toBytes, toText } from '../../../src/cluster/message';
import type { Random } from '../../sim/random';

const MAX_NOISE_BYTES = 400;
/** The longest datagram there is, and the longest message of a heartbeat 3.0.6 (MAXMSG) on a serial line. */
const LONG_BYTES = { datagram: 65_507, stream: 256 * 1024 } as const;
/** One piece in so many is a long one. */
const LONG_RARITY = 10_000;
/** What frames are made of: bytes that a decoder looks for. */
const TELLING = [0, 10, 13, 19, 35, 37, 40, 44, 48, 58, 60, 61, 62, 255] as const;

/** @returns the frame with another digest: each of its forms has one that ends before the last `,` or line feed */
export function forged(frame: Uint8Array): Uint8Array {
  const text = toText(frame);
  return toBytes(
    text.replace(
      /([0-9a-f])(\n<<<\n|,)$/,
      (_, digit: string, end: string) => (digit === '0' ? '1' : '0') + end,
    ),
  );
}

/** Random bytes, whole frames, pieces of them, and frames with bytes changed, taken away or put in. */
export function piece(
  random: Random,
  frames: readonly Uint8Array[],
  kind: 'stream' | 'datagram',
): Uint8Array {
  if (random.below(LONG_RARITY) === 0) return long(random, LONG_BYTES[kind]);
  const frame = random.pick(frames);
  switch (random.below(6)) {
    case 0:
      return Uint8Array.from({ length: random.below(MAX_NOISE_BYTES) }, () => random.below(256));
    case 1:
      return Uint8Array.from({ length: random.below(MAX_NOISE_BYTES) }, () => random.pick(TELLING));
    case 2:
      return frame;
    case 3:
      return frame.subarray(random.below(20), frame.length - random.below(20));
    default:
      return mutated(random, frame);
  }
}

function mutated(random: Random, frame: Uint8Array): Uint8Array {
  const bytes = [...frame];
  for (let i = 0; i <= random.below(4); i++) {
    const value = random.chance(0.8) ? random.pick(TELLING) : random.below(256);
    bytes.splice(random.below(bytes.length), random.below(3), value);
  }
  return Uint8Array.from(bytes);
}

/** Starts as a frame does, and does not end; sometimes without a line feed. */
function long(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(random.pick(TELLING));
  bytes.set(toBytes(FRAME_START));
  for (let i = 0; i < 100; i++) bytes[random.below(length)] = random.pick(TELLING);
  return bytes;
}
