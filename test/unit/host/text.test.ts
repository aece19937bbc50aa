import { describe, expect, it } from 'vitest';
import { textBytes } from '../../../src/host/quickjs/text';

describe('text as bytes', () => {
  it.each(['', 'plain\n', 'Umlaut ä', '€ and 😀', '\ud800 alone', '\u0000'])('of %j is UTF-8', (text) => {
    const bytes = textBytes(text);
    expect([...bytes]).toEqual([...new TextEncoder().encode(text)]);
    // Exactly as large as its memory: callers hand `buffer` to the system.
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });
});
