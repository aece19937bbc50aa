import { describe, expect, it } from 'vitest';
import { bytesText, textBytes } from '../../../src/host/quickjs/text';

describe('text as bytes', () => {
  it.each(['', 'plain\n', 'Umlaut ä', '€ and 😀', '\ud800 alone', '\u0000'])('of %j is UTF-8', (text) => {
    const bytes = textBytes(text);
    expect([...bytes]).toEqual([...new TextEncoder().encode(text)]);
    // Exactly as large as its memory: callers hand `buffer` to the system.
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });

  it.each(['', 'x'.repeat(5000), `${'x'.repeat(1023)}€ over two pieces`, 'Umlaut ä'])(
    'and back: %j',
    (text) => {
      expect(bytesText(new TextEncoder().encode(text))).toBe(text);
    },
  );
});
