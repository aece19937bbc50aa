/**
 * The binding under `@serialport/stream`: one tty over `sys`, as `@serialport/bindings-interface` asks for. 8N1
 * and 3-wire safe: no hardware flow control unless asked for. Knows nothing of frames.
 */

import * as sys from 'sys';
import type {
  BindingInterface,
  BindingPortInterface,
  BindingsErrorInterface,
  OpenOptions,
  PortInfo,
  PortStatus,
  SetOptions,
  UpdateOptions,
  // The package's `exports` hide its types from TypeScript; only types are taken.
} from '../../../node_modules/@serialport/bindings-interface/dist/index';
import type { Cancellable } from '../host';
import { refusal } from './failure';
import { ERRNO, O, TIOCM } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';

/**
 * From the first byte to the read, where nobody knows how many are to come. The line brings a few bytes at a time, and a
 * busy one would wake a slow box for each.
 */
const GATHER_MS = 10;
/** Bounds of that time where it is known: for what comes later than expected, and for what does not come. */
const GATHER_MIN_MS = 4;
const GATHER_MAX_MS = 100;
/** A line at its last byte may be so much behind the clock. */
const GATHER_SLACK_MS = 1;
/** More than this is not waited for: the kernel keeps 4096 bytes for who does not read. */
const GATHER_BYTES = 2048;
/** Of one read of a follower. */
const CHUNK_BYTES = 4096;
/** Bits on the line for one byte in 8N1. */
const BITS_PER_BYTE = 10;
/** How often `drain` looks whether all bytes are on the line. */
const DRAIN_LOOK_MS = 5;

const chunk = new ArrayBuffer(CHUNK_BYTES);

/** Who takes all that comes over a line, in whole pieces where it can be. */
export interface Follower {
  /** @returns how many bytes are to come until the next piece is whole; 0: unknown. See `LinkHandler.onData` */
  onBytes(bytes: Uint8Array): number;
  /** What `put` could not take can go on. */
  onRoom(): void;
  /** It cannot be read any more. @param why one sentence */
  onLost(why: string): void;
}

interface Pending {
  resolve(): void;
  reject(error: Error): void;
}

function canceled(): BindingsErrorInterface {
  return Object.assign(new Error('the port was closed'), { canceled: true });
}

function check(what: string, result: number): number {
  if (result < 0) throw new Error(refusal(what, result));
  return result;
}

/** Options that this binding cannot carry out are refused, not ignored. */
function refuse(options: OpenOptions): void {
  const { path, dataBits = 8, stopBits = 1, parity = 'none', lock, xon, xoff, xany } = options;
  if (dataBits !== 8 || stopBits !== 1 || parity !== 'none')
    throw new Error(`cannot open ${path}: only 8 data bits, 1 stop bit and no parity are supported`);
  if (lock || xon || xoff || xany)
    throw new Error(`cannot open ${path}: neither locking nor software flow control is supported`);
}

export class TtyPort implements BindingPortInterface {
  isOpen = true;
  readonly openOptions: Required<OpenOptions>;
  private readonly watcher: Watcher;
  private reading: Pending | null = null;
  private writing: Pending | null = null;
  private follower: Follower | null = null;
  /** Bytes come in, and are left to the kernel until it is over. */
  private gathering: Cancellable | null = null;
  private missing = 0;
  private wantsRoom = false;

  constructor(
    private readonly fd: number,
    options: OpenOptions,
  ) {
    this.openOptions = {
      dataBits: 8,
      stopBits: 1,
      parity: 'none',
      lock: false,
      rtscts: false,
      xon: false,
      xoff: false,
      xany: false,
      hupcl: true,
      ...options,
    };
    this.watcher = loop.watch(fd, {
      readable: () => (this.follower === null ? this.wake('reading') : this.gather()),
      writable: () => (this.follower === null ? this.wake('writing') : this.room(this.follower)),
    });
  }

  /**
   * All that comes goes to `follower` from now on, and nothing to `read`; `put` is for what goes out. The promises of `read`
   * and `write`, and a stream's events on top, cost a slow box many times what a frame does.
   */
  follow(follower: Follower): void {
    this.follower = follower;
    this.watch();
  }

  /**
   * Writes what the line takes at once, for a follower.
   * @returns how many bytes that were, or -errno; after fewer than all `onRoom` tells when to go on
   */
  put({ buffer, byteOffset, length }: Uint8Array): number {
    if (!this.isOpen) return 0;
    const count = sys.write(this.fd, buffer as ArrayBuffer, byteOffset, length);
    if (count < 0 && count !== -ERRNO.EAGAIN) return count;
    if (count < length) {
      this.wantsRoom = true;
      this.watch();
    }
    return Math.max(0, count);
  }

  /** Bytes that the kernel has not yet put on the line. */
  get queuedBytes(): number {
    return this.isOpen ? Math.max(0, sys.outputQueued(this.fd)) : 0;
  }

  async close(): Promise<void> {
    this.assertOpen();
    this.isOpen = false;
    this.watcher.stop();
    this.gathering?.cancel();
    // Output that a dead line never took must not delay close(2).
    sys.flush(this.fd);
    sys.close(this.fd);
    const { reading, writing } = this;
    this.reading = null;
    this.writing = null;
    reading?.reject(canceled());
    writing?.reject(canceled());
  }

