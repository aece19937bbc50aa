/**
 * From the links' bytes to the core's beats, one for a box. Owns decoders, the check of signatures and the memory of the
 * frames just verified; decides nothing about the cluster and reads no clock.
 */

import type { AuthConfig } from '../config/config';
import type { Mac, Texts } from '../host/host';
import { type Beat, parseBeat, parseTail, TAIL_START } from './beat';
import { parseClassic } from './classic';
import { decodeDatagram, StreamDecoder } from './framing';
import { LETTER_TYPE, type Letter, parseLetter } from './letter';
import { decodeBody, FRAME_START, MAX_FRAME_BYTES, openFrame, part } from './message';
import { decodeNetstrings, NETSTRING_START, openNetstrings } from './netstring';
import { encodeShort, expandShort, isShort, restOf, SHORT_DIGITS, shortStart } from './short';
import { Keyring } from './signature';
import { portableTexts } from './texts';
import type { ClassicMessage, ClusterEvent } from './types';

/** How many verified frames are remembered: copies on a slow link come a few beats later. */
const REMEMBERED_FRAMES = 8;

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
    if (decoder === null) {
      const frame = decodeDatagram(bytes);
      if (frame !== null) this.#frame(link, frame, sink, onLetter);
      else sink({ type: 'refused', link, why: 'the datagram is not a Linux-HA frame' });
      return 0;
    }
    const isWhole = decoder.isIdle && bytes.length <= MAX_FRAME_BYTES;
    const known = isWhole ? this.#find(this.#texts.read(bytes)) : null;
    if (known === null) return decoder.push(bytes, (frame) => this.#frame(link, frame, sink, onLetter));
    this.#tell(link, known.heard, sink, onLetter);
    return decoder.pass(bytes.length);
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
    const known = this.#find(frame) ?? this.#learn(frame, bytes);
    if (typeof known === 'string') sink({ type: 'refused', link, why: known });
    else if (known !== null) this.#tell(link, known.heard, sink, onLetter);
  }

  /**
   * @returns why it is refused; null where it says nothing: it is this box's own, or a short frame of a head that this box
   * has not heard, or no more, which is late, or soon followed by a whole one
   */
  #learn(frame: string, bytes: Uint8Array): Known | string | null {
    const known = isShort(frame) ? this.#verifyShort(frame) : this.#verifyWhole(frame, bytes);
    if (known === null || typeof known === 'string') return known;
    if (this.#known.length >= REMEMBERED_FRAMES) this.#known.pop();
    this.#known.unshift(known);
    return known;
  }

  #verifyWhole(frame: string, bytes: Uint8Array): Known | string | null {
    if (frame.includes(this.#ownLine)) return null;
    const heard = this.#verify(frame, bytes);
    return typeof heard === 'string' ? heard : { frame, short: this.#shortOf(frame), heard };
  }

  #verifyShort(short: string): Known | string | null {
    const told = this.#told;
    const frame = told === null ? null : expandShort(short, told.short, told.head);
    if (frame === null) return null;
    const bytes = new Uint8Array(frame.length);
    this.#texts.write(bytes, 0, frame);
    const heard = this.#verify(frame, bytes, SHORT_DIGITS);
    return typeof heard === 'string' ? heard : { frame, short, heard };
  }

  /** What a serial line brings of the same beat, where there is one. */
  #shortOf(frame: string): string | null {
    const told = this.#told;
    if (told === null || !this.#hasStream || !frame.startsWith(told.head, FRAME_START.length)) return null;
    return encodeShort(told.short, restOf(frame, told.head));
  }

  #tell(link: number, heard: Heard, sink: EventSink, onLetter: LetterSink): void {
    if (heard.type === 'frame') sink({ type: 'frame', link, beat: heard.beat });
    else if (heard.type === 'letter') onLetter(heard.letter);
    else sink({ type: 'classic', link, message: heard.message });
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
