import { describe, expect, it } from 'vitest';
import { FrameGate } from '../../../src/host/quickjs/frame-gate';

const frame = (name: number): Uint8Array => new Uint8Array(400).fill(name);
const BAUD = 115200;

describe('the gate in front of a serial line', () => {
  it('lets a frame through when the line is free', () => {
    const gate = new FrameGate(BAUD);
    gate.offer(frame(1));
    expect(gate.next(0)).toEqual({ type: 'write', frame: frame(1) });
    expect(gate.next(0)).toEqual({ type: 'idle' });
  });

  it('holds the newest frame only while the kernel has not taken the last one', () => {
    const gate = new FrameGate(BAUD);
    gate.offer(frame(1));
    gate.next(0);
    gate.offer(frame(2));
    expect(gate.next(0)).toEqual({ type: 'idle' });
    gate.offer(frame(3));
    gate.written();
    expect(gate.next(0)).toEqual({ type: 'write', frame: frame(3) });
    gate.written();
    expect(gate.next(0)).toEqual({ type: 'idle' });
    expect(gate.holds).toBe(false);
  });

  it('holds the newest frame while the kernel has most of the last one still to send', () => {
    const gate = new FrameGate(BAUD);
    gate.offer(frame(1));
    gate.next(0);
    gate.written();
    gate.offer(frame(2));
    // 34 bytes are 3 ms; the other 366 take 31.8 ms.
    expect(gate.next(400)).toEqual({ type: 'look-again', delayMs: 32 });
    gate.offer(frame(3));
    expect(gate.next(35)).toEqual({ type: 'look-again', delayMs: 1 });
    expect(gate.holds).toBe(true);
    expect(gate.next(34)).toEqual({ type: 'write', frame: frame(3) });
  });

  it('lets what stands aside go when no frame waits, and loses neither for the other', () => {
    const gate = new FrameGate(BAUD);
    gate.offerAside(frame(1));
    gate.offer(frame(2));
    gate.offerAside(frame(3));
    expect(gate.next(0)).toEqual({ type: 'write', frame: frame(2) });
    expect(gate.holds).toBe(true);
    gate.offer(frame(4));
    gate.written();
    expect(gate.next(0)).toEqual({ type: 'write', frame: frame(4) });
    gate.written();
    expect(gate.next(0)).toEqual({ type: 'write', frame: frame(3) });
    gate.written();
    expect(gate.next(0)).toEqual({ type: 'idle' });
    expect(gate.holds).toBe(false);
  });

  it('looks again after 100 ms at most, however slow the line', () => {
    const gate = new FrameGate(1200);
    gate.offer(frame(1));
    expect(gate.next(400)).toEqual({ type: 'look-again', delayMs: 100 });
    expect(gate.next(1)).toEqual({ type: 'write', frame: frame(1) });
  });
});
