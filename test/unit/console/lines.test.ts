import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../src/console/cells';
import { printable, rowsOf, table, wrap } from '../../../src/console/lines';
import { generator } from '../random';

describe('lines', () => {
  it('have no control characters left', () => {
    expect(printable('a\x1b[2Jb\tc\x07\x7f\x9b\0')).toBe('a^[[2Jb  c^G^??^@');
    expect(printable('plain é漢')).toBe('plain é漢');
  });

  it('take rows as a terminal breaks them', () => {
    expect([0, 1, 79, 80, 81, 160, 161].map((length) => rowsOf('x'.repeat(length), 80))).toEqual([
      1, 1, 1, 1, 2, 2, 3,
    ]);
  });

  it('are broken between words, and only otherwise within them', () => {
    expect(wrap('', 80)).toEqual(['']);
    expect(wrap('one two three', 9)).toEqual(['one two', 'three']);
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('one two three', 12, 2)).toEqual(['one two', '  three']);
    expect(wrap('abcdefghij k', 5)).toEqual(['abcd', 'efgh', 'ij k']);
    expect(wrap('漢漢漢 x', 6)).toEqual(['漢漢', '漢 x']);
  });

  it('lose no word, and keep to the margin', () => {
    const below = generator(5);
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: below(40) }, () => 'x'.repeat(1 + below(20))).join(' ');
      const columns = 24 + below(80);
      const lines = wrap(text, columns, below(3));
      expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
      for (const line of lines) expect(columnsOf(line)).toBeLessThan(columns);
    }
  });

  it('are aligned in a table', () => {
    expect(
      table(
        [
          ['show', 'what is'],
          ['maintenance', 'whether this box may become active'],
          ['ping', ''],
        ],
        40,
        2,
      ),
    ).toEqual([
      '  show         what is',
      '  maintenance  whether this box may',
      '               become active',
      '  ping',
    ]);
    expect(
      table(
        [
          ['a', 'b', 'c'],
          ['aa', 'bb', 'cc'],
        ],
        80,
      ),
    ).toEqual(['a   b   c', 'aa  bb  cc']);
    // One long cell does not push the others out of the screen.
    expect(
      table(
        [
          ['x'.repeat(30), 'help'],
          ['y', 'more help'],
        ],
        40,
      ),
    ).toEqual([`${'x'.repeat(30)}  help`, `y${' '.repeat(21)}more help`]);
    expect(table([], 80)).toEqual([]);
  });
});
