/** Text to bytes. Pure. */

/**
 * UTF-8. Most text here is ASCII, for which this is eight times as fast under QuickJS as the package `buffer`: that
 * counts for log lines on a Pentium.
 */
export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  const { length } = text;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return new Uint8Array(Buffer.from(text, 'utf8'));
    bytes[at] = code;
  }
  return bytes;
}
