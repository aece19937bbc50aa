/**
 * Cuts whole frames out of what a link delivers: a byte stream (serial) or datagrams (UDP). Noise costs at most
 * the frame that it hits; memory is one frame per link. Never looks inside a frame.
 */

import { FRAME_END, FRAME_START, MAX_FRAME_BYTES } from './message';
import { NETSTRING_START } from './netstring';

const LINE_FEED = 0x0a;
const COMMA = 0x2c;
/** `>` and `<`: most lines end in neither, and need no closer look. */
const START_BYTE = 0x3e;
const END_BYTE = 0x3c;
const DELIMITER_BYTES = 4;
/** What must be kept of a line that is too long, so that a `>>>` at its end still counts. */
const KEPT_BYTES = DELIMITER_BYTES - 1;

/** Gets each frame from its `>>>` line to its `<<<` line; the bytes are valid during the call only. */
export type FrameSink = (frame: Uint8Array) => void;

/**
 * Serial reader. A line that ENDS in `>>>` starts a frame, whatever stands before it: noise without a line feed,
 * such as the NUL bytes of a plugged cable or the stump of a cut frame, must not cost the frame that follows.
 */
export class StreamDecoder {
  /** From the start of the frame, or of the line, that is being read. */
  readonly #buffer = new Uint8Array(MAX_FRAME_BYTES);
  #length = 0;
  #lineStart = 0;
  #inFrame = false;
  /** Length of the newest frame. */
  #usualBytes = 0;

  /** Nothing of a line has come yet. */
  get isIdle(): boolean {
    return this.#length === 0;
  }

  /** A frame of so many bytes has come, and is known already. @returns as `push` */
  pass(length: number): number {
    this.#usualBytes = length;
    return length;
  }

  /**
   * Takes any piece of the stream.
   * @returns how many bytes the next frame still needs if it is as long as the one before; 0 before the first
   */
  push(bytes: Uint8Array, sink: FrameSink): number {
    if (this.isIdle && isOneFrame(bytes)) {
      sink(bytes);
      return this.pass(bytes.length);
    }
    for (let taken = 0; taken < bytes.length; ) {
      if (this.#length === MAX_FRAME_BYTES) this.#overflow();
      const piece = bytes.subarray(taken, taken + MAX_FRAME_BYTES - this.#length);
      const searchFrom = this.#length;
      this.#buffer.set(piece, searchFrom);
      this.#length += piece.length;
      taken += piece.length;
      this.#readLines(searchFrom, sink);
    }
    return this.#usualBytes === 0 ? 0 : Math.max(1, this.#usualBytes - this.#length);
  }

  #readLines(searchFrom: number, sink: FrameSink): void {
    let end = this.#buffer.indexOf(LINE_FEED, searchFrom);
    while (end >= 0 && end < this.#length) {
      end = this.#buffer.indexOf(LINE_FEED, this.#readLine(end + 1, sink));
    }
    if (!this.#inFrame) this.#forget(this.#lineStart);
  }

  /** @returns where the next line starts */
  #readLine(stop: number, sink: FrameSink): number {
    const lastByte = this.#buffer[stop - 2];
    const lineBytes = stop - this.#lineStart;
    this.#lineStart = stop;
    if (lastByte === START_BYTE && endsWith(this.#buffer, stop, FRAME_START)) {
      this.#inFrame = true;
      this.#forget(stop - DELIMITER_BYTES);
    } else if (this.#inFrame && lastByte === END_BYTE && lineBytes === DELIMITER_BYTES) {
      if (!endsWith(this.#buffer, stop, FRAME_END)) return stop;
      this.#inFrame = false;
      this.#usualBytes = stop;
      sink(this.#buffer.subarray(0, stop));
      this.#forget(stop);
    }
    return this.#lineStart;
  }

  /** Drops what stands before `start`. */
  #forget(start: number): void {
    if (start === 0) return;
    this.#buffer.copyWithin(0, start, this.#length);
    this.#length -= start;
    this.#lineStart -= start;
  }

  /** No frame is that long. */
  #overflow(): void {
    this.#inFrame = false;
    this.#lineStart = this.#length - KEPT_BYTES;
    this.#forget(this.#lineStart);
  }
}

/**
 * A datagram is one frame, in classic or netstring form; older Linux-HA sends a NUL after it.
 * @returns null when it is none
 */
export function decodeDatagram(bytes: Uint8Array): Uint8Array | null {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  if (length > MAX_FRAME_BYTES) return null;
  const isWhole = endsWith(bytes, DELIMITER_BYTES, NETSTRING_START)
    ? bytes[length - 1] === COMMA
    : endsWith(bytes, DELIMITER_BYTES, FRAME_START) && endsWith(bytes, length, FRAME_END);
  if (!isWhole) return null;
  return length === bytes.length ? bytes : bytes.subarray(0, length);
}

/** Just one frame in one piece, as a line brings it that is read in time, needs no look at its lines. */
function isOneFrame(bytes: Uint8Array): boolean {
  const { length } = bytes;
  return (
    length <= MAX_FRAME_BYTES &&
    endsWith(bytes, DELIMITER_BYTES, FRAME_START) &&
    bytes.lastIndexOf(START_BYTE) === DELIMITER_BYTES - 2 &&
    bytes.indexOf(END_BYTE) === length - DELIMITER_BYTES &&
    bytes[length - DELIMITER_BYTES - 1] === LINE_FEED &&
    endsWith(bytes, length, FRAME_END)
  );
}

/** Whether the first `length` bytes end in the delimiter. */
function endsWith(bytes: Uint8Array, length: number, delimiter: string): boolean {
  const at = length - DELIMITER_BYTES;
  if (at < 0) return false;
  for (let i = 0; i < DELIMITER_BYTES; i++) if (bytes[at + i] !== delimiter.charCodeAt(i)) return false;
  return true;
}
