/** Short frames: who gets one, what it costs, and that nothing counts which a whole frame would not say. */

import { describe, expect, it } from 'vitest';
import type { Beat } from '../../../src/cluster/beat';
import { toBytes, toText } from '../../../src/cluster/message';
import { Receiver } from '../../../src/cluster/receiver';
import { Sender } from '../../../src/cluster/sender';
import { WHOLE_EVERY } from '../../../src/cluster/short';
import type { ClusterEvent } from '../../../src/cluster/types';
import { Bench } from './bench';
import { authOf, BEAT, MAC } from './helpers';

const AUTH = authOf('sha256');
const FIRST = 5;
const HEAD_OF: Beat = {
  ...BEAT,
  src: 'seven.ce.cnu.ac.kr',
  short: true,
  version: '0.1.0',
  sequence: FIRST,
  ack: { session: 0xa, sequence: 8 },
};
const SERIAL = 0;
const ETHERNET = 1;

/** A sender whose newest beat is the one after FIRST, and what the two are on the wire. */
function pair(auth = AUTH, changes: Partial<Beat> = {}) {
  const sender = new Sender(auth, MAC);
  const first = sender.frame(HEAD_OF, 0);
  const beat = { ...HEAD_OF, ...changes, sequence: FIRST + 1, ack: { session: 0xa, sequence: 9 } };
  const whole = sender.frame(beat, 1);
  return { sender, first, beat, whole, short: sender.short(FIRST)! };
}

class Ear {
  readonly events: ClusterEvent[] = [];
  verified = 0;
  readonly receiver = new Receiver(['stream', 'datagram'], 0xa, AUTH, {
    hmac: (...args) => {
      this.verified++;
      return MAC.hmac(...args);
    },
  });

  hear(bytes: Uint8Array, link = SERIAL): ClusterEvent[] {
    this.events.length = 0;
    this.receiver.receive(link, bytes, (event) => this.events.push(event));
    return [...this.events];
  }
}

describe('a short frame', () => {
  it('is readable, and less than half as long', () => {
    const { whole, short } = pair();
    const [digest] = /auth=1 .*/.exec(toText(whole))!;
    expect(toText(short)).toMatch(/^>>>\nhead=[0-9a-f]+\nack=a 9\nts=1\nseq=6\nauth=1 [0-9a-f]{32}\n<<<\n$/);
    expect(digest.startsWith(/auth=1 .*/.exec(toText(short))![0])).toBe(true);
    expect(short.length).toBeLessThan(whole.length / 2);
  });

  it('is the same beat as the whole one', () => {
    const { first, beat, short } = pair();
    const ear = new Ear();
    ear.hear(first);
    expect(ear.hear(short)).toEqual([{ type: 'frame', link: SERIAL, beat }]);
  });

  it.each(['sha1', 'md5', 'crc'] as const)('is signed by %s, too', (method) => {
    const { first, beat, short } = pair(authOf(method));
    const events: ClusterEvent[] = [];
    const receiver = new Receiver(['stream'], 0xa, authOf(method), MAC);
    for (const bytes of [first, short]) receiver.receive(0, bytes, (event) => events.push(event));
    expect(events.at(-1)).toEqual({ type: 'frame', link: 0, beat });
  });

  it('is known as a copy of the whole one, and not verified again; nor is its own copy', () => {
    const { first, beat, whole, short } = pair();
    const ear = new Ear();
    ear.hear(first);
    ear.hear(whole, ETHERNET);
    expect(ear.verified).toBe(2);
    expect(ear.hear(short)).toEqual([{ type: 'frame', link: SERIAL, beat }]);
    expect(ear.verified).toBe(2);
    const other = new Ear();
    other.hear(first);
    for (const link of [SERIAL, ETHERNET]) expect(other.hear(short, link)).toMatchObject([{ beat }]);
    expect(other.verified).toBe(2);
  });

  it('is read in pieces of any size, after noise, and with whole ones around it', () => {
    const { first, whole, short } = pair();
    const stream = [...toBytes('\x80<<noise'), ...first, ...short, ...toBytes('\0\0'), ...whole, ...short];
    for (let size = 1; size < 90; size++) {
      const ear = new Ear();
      const heard: number[] = [];
      for (let at = 0; at < stream.length; at += size)
        for (const event of ear.hear(Uint8Array.from(stream.slice(at, at + size))))
          if (event.type === 'frame') heard.push(event.beat.sequence);
      expect(heard).toEqual([FIRST, FIRST + 1, FIRST + 1, FIRST + 1]);
    }
  });
});

