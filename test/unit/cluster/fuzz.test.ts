import { describe, expect, it } from 'vitest';
import type { ClusterEvent } from '../../../src/cluster/types';
import { Receiver, Sender } from '../../../src/cluster/wire';
import { Random } from '../../sim/random';
import { authOf, BEAT, MAC } from './helpers';

const BYTES = 1_000_000;
const SENT_FRAMES = 200;

const AUTH = authOf('md5');
const FRAMES = Array.from({ length: SENT_FRAMES }, (_, index) =>
  new Sender(AUTH, MAC).frame({ ...BEAT, sequence: index + 1 }, 0),
);

/** Noise, good frames, and frames with bytes changed, taken away or put in. */
function piece(random: Random): Uint8Array {
  const kind = random.below(5);
  const frame = random.pick(FRAMES);
  if (kind === 0) return Uint8Array.from({ length: random.below(400) }, () => random.below(256));
  if (kind === 1) return frame;
  if (kind === 2) return frame.subarray(random.below(20), frame.length - random.below(20));
  const bytes = [...frame];
  for (let i = 0; i <= random.below(4); i++) {
    const value = random.pick([0, 10, 13, 60, 61, 62, random.below(256)]);
    bytes.splice(random.below(bytes.length), random.below(3), value);
  }
  return Uint8Array.from(bytes);
}

describe('a million random and mutated bytes', () => {
  for (const kind of ['stream', 'datagram'] as const) {
    it(`through a ${kind} link: no exception, and no beat that nobody sent`, () => {
      const random = new Random(kind.length);
      const receiver = new Receiver([kind], 0xa, AUTH, MAC);
      const counts = { frame: 0, refused: 0 };
      const sink = (event: ClusterEvent) => {
        if (event.type === 'refused') counts.refused++;
        if (event.type !== 'frame') return;
        counts.frame++;
        expect(event.beat).toEqual({ ...BEAT, sequence: event.beat.sequence });
        expect(event.beat.sequence).toBeLessThanOrEqual(SENT_FRAMES);
      };
      for (let fed = 0; fed < BYTES; ) {
        const bytes = piece(random);
        fed += bytes.length + 1;
        receiver.receive(0, bytes, sink);
      }
      expect(counts.frame).toBeGreaterThan(100);
      expect(counts.refused).toBeGreaterThan(100);
      // What came before does not stand in the way of the next good frame but one.
      const before = counts.frame;
      receiver.receive(0, FRAMES[0] as Uint8Array, sink);
      receiver.receive(0, FRAMES[1] as Uint8Array, sink);
      expect(counts.frame).toBeGreaterThan(before);
    });
  }
});
