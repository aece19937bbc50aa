/** What a real heartbeat 3.0.6 sent, see the files in `golden/`, and what it gets from us. */

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Beat } from '../../../src/cluster/beat';
import { decodeBody, encodeBody, openFrame, toBytes, toText } from '../../../src/cluster/message';
import { decodeNetstrings, openNetstrings } from '../../../src/cluster/netstring';
import { type LinkKind, Receiver } from '../../../src/cluster/receiver';
import { Sender } from '../../../src/cluster/sender';
import type { ClassicMessage, ClusterEvent } from '../../../src/cluster/types';
import type { AuthConfig } from '../../../src/config/config';
import { DATAGRAMS } from './golden/netstring';
import { BEAT, MAC } from './helpers';

const SECRET = 'understudy-golden';
const AUTH: AuthConfig = {
  signWith: 2,
  keys: [
    { id: 1, method: 'md5', secret: SECRET },
    { id: 2, method: 'sha1', secret: SECRET },
    { id: 3, method: 'crc', secret: '' },
  ],
};
const METHODS = ['md5', 'sha1', 'crc'] as const;

const TEXTS = Object.fromEntries(
  METHODS.map((method) => [
    method,
    readFileSync(new URL(`./golden/serial-${method}.txt`, import.meta.url), 'latin1'),
  ]),
) as Record<(typeof METHODS)[number], string>;

const framesOf = (text: string): readonly string[] => text.match(/>>>\n.*?<<<\n/gs) ?? [];
const FRAMES = METHODS.flatMap((method) => framesOf(TEXTS[method]));

function receive(kind: LinkKind, pieces: readonly Uint8Array[]): ClusterEvent[] {
  const events: ClusterEvent[] = [];
  const receiver = new Receiver([kind], 0xa, AUTH, MAC);
  for (const bytes of pieces) receiver.receive(0, bytes, (event) => events.push(event));
  return events;
}

const pieces = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );

/** `TYPE of SRC` and the sequence number, in hexadecimal. */
const told = (events: readonly ClusterEvent[]) =>
  events.map((event) => {
    if (event.type !== 'classic') return event.type === 'refused' ? event.why : event.type;
    const { messageType, src, sequence } = event.message;
    return `${messageType} of ${src}${sequence === null ? '' : ` ${sequence.toString(16)}`}`;
  });

const SAID = {
  md5: [
    'status of lb-a 1',
    'status of lb-b 10',
    'NS_ackmsg of lb-a',
    'starting of lb-a a',
    'resource of lb-a b',
    'shutdone of lb-a 38',
  ],
  sha1: [
    'NS_ackmsg of lb-a',
    'status of lb-a 1',
    'status of lb-a 2',
    'reqnodes of lb-a 5',
    'repnodes of lb-a 6',
    'status of lb-b 10',
    'starting of lb-a 9',
    'resource of lb-a a',
    'ip-request-resp of lb-a 21',
    'ask_resources of lb-a 3f',
    'shutdone of lb-a 44',
  ],
  crc: ['status of lb-b 10', 'NS_ackmsg of lb-a', 'repnodes of lb-a 6', 'ip-request-resp of lb-a 21'],
} as const;

