import { describe, expect, it } from 'vitest';
import { splitLine } from '../../../src/config/text';
import { applyFilters, guidePipes, readPipes } from '../../../src/console/match';

function read(line: string): unknown {
  const split = splitLine(line);
  if (!split.ok) throw new Error(split.error);
  const piped = readPipes(split.value);
  return piped.ok ? piped.value : piped.error;
}

describe('filters behind a command', () => {
  it.each([
    ['show log', { words: ['show', 'log'], filters: [] }],
    ['show log | match error', { words: ['show', 'log'], filters: [{ kind: 'match', text: 'error' }] }],
    ['show log | m "two words"', { words: ['show', 'log'], filters: [{ kind: 'match', text: 'two words' }] }],
    [
      'show log | e a | match b | count',
      {
        words: ['show', 'log'],
        filters: [{ kind: 'except', text: 'a' }, { kind: 'match', text: 'b' }, { kind: 'count' }],
      },
    ],
    ['show log | no', { words: ['show', 'log'], filters: [{ kind: 'no-more' }] }],
    ['show log | match |', { words: ['show', 'log'], filters: [{ kind: 'match', text: '|' }] }],
    ['set text "|" x', { words: ['set', 'text', '|', 'x'], filters: [] }],
    ['show log |', 'match, except, count or no-more must follow the |'],
    ['show log | grep x', 'unknown filter "grep" behind the |; it takes match, except, count or no-more'],
    ['show log | metch x', 'unknown filter "metch" behind the |; did you mean match?'],
    ['show log | match', 'a text must follow match'],
    ['show log | match ""', 'a text must follow match'],
    ['show log | count x', '"x" is one word too many; a | or nothing may follow'],
    ['show log | match a b', '"b" is one word too many; a | or nothing may follow'],
    [`show log${' | count'.repeat(9)}`, 'at most 8 filters may follow a command'],
  ])('%s', (line, result) => {
    expect(read(line)).toEqual(result);
  });

  it('keep the lines that they say', () => {
    const lines = ['Error a', 'note b', 'ERROR b', ''];
    expect(applyFilters(lines, [])).toBe(lines);
    expect(applyFilters(lines, [{ kind: 'match', text: 'error' }])).toEqual(['Error a', 'ERROR b']);
    expect(applyFilters(lines, [{ kind: 'except', text: 'Error' }])).toEqual(['note b', '']);
    expect(
      applyFilters(lines, [
        { kind: 'match', text: 'error' },
        { kind: 'except', text: 'b' },
        { kind: 'count' },
      ]),
    ).toEqual(['1 line']);
    expect(applyFilters(lines, [{ kind: 'count' }])).toEqual(['4 lines']);
    expect(applyFilters(lines, [{ kind: 'no-more' }])).toBe(lines);
    // Not a pattern.
    expect(applyFilters(['a.c', 'abc'], [{ kind: 'match', text: 'a.c' }])).toEqual(['a.c']);
  });

  it('are guided', () => {
    const guided = (line: string): unknown => {
      const guidance = guidePipes(line.split(' '));
      return (
        guidance && [guidance.candidates.map(({ word }) => word), guidance.argument?.word, guidance.complete]
      );
    };
    expect(guided('show log')).toBeNull();
    expect(guided('|')).toBeNull();
    expect(guided('show |')).toEqual([['match', 'except', 'count', 'no-more'], undefined, false]);
    expect(guided('show | mat')).toEqual([[], 'TEXT', false]);
    expect(guided('show | match x')).toEqual([['|'], undefined, true]);
    expect(guided('show | count')).toEqual([['|'], undefined, true]);
    expect(guided('show | count | e')).toEqual([[], 'TEXT', false]);
    expect(guided('show | zzz')).toEqual([[], undefined, false]);
  });
});
