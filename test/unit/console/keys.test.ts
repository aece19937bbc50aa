import { describe, expect, it } from 'vitest';
import { type Key, KeyReader } from '../../../src/console/keys';
import { generator } from '../random';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** All keys of these pieces; texts that follow each other as one. */
function keysOf(...pieces: readonly Uint8Array[]): string[] {
  const reader = new KeyReader();
  const keys: string[] = [];
  let text = '';
  const add = (key: Key): void => {
    if (typeof key === 'object' && key.text !== '?') {
      text += key.text;
      return;
    }
    if (text !== '') keys.push(`'${text}'`);
    text = '';
    keys.push(typeof key === 'string' ? key : `'${key.text}'`);
  };
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at = reader.taken) {
      const key = reader.read(piece, at, piece.length);
      if (key !== null) add(key);
      expect(reader.taken).toBeGreaterThan(at);
    }
  }
  if (text !== '') keys.push(`'${text}'`);
  return keys;
}

const KEYS: readonly (readonly [bytes: string, ...keys: string[]])[] = [
  ['show', "'show'"],
  ['a?b', "'a'", "'?'", "'b'"],
  ['\x01\x02\x03\x04\x05\x06\x07', 'home', 'left', 'interrupt', 'delete-or-end', 'end', 'right', 'cancel'],
  ['\b\t\x0b\x0c\x0e\x10', 'backspace', 'tab', 'kill-to-end', 'clear', 'down', 'up'],
  ['\x12\x14\x15\x17\x19\x7f', 'search', 'transpose', 'kill-to-start', 'kill-word', 'yank', 'backspace'],
  ['\0\x0f\x11\x13\x16\x18\x1a\x1c\x1d\x1e\x1f'],
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\r\n', 'enter'],
  ['\r\0\n', 'enter'],
  ['\r\r\n\n', 'enter', 'enter', 'enter'],
  ['\n\r', 'enter', 'enter'],
  ['\r\x01\n', 'enter', 'home', 'enter'],
  ['\ra\n', 'enter', "'a'", 'enter'],
  ['\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F', 'up', 'down', 'right', 'left', 'home', 'end'],
  ['\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF', 'up', 'down', 'right', 'left', 'home', 'end'],
  ['\x1b[1~\x1b[3~\x1b[4~\x1b[7~\x1b[8~', 'home', 'delete', 'end', 'home', 'end'],
  [
    '\x1b[1;5C\x1b[1;5D\x1b[1;3C\x1b[5D\x1bOc\x1bOd',
    'word-right',
    'word-left',
    'word-right',
    'word-left',
    'word-right',
    'word-left',
  ],
  ['\x1b[1;2C\x1b[1;5A', 'right', 'up'],
  [
    '\x1bb\x1bf\x1bd\x1b\x7f\x1b\b',
    'word-left',
    'word-right',
    'kill-word-right',
    'kill-word-left',
    'kill-word-left',
  ],
  ['\x1b[200~set a\r\x1b[201~', 'paste-start', "'set a'", 'enter', 'paste-end'],
  // Keys that have no use here, and answers of terminals to questions that nobody asked.
  ['\x1b[2~\x1b[5~\x1b[15~\x1b[Z\x1b[[A\x1bOP\x1b[?1;2c\x1b[24;80R\x1bx.', "'.'"],
  // Nothing that noise may make of an escape swallows an Enter.
  ['\x1b\r', 'enter'],
  ['\x1b[\r', 'enter'],
  ['\x1bO\r', 'enter'],
  ['\x1b[12;\rx', 'enter', "'x'"],
  ['\x1b[[\r', 'enter'],
  ['\x1b[1\x1b[A', 'up'],
  ['\x1b\x1b[A', 'escape', 'up'],
  [`\x1b[${'1'.repeat(16)}x`, "'x'"],
  // UTF-8: é, €, 😀, and e with an accent of its own.
  ['\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80e\xcc\x81', "'é€😀e\u0301'"],
  // Too long, too short, surrogates, beyond Unicode, control characters, byte order mark, ISO 8859.
  [
    '\xc0\x80\xc1\xbf\xe0\x80\x80\xf0\x80\x80\x80\xed\xa0\x80\xf4\x90\x80\x80\xf5\xff\xfe\xc2\x85\xef\xbb\xbf\x80',
  ],
  ['\xe9t\xe9', "'t'"],
  ['\xe2\x82\r\xc3\x1b[A', 'enter', 'up'],
];

describe('bytes of a terminal', () => {
  it.each(KEYS)('%j are keys', (bytes, ...keys) => {
    expect(keysOf(bytesOf(bytes))).toEqual(keys);
  });

  it.each(KEYS)('%j are the same keys one by one', (bytes, ...keys) => {
    expect(keysOf(...[...bytes].map(bytesOf))).toEqual(keys);
  });

  it.each(['\x1b', '\x1b[', '\x1bO', '\x1b[1;5', '\x1b[3', '\x1b[['])(
    '%j and any character are no Enter',
    (start) => {
      for (let code = 0x20; code < 0x7f; code++)
        expect(keysOf(bytesOf(start + String.fromCharCode(code)))).not.toContain('enter');
    },
  );

  it('are text in pieces of bounded length', () => {
    const reader = new KeyReader();
    const bytes = bytesOf('x'.repeat(1000));
    expect(reader.read(bytes, 0, 1000)).toEqual({ text: 'x'.repeat(256) });
    expect(reader.taken).toBe(256);
    expect(reader.read(bytes, 990, 1000)).toEqual({ text: 'x'.repeat(10) });
  });

  it('are a lone ESC only when nothing follows', () => {
    const reader = new KeyReader();
    expect(reader.isPending).toBe(false);
    expect(reader.read(bytesOf('\x1b'), 0, 1)).toBeNull();
    expect(reader.isPending).toBe(true);
    expect(reader.expire()).toBe('escape');
    expect(reader.isPending).toBe(false);
    expect(reader.read(bytesOf('[A'), 0, 2)).toEqual({ text: '[A' });
  });

  it('that end in the middle of a sequence or a character are nothing', () => {
    for (const begun of ['\x1b[', '\x1b[1;', '\x1bO', '\x1b[[', '\xe2\x82']) {
      const reader = new KeyReader();
      expect(reader.read(bytesOf(begun), 0, begun.length)).toBeNull();
      expect(reader.isPending).toBe(true);
      expect(reader.expire()).toBeNull();
      expect(reader.read(bytesOf('A'), 0, 1)).toEqual({ text: 'A' });
    }
  });

  it('are an Enter for each carriage return, whatever the noise around it', () => {
    const below = generator(1);
    for (let round = 0; round < 2000; round++) {
      // No line feeds, of which one belongs to a carriage return and one does not.
      const noise = Array.from({ length: below(40) }, () => below(256)).filter((byte) => byte !== 10);
      const returns = noise.filter((byte) => byte === 13).length;
      expect(keysOf(Uint8Array.from(noise)).filter((key) => key === 'enter')).toHaveLength(returns);
    }
  });

  it('are the same characters as a decoder that is known to be right gives', () => {
    const below = generator(2);
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from({ length: 1 + below(6) }, () => 0x80 + below(128));
      const expected = decoder.decode(bytes).replace(/[\ufffd\x80-\x9f\ufeff]/g, '');
      expect(keysOf(bytes)).toEqual(expected === '' ? [] : [`'${expected}'`]);
    }
  });
});