describe('nothing counts', () => {
  it('for a box that does not know the head, until it has heard a whole one', () => {
    const { beat, whole, short } = pair();
    const ear = new Ear();
    expect(ear.hear(short)).toEqual([]);
    ear.hear(whole);
    expect(ear.hear(short)).toEqual([{ type: 'frame', link: SERIAL, beat }]);
  });

  it('of a head that has changed meanwhile', () => {
    const { sender, first } = pair(AUTH, { epoch: 8 });
    const ear = new Ear();
    ear.hear(first);
    expect(ear.hear(sender.short(FIRST + 1)!)).toEqual([]);
  });

  it('of one that was changed in any single byte, whether it is known or not', () => {
    const { first, whole, short } = pair();
    for (let at = 0; at < short.length; at++) {
      const bytes = short.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const fresh = new Ear();
      fresh.hear(first);
      const knowing = new Ear();
      for (const frame of [first, whole]) knowing.hear(frame);
      for (const ear of [fresh, knowing])
        expect(ear.hear(bytes, ETHERNET).filter(({ type }) => type !== 'refused')).toEqual([]);
    }
  });

  it('of one whose digest is cut, whether it is known or not', () => {
    const { first, whole, short } = pair();
    const text = toText(short);
    const digest = text.lastIndexOf(' ') + 1;
    for (let length = 0; length < 32; length++) {
      const ear = new Ear();
      for (const frame of [first, whole]) ear.hear(frame);
      const events = ear.hear(toBytes(`${text.slice(0, digest + length)}\n<<<\n`));
      expect(events.map(({ type }) => type)).toEqual(['refused']);
    }
  });

  it('of a whole frame whose digest is as short as that of a short one', () => {
    const { whole } = pair();
    const text = toText(whole);
    const cut = `${text.slice(0, text.lastIndexOf(' ') + 33)}\n<<<\n`;
    expect(new Ear().hear(toBytes(cut), ETHERNET).map(({ type }) => type)).toEqual(['refused']);
  });

  it('of one that another key has signed', () => {
    const { first } = pair();
    const { short } = pair(authOf('sha256', 'other words'));
    const ear = new Ear();
    ear.hear(first);
    expect(ear.hear(short)).toMatchObject([{ type: 'refused', why: expect.stringContaining('is wrong') }]);
  });
});

describe('a recorded frame does not take the place of the head that counts', () => {
  const signed = (changes: Partial<Beat>) => new Sender(AUTH, MAC).frame({ ...HEAD_OF, ...changes }, 0);

  it.each([
    ['of the same session', { epoch: 3, sequence: FIRST - 1 }],
    ['of an earlier one', { session: 0xbad, sequence: 99, ack: { session: 0xa, sequence: 7 } }],
    ['of an earlier run of this box', { session: 0xbad, sequence: 99, ack: { session: 0xb, sequence: 99 } }],
    ['of a box that has heard nothing', { session: 0xbad, sequence: 99, ack: null }],
  ])('%s', (_, changes: Partial<Beat>) => {
    const { first, beat, short } = pair();
    const ear = new Ear();
    ear.hear(first);
    expect(ear.hear(signed(changes))).toHaveLength(1);
    expect(ear.hear(short)).toEqual([{ type: 'frame', link: SERIAL, beat }]);
  });

  it('but that of a box which has just proven itself does', () => {
    const { beat, short } = pair();
    const ear = new Ear();
    ear.hear(signed({ session: 0xbad, sequence: 99, ack: { session: 0xa, sequence: 7 } }));
    expect(ear.hear(short)).toEqual([]);
    ear.hear(signed({}));
    expect(ear.hear(short)).toEqual([{ type: 'frame', link: SERIAL, beat }]);
  });
});

describe('a whole frame goes out', () => {
  it('before the first beat, and until the peer has heard one with this head', () => {
    expect(new Sender(AUTH, MAC).short(1)).toBeNull();
    const { sender, beat } = pair();
    expect(sender.short(FIRST - 1)).toBeNull();
    expect(sender.short(FIRST)).not.toBeNull();
    sender.frame({ ...beat, sequence: FIRST + 2, epoch: 9 }, 2);
    expect(sender.short(FIRST + 1)).toBeNull();
    expect(sender.short(FIRST + 2)).not.toBeNull();
  });

  it('until a peer that has started anew has heard one which it can believe', () => {
    const { sender, beat } = pair();
    sender.frame({ ...beat, sequence: FIRST + 2, ack: { session: 0xa1, sequence: 1 } }, 2);
    expect(sender.short(FIRST + 1)).toBeNull();
    expect(sender.short(FIRST + 2)).not.toBeNull();
    sender.frame({ ...beat, sequence: FIRST + 3, ack: null }, 2);
    expect(sender.short(FIRST + 3)).toBeNull();
  });

  it('now and then, for who begins to listen', () => {
    const { sender, beat } = pair();
    const whole = Array.from({ length: 4 * WHOLE_EVERY }, (_, index) => FIRST + 2 + index).filter(
      (sequence) => {
        sender.frame({ ...beat, sequence }, 2);
        return sender.short(sequence - 1) === null;
      },
    );
    expect(whole).toEqual([1, 2, 3, 4].map((times) => times * WHOLE_EVERY));
  });
});

describe('a peer that takes short frames', () => {
  const heard = (changes: Partial<Beat> = {}): Bench => {
    const box = new Bench();
    box.hear({ short: true, ...changes });
    box.wait(200);
    box.hear(changes);
    return box;
  };

  it('has heard what its newest beat acknowledges', () => {
    const box = heard();
    expect(box.acknowledged).toBe(box.lastBeat.sequence);
    box.wait(200);
    expect(box.acknowledged).toBe(box.lastBeat.sequence - 1);
  });

  it('says so: an older program does not', () => {
    expect(heard({ short: false }).acknowledged).toBe(0);
  });

  it('has acknowledged no beat of an earlier run of this box', () => {
    const box = heard();
    box.hear({ ack: { session: 0xbad, sequence: 7 } });
    expect(box.acknowledged).toBe(0);
    box.hear({ ack: null });
    expect(box.acknowledged).toBe(0);
  });

  it('knows nothing when it was not heard yet, has just started anew, or is dead', () => {
    expect(new Bench().acknowledged).toBe(0);
    const restarted = heard();
    restarted.hear({ session: 0xfeed, sequence: 1, ack: null });
    expect(restarted.acknowledged).toBe(0);
    const dead = heard();
    dead.wait(2000);
    expect(dead.status.peer.state).toBe('dead');
    expect(dead.acknowledged).toBe(0);
  });
});
