import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Beat, MAX_NUMBER } from '../../../src/cluster/beat';
import { toBytes, toText } from '../../../src/cluster/message';
import { type LinkKind, Receiver } from '../../../src/cluster/receiver';
import { Sender } from '../../../src/cluster/sender';
import { crc } from '../../../src/cluster/signature';
import type { ClusterEvent } from '../../../src/cluster/types';
import type { AuthConfig, DigestMethod } from '../../../src/config/config';
import { BEAT_BYTES } from '../../../src/config/times';
import { authOf, BEAT, MAC } from './helpers';

const WALL_SECONDS = 0x68a9c1b2;
const SPOKEN: Beat = {
  ...BEAT,
  src: 'mazelut.ce.cnu.ac.kr',
  deadtimeMs: 0xa96,
  session: 0xabcdef01,
  sequence: 0x1a3f,
  ack: { session: 0x1234, sequence: 0x1a3e },
  claim: 'all',
  epoch: 7,
  preferred: true,
};
const BODY = [
  't=status',
  'st=active',
  'dt=a96',
  'protocol=1',
  'src=mazelut.ce.cnu.ac.kr',
  'hg=68a9c1b2',
  'ttl=3',
  'sid=abcdef01',
  'rsc=all',
  'ep=7',
  'say=can pref',
  'ack=1234 1a3e',
  'ts=68a9c1b2',
  'seq=1a3f',
  '',
].join('\n');

function receiver(kind: LinkKind = 'datagram', auth: AuthConfig = authOf('sha256')): Receiver {
  return new Receiver([kind, 'datagram'], 0xa, auth, MAC);
}

function receive(from: Receiver, bytes: Uint8Array, link = 0): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  from.receive(link, bytes, (event) => events.push(event));
  return events;
}

/** It has heard a beat with the same head. */
function warm(): Receiver {
  const from = receiver();
  expect(heard(receive(from, signed(BODY.replace('seq=1a3f', 'seq=1'))))).toEqual([
    { ...SPOKEN, sequence: 1 },
  ]);
  return from;
}

const frame = (body: string, auth: string) => toBytes(`>>>\n${body}auth=${auth}\n<<<\n`);
const signed = (body: string) =>
  frame(body, `1 ${createHmac('sha256', 'secret words').update(body).digest('hex')}`);
const heard = (events: ClusterEvent[]) =>
  events.map((event) => (event.type === 'frame' ? event.beat : event.type));
const whyRefused = (events: ClusterEvent[]) =>
  events.map((event) => (event.type === 'refused' ? event.why : event.type));

