import { describe, expect, it } from 'vitest';
import { INPUT_LIMIT_BYTES, InputQueue } from '../../../src/console/input-queue';
import { generator } from '../random';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All that waits, pasted pieces in brackets. */
function drained(queue: InputQueue, limit = INPUT_LIMIT_BYTES): string {
  let text = '';
  let was = false;
  while (queue.length > 0)
    queue.next(limit, (all, from, to, pasted) => {
      if (pasted !== was) text += pasted ? '[' : ']';
      was = pasted;
      text += new TextDecoder('latin1').decode(all.subarray(from, to));
      return to - from;
    });
  return text + (was ? ']' : '');
}

describe('input that waits', () => {
  it('comes out as it came in', () => {
    const below = generator(7);
    const queue = new InputQueue();
    let expected = '';
    let got = '';
    for (let round = 0; round < 3000; round++) {
      const piece = Array.from({ length: below(200) }, () => 'abcdef'[below(6)]!).join('');
      expected += piece;
      expect(queue.receive(bytes(piece), round)).toBe('kept');
      // Faster, then slower than it comes.
      for (let takes = below(round < 1500 ? 2 : 6); takes > 0; takes--)
        queue.next(below(300), (all, from, to) => {
          const count = below(to - from + 1);
          got += new TextDecoder('latin1').decode(all.subarray(from, from + count));
          return count;
        });
    }
    expect(got + drained(queue).replace(/[[\]]/g, '')).toBe(expected);
    expect(queue.length).toBe(0);
  });

  it('is pasted when 16 bytes take less than 100 ms, and typed otherwise', () => {
    const at = (intervalMs: number): string => {
      const queue = new InputQueue();
      for (const [place, byte] of [...'abcdefghijklmnopqrstuvwxyz'].entries())
        queue.receive(bytes(byte), place * intervalMs);
      return drained(queue);
    };
    expect(at(1)).toBe('abcdefghijklmno[pqrstuvwxyz]');
    expect(at(6)).toBe('abcdefghijklmno[pqrstuvwxyz]');
    expect(at(7)).toBe('abcdefghijklmnopqrstuvwxyz');
    expect(at(50)).toBe('abcdefghijklmnopqrstuvwxyz');
    const whole = new InputQueue();
    whole.receive(bytes('abcdefghijklmnop'), 0);
    expect(drained(whole)).toBe('[abcdefghijklmnop]');
    // An arrow key that is held down.
    const arrow = new InputQueue();
    for (let count = 0; count < 60; count++) arrow.receive(bytes('\x1b[A'), count * 33);
    expect(drained(arrow)).not.toContain(']');
  });

  it('stays typed or pasted while it waits', () => {
    const queue = new InputQueue();
    queue.receive(bytes('set x\r'), 0);
    queue.receive(bytes('a whole line of a paste\r'), 1000);
    queue.receive(bytes('q'), 2000);
    expect(drained(queue, 5)).toBe('set x\r[a whole line of a paste\r]q');
  });

  it('tells no more alternations apart than its limit', () => {
    const queue = new InputQueue();
    for (let count = 0; count < 1000; count++) {
      queue.receive(bytes('-'.repeat(20)), 2000 * count);
      queue.receive(bytes('k'), 2000 * count + 1000);
    }
    expect(queue.length).toBe(21_000);
    expect(drained(queue).match(/\[/g)!.length).toBeLessThanOrEqual(64);
  });

  it('has room for a whole configuration, and not for more', () => {
    const queue = new InputQueue();
    const piece = new Uint8Array(4096).fill(0x61);
    let nowMs = 0;
    for (let sum = 4096; sum <= INPUT_LIMIT_BYTES; sum += 4096)
      expect(queue.receive(piece, nowMs++)).toBe('kept');
    expect(queue.length).toBeGreaterThanOrEqual(262_144);
    expect(queue.receive(piece, nowMs)).toBe('overflow');
    expect(queue.length).toBe(0);
    // All that follows is gone, until the line is quiet.
    for (let count = 0; count < 100; count++) {
      nowMs += 499;
      expect(queue.receive(bytes('commit\r'), nowMs)).toBe('discarded');
    }
    expect(queue.receive(bytes('show\r'), nowMs + 500)).toBe('kept');
    expect(queue.length).toBe(5);
  });

  it('is gone with ^C, and so is the rest of a paste', () => {
    const queue = new InputQueue();
    queue.receive(bytes('type'), 0);
    expect(queue.receive(bytes('d\x03ab'), 1000)).toBe('interrupt');
    expect(drained(queue)).toBe('ab');
    queue.receive(bytes('set a b c d e f g h\r'), 2000);
    expect(queue.receive(bytes('set a \x03 b\rcommit\r'), 2010)).toBe('interrupt');
    expect(queue.length).toBe(0);
    expect(queue.receive(bytes('commit\r'), 2100)).toBe('discarded');
    expect(queue.receive(bytes('show\r'), 2600)).toBe('kept');
    expect(drained(queue)).toBe('show\r');
  });

  it('takes nothing for nothing', () => {
    const queue = new InputQueue();
    expect(queue.receive(new Uint8Array(0), 5)).toBe('kept');
    expect(queue.lastByteMs).toBe(Number.NEGATIVE_INFINITY);
    queue.next(10, () => {
      throw new Error('there is nothing to take');
    });
  });
});
