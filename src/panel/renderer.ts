/**
 * What drives any panel: a renderer that turns what it is shown into bytes, and a driver that asks it for bytes whenever the line has
 * taken all of the earlier ones. So nothing piles up before a line that blocks, and when it takes bytes again, it gets the
 * newest state. Pure but for the port that it is given.
 */

import type { Cancellable } from '../host/host';

/** @typeParam T what it shows: `PanelView` for displays, a line for those that have no screen */
export interface Renderer<T> {
  /** Holds from now on. */
  show(value: T, nowMs: number): void;
  /**
   * Bytes came from the other end.
   * @returns true: this panel is to end
   */
  receive(bytes: Uint8Array, nowMs: number): boolean;
  /** The line is open, perhaps again: whatever the other end shows is not known. */
  restart(nowMs: number): void;
  /** What goes out next, about a tenth of a second's worth at 9600 bits/s; empty when there is nothing. */
  take(nowMs: number): Uint8Array;
  /** When there may be something though nothing new and no byte has come; null for never. */
  dueMs(): number | null;
}

/** The line to a display. */
export interface PanelPort {
  send(bytes: Uint8Array): void;
  /** Bytes that the line has not taken yet. */
  unsentBytes(): number;
  now(): number;
  after(delayMs: number, run: () => void): Cancellable;
}

/** How soon a line that has bytes to send is looked at again; longer and longer while it takes none. */
const LOOK_FIRST_MS = 10;
const LOOK_MAX_MS = 1000;

export class Driver<T> {
  private timer: Cancellable | null = null;
  private unsent = 0;
  private lookMs = LOOK_FIRST_MS;

  constructor(
    private readonly renderer: Renderer<T>,
    private readonly port: PanelPort,
    /** Told once at most. */
    private readonly onEnd: () => void,
  ) {}

  show(value: T): void {
    this.renderer.show(value, this.port.now());
    this.step();
  }

  receive(bytes: Uint8Array): void {
    if (this.renderer.receive(bytes, this.port.now())) {
      this.timer?.cancel();
      this.onEnd();
    } else this.step();
  }

  restart(): void {
    this.renderer.restart(this.port.now());
    this.step();
  }

  private step(): void {
    this.timer?.cancel();
    const { port, renderer } = this;
    const unsent = port.unsentBytes();
    const isStuck = unsent > 0 && unsent >= this.unsent;
    this.unsent = unsent;
    this.lookMs = isStuck ? Math.min(LOOK_MAX_MS, 2 * this.lookMs) : LOOK_FIRST_MS;
    if (unsent === 0) {
      const bytes = renderer.take(port.now());
      if (bytes.length > 0) {
        port.send(bytes);
        this.unsent = bytes.length;
      } else {
        const dueMs = renderer.dueMs();
        if (dueMs !== null) this.timer = port.after(Math.max(0, dueMs - port.now()), () => this.step());
        return;
      }
    }
    this.timer = port.after(this.lookMs, () => this.step());
  }
}

/** Latin characters of one byte, which is all that panels write. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