describe('golden messages', () => {
  // printf BODY | openssl dgst -METHOD -hmac 'secret words'; crc by Linux-HA's loop over cksum's table.
  const digests: Record<DigestMethod, string> = {
    sha256: '474804aca4d131c9fad473d1639a74dc23de51d8cb86e3aabfaa83bbce58c40f',
    sha1: 'd872c0e6839d4470b15e0da79328d7c14dbea717',
    md5: '83cc96010671034c5ef6c43aece7bd80',
    crc: 'f29a6ab7',
  };
  for (const method of ['sha256', 'sha1', 'md5', 'crc'] as const) {
    it(`writes and reads a beat signed by ${method}`, () => {
      const bytes = new Sender(authOf(method), MAC).frame(SPOKEN, WALL_SECONDS);
      expect(toText(bytes)).toBe(`>>>\n${BODY}auth=1 ${digests[method]}\n<<<\n`);
      expect(heard(receive(receiver('datagram', authOf(method)), bytes))).toEqual([SPOKEN]);
    });
  }

  it('keeps a beat that tells everything, of a usual name and of a long one, under 30 ms at 115200 baud', () => {
    const full: Beat = {
      ...SPOKEN,
      hindrance: 'maintenance',
      configHash: 0xc0ffee00,
      version: '0.1.0',
      servers: { good: 16, all: 16 },
      pings: 8,
    };
    const bytesOf = (beat: Beat) => new Sender(authOf('sha256'), MAC).frame(beat, WALL_SECONDS).length;
    const most = bytesOf({
      ...full,
      sequence: MAX_NUMBER,
      ack: { session: MAX_NUMBER, sequence: MAX_NUMBER },
    });
    expect(bytesOf({ ...full, src: 'lb-a', hindrance: null })).toBe(255);
    expect(most).toBe(294);
    expect(most).toBeLessThanOrEqual(BEAT_BYTES + full.src.length + 64);
    expect((most * 10 * 1000) / 115_200).toBeLessThan(30);
  });

  it('computes the crc as POSIX cksum does before it adds the length', () => {
    // cksum of nothing is 4294967295, and there the length adds nothing.
    expect(crc(new Uint8Array())).toBe(0xffffffff);
    // CRC-32/CKSUM's catalogue check value of "123456789" starts from 0 and complements, as this does.
    expect(crc(toBytes('123456789'))).toBe(0x765e7680);
  });

  it('reads a beat of one who leaves, asks for nothing and has heard nobody', () => {
    const beat: Beat = { ...BEAT, status: 'dead', hindrance: 'leaving' };
    expect(heard(receive(receiver(), new Sender(authOf('sha256'), MAC).frame(beat, 0)))).toEqual([beat]);
  });

  it('passes fields that it does not know, binary ones too', () => {
    expect(
      heard(receive(receiver(), signed(`${BODY}(1)srcuuid=AAEC==\nld=0.08 0.03 0.01 1/63 812\n`))),
    ).toEqual([SPOKEN]);
  });

  it('takes the NUL that Linux-HA sends after a datagram', () => {
    const bytes = signed(BODY);
    expect(heard(receive(receiver(), Uint8Array.from([...bytes, 0])))).toEqual([SPOKEN]);
  });
});

describe('keys', () => {
  const both = (signWith: number): AuthConfig => ({
    signWith,
    keys: [
      { id: 1, method: 'sha1', secret: 'old' },
      { id: 2, method: 'sha256', secret: 'neu: schlüssel' },
    ],
  });

  it('rolls over without a lost beat: any listed key verifies', () => {
    for (const id of [1, 2]) {
      expect(
        heard(receive(receiver('datagram', both(1)), new Sender(both(id), MAC).frame(SPOKEN, 0))),
      ).toEqual([SPOKEN]);
    }
  });

  it('uses the UTF-8 bytes of a secret', () => {
    const digest = createHmac('sha256', Buffer.from('neu: schlüssel', 'utf8')).update(BODY).digest('hex');
    expect(heard(receive(receiver('datagram', both(1)), frame(BODY, `2 ${digest}`)))).toEqual([SPOKEN]);
  });

  it('refuses a frame of a key that it does not have, and says which', () => {
    const old = { signWith: 2, keys: both(2).keys.slice(1) };
    expect(whyRefused(receive(receiver('datagram', old), new Sender(both(1), MAC).frame(SPOKEN, 0)))).toEqual(
      ['it is signed with key 1, which this box does not have'],
    );
  });

  it('refuses to start without the signing key', () => {
    const missing = { signWith: 3, keys: both(1).keys };
    expect(() => new Sender(missing, MAC)).toThrow('heartbeat sign-with: there is no key 3; keys: 1, 2');
  });
});

