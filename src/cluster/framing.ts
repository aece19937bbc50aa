/**
 * Cuts whole frames out of what a link delivers: a byte stream (serial) or datagrams (UDP). Noise costs at most
 * the frame that it hits; memory is one frame per link. Never looks inside a frame.
 */

import { FRAME_END, FRAME_START, MAX_FRAME_BYTES } from './message';

const LINE_FEED = 0x0a;
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
  readonly #buffer = new Uint8Array(MAX_FRAME_BYTES);
  #length = 0;
  #lineStart = 0;
  #inFrame = false;

  /** Takes any piece of the stream. */
  push(bytes: Uint8Array, sink: FrameSink): void {
    let start = 0;
    while (start < bytes.length) {
      const end = bytes.indexOf(LINE_FEED, start);
      const stop = end < 0 ? bytes.length : end + 1;
      this.#collect(bytes.subarray(start, stop));
      if (end >= 0) this.#endLine(sink);
      start = stop;
    }
  }

  #collect(piece: Uint8Array): void {
    if (this.#length + piece.length > MAX_FRAME_BYTES) {
      this.#buffer.copyWithin(0, Math.max(0, this.#length - KEPT_BYTES), this.#length);
      this.#length = Math.min(KEPT_BYTES, this.#length);
      this.#lineStart = 0;
      this.#inFrame = false;
    }
    const fitting = piece.subarray(Math.max(0, piece.length - (MAX_FRAME_BYTES - this.#length)));
    this.#buffer.set(fitting, this.#length);
    this.#length += fitting.length;
  }

  #endLine(sink: FrameSink): void {
    const lineBytes = this.#length - this.#lineStart;
    if (this.#endsWith(FRAME_START)) {
      this.#buffer.copyWithin(0, this.#length - DELIMITER_BYTES, this.#length);
      this.#length = DELIMITER_BYTES;
      this.#inFrame = true;
    } else if (this.#inFrame && lineBytes === DELIMITER_BYTES && this.#endsWith(FRAME_END)) {
      const frame = this.#buffer.subarray(0, this.#length);
      this.#length = 0;
      this.#inFrame = false;
      sink(frame);
    } else if (!this.#inFrame) {
      this.#length = 0;
    }
    this.#lineStart = this.#length;
  }

  #endsWith(delimiter: string): boolean {
    return endsWith(this.#buffer, this.#length, delimiter);
  }
}

/**
 * A datagram is one frame; Linux-HA sends a NUL after it.
 * @returns null when it is none
 */
export function decodeDatagram(bytes: Uint8Array): Uint8Array | null {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  if (length > MAX_FRAME_BYTES || !endsWith(bytes, DELIMITER_BYTES, FRAME_START)) return null;
  return endsWith(bytes, length, FRAME_END) ? bytes.subarray(0, length) : null;
}

/** Whether the first `length` bytes end in the delimiter. */
function endsWith(bytes: Uint8Array, length: number, delimiter: string): boolean {
  const at = length - DELIMITER_BYTES;
  if (at < 0) return false;
  for (let i = 0; i < DELIMITER_BYTES; i++) if (bytes[at + i] !== delimiter.charCodeAt(i)) return false;
  return true;
}