  async read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }> {
    for (;;) {
      await this.ready('reading');
      this.assertOpen();
      const at = buffer.byteOffset + offset;
      const bytesRead = sys.read(this.fd, buffer.buffer as ArrayBuffer, at, length);
      if (bytesRead > 0) return { buffer, bytesRead };
      if (bytesRead === 0) throw new Error(`${this.openOptions.path} was hung up`);
      if (bytesRead !== -ERRNO.EAGAIN) check(`read from ${this.openOptions.path}`, bytesRead);
    }
  }

  async write(buffer: Buffer): Promise<void> {
    for (let sent = 0; sent < buffer.length; ) {
      this.assertOpen();
      const at = buffer.byteOffset + sent;
      const count = sys.write(this.fd, buffer.buffer as ArrayBuffer, at, buffer.length - sent);
      if (count > 0) sent += count;
      else if (count === 0 || count === -ERRNO.EAGAIN) await this.ready('writing');
      else check(`write to ${this.openOptions.path}`, count);
    }
  }

  async update({ baudRate }: UpdateOptions): Promise<void> {
    this.assertOpen();
    const { path, rtscts } = this.openOptions;
    check(`set ${path} to ${baudRate} bits/s`, sys.serialSetup(this.fd, baudRate, rtscts));
    this.openOptions.baudRate = baudRate;
  }

  /** Sets DTR and RTS; the other lines are the peer's. A break is not supported. */
  async set({ brk, dtr, rts }: SetOptions): Promise<void> {
    this.assertOpen();
    const { path } = this.openOptions;
    if (brk) throw new Error(`cannot send a break on ${path}: it is not supported`);
    const on = (dtr ? TIOCM.DTR : 0) | (rts ? TIOCM.RTS : 0);
    const off = (TIOCM.DTR | TIOCM.RTS) & ~on;
    check(`set the modem lines of ${path}`, sys.modemSet(this.fd, on, off));
  }

  async get(): Promise<PortStatus> {
    this.assertOpen();
    const lines = check(`read the modem lines of ${this.openOptions.path}`, sys.modemGet(this.fd));
    return {
      cts: (lines & TIOCM.CTS) !== 0,
      dsr: (lines & TIOCM.DSR) !== 0,
      dcd: (lines & TIOCM.CD) !== 0,
    };
  }

  async getBaudRate(): Promise<{ baudRate: number }> {
    return { baudRate: this.openOptions.baudRate };
  }

  async flush(): Promise<void> {
    this.assertOpen();
    check(`flush ${this.openOptions.path}`, sys.flush(this.fd));
  }

  async drain(): Promise<void> {
    while (this.writing !== null || this.queuedBytes > 0) {
      await new Promise<void>((resolve) => loop.after(DRAIN_LOOK_MS, resolve));
      if (!this.isOpen) throw canceled();
    }
  }

  private ready(side: 'reading' | 'writing'): Promise<void> {
    return new Promise((resolve, reject) => {
      this[side] = { resolve, reject };
      this.watch();
    });
  }

  private wake(side: 'reading' | 'writing'): void {
    const pending = this[side];
    this[side] = null;
    this.watch();
    pending?.resolve();
  }

  private watch(): void {
    const follows = this.follower !== null && this.gathering === null;
    this.watcher.want(this.reading !== null || follows, this.writing !== null || this.wantsRoom);
  }

  private gather(): void {
    this.gathering = loop.after(this.gatherMs, () => this.collect());
    this.watch();
  }

  private get gatherMs(): number {
    if (this.missing === 0) return GATHER_MS;
    const bytes = Math.min(this.missing, GATHER_BYTES);
    const lineMs = Math.ceil((bytes * BITS_PER_BYTE * 1000) / this.openOptions.baudRate) + GATHER_SLACK_MS;
    return Math.min(Math.max(lineMs, GATHER_MIN_MS), GATHER_MAX_MS);
  }

  private collect(): void {
    const { follower } = this;
    this.gathering = null;
    const count = sys.read(this.fd, chunk, 0, CHUNK_BYTES);
    this.watch();
    const { path } = this.openOptions;
    if (count > 0) this.missing = follower?.onBytes(new Uint8Array(chunk, 0, count)) ?? 0;
    else if (count === 0) follower?.onLost(`${path} was hung up`);
    else if (count !== -ERRNO.EAGAIN) follower?.onLost(refusal(`read from ${path}`, count));
  }

  private room(follower: Follower): void {
    this.wantsRoom = false;
    this.watch();
    follower.onRoom();
  }

  private assertOpen(): void {
    if (!this.isOpen) throw canceled();
  }
}

export const ttyBinding: BindingInterface<TtyPort> = {
  /** Not needed: devices are named in the configuration. */
  async list(): Promise<PortInfo[]> {
    return [];
  },

  async open(options: OpenOptions): Promise<TtyPort> {
    refuse(options);
    const { path, baudRate, rtscts = false } = options;
    const fd = check(`open ${path}`, sys.open(path, O.RDWR | O.NOCTTY | O.NONBLOCK, 0));
    const result = sys.serialSetup(fd, baudRate, rtscts);
    if (result >= 0) return new TtyPort(fd, options);
    sys.close(fd);
    if (result === -ERRNO.ENOTTY) throw new Error(`cannot open ${path}: it is not a serial line`);
    throw new Error(refusal(`set ${path} to ${baudRate} bits/s`, result));
  },
};
