import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { largeLetters } from '../../../src/panel/letters';
import { Painter } from '../../../src/panel/painter';
import { drawScreen, screenSize } from '../../../src/panel/screen';
import { panelView } from '../../../src/panel/view';
import type { Status } from '../../../src/supervisor/status';
import { Vt100 } from '../../vt100';
import { ACTIVE, BOX, STATES } from './statuses';

/** Update them with `npx vitest run test/unit/panel -u`, and look at what has changed. */
const SCREENS = join(import.meta.dirname, 'screens');
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 40, rows: 12 },
] as const;

/** Characters of one byte each at 9600 bits/s, 8N1. */
const BYTES_PER_SECOND = 960;
/** Within 300 ms, with what the supervisor and its look at itself take. */
const STATE_CHANGE_BYTES = 250;
/** Large letters are the most of it. */
const WHOLE_CHANGE_BYTES = 600;

const drawn = (status: Status, size: (typeof SIZES)[number]) => drawScreen(panelView({ status }, BOX), size);

describe('golden screens', () => {
  for (const { columns, rows } of SIZES)
    for (const [name, heard] of Object.entries(STATES))
      it(`${name}, ${columns}x${rows}`, async () => {
        const path = join(SCREENS, `${name}.${columns}x${rows}.txt`);
        const { text } = drawScreen(panelView(heard, BOX), { columns, rows });
        const rowsOfText = text.map((row) => `${row.trimEnd()}\n`).join('');
        await expect(rowsOfText).toMatchFileSnapshot(path);
        expect(text).toHaveLength(rows);
        for (const row of text) {
          expect(row).toMatch(/^[ -~]*$/);
          expect(row).toHaveLength(columns);
        }
      });

  it('are all different without their colours', () => {
    for (const size of SIZES) {
      const screens = Object.values(STATES).map((heard) =>
        drawScreen(panelView(heard, BOX), size).text.join(),
      );
      expect(new Set(screens).size).toBe(screens.length);
    }
  });

  it('never tell by colour alone: lamps of different states differ in shape', () => {
    const lamps = [ACTIVE, ...Object.values(STATES).map((heard) => ('status' in heard ? heard.status : null))]
      .filter((status) => status !== null)
      .flatMap((status) => {
        const { text, style } = drawn(status, SIZES[0]);
        return text.flatMap((row, at) =>
          [...row.matchAll(/\((.)\)/g)].map((lamp) => `${lamp[1]}${style[at]![lamp.index]}`),
        );
      });
    expect([...new Set(lamps)].sort()).toEqual(['  ', '!y', '*g', 'Xr'].sort());
  });
});

describe('bytes on the line', () => {
  for (const size of SIZES)
    for (const [name, heard] of Object.entries(STATES)) {
      if (name === 'active') continue;
      it(`from active to ${name} at ${size.columns} columns: lamps and faults first, and then all of it`, () => {
        const painter = new Painter(size.columns, size.rows);
        const terminal = new Vt100(size.columns, size.rows);
        terminal.write(painter.clear() + painter.paint(drawn(ACTIVE, size), 1e6));
        const wanted = drawScreen(panelView(heard, BOX), size);
        const bytes = painter.paint(wanted, 1e6);
        terminal.write(bytes.slice(0, STATE_CHANGE_BYTES));
        const rows = size.columns === 80 ? [6, 10, 11, 12, 13] : [6, 7, 8, 9];
        for (const row of rows) expect(terminal.text[row]).toBe(wanted.text[row]!.trimEnd());
        expect(bytes.length).toBeLessThanOrEqual(WHOLE_CHANGE_BYTES);
      });
    }

  it('a whole screen takes less than two seconds', () => {
    for (const heard of Object.values(STATES)) {
      const painter = new Painter(80, 24);
      const bytes = painter.clear() + painter.paint(drawScreen(panelView(heard, BOX), SIZES[0]), 1e6);
      expect(bytes.length).toBeLessThan(2 * BYTES_PER_SECOND);
    }
  });
});

describe('what does not fit', () => {
  it('is counted: lamps, faults and services', () => {
    const [service] = ACTIVE.services;
    const services = Array.from({ length: 5 }, (_, at) => ({
      ...service!,
      name: `tcp 192.0.2.10:${80 + at}`,
      servers: Array.from({ length: 6 }, (_, host) => ({
        name: `10.0.${at}.${host}:80`,
        weight: 1,
        health: at === 4 && host > 1 ? ('down' as const) : ('up' as const),
      })),
    }));
    const text = drawn({ ...ACTIVE, services }, SIZES[0]).text.map((row) => row.trimEnd());
    expect(text[8]).toMatch(/\(\+1\)$/);
    expect(text.slice(10, 14).join('\n')).toContain('27 more, 1 bad');
    expect(text.slice(10, 14).join('\n')).toContain('(X) 10.0.4.4:80 down');
    expect(text[16]).toBe('3 services 14/18 up');
  });

  it('is cut: long names, long sentences, strange characters', () => {
    const cluster = {
      ...ACTIVE.cluster,
      node: 'a-very-long-host.name.example.org',
      why: `${'x'.repeat(99)}\x1b[2J\u00e9`,
    };
    for (const size of SIZES) {
      const text = drawn({ ...ACTIVE, cluster }, size).text;
      for (const row of text) expect(row).toMatch(/^[ -~]*$/);
      expect(text.join('\n')).toContain('a-very-long-host.nam');
    }
  });
});

describe('the size of the terminal', () => {
  it.each([
    [200, 60, 80, 24],
    [80, 24, 80, 24],
    [79, 24, 40, 12],
    [80, 23, 40, 12],
    [20, 4, 20, 4],
  ])('%d x %d: the screen has %d x %d', (columns, rows, wide, high) => {
    expect(screenSize({ columns, rows })).toEqual({ columns: wide, rows: high });
    expect(drawn(ACTIVE, { columns, rows } as (typeof SIZES)[number]).text).toHaveLength(high);
  });
});

describe('large letters', () => {
  it('have rows of one length, whatever the word, and are told apart', () => {
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.?'];
    expect(new Set(alphabet.map((letter) => largeLetters(letter, 1).join('\n'))).size).toBe(alphabet.length);
    for (const letter of alphabet)
      for (const scale of [1, 2] as const) {
        const rows = largeLetters(`${letter}x`, scale);
        expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
        expect(rows).toHaveLength(5);
      }
  });
});
