/**
 * Decides when a frame may go to a serial line. A line of 115200 bits/s carries fewer beats than a fast pair
 * sends: what waits must be the newest frame and nothing else, or the peer would hear ever older news. So a frame
 * is handed to the kernel only when the one before is nearly on the wire. What is not a beat waits aside until no beat
 * does, and takes the place of none. Pure.
 */

/** Bits on the line for one byte in 8N1. */
const BITS_PER_BYTE = 10;
/** A frame follows when the kernel holds less than this of the one before: no gap, and hardly any age. */
const NEARLY_DONE_MS = 3;
/** Bounds of the time until the next look at the kernel's queue. */
const LOOK_MIN_MS = 1;
const LOOK_MAX_MS = 100;

export type GateStep =
  | { readonly type: 'write'; readonly frame: Uint8Array }
  | { readonly type: 'look-again'; readonly delayMs: number }
  | { readonly type: 'idle' };

const IDLE: GateStep = { type: 'idle' };

export class FrameGate {
  private waiting: Uint8Array | null = null;
  private aside: Uint8Array | null = null;
  private writing = false;
  private readonly bytesPerMs: number;
  private readonly nearlyDoneBytes: number;

  /** @param baud bits/s of the line */
  constructor(baud: number) {
    this.bytesPerMs = baud / BITS_PER_BYTE / 1000;
    this.nearlyDoneBytes = Math.max(1, Math.floor(this.bytesPerMs * NEARLY_DONE_MS));
  }

  /** A frame is held here; none is when the line keeps up. */
  get holds(): boolean {
    return (this.waiting ?? this.aside) !== null;
  }

  /** A new frame; it replaces one that still waits. */
  offer(frame: Uint8Array): void {
    this.waiting = frame;
  }

  /** A frame that lets every other one go first; it replaces one of its kind. */
  offerAside(frame: Uint8Array): void {
    this.aside = frame;
  }

  /**
   * What to do now. After `write`, `written` must be called when the kernel has taken the frame.
   * @param queuedBytes what the kernel holds of earlier frames (TIOCOUTQ)
   */
  next(queuedBytes: number): GateStep {
    const frame = this.waiting ?? this.aside;
    if (this.writing || frame === null) return IDLE;
    if (queuedBytes > this.nearlyDoneBytes) {
      const leftMs = Math.ceil((queuedBytes - this.nearlyDoneBytes) / this.bytesPerMs);
      return { type: 'look-again', delayMs: Math.min(Math.max(leftMs, LOOK_MIN_MS), LOOK_MAX_MS) };
    }
    if (this.waiting === null) this.aside = null;
    this.waiting = null;
    this.writing = true;
    return { type: 'write', frame };
  }

  /** The kernel has taken the frame. */
  written(): void {
    this.writing = false;
  }
}
