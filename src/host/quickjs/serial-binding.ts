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
import { refusal } from './failure';
import { ERRNO, O, TIOCM } from './linux';
import type { Watcher } from './loop';
import { loop } from './machine';

/**
 * From the first byte to the read. The line brings a few bytes at a time, and what one read hands on costs a slow box
 * milliseconds however little it is: without a pause a busy line would take all of its time.
 */
const GATHER_MS = 10;
/** How often `drain` looks whether all bytes are on the line. */
const DRAIN_LOOK_MS = 5;

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
      readable: () => this.wake('reading'),
      writable: () => this.wake('writing'),
    });
  }

  /** Bytes that the kernel has not yet put on the line. */
  get queuedBytes(): number {
    return this.isOpen ? Math.max(0, sys.outputQueued(this.fd)) : 0;
  }

  async close(): Promise<void> {
    this.assertOpen();
    this.isOpen = false;
    this.watcher.stop();
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
      await new Promise<void>((resolve) => loop.after(GATHER_MS, resolve));
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
      this.watcher.want(this.reading !== null, this.writing !== null);
    });
  }

  private wake(side: 'reading' | 'writing'): void {
    const pending = this[side];
    this[side] = null;
    this.watcher.want(this.reading !== null, this.writing !== null);
    pending?.resolve();
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
