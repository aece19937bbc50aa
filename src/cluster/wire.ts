/**
 * Between the links' bytes and the core's beats: one Receiver and one Sender per box. Owns decoders, signatures
 * and the memory of the frames just verified; decides nothing about the cluster and reads no clock.
 */

import type { AuthConfig } from '../config/config';
import type { Mac } from '../host/host';
import { type Beat, beatFields, CHANGING_FIELDS, parseBeat } from './beat';
import { decodeDatagram, StreamDecoder } from './framing';
import {
  decodeBody,
  encodeBody,
  FRAME_END,
  FRAME_START,
  openFrame,
  toBytes,
  toText,
  writeText,
} from './message';
import { Keyring } from './signature';
import type { ClusterEvent } from './types';

/** How many verified frames are remembered: copies on a slow link come a few beats later. */
const REMEMBERED_FRAMES = 8;
/** `auth=15 `, the longest digest, a line feed and the closing line. */
const AUTH_ROOM_BYTES = 8 + 64 + 1 + 4;

export type LinkKind = 'stream' | 'datagram';
export type EventSink = (event: ClusterEvent) => void;

interface Known {
  readonly frame: string;
  readonly beat: Beat;
}

/** Bytes of any link -> `frame` and `refused` events. Never throws for anything that a wire can deliver. */
export class Receiver {
  readonly #keyring: Keyring;
  readonly #decoders: readonly (StreamDecoder | null)[];
  readonly #known: Known[] = [];
  readonly #ownLine: string;

  /**
   * @param links `stream` for serial links, in the order of the configuration's links
   * @param session of this box: Linux gives a sender its own broadcasts back, and they are dropped unread
   */
  constructor(links: readonly LinkKind[], session: number, auth: AuthConfig, mac: Mac) {
    this.#keyring = new Keyring(auth, mac);
    this.#decoders = links.map((kind) => (kind === 'stream' ? new StreamDecoder() : null));
    this.#ownLine = `\nsid=${session.toString(16)}\n`;
  }

  receive(link: number, bytes: Uint8Array, sink: EventSink): void {
    const decoder = this.#decoders[link];
    if (decoder === undefined) throw new RangeError(`there is no link ${link}`);
    if (decoder !== null) {
      decoder.push(bytes, (frame) => this.#frame(link, frame, sink));
    } else {
      const frame = decodeDatagram(bytes);
      if (frame !== null) this.#frame(link, frame, sink);
      else sink({ type: 'refused', link, why: 'the datagram is not a Linux-HA frame' });
    }
  }

  /** A copy of a verified frame is known by its bytes: most frames on a second link cost one comparison. */
  #frame(link: number, bytes: Uint8Array, sink: EventSink): void {
    const frame = toText(bytes);
    if (frame.includes(this.#ownLine)) return;
    const known = this.#known.find((one) => one.frame === frame);
    const beat = known?.beat ?? this.#verify(frame, bytes);
    if (typeof beat === 'string') {
      sink({ type: 'refused', link, why: beat });
    } else {
      if (known === undefined) this.#remember({ frame, beat });
      sink({ type: 'frame', link, beat });
    }
  }

  #remember(known: Known): void {
    if (this.#known.length >= REMEMBERED_FRAMES) this.#known.pop();
    this.#known.unshift(known);
  }

  #verify(frame: string, bytes: Uint8Array): Beat | string {
    const envelope = openFrame(frame);
    if (envelope === null) return 'it has no auth line at its end';
    const start = FRAME_START.length;
    const wrong = this.#keyring.verify(bytes.subarray(start, start + envelope.body.length), envelope);
    if (wrong !== null) return wrong;
    const fields = decodeBody(envelope.body);
    return fields === null ? 'a line is not name=value' : parseBeat(fields);
  }
}

/** Beats -> signed frames; each is built once for all links. */
export class Sender {
  readonly #keyring: Keyring;
  /** The fields that rarely change, as text and as bytes. */
  #head = '';
  #headBytes: Uint8Array = new Uint8Array();

  constructor(auth: AuthConfig, mac: Mac) {
    this.#keyring = new Keyring(auth, mac);
  }

  /** @param wallSeconds wall clock, only for people who read the frame */
  frame(beat: Beat, wallSeconds: number): Uint8Array {
    const fields = beatFields(beat, wallSeconds);
    const head = FRAME_START + encodeBody(fields.slice(0, -CHANGING_FIELDS));
    if (head !== this.#head) {
      this.#head = head;
      this.#headBytes = toBytes(head);
    }
    const tail = encodeBody(fields.slice(-CHANGING_FIELDS));
    const bytes = new Uint8Array(head.length + tail.length + AUTH_ROOM_BYTES);
    bytes.set(this.#headBytes);
    const bodyEnd = writeText(bytes, head.length, tail);
    const auth = this.#keyring.sign(bytes.subarray(FRAME_START.length, bodyEnd));
    return bytes.subarray(0, writeText(bytes, bodyEnd, `auth=${auth}\n${FRAME_END}`));
  }
}
