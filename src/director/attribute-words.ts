/**
 * Netlink attributes as the 32-bit words that they are made of: for the messages of which there are thousands. Each
 * attribute begins with its word of length and type, and is padded to whole words. Pure; knows no command. Both machines
 * of a build are little endian; attributes.ts is for the rest.
 */

/** Types above are not looked at. The kernel's IPVS messages have none above 15. */
const typeLimit = 64;
const headerBytes = 4;
/** NLA_TYPE_MASK */
const typeMask = 0x3fff;
/** NLA_F_NESTED, in a header's word. */
const nestedFlag = 0x8000_0000;

/** Of one message, or of one attribute that holds some. Is used again for the next one, so that none costs memory. */
export class FoundWords {
  words: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  /** By type: where its payload begins, in words; 0 where it is not there. */
  private readonly places = new Int32Array(typeLimit);

  /**
   * @param from first word
   * @param bytes that belong to it
   * @throws Error with a sentence when a length points outside of them
   */
  parse(words: Uint32Array<ArrayBuffer>, from: number, bytes: number): this {
    const { places } = this;
    places.fill(0);
    this.words = words;
    const end = from + (bytes >> 2);
    for (let at = from; at < end; ) {
      const header = words[at]!;
      const length = header & 0xffff;
      const type = (header >>> 16) & typeMask;
      const next = at + ((length + 3) >> 2);
      if (length < headerBytes || next > end)
        throw new Error(
          `netlink attribute ${type} at byte ${4 * (at - from)} has length ${length} of ${4 * (end - at)} left`,
        );
      if (type < typeLimit) places[type] = at + 1;
      at = next;
    }
    return this;
  }

  has(type: number): boolean {
    return this.places[type] !== 0;
  }

  /** Bytes of the payload, without padding; 0 where the attribute is not there. */
  bytes(type: number): number {
    const place = this.places[type]!;
    return place === 0 ? 0 : (this.words[place - 1]! & 0xffff) - headerBytes;
  }

  /** Where the payload begins, in words. @throws Error with a sentence when it has fewer than `bytes` */
  place(type: number, bytes: number, what: string): number {
    const place = this.places[type]!;
    if (place === 0 || (this.words[place - 1]! & 0xffff) < bytes + headerBytes)
      throw new Error(`IPVS ${what} has ${place === 0 ? 'no' : this.bytes(type)} bytes, needs ${bytes}`);
    return place;
  }

  /** As the machine has it. */
  u32(type: number, what: string): number {
    return this.words[this.place(type, 4, what)]!;
  }

  u16(type: number, what: string): number {
    return this.words[this.place(type, 2, what)]! & 0xffff;
  }

  u16be(type: number, what: string): number {
    return swapped(this.words[this.place(type, 2, what)]!);
  }

  /** What is beyond 2 to the 53 loses its last bits. */
  u64(type: number, what: string): number {
    const place = this.place(type, 8, what);
    return this.words[place]! + this.words[place + 1]! * 2 ** 32;
  }
}

/** Writes attributes one behind the other; `take` gives them, and begins again. */
export class WordWriter {
  private readonly words: Uint32Array;
  private at = 0;

  constructor(limit: number) {
    this.words = new Uint32Array(limit);
  }

  /** @param bytes of the payload, up to 4 */
  word(type: number, bytes: number, value: number): void {
    this.words[this.at++] = (headerBytes + bytes) | (type << 16);
    this.words[this.at++] = value;
  }

  /** @param payload whole words */
  row(type: number, payload: readonly number[]): void {
    this.words[this.at++] = (headerBytes + 4 * payload.length) | (type << 16);
    for (const word of payload) this.words[this.at++] = word;
  }

  /** One that holds those that follow. @returns its place, for `end` */
  begin(type: number): number {
    this.words[this.at] = (type << 16) | nestedFlag;
    return this.at++;
  }

  end(place: number): void {
    this.words[place]! |= 4 * (this.at - place);
  }

  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.words.slice(0, this.at).buffer);
    this.at = 0;
    return taken;
  }
}

/** The low 16 bits between network byte order and the machine's. */
export function swapped(value: number): number {
  return ((value & 0xff) << 8) | ((value >> 8) & 0xff);
}
