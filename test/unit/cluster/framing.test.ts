/** Damage on a serial line costs at most the frames that it hits: tried at every position of a stream of frames. */

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MAX_FRAME_BYTES, toBytes } from '../../../src/cluster/message';
import { Receiver } from '../../../src/cluster/receiver';
import { Sender } from '../../../src/cluster/sender';
import type { ClusterEvent } from '../../../src/cluster/types';
import type { Mac } from '../../../src/host/host';
import { Random } from '../../sim/random';
import { authOf, BEAT } from './helpers';

const AUTH = authOf('sha1');
const MAC: Mac = { hmac: (method, key, data) => createHmac(method, key).update(data).digest() };
const sender = new Sender(AUTH, MAC);
const FRAMES = [1, 2, 3].map((sequence) => sender.frame({ ...BEAT, sequence }, 0));
const FRAME_BYTES = FRAMES[0]?.length ?? 0;
const STREAM = joined(...FRAMES);

function joined(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? toBytes(part) : part)]));
}

/** The sequence numbers of what was heard, fed in pieces of any sizes. */
function heard(stream: Uint8Array, random: Random): number[] {
  const receiver = new Receiver(['stream'], 0xa, AUTH, MAC);
  const sequences: number[] = [];
  const sink = (event: ClusterEvent) => {
    if (event.type === 'frame') sequences.push(event.beat.sequence);
  };
  for (let at = 0; at < stream.length; ) {
    const end = at + 1 + random.below(random.chance(0.5) ? 16 : 2 * MAX_FRAME_BYTES);
    receiver.receive(0, stream.subarray(at, end), sink);
    at = end;
  }
  return sequences;
}

/** The frames that bytes from `start` up to `end` are part of; nothing is hit between two frames. */
function unharmed(start: number, end: number): number[] {
  return [1, 2, 3].filter((sequence) => {
    const [from, to] = [(sequence - 1) * FRAME_BYTES, sequence * FRAME_BYTES];
    return start === end ? start <= from || start >= to : end <= from || start >= to;
  });
}

/** Everything that came was sent, in its order, and nothing is missing that was not hit. */
function check(stream: Uint8Array, wanted: readonly number[], random: Random, what: string): void {
  const got = heard(stream, random);
  const isSent = got.every((sequence, at) => sequence >= 1 && sequence <= 3 && sequence > (got[at - 1] ?? 0));
  const isWhole = wanted.every((sequence) => got.includes(sequence));
  if (!isSent || !isWhole) expect(got, what).toEqual(wanted);
}

const FOREIGN = new Sender(authOf('sha1', 'other words'), MAC).frame(BEAT, 0);
const LONG = `>>>\n${'name=a value of this length or so\n'.repeat(8_000)}auth=1 00\n<<<\n`;

describe('garbage put in at any position', () => {
  const random = new Random(7);
  it.each<[string, Uint8Array | string]>([
    ['a NUL', '\0'],
    ['a byte', 'x'],
    ['a line feed', '\n'],
    ['a carriage return and a line feed', '\r\n'],
    ['a start', '>>>\n'],
    ['a start without its line feed', '>>>'],
    ['an end', '<<<\n'],
    ['an end without its line feed', '<<<'],
    ['an end and a start', '<<<\n>>>\n'],
    ['a start and an end', '>>>\n<<<\n'],
    ['a signature', 'auth=1 00\n'],
    ['a frame of another cluster', FOREIGN],
    ['the first half of a frame', FOREIGN.subarray(0, FRAME_BYTES / 2)],
    ['the second half of a frame', FOREIGN.subarray(FRAME_BYTES / 2)],
    ['a kilobyte of line feeds', '\n'.repeat(1024)],
    ['a line of as many bytes as the buffer has', 'z'.repeat(MAX_FRAME_BYTES)],
    ['a frame of a kilobyte less than that without an end', `>>>\n${'a=b\n'.repeat(768)}`],
    ['random bytes', Uint8Array.from({ length: 300 }, () => random.below(256))],
  ])('%s costs at most the frame that it is put into', (what, garbage) => {
    for (let at = 0; at <= STREAM.length; at++) {
      const stream = joined(STREAM.subarray(0, at), garbage, STREAM.subarray(at));
      check(stream, unharmed(at, at), random, `${what} at ${at}`);
    }
  });

  it('a frame of a heartbeat 3.0.6 of 256 KiB costs at most that', () => {
    expect(LONG.length).toBeGreaterThan(256 * 1024);
    for (const at of [
      0,
      1,
      FRAME_BYTES - 1,
      FRAME_BYTES,
      FRAME_BYTES + 50,
      2 * FRAME_BYTES,
      3 * FRAME_BYTES,
    ]) {
      const stream = joined(STREAM.subarray(0, at), LONG, STREAM.subarray(at));
      check(stream, unharmed(at, at), random, `at ${at}`);
    }
  });
});