describe('bad frames', () => {
  const cases: readonly (readonly [what: string, bytes: Uint8Array, why: string])[] = [
    ['a wrong digest', frame(BODY, `1 ${'0'.repeat(64)}`), 'its signature by key 1 (sha256) is wrong'],
    ['a short digest', frame(BODY, '1 00'), 'its signature by key 1 (sha256) is wrong'],
    ['no auth line', toBytes(`>>>\n${BODY}<<<\n`), 'it does not end in a signature'],
    ['no body', toBytes('>>>\nauth=1 00\n<<<\n'), 'it does not end in a signature'],
    ['text that is no frame', toBytes('hello'), 'the datagram is not a Linux-HA frame'],
    ['nothing', new Uint8Array(), 'the datagram is not a Linux-HA frame'],
    ['only NULs', new Uint8Array(20), 'the datagram is not a Linux-HA frame'],
    ['more than 4 KiB', signed(`${BODY}ld=${'x'.repeat(4000)}\n`), 'the datagram is not a Linux-HA frame'],
    ['a line without a name', signed(`${BODY}=x\n`), 'a field is not name=value'],
    ['a line without =', signed(`${BODY}junk\n`), 'a field is not name=value'],
    ['too many fields', signed(BODY + 'x1=y\n'.repeat(5) + many(64)), 'a field is not name=value'],
    [
      'another type',
      signed(BODY.replace('t=status', 't=resource')),
      'it is a message of type resource, not a status',
    ],
    ['no src', signed(BODY.replace(/src=.*\n/, '')), 'it has no src'],
    ['a strange st', signed(BODY.replace('st=active', 'st=ping')), 'st is ping, not active or dead'],
    [
      'a strange claim',
      signed(BODY.replace('rsc=all', 'rsc=some')),
      'rsc is some, not none, taking, all or giving',
    ],
    ['a deadtime of 0', signed(BODY.replace('dt=a96', 'dt=0')), 'dt is not 1 to 36ee80 (hex)'],
    ['a deadtime of a day', signed(BODY.replace('dt=a96', 'dt=5265c00')), 'dt is not 1 to 36ee80 (hex)'],
    ['a sequence of 0', signed(BODY.replace('seq=1a3f', 'seq=0')), 'seq is not a hexadecimal number from 1'],
    [
      'a number with more',
      signed(BODY.replace('seq=1a3f', 'seq=1a3fg')),
      'seq is not a hexadecimal number from 1',
    ],
    [
      '9 digits',
      signed(BODY.replace('ep=7', 'ep=123456789')),
      'one of hg, sid, ep, ttl is not a hexadecimal number of up to 32 bits',
    ],
    [
      'a session of 33 bits',
      signed(BODY.replace(/sid=.*\n/, 'sid=123456789\n')),
      'one of hg, sid, ep, ttl is not a hexadecimal number of up to 32 bits',
    ],
    [
      'a bad ack',
      signed(BODY.replace('ack=1234 1a3e', 'ack=1234')),
      'ack is not - or two hexadecimal numbers',
    ],
  ];
  for (const [what, bytes, why] of cases) {
    it(`refuses ${what}`, () => expect(whyRefused(receive(receiver(), bytes))).toEqual([why]));
    it(`refuses ${what} after a good frame`, () => expect(whyRefused(receive(warm(), bytes))).toEqual([why]));
  }

  it.each(['ack=-\n', 'src=b\n', 'seq=2\n', 'rsc=none\n', 'ld=1\n'])(
    'believes the same of a body with %j at its end whether it knows the head or not',
    (line) => {
      const bytes = signed(BODY + line);
      expect(receive(warm(), bytes)).toEqual(receive(receiver(), bytes));
    },
  );

  it('believes no body that was changed in any single byte', () => {
    const good = signed(BODY);
    for (let at = 0; at < good.length; at++) {
      const bytes = good.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const events = receive(receiver(), bytes);
      expect(events.map((event) => event.type)).toEqual(['refused']);
    }
  });

  it('drops the own broadcast unread', () => {
    const own = new Sender(authOf('sha256'), MAC).frame({ ...BEAT, src: 'a', session: 0xa }, 0);
    expect(receive(receiver(), own)).toEqual([]);
  });
});

function many(count: number): string {
  return Array.from({ length: count }, (_, index) => `f${index}=x\n`).join('');
}

class CountingMac {
  verified = 0;

