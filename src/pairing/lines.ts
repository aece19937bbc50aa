/**
 * The form of what two consoles say to each other over the null modem: one line of text for each message, with a checksum, so
 * that it can be read on a terminal and told from heartbeats and noise. Pure; knows no message.
 */

import { crc } from '../cluster/signature';

/** Before each message; the number changes when an old program would misunderstand a new one. */
const MARK = '@pair';
const VERSION = '1';
/** Characters of a line, so that a part of the configuration fits whatever its characters are; what is longer is noise. */
const LINE_LIMIT = 2048;

export interface Message {
  readonly type: string;
  readonly fields: readonly string[];
}

/** As a line with its end. Fields may hold any text. */
export function printMessage({ type, fields }: Message): string {
  const body = [MARK, VERSION, type, ...fields.map(encodeURIComponent)].join(' ');
  return `${body} ${checksum(body)}\n`;
}

/** Cuts bytes into messages. What is none is skipped; one of another version is told by its number. */
export class MessageReader {
  private line = '';

  read(bytes: Uint8Array): (Message | { readonly version: string })[] {
    const found: (Message | { readonly version: string })[] = [];
    for (const byte of bytes) {
      if (byte !== 0x0a) {
        if (this.line.length < LINE_LIMIT) this.line += String.fromCharCode(byte);
        continue;
      }
      const message = readLine(this.line);
      if (message !== null) found.push(message);
      this.line = '';
    }
    return found;
  }
}

/** A heartbeat may stand before it in the same line. */
function readLine(line: string): Message | { readonly version: string } | null {
  const start = line.lastIndexOf(`${MARK} `);
  if (start < 0) return null;
  const words = line.slice(start).trimEnd().split(' ');
  const sum = words.pop();
  if (words.length < 3 || sum !== checksum(words.join(' '))) return null;
  const [, version, type, ...fields] = words as [string, string, string, ...string[]];
  if (version !== VERSION) return { version };
  try {
    return { type, fields: fields.map(decodeURIComponent) };
  } catch {
    return null;
  }
}

function checksum(text: string): string {
  const bytes = Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 0xff);
  return crc(bytes).toString(16);
}
