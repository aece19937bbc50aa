import { describe, expect, it } from 'vitest';
import type { Key } from '../../../src/console/keys';
import { Pager, WAITING_LIMIT } from '../../../src/console/pager';
import { Vt100 } from './vt100';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `line ${at + 1}`);

/** A pager with these lines, a screen that shows them, and the keys that are pressed whenever it waits. */
function shown(
  lines: readonly string[],
  keys: readonly Key[] = [],
  paged = true,
): { screen: Vt100; pager: Pager } {
  const screen = new Vt100(80, 10);
  const pager = new Pager(80, 10);
  pager.start(paged);
  pager.put(lines);
  const show = (): void => {
    while (!pager.isDone && !pager.isWaiting) screen.write(pager.take(100));
  };
  show();
  for (const key of keys) {
    expect(pager.isWaiting).toBe(true);
    screen.write(pager.press(key).sent);
    show();
  }
  return { screen, pager };
}
const typed = (text: string): Key[] => [...text].map((character) => ({ text: character }));

describe('the pager', () => {
  it('shows what fits without waiting', () => {
    const { screen, pager } = shown(numbered(9));
    expect(screen.screen).toEqual(numbered(9));
    expect(pager.isDone).toBe(true);
  });

  it('waits when the screen is full, with all of it in sight', () => {
    const { screen, pager } = shown(numbered(10));
    expect(screen.screen).toEqual([...numbered(9), '--more--']);
    expect([pager.isDone, pager.isWaiting]).toEqual([false, true]);
    expect(pager.take(1000)).toBe('');
  });

  it('goes on by a screen with the space bar', () => {
    const { screen } = shown(numbered(30), typed(' '));
    expect(screen.screen).toEqual([...numbered(18).slice(9), '--more--']);
    expect(shown(numbered(30), typed('   ')).screen.screen.at(-1)).toBe('line 30');
  });

  it('goes on by a line with Enter', () => {
    expect(shown(numbered(30), ['enter']).screen.screen).toEqual([...numbered(10).slice(1), '--more--']);
    expect(shown(numbered(11), ['enter', 'enter']).pager.isDone).toBe(true);
  });

  it.each([['q'], ['Q'], ['escape'], ['interrupt']])('ends with %s', (key) => {
    const { screen, pager } = shown(numbered(30), [key.length === 1 ? { text: key } : (key as Key)]);
    expect(pager.isDone).toBe(true);
    expect(screen.screen).toEqual(numbered(9));
    expect([screen.row, screen.column]).toEqual([9, 0]);
  });

  it('ends with any other character, which belongs to the next line', () => {
    const { pager } = shown(numbered(30));
    expect(pager.press('left')).toEqual({ sent: '\x07', taken: true });
    expect(pager.press({ text: 's' })).toEqual({ sent: '\r\x1b[K', taken: false });
    expect(pager.isDone).toBe(true);
  });

  it('counts the rows of long lines, and never stops at one that is longer than the screen', () => {
    const long = 'x'.repeat(200);
    const { screen } = shown([long, long, long, long]);
    expect(screen.screen.filter((line) => line.startsWith('x'))).toHaveLength(9);
    expect(screen.line).toBe('--more--');
    const endless = 'y'.repeat(2000);
    expect(shown([endless, endless, 'z'], typed('  ')).pager.isDone).toBe(true);
    expect(shown([endless, endless, 'z'], ['enter', 'enter']).pager.isDone).toBe(true);
  });

  it('looks for a text with /', () => {
    const { screen } = shown(numbered(60), [...typed('/NE 3'), 'backspace', ...typed('40'), 'enter']);
    expect(screen.screen).toEqual(['...', ...numbered(47).slice(39), '--more--']);
    expect(shown(numbered(60), [...typed('/line 10'), 'enter']).screen.screen).not.toContain('...');
  });

  it.each([
    ['not there', [...typed('/nowhere'), 'enter' as const], '--not found--'],
    ['shown already', [...typed('/line 9'), 'enter' as const], '--not found--'],
    ['nothing', [...typed('/'), 'enter' as const], '--more--'],
    ['given up', [...typed('/li'), 'escape' as const], '--more--'],
    ['interrupted', [...typed('/li'), 'interrupt' as const], '--more--'],
  ])('goes on waiting when what is looked for is %s', (_, keys, prompt) => {
    const { screen, pager } = shown(numbered(30), keys);
    if (keys.at(-1) !== 'interrupt') expect(screen.line).toBe(prompt);
    expect(pager.isWaiting).toBe(true);
    expect(shown(numbered(30), [...keys, ...typed('q')]).pager.isDone).toBe(true);
  });

  it('waits for nobody where nobody reads', () => {
    const { screen, pager } = shown(numbered(100), [], false);
    expect(pager.isDone).toBe(true);
    expect(screen.screen.slice(0, 9)).toEqual(numbered(100).slice(-9));
  });

  it('gives so many bytes as are asked for, and whole lines', () => {
    const pager = new Pager(80, 24);
    pager.start(false);
    pager.put(['x'.repeat(50), 'y'.repeat(50), 'z'.repeat(50)]);
    expect(pager.take(60)).toBe(`${'x'.repeat(50)}\r\n${'y'.repeat(50)}\r\n`);
    expect(pager.take(1)).toBe(`${'z'.repeat(50)}\r\n`);
    expect(pager.take(1)).toBe('');
  });

  it('gives no control character of what it shows to the terminal', () => {
    expect(shown(['a\x1b[2Jb\rc\x9b']).screen.screen).toEqual(['a^[[2Jb^Mc?']);
  });

  it('keeps no more than its limit, and says what was lost', () => {
    const pager = new Pager(80, 24);
    pager.start(false);
    for (let at = 0; at < 1000; at++) pager.put(['x'.repeat(998), 'y'.repeat(998)]);
    let sent = '';
    while (!pager.isDone) sent += pager.take(1000);
    const lines = sent.split('\r\n');
    const kept = Math.floor(WAITING_LIMIT / 1000);
    expect(lines).toHaveLength(kept + 2);
    expect(lines.at(-2)).toBe(
      `(${2000 - kept} more lines were lost: they came faster than the terminal shows them)`,
    );
    pager.put(['after']);
    expect(pager.take(100)).toBe('after\r\n');
  });
});
