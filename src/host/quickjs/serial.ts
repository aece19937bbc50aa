/**
 * A heartbeat link over a serial line. `@serialport/stream` opens and closes it; frames go by the binding's port itself,
 * past the stream, which costs ten times what a frame does. A device that is missing or hangs up is tried again every
 * second.
 */

import { SerialPortStream } from '@serialport/stream';
import type { HeartbeatLink } from '../../config/config';
import type { Cancellable, LinkHandler, LinkPort } from '../host';
import { refusal } from './failure';
import { FrameGate } from './frame-gate';
import { loop } from './machine';
import { type TtyPort, ttyBinding } from './serial-binding';

export type SerialLink = Extract<HeartbeatLink, { kind: 'serial' }>;

export const RETRY_MS = 1000;
/** A line that takes no byte for this long is reported. */
export const STUCK_MS = 1000;
/** Size of the stream's read pool, which nothing uses; its default of 64 KiB is a lot on the boxes. */
const POOL_BYTES = 128;

type Stream = SerialPortStream<typeof ttyBinding>;

export class SerialPort implements LinkPort {
  private stream: Stream | null = null;
  private port: TtyPort | null = null;
  /** Of a frame that the line has taken a part of. */
  private rest: Uint8Array | null = null;
  private gate: FrameGate;
  private look: Cancellable | null = null;
  private stuck: Cancellable | null = null;
  private retry: Cancellable | null;
  private closed = false;
  /** Undefined until the first report. */
  private fault: string | null | undefined;

  constructor(
    private readonly link: SerialLink,
    private readonly handler: LinkHandler,
  ) {
    this.gate = new FrameGate(link.baud);
    this.retry = loop.after(0, () => this.open());
  }

  send(frame: Uint8Array): void {
    if (this.port === null) return;
    this.gate.offer(frame);
    this.pump();
  }

  sendAside(frame: Uint8Array): void {
    if (this.port === null) return;
    this.gate.offerAside(frame);
    this.pump();
  }

  close(): void {
    this.closed = true;
    this.retry?.cancel();
    this.release();
  }

  /** A stream that failed once stays destroyed, so each attempt gets a new one. */
  private open(): void {
    const { device, baud } = this.link;
    const options = { path: device, baudRate: baud, lock: false, highWaterMark: POOL_BYTES, autoOpen: false };
    const stream: Stream = new SerialPortStream({ binding: ttyBinding, ...options });
    this.stream = stream;
    stream.on('error', (error: Error) => this.lost(stream, error.message));
    stream.on('close', (error: Error | null) => this.lost(stream, error?.message ?? `${device} was closed`));
    stream.open((error) => {
      if (this.stream !== stream) stream.close(() => {});
      else if (error) this.lost(stream, error.message);
      else this.opened(stream);
    });
  }

  private opened(stream: Stream): void {
    this.port = stream.port ?? null;
    this.gate = new FrameGate(this.link.baud);
    this.port?.follow({
      onBytes: (bytes) => this.handler.onData(bytes),
      onRoom: () => this.write(this.rest),
      onLost: (why) => this.lost(stream, why),
    });
    this.report(null);
  }

  private pump(): void {
    const { port, gate } = this;
    if (port === null || !gate.holds) return;
    const step = this.look === null ? gate.next(port.queuedBytes) : { type: 'idle' as const };
    if (step.type === 'look-again') {
      this.look = loop.after(step.delayMs, () => {
        this.look = null;
        this.pump();
      });
    }
    if (step.type === 'write') this.write(step.frame);
    if (gate.holds) this.watchStuck();
  }

  private write(bytes: Uint8Array | null): void {
    const { port, stream } = this;
    if (port === null || stream === null || bytes === null) return;
    const count = port.put(bytes);
    this.rest = count >= 0 && count < bytes.length ? bytes.subarray(count) : null;
    if (count < 0) this.lost(stream, refusal(`write to ${this.link.device}`, count));
    if (count < bytes.length) return;
    this.gate.written();
    this.moved();
    this.pump();
  }

  private watchStuck(): void {
    this.stuck ??= loop.after(STUCK_MS, () =>
      this.report(`${this.link.device} takes no bytes: is the line blocked?`),
    );
  }

  private moved(): void {
    this.stuck?.cancel();
    this.stuck = null;
    this.report(null);
  }

  private lost(stream: Stream, sentence: string): void {
    if (this.stream !== stream || this.closed) return;
    this.release();
    this.report(sentence);
    this.retry = loop.after(RETRY_MS, () => this.open());
  }

  private report(fault: string | null): void {
    if (fault === this.fault) return;
    this.fault = fault;
    // The caller may be inside `send`.
    loop.defer(() => {
      if (!this.closed) this.handler.onState(fault);
    });
  }

  private release(): void {
    const { stream } = this;
    this.stream = null;
    this.port = null;
    this.rest = null;
    this.look?.cancel();
    this.stuck?.cancel();
    this.look = null;
    this.stuck = null;
    if (stream?.isOpen) stream.close(() => {});
  }
}