describe('what is no frame', () => {
  it.each([
    ['an end without a start', 'noise\n<<<\n<<<\n'],
    ['a frame without an end', '>>>\na=b\n'],
    ['a frame that is too long', LONG],
    ['a line that is too long, and an end', `${'z'.repeat(3 * MAX_FRAME_BYTES)}\n<<<\n`],
  ])('is passed over without a word: %s', (_, garbage) => {
    const events: ClusterEvent[] = [];
    new Receiver(['stream'], 0xa, AUTH, MAC).receive(0, toBytes(garbage), (event) => events.push(event));
    expect(events).toEqual([]);
  });
});

describe('bytes lost or changed at any position', () => {
  const random = new Random(8);
  it.each([1, 2, 3, 4, 5, 16, 100, FRAME_BYTES, FRAME_BYTES + 9])(
    'cost the frames that %i of them are of',
    (count) => {
      for (let at = 0; at + count <= STREAM.length; at++) {
        const [before, after] = [STREAM.subarray(0, at), STREAM.subarray(at + count)];
        check(joined(before, after), unharmed(at, at + count), random, `${count} lost at ${at}`);
        const noise = Uint8Array.from({ length: count }, () => random.below(256));
        check(joined(before, noise, after), unharmed(at, at + count), random, `${count} changed at ${at}`);
        const zeros = new Uint8Array(count);
        check(joined(before, zeros, after), unharmed(at, at + count), random, `${count} zeros at ${at}`);
      }
    },
  );
});

describe('a frame of its longest', () => {
  const signed = (bytes: number) => {
    const room = bytes - '>>>\nt=x\nsrc=b\nhg=1\nseq=1\nld=\nauth=1 \n<<<\n'.length - 40;
    const body = `t=x\nsrc=b\nhg=1\nseq=1\nld=${'x'.repeat(room)}\n`;
    return toBytes(
      `>>>\n${body}auth=1 ${createHmac('sha1', 'secret words').update(body).digest('hex')}\n<<<\n`,
    );
  };

  it.each(['stream', 'datagram'] as const)('passes a %s link, and one of a byte more does not', (kind) => {
    for (const [bytes, passes] of [
      [MAX_FRAME_BYTES, true],
      [MAX_FRAME_BYTES + 1, false],
    ] as const) {
      const frame = signed(bytes);
      expect(frame.length).toBe(bytes);
      const types: string[] = [];
      const receiver = new Receiver([kind], 0xa, AUTH, MAC);
      for (const one of [frame, FRAMES[0] ?? frame]) receiver.receive(0, one, ({ type }) => types.push(type));
      expect(types.filter((type) => type !== 'refused')).toEqual(passes ? ['classic', 'frame'] : ['frame']);
    }
  });
});

describe('what a link may wait for', () => {
  const receiver = new Receiver(['stream', 'datagram'], 0xa, AUTH, MAC);
  const [first, second] = FRAMES as [Uint8Array, Uint8Array];
  const receive = (bytes: Uint8Array, link = 0): number => receiver.receive(link, bytes, () => {});

  it('is unknown before the first frame of a stream is whole, and always of datagrams', () => {
    expect(receive(first.subarray(0, 100))).toBe(0);
    expect(receive(first, 1)).toBe(0);
  });

  it('is the rest of a frame as long as the one before', () => {
    expect(receive(first.subarray(100))).toBe(FRAME_BYTES);
    expect(receive(second.subarray(0, 60))).toBe(FRAME_BYTES - 60);
    expect(receive(second.subarray(60))).toBe(FRAME_BYTES);
  });

  it('is at least a byte of a frame that is longer than the one before', () => {
    const longer = new Sender(AUTH, MAC).frame({ ...BEAT, version: '10.20.30' }, 0);
    expect(receive(longer.subarray(0, longer.length - 1))).toBe(1);
    expect(receive(longer.subarray(-1))).toBe(longer.length);
  });
});
