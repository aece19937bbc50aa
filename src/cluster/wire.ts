/**
 * Between the links' bytes and the core's beats: one Receiver and one Sender per box. Owns decoders, signatures
 * and the memory of the frames just verified; decides nothing about the cluster and reads no clock.
 */

import type { AuthConfig } from '../config/config';
import type { Mac, Texts } from '../host/host';
import { type Beat, encodeTail, headFields, parseBeat, parseTail, sameHead, TAIL_START } from './beat';
import { acknowledgementFields, parseClassic } from './classic';
import { decodeDatagram, StreamDecoder } from './framing';
import { LETTER_TYPE, type Letter, letterFields, parseLetter } from './letter';
import {
  decodeBody,
  encodeBody,
  FRAME_END,
  FRAME_START,
  MAX_FRAME_BYTES,
  openFrame,
  part,
  toBytes,
} from './message';
import { decodeNetstrings, NETSTRING_START, openNetstrings } from './netstring';
import { encodeShort, expandShort, isShort, restOf, SHORT_DIGITS, shortStart, WHOLE_EVERY } from './short';
import { Keyring } from './signature';
import { portableTexts } from './texts';
import type { ClassicMessage, ClusterEvent } from './types';

/** How many verified frames are remembered: copies on a slow link come a few beats later. */
const REMEMBERED_FRAMES = 8;
/** `auth=15 `, the longest digest, a line feed and the closing line. */
const AUTH_ROOM_BYTES = 8 + 64 + 1 + 4;

export type LinkKind = 'stream' | 'datagram';
export type EventSink = (event: ClusterEvent) => void;
/** What letters say is for others than the cluster core. */
export type LetterSink = (letter: Letter) => void;

/** What a verified frame says. */
type Heard =
  | { readonly type: 'frame'; readonly beat: Beat }
  | { readonly type: 'classic'; readonly message: ClassicMessage }
  | { readonly type: 'letter'; readonly letter: Letter };

/** What the newest beats of the peer have in common. */
interface Told {
  /** Body up to what is another in each beat. */
  readonly head: string;
  /** How short frames begin that go without it. */
  readonly short: string;
  /** The first beat with this head. */
  readonly beat: Beat;
}

interface Known {
  readonly frame: string;
  /** The short frame of the same beat, where one may come. */
  readonly short: string | null;
  readonly heard: Heard;
}

/** Bytes of any link -> `frame`, `classic` and `refused` events. Never throws for anything that a wire can deliver. */
export class Receiver {
  readonly #mac: Mac;
  readonly #texts: Texts;
  #keyring: Keyring;
  #decoders: readonly (StreamDecoder | null)[];
  #hasStream: boolean;
  readonly #known: Known[] = [];
  readonly #session: number;
  readonly #ownLine: string;
  #told: Told | null = null;

  /**
   * @param links `stream` for serial links, in the order of the configuration's links
   * @param session of this box: Linux gives a sender its own broadcasts back, and they are dropped unread
   */
  constructor(
    links: readonly LinkKind[],
    session: number,
    auth: AuthConfig,
    mac: Mac,
    texts: Texts = portableTexts,
  ) {
    this.#mac = mac;
    this.#texts = texts;
    this.#keyring = new Keyring(auth, mac, texts);
    this.#decoders = links.map((kind) => (kind === 'stream' ? new StreamDecoder() : null));
    this.#hasStream = links.includes('stream');
    this.#session = session;
    this.#ownLine = `\nsid=${session.toString(16)}\n`;
  }

  /** Other keys from now on. What was verified by the old ones is forgotten. Throws as Keyring does, and then keeps all. */
  setAuth(auth: AuthConfig): void {
    this.#keyring = new Keyring(auth, this.#mac, this.#texts);
    this.#known.length = 0;
  }

