/**
 * Bytes from the line that wait for the line before them to be done: a configuration is pasted faster than it is read.
 * Tells pastes from typing by their speed. When there is no room, all is thrown away until the line is quiet, so that what
 * follows a hole is never taken for a whole. Pure: time comes in.
 */

import { TEXT_LIMIT } from '../config/text';

/** A whole configuration in UTF-8, nearly all of which is ASCII, and some commands around it. */
export const INPUT_LIMIT_BYTES = TEXT_LIMIT + 4096;
/** What is thrown away ends with the first silence of this length: at 9600 baud a byte takes 1 ms, and programs pause. */
export const QUIET_MS = 500;
/** So many bytes in that time are not typed, even with a key held down: 30 times a second 3 bytes of an arrow. */
const PASTE_BYTES = 16;
const PASTE_MS = 100;
const INTERRUPT = 0x03;
const FIRST_BYTES = 1024;
/** Alternations of pasted and typed bytes that are told apart while they wait. */
const PIECES_LIMIT = 64;

interface Piece {
  end: number;
  pasted: boolean;
}

/** What `receive` found besides bytes to keep. */
export type Received = 'kept' | 'discarded' | 'overflow' | 'interrupt';

export class InputQueue {
  private bytes = new Uint8Array(FIRST_BYTES);
  private from = 0;
  private to = 0;
  private pieces: Piece[] = [];
  /** When the last bytes came, one by one, as a ring. */
  private readonly times = new Float64Array(PASTE_BYTES).fill(Number.NEGATIVE_INFINITY);
  private count = 0;
  private lastMs = Number.NEGATIVE_INFINITY;
  private isDiscarding = false;

  get length(): number {
    return this.to - this.from;
  }

  /** When the last byte came; -Infinity before the first. */
  get lastByteMs(): number {
    return this.lastMs;
  }

  /** Whether nothing came for long enough to end whatever came before. */
  isQuiet(nowMs: number): boolean {
    return nowMs - this.lastMs >= QUIET_MS;
  }

  /** ^C takes away all that was before it; where that was pasted, also what follows, until the line is quiet. */
  receive(bytes: Uint8Array, nowMs: number): Received {
    if (bytes.length === 0) return 'kept';
    const wasQuiet = this.isQuiet(nowMs);
    this.lastMs = nowMs;
    if (this.isDiscarding && !wasQuiet) return 'discarded';
    this.isDiscarding = false;
    const pasted = this.isFast(bytes.length, nowMs);
    const stop = bytes.lastIndexOf(INTERRUPT);
    if (stop >= 0) {
      this.isDiscarding = pasted;
      this.clear();
    }
    const kept = stop < 0 ? bytes : bytes.subarray(this.isDiscarding ? bytes.length : stop + 1);
    if (this.length + kept.length > INPUT_LIMIT_BYTES) {
      this.isDiscarding = true;
      this.clear();
      return 'overflow';
    }
    this.keep(kept, pasted);
    return stop < 0 ? 'kept' : 'interrupt';
  }

  /**
   * Lets `take` read what is first: bytes between `from` and `to`, all of them pasted or none.
   * @returns how many of them are taken; the rest stays first
   */
  next(limit: number, take: (bytes: Uint8Array, from: number, to: number, pasted: boolean) => number): void {
    const [piece] = this.pieces;
    if (piece === undefined) return;
    this.from += take(this.bytes, this.from, Math.min(piece.end, this.from + limit), piece.pasted);
    if (this.from === piece.end) this.pieces.shift();
    if (this.from === this.to) this.clear();
  }

  clear(): void {
    this.from = 0;
    this.to = 0;
    this.pieces = [];
    if (this.bytes.length > FIRST_BYTES) this.bytes = new Uint8Array(FIRST_BYTES);
  }

  private keep(bytes: Uint8Array, pasted: boolean): void {
    if (bytes.length === 0) return;
    if (this.to + bytes.length > this.bytes.length) this.makeRoom(bytes.length);
    this.bytes.set(bytes, this.to);
    this.to += bytes.length;
    const last = this.pieces.at(-1);
    if (last !== undefined && (last.pasted === pasted || this.pieces.length === PIECES_LIMIT)) {
      last.end = this.to;
      last.pasted ||= pasted;
    } else this.pieces.push({ end: this.to, pasted });
  }

  /** Moves what waits to the front, of a larger piece of memory if it must be. */
  private makeRoom(count: number): void {
    const { length } = this;
    let size = this.bytes.length;
    while (size < length + count) size *= 2;
    const bytes = size === this.bytes.length ? this.bytes : new Uint8Array(size);
    bytes.set(this.bytes.subarray(this.from, this.to));
    for (const piece of this.pieces) piece.end -= this.from;
    this.bytes = bytes;
    this.from = 0;
    this.to = length;
  }

  /** Notes that so many bytes came; whether they and those before them are too fast for fingers. */
  private isFast(count: number, nowMs: number): boolean {
    for (let i = 0; i < Math.min(count, PASTE_BYTES); i++) {
      this.times[this.count % PASTE_BYTES] = nowMs;
      this.count += 1;
    }
    return nowMs - this.times[this.count % PASTE_BYTES]! < PASTE_MS;
  }
}
