/**
 * A null-modem cable between the two boxes' second serial ports. It carries bytes at the speed of the line, and can
 * be cut and mended, or made noisy. It never looks into what it carries, but can tell when it first carried something.
 */

import { mkdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { monotonicMs } from './clock';

/** 115200 baud, 10 bits a byte. */
const BYTES_PER_MS = 11.52;
const TICK_MS = 1;
/** What may be on its way in one direction; a line that is fuller loses the rest, as a wire would. */
const IN_FLIGHT_BYTES = 64 * 1024;

export type CableState = 'whole' | 'cut' | 'noisy';

interface End {
  socket: Socket | null;
  /**
   * Whether the box has sent anything since it was switched on. Until it opens its port nobody reads what comes, and
   * a real UART loses it; the emulator would keep it all and hand over minutes of old frames later.
   */
  listens: boolean;
  /** Bytes that travel to this end. */
  incoming: Buffer;
  /** Bytes that the line could have carried by now and has not. */
  credit: number;
}

export class NullModem {
  state: CableState = 'whole';
  private readonly ends: [End, End] = [newEnd(), newEnd()];
  private readonly servers: Server[] = [];
  private readonly watchers: [(() => void) | null, (() => void) | null] = [null, null];
  private timer: NodeJS.Timeout | null = null;
  private lastMs = 0;
  private noiseSeed = 1;

  /** Each path is a Unix socket to which one box's serial port connects, again after each power-on. */
  constructor(readonly paths: readonly [string, string]) {}

  async open(): Promise<void> {
    await Promise.all(this.paths.map((path, index) => this.listen(path, index as 0 | 1)));
  }

  /** Calls `run` once, when the box at this end sends its next bytes, whatever state the cable is in. */
  onNextSent(end: 0 | 1, run: () => void): void {
    this.watchers[end] = run;
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    for (const end of this.ends) end.socket?.destroy();
    for (const server of this.servers) server.close();
  }

  private listen(path: string, index: 0 | 1): Promise<void> {
    mkdirSync(dirname(path), { recursive: true });
    const end = this.ends[index];
    const server = createServer((socket) => {
      end.socket = socket;
      end.listens = false;
      end.incoming = Buffer.alloc(0);
      socket.on('data', (bytes) => this.carry(index, bytes));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        if (end.socket === socket) end.socket = null;
      });
    });
    this.servers.push(server);
    return new Promise((resolve) => server.listen(path, resolve));
  }

  private carry(from: 0 | 1, bytes: Buffer): void {
    const watcher = this.watchers[from];
    this.watchers[from] = null;
    watcher?.();
    this.ends[from].listens = true;
    const to = this.ends[from === 0 ? 1 : 0];
    if (this.state === 'cut' || !to.listens) return;
    const carried = this.state === 'noisy' ? this.disturbed(bytes) : bytes;
    to.incoming = Buffer.concat([to.incoming, carried]).subarray(0, IN_FLIGHT_BYTES);
    if (this.timer === null) {
      this.lastMs = monotonicMs();
      this.timer = setInterval(() => this.tick(), TICK_MS);
    }
  }

  private tick(): void {
    const now = monotonicMs();
    const carriable = (now - this.lastMs) * BYTES_PER_MS;
    this.lastMs = now;
    let idle = true;
    for (const end of this.ends) {
      end.credit += carriable;
      const count = Math.min(Math.floor(end.credit), end.incoming.length);
      if (count > 0) {
        end.socket?.write(end.incoming.subarray(0, count));
        end.incoming = end.incoming.subarray(count);
      }
      // A line that has nothing to carry saves no time for later.
      end.credit = end.incoming.length === 0 ? 0 : end.credit - count;
      if (end.incoming.length > 0) idle = false;
    }
    if (idle && this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    }
  }

  /** About one byte in 32 changes: every frame is hit. A fixed sequence, so that a run can be repeated. */
  private disturbed(bytes: Buffer): Buffer {
    const out = Buffer.from(bytes);
    for (let index = 0; index < out.length; index += 1) {
      this.noiseSeed = (Math.imul(this.noiseSeed, 1103515245) + 12345) >>> 0;
      if (this.noiseSeed >>> 27 === 0) out[index] = out[index]! ^ (this.noiseSeed & 0xff);
    }
    return out;
  }
}

function newEnd(): End {
  return { socket: null, listens: false, incoming: Buffer.alloc(0), credit: 0 };
}
