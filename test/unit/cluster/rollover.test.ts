/** Keys that change while two boxes run, as authkeys' users do it: add, switch, remove, on one box after the other. */

import { describe, expect, it } from 'vitest';
import type { Beat } from '../../../src/cluster/beat';
import { Receiver } from '../../../src/cluster/receiver';
import { Sender } from '../../../src/cluster/sender';
import type { ClusterEvent } from '../../../src/cluster/types';
import type { AuthConfig, AuthKey } from '../../../src/config/config';
import { BEAT, MAC } from './helpers';

const FIRST: AuthKey = { id: 1, method: 'sha1', secret: 'the first secret' };
const SECOND: AuthKey = { id: 2, method: 'sha256', secret: 'the second secret' };
const LINKS = ['stream', 'datagram'] as const;

/** One box's wire; `say` gives what the other one heard, on both links. */
class Box {
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #beat: Beat;
  #sequence = 0;

  constructor(src: string, session: number, auth: AuthConfig) {
    this.#sender = new Sender(auth, MAC);
    this.#receiver = new Receiver(LINKS, session, auth, MAC);
    this.#beat = { ...BEAT, src, session };
  }

  rekey(auth: AuthConfig): void {
    this.#sender.setAuth(auth);
    this.#receiver.setAuth(auth);
  }

  frame(): Uint8Array {
    this.#sequence++;
    return this.#sender.frame({ ...this.#beat, sequence: this.#sequence }, 0);
  }

  hear(frame: Uint8Array): ClusterEvent[] {
    const events: ClusterEvent[] = [];
    for (const link of LINKS.keys()) this.#receiver.receive(link, frame, (event) => events.push(event));
    return events;
  }
}

const types = (events: readonly ClusterEvent[]) => events.map(({ type }) => type);
const FRAMES = ['frame', 'frame'];

describe('keys that change at run time', () => {
  it('roll over in three steps, each on one box after the other, without a refused frame', () => {
    const a = new Box('a', 0xa, { signWith: 1, keys: [FIRST] });
    const b = new Box('b', 0xb, { signWith: 1, keys: [FIRST] });
    // Of each box there is always a frame under way: it arrives after the change that follows it.
    let underway = [a.frame(), b.frame()] as const;
    const flow = () => {
      for (let beat = 0; beat < 3; beat++) {
        const [fromA, fromB] = underway;
        underway = [a.frame(), b.frame()];
        expect(types(b.hear(fromA))).toEqual(FRAMES);
        expect(types(a.hear(fromB))).toEqual(FRAMES);
      }
    };
    flow();
    for (const auth of [
      { signWith: 1, keys: [FIRST, SECOND] },
      { signWith: 2, keys: [FIRST, SECOND] },
      { signWith: 2, keys: [SECOND] },
    ]) {
      for (const box of [b, a]) {
        box.rekey(auth);
        flow();
      }
    }
    expect(new TextDecoder('latin1').decode(a.frame())).toContain('\nauth=2 ');
  });

  it('let nothing pass by the memory of known frames that a removed or changed key has signed', () => {
    const a = new Box('a', 0xa, { signWith: 1, keys: [FIRST, SECOND] });
    const b = new Box('b', 0xb, { signWith: 1, keys: [FIRST, SECOND] });
    const frame = a.frame();
    expect(types(b.hear(frame))).toEqual(FRAMES);
    b.rekey({ signWith: 2, keys: [SECOND] });
    expect(b.hear(frame)).toMatchObject([
      { type: 'refused', why: 'it is signed with key 1, which this box does not have' },
      { type: 'refused' },
    ]);
    b.rekey({ signWith: 1, keys: [{ ...FIRST, secret: 'another secret' }] });
    expect(types(b.hear(frame))).toEqual(['refused', 'refused']);
    b.rekey({ signWith: 1, keys: [FIRST] });
    expect(types(b.hear(frame))).toEqual(FRAMES);
  });

  it('cost nothing of a frame that has half arrived on a serial line', () => {
    const auth = { signWith: 1, keys: [FIRST] };
    const receiver = new Receiver(['stream'], 0xb, auth, MAC);
    const frame = new Box('a', 0xa, auth).frame();
    const events: ClusterEvent[] = [];
    receiver.receive(0, frame.subarray(0, 50), (event) => events.push(event));
    receiver.setAuth({ signWith: 1, keys: [FIRST, SECOND] });
    receiver.receive(0, frame.subarray(50), (event) => events.push(event));
    expect(types(events)).toEqual(['frame']);
  });

  it('stay as they were when the new ones have no key to sign with', () => {
    const sender = new Sender({ signWith: 1, keys: [FIRST] }, MAC);
    const receiver = new Receiver(['datagram'], 0xb, { signWith: 1, keys: [FIRST] }, MAC);
    const wrong = { signWith: 3, keys: [SECOND] };
    for (const part of [sender, receiver])
      expect(() => part.setAuth(wrong)).toThrow('heartbeat sign-with: there is no key 3; keys: 2');
    const events: ClusterEvent[] = [];
    receiver.receive(0, sender.frame(BEAT, 0), (event) => events.push(event));
    expect(types(events)).toEqual(['frame']);
  });

  it('hold for acknowledgements too', () => {
    const sender = new Sender({ signWith: 1, keys: [FIRST] }, MAC);
    const receiver = new Receiver(['datagram'], 0xb, { signWith: 2, keys: [SECOND] }, MAC);
    sender.frame(BEAT, 0);
    sender.setAuth({ signWith: 2, keys: [SECOND] });
    const message = { src: 'a', messageType: 'status', generation: 1, sequence: 10 };
    const events: ClusterEvent[] = [];
    receiver.receive(0, sender.acknowledgement(message, 0) ?? new Uint8Array(), (event) =>
      events.push(event),
    );
    expect(events).toMatchObject([{ why: 'it is a message of type NS_ackmsg, not a status' }]);
  });
});