describe('a heartbeat 3.0.6 on a serial line', () => {
  for (const method of METHODS) {
    it(`is understood whole when it signs by ${method}, in pieces of any size`, () => {
      const bytes = toBytes(TEXTS[method]);
      for (const size of [1, 7, 100, bytes.length])
        expect(told(receive('stream', pieces(bytes, size)))).toEqual(SAID[method]);
    });
  }

  it('says in one message who sent it, of which type, and when in its life', () => {
    const [event] = receive('stream', [toBytes(TEXTS.md5)]);
    const message: ClassicMessage = {
      src: 'lb-a',
      messageType: 'status',
      generation: 0x6b035974,
      sequence: 1,
    };
    expect(event).toEqual({ type: 'classic', link: 0, message });
  });

  it.each(FRAMES.map((frame) => [frame.replaceAll('\n', ' ').slice(4, 40), frame]))(
    '%s...: its fields, written again, are its body',
    (_, frame) => {
      const body = openFrame(frame)?.body ?? '';
      const fields = decodeBody(body) ?? new Map();
      expect(encodeBody([...fields])).toBe(body);
      expect(frame).toBe(`>>>\n${body}auth=${frame.split('auth=')[1]}`);
    },
  );

  it('has the fields of its own, binary ones in base64, for whoever wants them', () => {
    const [, , , , nodes = ''] = framesOf(TEXTS.sha1);
    expect([...(decodeBody(openFrame(nodes)?.body ?? '') ?? [])]).toEqual([
      ['dest', 'lb-b'],
      ['t', 'repnodes'],
      ['nodelist', 'lb-a lb-b '],
      ['delnodelist', ' '],
      ['(1)destuuid', '6htTepVUQqqLdLtyuOvnEg=='],
      ['src', 'lb-a'],
      ['(1)srcuuid', 'CKzlcrNJToKghDDCDpj3XA=='],
      ['seq', '6'],
      ['hg', '6b0359ea'],
      ['ts', '6b0359e9'],
      ['ld', '0.47 0.55 0.50 2/128 30'],
      ['ttl', '3'],
    ]);
  });

  it('is believed in no frame in which any byte was changed', () => {
    for (const frame of [framesOf(TEXTS.md5)[1], framesOf(TEXTS.sha1)[0]].map((text) =>
      toBytes(text ?? ''),
    )) {
      for (let at = 0; at < frame.length; at++) {
        const bytes = frame.slice();
        bytes[at] = (bytes[at] ?? 0) ^ 1;
        expect(receive('datagram', [bytes]).map(({ type }) => type)).toEqual(['refused']);
      }
    }
  });
});

describe('a heartbeat 3.0.6 on Ethernet', () => {
  const datagram = (method: (typeof METHODS)[number]) => toBytes(DATAGRAMS[method]);

  it.each([
    ['md5', 'status of lb-a 4'],
    ['sha1', 'NS_ackmsg of lb-a'],
    ['crc', 'resource of lb-b a'],
  ] as const)('is understood in netstring form when it signs by %s', (method, said) => {
    expect(told(receive('datagram', [datagram(method)]))).toEqual([said]);
  });

  it('has fields of any bytes', () => {
    const fields = decodeNetstrings(openNetstrings(DATAGRAMS.md5)?.body ?? '');
    expect(fields?.get('(1)srcuuid')).toBe('t\xd8\xea\xf2\xe5JJg\x87\xf1v@\x7fV2x');
    expect(fields?.get('ld')).toBe('0.85 0.65 0.51 1/127 44');
    expect(fields?.get('auth')).toBe('1 f79a7e4cfd424b0cbe2dc9a733830053');
    expect(fields?.size).toBe(12);
  });

  it('is believed in no datagram that was cut or in which any byte was changed', () => {
    const bytes = datagram('md5');
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const [event, more] = receive('datagram', [changed]);
      expect([event?.type, more]).toEqual(['refused', undefined]);
      expect(receive('datagram', [bytes.subarray(0, at)])).toMatchObject([{ type: 'refused' }]);
    }
  });

  const signed = (body: string) => {
    const auth = `1 ${createHmac('md5', SECRET).update(toBytes(body)).digest('hex')}`;
    return toBytes(`${body}${auth.length}:${auth},`);
  };
  it.each([
    ['no length', '###\n(0)t=status,%%%\n'],
    ['a length of something else', '###\n0xb:(0)t=status,%%%\n'],
    ['a negative length', '###\n-1:(0)t=status,%%%\n'],
    ['a length that is too short', '###\n10:(0)t=status,%%%\n'],
    ['a length that is too long', '###\n12:(0)t=status,%%%\n'],
    ['a length beyond the end', '###\n9999:(0)t=status,%%%\n'],
    ['a length beyond all numbers', `###\n${'9'.repeat(400)}:(0)t=status,%%%\n`],
    ['no type', '###\n8:t=status,%%%\n'],
    ['no name', '###\n10:(0)=status,%%%\n'],
    ['no value', '###\n9:(0)status,%%%\n'],
    ['an empty field', '###\n0:,%%%\n'],
    ['something after its last field', '###\n11:(0)t=status,1%%%\n'],
    ['too many fields', `###\n${many(65)}%%%\n`],
  ])('is refused with %s, even rightly signed', (_, body) => {
    expect(told(receive('datagram', [signed(body)]))).toEqual(['a field is not name=value']);
  });

  it('is refused with no field at all, or with a wrong length of its signature', () => {
    expect(told(receive('datagram', [signed('###\n%%%\n')]))).toEqual(['it has neither sid nor t']);
    const wrong = toBytes(DATAGRAMS.md5.replace('%%%\n34:', '%%%\n35:'));
    expect(told(receive('datagram', [wrong]))).toEqual(['it does not end in a signature']);
  });
});

