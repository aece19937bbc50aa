/** The header by which a file is known again, and every kind of damage that it has to show. */

import { describe, expect, it } from 'vitest';
import { type Edition, headerText, printEdition, readEdition } from '../../../src/config/archive';
import { generator } from '../random';
import { sha256 } from './cut-disk';

const EDITION: Edition = {
  revision: 12,
  dateMs: Date.UTC(2026, 1, 3, 4, 5, 6, 7),
  who: 'admin',
  comment: 'the "third" server',
  text: 'set group vip 192.0.2.1/24 # Straße\nset group preferred lb-a\n',
};

describe('a configuration on the disk', () => {
  it('has one line before it that people can read, and check', () => {
    const file = printEdition(EDITION, sha256);
    const [first] = file.split('\n');
    expect(first).toMatch(
      /^# sha256 [0-9a-f]{64} revision 12 date 2026-02-03T04:05:06\.007Z by admin comment /,
    );
    expect(file.slice(9, 73)).toBe(sha256(file.slice(74)));
    expect(file.endsWith(`\n${EDITION.text}`)).toBe(true);
  });

  it('is read back as it was', () => {
    const odd = { ...EDITION, dateMs: null, who: '', comment: '# no "comment" \\', text: '' };
    for (const edition of [EDITION, odd])
      expect(readEdition(printEdition(edition, sha256), sha256)).toEqual({ kind: 'whole', edition });
  });

  it('without that line is what a person wrote', () => {
    for (const text of ['set group preferred lb-a\n', '# sha256 none\nset', '#'])
      expect(readEdition(text, sha256)).toEqual({ kind: 'plain', text });
  });

  it('is damaged when it is empty, or no text', () => {
    for (const text of ['', '\n \n', '\0\0\0\0', 'set\u0001', 'set \ufffd'])
      expect(readEdition(text, sha256)).toMatchObject({ kind: 'damaged', revision: null });
  });

  it('shows every changed byte, every lost sector and every cut', () => {
    const whole = Buffer.from(printEdition(EDITION, sha256), 'utf8');
    const notWhole = (spoilt: Buffer): void => {
      expect(readEdition(spoilt.toString('utf8'), sha256).kind).not.toBe('whole');
    };
    for (let at = 0; at < whole.length; at++) {
      for (const mask of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const spoilt = Buffer.from(whole);
        spoilt[at] = spoilt[at]! ^ mask;
        notWhole(spoilt);
      }
      notWhole(whole.subarray(0, at));
      notWhole(Buffer.concat([whole.subarray(0, at), Buffer.from(' '), whole.subarray(at)]));
    }
  });

  it('survives random bytes without an exception', () => {
    const random = generator(11);
    const whole = printEdition(EDITION, sha256);
    for (let round = 0; round < 5000; round++) {
      const piece = Array.from({ length: random(12) }, () => String.fromCharCode(random(300))).join('');
      const at = random(whole.length);
      const spoilt = whole.slice(0, at) + piece + whole.slice(at + random(20));
      const reading = readEdition(spoilt, sha256);
      if (spoilt !== whole) expect(reading.kind).not.toBe('whole');
    }
  });
});

describe('a name or a comment', () => {
  it('goes into one line, cut to its limit', () => {
    expect(headerText(' a\nb\u0000c\u202e ', 64)).toBe('a b c');
    expect(headerText('x'.repeat(100), 64)).toBe('x'.repeat(64));
    const long = {
      ...EDITION,
      who: headerText('"'.repeat(99), 64),
      comment: headerText('\\'.repeat(999), 256),
    };
    expect(readEdition(printEdition(long, sha256), sha256)).toEqual({ kind: 'whole', edition: long });
  });
});
