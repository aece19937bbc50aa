import { describe, expect, it } from 'vitest';
import { bytesOf, cellsOf, charactersOf, columnsOf } from '../../../src/console/cells';
import { Row } from '../../../src/console/row';
import { viewOf } from '../../../src/console/view';
import { generator } from '../random';
import { Vt100 } from './vt100';

/** What is sent when the row shows `old`, with the cursor at `from`, and is to show `wanted`, with the cursor at `to`. */
function sent(dumb: boolean, old: string, from: number, wanted: string, to: number): string {
  const row = new Row(dumb);
  row.draw(cellsOf([...old]), from);
  return row.draw(cellsOf([...wanted]), to);
}

describe('a row', () => {
  it.each([
    ['nothing to change', 'lb1# show', 9, 'lb1# show', 9, '', ''],
    ['a character at the end', 'lb1# sho', 8, 'lb1# show', 9, 'w', 'w'],
    ['a character off the end', 'lb1# show', 9, 'lb1# sho', 8, '\b \b', '\b \b'],
    ['one step left', 'lb1# show', 9, 'lb1# show', 8, '\b', '\b'],
    ['one step right', 'lb1# show', 8, 'lb1# show', 9, 'w', 'w'],
    ['home, near', 'lb1# show', 9, 'lb1# show', 5, '\b\b\b\b', '\b\b\b\b'],
    ['to the first column', 'lb1# show', 9, 'lb1# show', 0, '\r', '\r'],
    ['to the second column', 'lb1# show', 9, 'lb1# show', 1, '\rl', '\rl'],
    ['far right', 'lb1# show status', 5, 'lb1# show status', 16, '\x1b[11C', 'show status'],
    ['a character in the middle', 'ab cd', 2, 'abx cd', 3, 'x cd\b\b\b', 'x cd\b\b\b'],
    ['a character out of the middle', 'abx cd', 3, 'ab cd', 2, '\b cd \rab', '\b cd \rab'],
    ['swapped characters', 'ab cd ef', 2, 'ba cd ef', 2, '\rba', '\rba'],
    ['a long end cut off', 'show interfaces', 15, 'show ', 5, '\x1b[10D\x1b[K', '\rshow           \rshow '],
    ['all cut off', 'show interfaces', 15, '', 0, '\r\x1b[K', `\r${' '.repeat(15)}\r`],
    ['another text', 'one', 3, 'two', 3, '\rtwo', '\rtwo'],
    ['a wide character more', 'a漢', 3, 'a漢字', 5, '字', '字'],
    ['a wide character less', 'a漢', 3, 'a', 1, '\b\b\x1b[K', '\b\b  \b\b'],
    ['half of a wide character', '漢x', 0, 'abx', 2, 'ab', 'ab'],
  ])('with %s', (_, old, from, wanted, to, vt100, dumb) => {
    const escaped = sent(false, old, from, wanted, to);
    expect(escaped).toBe(vt100);
    expect(sent(true, old, from, wanted, to)).toBe(dumb);
    expect(bytesOf(escaped)).toBeLessThanOrEqual(bytesOf(dumb));
  });

  it('shows what is wanted, whatever it showed before', () => {
    const below = generator(3);
    const text = (): string =>
      Array.from({ length: below(30) }, () => 'ab  é漢e\u0301'[below(8)] ?? '')
        .join('')
        .replace(/^\u0301/, '');
    for (const dumb of [false, true]) {
      const screen = new Vt100(80, 3, dumb);
      const row = new Row(dumb);
      let before = '';
      for (let round = 0; round < 5000; round++) {
        // Changes at the beginning, in the middle and at the end, and quite another text.
        const cut = below(before.length + 1);
        const wanted = [before.slice(0, cut) + text().slice(0, 3), text() + before.slice(cut), text()]
          [below(3)]!.replace(/^\u0301/, '')
          .slice(0, 38);
        const characters = wanted.match(/\P{Mn}\p{Mn}*/gu) ?? [];
        const cells = cellsOf(characters);
        const cursor = cellsOf(characters.slice(0, below(characters.length + 1))).length;
        const bytes = row.draw(cells, cursor);
        screen.write(bytes);
        expect(screen.line).toBe(characters.join('').trimEnd());
        expect(screen.column).toBe(cursor);
        // Never more than drawing all of it anew.
        const anew = dumb ? 2 + bytesOf(before) + 2 * bytesOf(wanted) + 80 : 8 + 2 * bytesOf(wanted);
        expect(bytesOf(bytes)).toBeLessThanOrEqual(anew);
        before = wanted;
      }
    }
  });
});

describe('cells', () => {
  it('are as many as the columns of the text', () => {
    for (const [text, cells] of [
      ['', []],
      ['ab', ['a', 'b']],
      ['a\tb', ['a', ' ', 'b']],
      ['漢é', ['漢', '', 'é']],
      ['😀', ['😀', '']],
      ['\u0301', [' \u0301']],
    ] as const)
      expect(cellsOf([...text])).toEqual(cells);
    expect(cellsOf(['e\u0301', '\t\u0301'])).toEqual(['e\u0301', ' \u0301']);
    expect(charactersOf('e\u0301\t漢\u0301')).toEqual(['e\u0301', '\t', '漢\u0301']);
    expect(charactersOf('\u0301a')).toEqual(['\u0301', 'a']);
    expect(columnsOf('ab漢e\u0301😀')).toBe(7);
  });

  it('are counted in bytes of UTF-8', () => {
    for (const text of ['', 'abc', 'é€😀漢', '\u0301']) expect(bytesOf(text)).toBe(Buffer.from(text).length);
  });
});

describe('the view of a long line', () => {
  const line = Array.from({ length: 300 }, (_, at) => String.fromCharCode(0x61 + (at % 26)));

  it('is the whole line where it fits', () => {
    expect(viewOf(line.slice(0, 79), 79, 79, 50)).toEqual({ start: 0, cells: line.slice(0, 79), cursor: 79 });
  });

  it('always has the cursor in it, and shows what is around it', () => {
    const below = generator(4);
    let start = 0;
    for (let round = 0; round < 5_000; round++) {
      const length = 70 + below(231);
      const place = below(length + 1);
      const view = viewOf(line.slice(0, length), place, 79, start);
      start = view.start;
      expect(view.cells.length).toBeLessThanOrEqual(79);
      expect(view.cursor + view.start).toBe(place);
      expect(view.cursor).toBeGreaterThanOrEqual(start > 0 ? 8 : 0);
      const hasMore = length > start + 79;
      expect(view.cursor).toBeLessThanOrEqual(hasMore ? 77 : 79);
      const expected = line.slice(start, Math.min(length, start + 79));
      if (start > 0) expected[0] = '<';
      if (hasMore) expected[78] = '>';
      expect(view.cells).toEqual(expected);
    }
  });

  it('stays where it is while the cursor is in it', () => {
    expect(viewOf(line, 100, 79, 80).start).toBe(80);
    expect(viewOf(line, 88, 79, 80).start).toBe(80);
    expect(viewOf(line, 157, 79, 80).start).toBe(80);
    expect(viewOf(line, 87, 79, 80).start).toBe(24);
    expect(viewOf(line, 158, 79, 80).start).toBe(142);
  });

  it('shows no half of a wide character', () => {
    const wide = cellsOf(Array(100).fill('漢'));
    for (const [place, from] of [
      [100, 84],
      [120, 83],
    ] as const) {
      const { cells } = viewOf(wide, place, 79, from);
      const row = cells.join('');
      expect(columnsOf(row)).toBe(79);
      expect(row).toMatch(/^< ?漢+ ?>$/);
    }
  });
});