  hmac(...args: Parameters<typeof MAC.hmac>): Uint8Array {
    this.verified++;
    return MAC.hmac(...args);
  }
}

describe('copies', () => {
  it('knows a copy on another link by its bytes, and does not verify it again', () => {
    const mac = new CountingMac();
    const both = new Receiver(['datagram', 'datagram'], 0xa, authOf('sha256'), mac);
    const bytes = signed(BODY);
    expect(
      heard([...receive(both, bytes, 0), ...receive(both, bytes, 1), ...receive(both, bytes, 0)]),
    ).toEqual([SPOKEN, SPOKEN, SPOKEN]);
    expect(mac.verified).toBe(1);
  });

  it('remembers a bounded number of frames', () => {
    const mac = new CountingMac();
    const one = new Receiver(['datagram'], 0xa, authOf('sha256'), mac);
    const frames = Array.from({ length: 9 }, (_, index) =>
      signed(BODY.replace('seq=1a3f', `seq=${index + 1}`)),
    );
    for (const bytes of frames) receive(one, bytes);
    receive(one, frames[8] as Uint8Array);
    expect(mac.verified).toBe(9);
    receive(one, frames[0] as Uint8Array);
    expect(mac.verified).toBe(10);
  });
});

describe('the serial stream', () => {
  const good = signed(BODY);
  const next = signed(BODY.replace('seq=1a3f', 'seq=1a40'));
  const stream = (...parts: readonly (Uint8Array | string)[]) =>
    Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? toBytes(part) : part)]));
  const sequences = (events: ClusterEvent[]) =>
    events.flatMap((event) => (event.type === 'frame' ? [event.beat.sequence] : []));

  it('reads frames in pieces of any size', () => {
    const bytes = stream(good, next);
    for (let size = 1; size <= bytes.length; size++) {
      const one = receiver('stream');
      const events: ClusterEvent[] = [];
      for (let at = 0; at < bytes.length; at += size)
        events.push(...receive(one, bytes.subarray(at, at + size)));
      expect(sequences(events)).toEqual([0x1a3f, 0x1a40]);
    }
  });

  const noise: readonly (readonly [what: string, bytes: Uint8Array, expected: number[]])[] = [
    ['NULs before a frame', stream(new Uint8Array(50), good), [0x1a3f]],
    ['a line before a frame', stream('login: \r\n', good), [0x1a3f]],
    ['noise without a line feed between frames', stream(good, '\x7f\xff~~', next), [0x1a3f, 0x1a40]],
    ['a frame cut in a line', stream(good.subarray(0, 60), next), [0x1a40]],
    ['a frame cut at its end', stream(good.subarray(0, good.length - 1), next), [0x1a40]],
    ['a frame cut at its start', stream(good.subarray(2), next), [0x1a40]],
    ['noise within a frame', stream(good.subarray(0, 60), 'x\xffy', good.subarray(60), next), [0x1a40]],
    ['10 KiB of noise without a line feed', stream('z'.repeat(10_240), good), [0x1a3f]],
    ['a frame that never ends', stream('>>>\n', 'a=b\n'.repeat(3_000), good), [0x1a3f]],
    ['noise that ends just where the buffer does', stream('z'.repeat(4_094), good), [0x1a3f]],
    ['many starts', stream('>>>\n>>>\n>>>\n', good), [0x1a3f]],
    ['ends without a start', stream('<<<\n<<<\n', good), [0x1a3f]],
  ];
  for (const [what, bytes, expected] of noise) {
    it(`survives ${what}`, () => {
      expect(sequences(receive(receiver('stream'), bytes))).toEqual(expected);
      const one = receiver('stream');
      const events: ClusterEvent[] = [];
      for (let at = 0; at < bytes.length; at += 7) events.push(...receive(one, bytes.subarray(at, at + 7)));
      expect(sequences(events)).toEqual(expected);
    });
  }
});
