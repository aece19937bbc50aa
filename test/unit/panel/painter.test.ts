import { describe, expect, it } from 'vitest';
import { Drawing, type Grid, type Style } from '../../../src/panel/grid';
import { Painter } from '../../../src/panel/painter';
import { Vt100 } from '../../vt100';
import { generator } from '../random';

const SEEDS = 400;
const STYLES: readonly Style[] = [' ', 'b', 'g', 'y', 'r'];
const LOOK: Readonly<Record<string, string>> = { ' ': '', b: '1', g: '32', y: '33', r: '1;31' };

function pick<T>(below: (limit: number) => number, some: readonly T[]): T {
  return some[below(some.length)]!;
}

/** Words and blanks in some styles, over what was there or over nothing. */
function scribble(
  below: (limit: number) => number,
  columns: number,
  rows: number,
  before: Grid | null,
): Drawing {
  const drawing = new Drawing(columns, rows);
  if (before !== null)
    for (const [row, text] of before.text.entries()) {
      drawing.text[row] = text;
      drawing.style[row] = before.style[row]!;
    }
  for (let left = below(12); left > 0; left--) {
    const letter = pick(below, [' ', 'a', 'b', '#', '~']);
    const text = letter.repeat(1 + below(columns));
    drawing.put(below(rows), below(columns), text, pick(below, STYLES));
  }
  return drawing;
}

/** What a person sees; a blank looks the same in every style. */
function seen(grid: Grid): readonly string[] {
  return grid.text.flatMap((text, row) =>
    [...text].map((letter, at) => (letter === ' ' ? ' ' : `${letter}${LOOK[grid.style[row]![at]!]}`)),
  );
}

function seenOn(terminal: Vt100): readonly string[] {
  return terminal.cells
    .flat()
    .map(({ character, look }) => (character === ' ' ? ' ' : `${character}${look}`));
}

describe('the painter', () => {
  it('brings every screen to every other one, whole or in pieces, without scrolling', () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const below = generator(seed);
      const columns = 2 + below(60);
      const rows = 1 + below(14);
      const terminal = new Vt100(columns, rows);
      const painter = new Painter(columns, rows);
      terminal.write('what was there before\r\n\x1b[7;1m');
      terminal.write(painter.clear());
      let wanted = scribble(below, columns, rows, null);
      for (let round = 0; round < 6; round++) {
        // Now and then the next screen comes before this one is complete.
        for (let calls = pick(below, [1, 2, 1000]); calls > 0; calls--) {
          const bytes = painter.paint(wanted, 1 + below(200));
          if (bytes === '') break;
          terminal.write(bytes);
        }
        wanted = scribble(below, columns, rows, below(3) === 0 ? null : wanted);
      }
      while (true) {
        const bytes = painter.paint(wanted, 100);
        if (bytes === '') break;
        terminal.write(bytes);
      }
      expect(seenOn(terminal), `seed ${seed}`).toEqual(seen(wanted));
      expect(terminal.strangers, `seed ${seed}`).toBe(0);
    }
  });

  it('sends nothing for a screen that is there, and no more for another than that screen from scratch', () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const below = generator(seed);
      const painter = new Painter(60, 12);
      const first = scribble(below, 60, 12, null);
      const second = scribble(below, 60, 12, first);
      painter.clear();
      painter.paint(first, 1e6);
      expect(painter.paint(first, 1e6)).toBe('');
      const bytes = painter.paint(second, 1e6).length;
      const fresh = new Painter(60, 12);
      const whole = fresh.clear().length + fresh.paint(second, 1e6).length;
      expect(bytes, `seed ${seed}`).toBeLessThanOrEqual(whole + 40);
    }
  });

  it('takes few bytes for small changes', () => {
    const painter = new Painter(80, 24);
    painter.clear();
    const empty = new Drawing(80, 24);
    const one = new Drawing(80, 24);
    one.put(9, 40, 'x');
    expect(painter.paint(one, 1e6)).toBe('\x1b[10;41Hx');
    one.put(9, 43, 'yz');
    expect(painter.paint(one, 1e6)).toBe('\x1b[2Cyz');
    one.put(10, 0, 'below', 'g');
    expect(painter.paint(one, 1e6)).toBe('\r\n\x1b[32mbelow');
    expect(painter.paint(empty, 1e6)).toBe('\x1b[10;41H\x1b[K\r\n\x1b[K');
  });

  it('stops at the limit and goes on there', () => {
    const painter = new Painter(80, 24);
    painter.clear();
    const full = new Drawing(80, 24);
    for (let row = 0; row < 24; row++) full.put(row, 0, 'x'.repeat(79));
    const first = painter.paint(full, 100);
    expect(first.length).toBeLessThan(200);
    expect(painter.paint(full, 1e6).length).toBeGreaterThan(21 * 79);
  });

  it('leaves the last row free and the cursor visible', () => {
    const painter = new Painter(40, 12);
    const terminal = new Vt100(40, 12);
    terminal.write(painter.clear());
    const drawing = new Drawing(40, 12);
    drawing.put(11, 0, 'last', 'r');
    terminal.write(painter.paint(drawing, 1e6) + painter.leave());
    expect([terminal.row, terminal.column, terminal.text[11]]).toEqual([11, 0, '']);
  });
});

describe('a drawing', () => {
  it('cuts what goes beyond its edges, and lets through nothing that a terminal obeys', () => {
    const drawing = new Drawing(8, 2);
    drawing.put(0, 5, 'abcdef', 'b');
    drawing.put(1, 0, '\x1b[2J\u00e9x');
    drawing.put(2, 0, 'nowhere');
    drawing.put(0, 0, 'abc', ' ', 2);
    expect(drawing.text).toEqual(['a~   a~ ', '?[2J?x  ']);
    expect(drawing.style).toEqual(['     bb ', '        ']);
  });
});
