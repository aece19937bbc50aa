/**
 * From the core's beats to signed frames, one for a box. Owns the newest frame and what of it rarely changes; decides
 * nothing about the cluster and reads no clock.
 */

import type { AuthConfig } from '../config/config';
import type { Mac, Texts } from '../host/host';
import { type Beat, encodeTail, headFields, sameHead } from './beat';
import { acknowledgementFields } from './classic';
import { type Letter, letterFields } from './letter';
import { encodeBody, FRAME_END, FRAME_START, MAX_FRAME_BYTES, part, toBytes } from './message';
import { encodeShort, shortStart, WHOLE_EVERY } from './short';
import { Keyring } from './signature';
import { portableTexts } from './texts';
import type { ClassicMessage } from './types';

/** `auth=15 `, the longest digest, a line feed and the closing line. */
const AUTH_ROOM_BYTES = 8 + 64 + 1 + 4;

/** Beats -> signed frames; each is built once for all links. */
export class Sender {
  readonly #mac: Mac;
  #keyring: Keyring;
  readonly #texts: Texts;
  /** The newest beat, and all of its frame up to what is another in each beat. */
  #last: Beat | null = null;
  #head: Uint8Array = new Uint8Array();
  /** Of the newest beat's frame. */
  #tail = '';
  #auth = '';
  /** How its short frame begins, and from which beat on the peer remembers this head: it takes it from no other session. */
  #shortStart = '';
  #headSince = 0;

  constructor(auth: AuthConfig, mac: Mac, texts: Texts = portableTexts) {
    this.#mac = mac;
    this.#texts = texts;
    this.#keyring = new Keyring(auth, mac, texts);
  }

  /** Other keys from now on. Throws as Keyring does, and then keeps the old ones. */
  setAuth(auth: AuthConfig): void {
    this.#keyring = new Keyring(auth, this.#mac, this.#texts);
  }

  /** @param wallSeconds wall clock, only for people who read the frame */
  frame(beat: Beat, wallSeconds: number): Uint8Array {
    if (this.#last === null || !sameHead(beat, this.#last)) {
      const head = encodeBody(headFields(beat));
      this.#head = toBytes(FRAME_START + head);
      this.#shortStart = shortStart(head);
      this.#headSince = beat.sequence;
    } else if (beat.ack?.session !== this.#last.ack?.session) this.#headSince = beat.sequence;
    this.#last = beat;
    const head = this.#head;
    this.#tail = encodeTail(beat, wallSeconds);
    const bytes = new Uint8Array(head.length + this.#tail.length + AUTH_ROOM_BYTES);
    bytes.set(head);
    const bodyEnd = this.#texts.write(bytes, head.length, this.#tail);
    this.#auth = this.#keyring.sign(part(bytes, FRAME_START.length, bodyEnd));
    return this.#close(bytes, bodyEnd, this.#auth);
  }

  /**
   * The short frame of the newest beat.
   * @param acknowledged the newest own beat that a peer which takes short frames has heard; 0 where there is none
   * @returns null where it must be the whole one: the peer may not have the head, or it is time for one
   */
  short(acknowledged: number): Uint8Array | null {
    const { sequence, ack } = this.#last ?? { sequence: 0, ack: null };
    if (ack === null || acknowledged < this.#headSince || sequence % WHOLE_EVERY === 0) return null;
    const text = encodeShort(this.#shortStart, `${this.#tail}auth=${this.#auth}`);
    const bytes = new Uint8Array(text.length);
    this.#texts.write(bytes, 0, text);
    return bytes;
  }

  /**
   * The frame that acknowledges all up to this message, in the name of the newest beat.
   * @param wallSeconds wall clock; heartbeat 3.0.6 drops a message without
   * @returns null when there is nothing to acknowledge: the message has no sequence number, or no beat was sent yet
   */
  acknowledgement({ src, sequence }: ClassicMessage, wallSeconds: number): Uint8Array | null {
    if (this.#last === null || sequence === null) return null;
    const text = FRAME_START + encodeBody(acknowledgementFields(this.#last, src, sequence, wallSeconds));
    const bytes = new Uint8Array(text.length + AUTH_ROOM_BYTES);
    return this.#sign(bytes, this.#texts.write(bytes, 0, text));
  }

  /** The frame of a letter. @throws RangeError where it is longer than a frame may be */
  letter(letter: Letter): Uint8Array {
    const text = FRAME_START + encodeBody(letterFields(letter));
    if (text.length + AUTH_ROOM_BYTES > MAX_FRAME_BYTES) throw new RangeError('the letter is too long');
    const bytes = new Uint8Array(text.length + AUTH_ROOM_BYTES);
    return this.#sign(bytes, this.#texts.write(bytes, 0, text));
  }

  /** Signs the body up to `bodyEnd`, closes the frame behind it, and cuts off what is left of the room. */
  #sign(bytes: Uint8Array, bodyEnd: number): Uint8Array {
    return this.#close(bytes, bodyEnd, this.#keyring.sign(part(bytes, FRAME_START.length, bodyEnd)));
  }

  #close(bytes: Uint8Array, bodyEnd: number, auth: string): Uint8Array {
    return part(bytes, 0, this.#texts.write(bytes, bodyEnd, `auth=${auth}\n${FRAME_END}`));
  }
}
