/**
 * A serial device with a display at its other end: raw, 8N1, without flow control. A device that is missing or is pulled
 * out is tried again each second. Never waits, and knows no display.
 */

import * as sys from 'sys';
import type { Cancellable } from '../host';
import { refusal } from './failure';
import { ERRNO, O } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';

const RETRY_MS = 1000;
const CHUNK_BYTES = 256;
/** From the first byte to the read: a device that babbles must not take all of a slow processor. */
const GATHER_MS = 20;

export interface DeviceHandler {
  onOpen(): void;
  onData(bytes: Uint8Array): void;
  /** It cannot be opened, or is gone; told once until it is open again. @param why one sentence */
  onLost(why: string): void;
}

export class DeviceLine {
  private fd = -1;
  private watcher: Watcher | null = null;
  private timer: Cancellable | null;
  private rest: Uint8Array = new Uint8Array();
  private isLost = false;

  constructor(
    private readonly device: string,
    /** In bits/s. */
    private readonly baud: number,
    private readonly handler: DeviceHandler,
  ) {
    this.timer = loop.after(0, () => this.open());
  }

  get isOpen(): boolean {
    return this.fd >= 0;
  }

  /** Bytes that have not left this machine yet; none while the device is away. */
  get unsentBytes(): number {
    return this.fd < 0 ? 0 : this.rest.length + Math.max(0, sys.outputQueued(this.fd));
  }

  /** To be used when all of what was sent before has gone. What is sent to a device that is away is lost. */
  send(bytes: Uint8Array): void {
    if (this.fd < 0) return;
    this.rest = bytes.slice();
    this.write();
  }

  /** Sets modem lines (`TIOCM` of linux.ts) and clears others. */
  setModem(on: number, off: number): void {
    if (this.fd >= 0) sys.modemSet(this.fd, on, off);
  }

  /** @param baud in bits/s, until the device is opened again; what was sent before has gone */
  setBaud(baud: number): void {
    if (this.fd < 0) return;
    const set = sys.serialSetup(this.fd, baud, false);
    if (set < 0) this.lose(refusal(`set ${this.device} to ${baud} bits/s`, set));
  }

  close(): void {
    this.release();
    this.timer?.cancel();
  }

  private open(): void {
    const fd = sys.open(this.device, O.RDWR, 0);
    const set = fd < 0 ? fd : sys.serialSetup(fd, this.baud, false);
    if (set < 0) {
      if (fd >= 0) sys.close(fd);
      this.lose(refusal(fd < 0 ? `open ${this.device}` : `set ${this.device} to ${this.baud} bits/s`, set));
      return;
    }
    this.fd = fd;
    this.isLost = false;
    this.watcher = loop.watch(fd, { readable: () => this.gather(), writable: () => this.write() });
    this.watcher.want(true, false);
    this.handler.onOpen();
  }

  private gather(): void {
    this.watcher?.want(false, this.rest.length > 0);
    this.timer = loop.after(GATHER_MS, () => this.read());
  }

  private read(): void {
    const chunk = new ArrayBuffer(CHUNK_BYTES);
    const count = sys.read(this.fd, chunk, 0, CHUNK_BYTES);
    if (count <= 0 && count !== -ERRNO.EAGAIN) {
      this.lose(count === 0 ? `${this.device} was hung up` : refusal(`read from ${this.device}`, count));
      return;
    }
    this.watcher?.want(true, this.rest.length > 0);
    if (count > 0) this.handler.onData(new Uint8Array(chunk, 0, count));
  }

  private write(): void {
    const { rest } = this;
    if (rest.length === 0) {
      this.watcher?.want(true, false);
      return;
    }
    const count = sys.write(this.fd, rest.buffer as ArrayBuffer, rest.byteOffset, rest.length);
    if (count < 0 && count !== -ERRNO.EAGAIN) {
      this.lose(refusal(`write to ${this.device}`, count));
      return;
    }
    this.rest = rest.subarray(Math.max(0, count));
    this.watcher?.want(true, this.rest.length > 0);
  }

  private lose(why: string): void {
    this.release();
    this.timer?.cancel();
    this.timer = loop.after(RETRY_MS, () => this.open());
    if (this.isLost) return;
    this.isLost = true;
    this.handler.onLost(why);
  }

  private release(): void {
    this.watcher?.stop();
    this.watcher = null;
    this.rest = new Uint8Array();
    if (this.fd < 0) return;
    // What a dead line never took must not delay close(2).
    sys.flush(this.fd);
    sys.close(this.fd);
    this.fd = -1;
  }
}