  /** Other links. @param from for each of them, which it was before; null for a new one, whose bytes start afresh */
  relink(links: readonly LinkKind[], from: readonly (number | null)[]): void {
    const before = this.#decoders;
    this.#hasStream = links.includes('stream');
    this.#decoders = links.map((kind, index) => {
      const old = from[index] ?? null;
      if (old !== null) return before[old]!;
      return kind === 'stream' ? new StreamDecoder() : null;
    });
  }

  /**
   * @param onLetter letters go there
   * @returns how many bytes the link's next frame still needs, as far as can be expected; 0: nobody can tell
   */
  receive(link: number, bytes: Uint8Array, sink: EventSink, onLetter: LetterSink = () => {}): number {
    const decoder = this.#decoders[link];
    if (decoder === undefined) throw new RangeError(`there is no link ${link}`);
    const isPiece = decoder !== null && !decoder.isIdle;
    const known = isPiece || bytes.length > MAX_FRAME_BYTES ? null : this.#find(this.#texts.read(bytes));
    if (known !== null) {
      this.#tell(link, known.heard, sink, onLetter);
      return decoder === null ? 0 : decoder.pass(bytes.length);
    }
    if (decoder !== null) return decoder.push(bytes, (frame) => this.#frame(link, frame, sink, onLetter));
    const frame = decodeDatagram(bytes);
    if (frame !== null) this.#frame(link, frame, sink, onLetter);
    else sink({ type: 'refused', link, why: 'the datagram is not a Linux-HA frame' });
    return 0;
  }

  /** A copy of a verified frame is known by its bytes: most frames on a second link cost one comparison. */
  #find(frame: string): Known | null {
    const known = this.#known;
    for (let i = 0; i < known.length; i++) {
      const one = known[i]!;
      if (one.frame === frame || one.short === frame) return one;
    }
    return null;
  }

  #frame(link: number, bytes: Uint8Array, sink: EventSink, onLetter: LetterSink): void {
    const frame = this.#texts.read(bytes);
    const known = this.#find(frame);
    if (known !== null) this.#tell(link, known.heard, sink, onLetter);
    else if (isShort(frame)) this.#short(link, frame, sink, onLetter);
    else if (!frame.includes(this.#ownLine)) {
      const heard = this.#verify(frame, bytes);
      this.#hear(link, frame, this.#shortOf(frame), heard, sink, onLetter);
    }
  }

  /** What a serial line brings of the same beat, where there is one. */
  #shortOf(frame: string): string | null {
    const told = this.#told;
    if (told === null || !this.#hasStream || !frame.startsWith(told.head, FRAME_START.length)) return null;
    return encodeShort(told.short, restOf(frame, told.head));
  }

  /** One whose head this box has not heard, or no more, is late, or soon followed by a whole one: no news, and no fault. */
  #short(link: number, short: string, sink: EventSink, onLetter: LetterSink): void {
    const told = this.#told;
    const frame = told === null ? null : expandShort(short, told.short, told.head);
    if (frame === null) return;
    const bytes = new Uint8Array(frame.length);
    this.#texts.write(bytes, 0, frame);
    this.#hear(link, frame, short, this.#verify(frame, bytes, SHORT_DIGITS), sink, onLetter);
  }

  #hear(
    link: number,
    frame: string,
    short: string | null,
    heard: Heard | string,
    sink: EventSink,
    onLetter: LetterSink,
  ): void {
    if (typeof heard === 'string') sink({ type: 'refused', link, why: heard });
    else {
      this.#remember({ frame, short, heard });
      this.#tell(link, heard, sink, onLetter);
    }
  }

  #tell(link: number, heard: Heard, sink: EventSink, onLetter: LetterSink): void {
    if (heard.type === 'frame') sink({ type: 'frame', link, beat: heard.beat });
    else if (heard.type === 'letter') onLetter(heard.letter);
    else sink({ type: 'classic', link, message: heard.message });
  }

  #remember(known: Known): void {
    if (this.#known.length >= REMEMBERED_FRAMES) this.#known.pop();
    this.#known.unshift(known);
  }

  /** @param digits of the digest that must be there; all, where there are fewer */
  #verify(frame: string, bytes: Uint8Array, digits = Number.POSITIVE_INFINITY): Heard | string {
    const isNetstring = frame.startsWith(NETSTRING_START);
    const envelope = isNetstring ? openNetstrings(frame) : openFrame(frame);
    if (envelope === null) return 'it does not end in a signature';
    const { start, body } = envelope;
    const wrong = this.#keyring.verify(part(bytes, start, start + body.length), envelope, digits);
    if (wrong !== null) return wrong;
    const next = isNetstring ? null : this.#next(body);
    if (next !== null) return { type: 'frame', beat: next };
    const fields = isNetstring ? decodeNetstrings(body) : decodeBody(body);
    if (fields === null) return 'a field is not name=value';
    if (fields.get('t') === LETTER_TYPE && !this.#keyring.authenticates(envelope.keyId))
      return 'a letter needs a key that authenticates, and crc is none';
    const heard = read(fields);
    if (typeof heard !== 'string' && heard.type === 'frame' && !isNetstring && this.#isNews(heard.beat)) {
      const head = body.slice(0, body.lastIndexOf(`\n${TAIL_START}`) + 1);
      this.#told = { head, short: shortStart(head), beat: heard.beat };
    }
    return heard;
  }

  /** A recorded frame must not take the place of the head that the peer's short frames go without; see liveness.ts. */
  #isNews({ session, sequence, ack }: Beat): boolean {
    if (ack?.session !== this.#session) return false;
    const last = this.#told?.beat;
    if (last === undefined) return true;
    return session === last.session ? sequence > last.sequence : ack.sequence > (last.ack?.sequence ?? 0);
  }

  /** Most beats repeat the head of the one before. @returns null where this one does not */
  #next(body: string): Beat | null {
    const told = this.#told;
    if (told === null || told.head === '' || !body.startsWith(told.head)) return null;
    return parseTail(told.beat, body.slice(told.head.length));
  }
}

/** A heartbeat 3.0.6 knows no sessions. */
function read(fields: ReadonlyMap<string, string>): Heard | string {
  if (fields.get('t') === LETTER_TYPE) {
    const letter = parseLetter(fields);
    return typeof letter === 'string' ? letter : { type: 'letter', letter };
  }
  if (fields.has('sid')) {
    const beat = parseBeat(fields);
    return typeof beat === 'string' ? beat : { type: 'frame', beat };
  }
  const message = parseClassic(fields);
  return typeof message === 'string' ? message : { type: 'classic', message };
}

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