function many(count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const field = `(0)f${index}=`;
    return `${field.length}:${field},`;
  }).join('');
}

describe('rightly signed messages that nobody expects', () => {
  const sign = (body: string) =>
    toBytes(`>>>\n${body}auth=1 ${createHmac('md5', SECRET).update(body).digest('hex')}\n<<<\n`);
  const hear = (body: string) => told(receive('datagram', [sign(body)]));

  it('pass without harm: types and fields of other programs', () => {
    expect(hear('t=hbapi-clstat\nx=\n(2)nested=>>>\x13a=b\x13<<<\x13\nsrc=c\nseq=ff\nhg=1\n')).toEqual([
      'hbapi-clstat of c ff',
    ]);
    expect(hear('t=NS_rexmit\nsrc=lb-b\nhg=1\nfirstseq=1\nlastseq=9\n')).toEqual(['NS_rexmit of lb-b']);
  });

  it.each([
    ['no type', 'src=lb-a\nhg=1\nseq=1\n', 'it has neither sid nor t'],
    ['no sender', 't=status\nhg=1\nseq=1\n', 'it has no src'],
    ['no generation', 't=status\nsrc=a\nseq=1\n', 'hg is not a hexadecimal number of up to 32 bits'],
    [
      'a long generation',
      't=x\nsrc=a\nhg=123456789\nseq=1\n',
      'hg is not a hexadecimal number of up to 32 bits',
    ],
    ['no sequence', 't=status\nsrc=a\nhg=1\n', 'seq is not a hexadecimal number from 1'],
    ['a sequence of 0', 't=status\nsrc=a\nhg=1\nseq=0\n', 'seq is not a hexadecimal number from 1'],
    [
      'a session and another type',
      't=NS_ackmsg\nsid=1\nsrc=a\n',
      'it is a message of type NS_ackmsg, not a status',
    ],
  ])('are refused with %s', (_, body, why) => expect(hear(body)).toEqual([why]));
});

describe('an acknowledgement', () => {
  const message: ClassicMessage = {
    src: 'lb-a',
    messageType: 'status',
    generation: 0x6b035974,
    sequence: 0x1a,
  };
  const beat: Beat = { ...BEAT, src: 'lb-b', session: 0xa, generation: 0x6b0359ea };

  it('has what heartbeat 3.0.6 has in its own, but UUIDs, and our session', () => {
    const sender = new Sender(AUTH, MAC);
    sender.frame(beat, 0);
    const body = 't=NS_ackmsg\ndest=lb-a\nackseq=1a\nsrc=lb-b\nsid=a\nhg=6b0359ea\nts=6b0359ed\nttl=3\n';
    const digest = createHmac('sha1', SECRET).update(body).digest('hex');
    const bytes = sender.acknowledgement(message, 0x6b0359ed);
    expect(toText(bytes ?? new Uint8Array())).toBe(`>>>\n${body}auth=2 ${digest}\n<<<\n`);
    const [theirs = ''] = framesOf(TEXTS.sha1);
    const names = [...(decodeBody(openFrame(theirs)?.body ?? '') ?? new Map()).keys()];
    expect(names.filter((name) => !name.includes('uuid'))).toEqual([
      't',
      'dest',
      'ackseq',
      'src',
      'hg',
      'ts',
      'ttl',
    ]);
    // The network gives a box its own broadcasts back.
    expect(receive('datagram', [bytes ?? new Uint8Array()])).toEqual([]);
  });

  it('is made neither for a message without a number nor before this box has spoken', () => {
    const sender = new Sender(AUTH, MAC);
    expect(sender.acknowledgement(message, 1)).toBeNull();
    sender.frame(beat, 0);
    expect(sender.acknowledgement({ ...message, messageType: 'NS_rexmit', sequence: null }, 1)).toBeNull();
  });

  it('leaves the next beat as it would have been', () => {
    const [one, other] = [new Sender(AUTH, MAC), new Sender(AUTH, MAC)];
    for (const sender of [one, other]) sender.frame(beat, 0);
    one.acknowledgement(message, 1);
    const next = { ...beat, sequence: 2 };
    expect(toText(one.frame(next, 1))).toBe(toText(other.frame(next, 1)));
  });
});
