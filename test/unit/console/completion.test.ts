import { describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/config/text';
import { complete, help, unfinished } from '../../../src/console/completion';
import type { Candidate, Guidance, Guide } from '../../../src/console/guidance';
import { generator } from '../random';

const candidate = (word: string): Candidate => ({ word, help: `about ${word}` });
const ADDRESS: Candidate = { word: 'ADDRESS/PREFIX', help: 'outside virtual address' };

/** A small language. */
const GUIDES: Readonly<Record<string, Guidance>> = {
  '': { candidates: ['set', 'show', 'shell', 'commit'].map(candidate), argument: null, complete: false },
  show: { candidates: ['status', 'services'].map(candidate), argument: null, complete: true },
  shell: { candidates: [], argument: null, complete: true },
  set: { candidates: [candidate('group')], argument: null, complete: false },
  'set group': { candidates: [], argument: ADDRESS, complete: false },
  'set group 10.0.0.1': { candidates: [], argument: null, complete: true },
  commit: {
    candidates: [candidate('confirmed')],
    argument: { word: 'COMMENT', help: 'why' },
    complete: true,
  },
  quoted: { candidates: ['"foo bar"', '"foo baz"', 'plain'].map(candidate), argument: null, complete: false },
  named: {
    candidates: ['eth0', 'eth1'].map(candidate),
    argument: { word: 'NAME', help: '' },
    complete: false,
  },
};
const guide: Guide = (words) => {
  const found = GUIDES[words.join(' ')];
  return found ? { ok: true, value: found } : { ok: false, error: `${words.join(' ')} is nothing` };
};

describe('an unfinished line', () => {
  it.each([
    ['', [], '', 0],
    ['sho', [], 'sho', 0],
    ['show ', ['show'], '', 5],
    ['  show   st', ['show'], 'st', 9],
    ['a\tb', ['a'], 'b', 2],
    ['a "b c', ['a'], '"b c', 2],
    ['a "b c"', ['a'], '"b c"', 2],
    ['a "b \\" c" d', ['a', 'b " c'], 'd', 11],
    ['a "b\\', ['a'], '"b\\', 2],
    ['"', [], '"', 0],
    ['"" ', [''], '', 3],
  ])('%j', (line, words, last, from) => {
    expect(unfinished(line)).toEqual({ words, last, from });
  });

  it('has the words that it would have when finished', () => {
    const below = generator(6);
    for (let round = 0; round < 5000; round++) {
      const line = Array.from({ length: below(16) }, () => 'ab "\\'[below(5)]!).join('');
      const { words, last, from } = unfinished(line);
      expect(line.slice(from)).toBe(last);
      const whole = splitWords(line.slice(0, from));
      if (whole.ok) expect(words).toEqual(whole.value);
    }
  });
});

describe('TAB', () => {
  it.each([
    ['c', { kind: 'insert', from: 0, text: 'commit ' }],
    ['se', { kind: 'insert', from: 0, text: 'set ' }],
    ['set', { kind: 'insert', from: 0, text: 'set ' }],
    ['sh', { kind: 'list', lines: ['  show   about show', '  shell  about shell'] }],
    ['show s', { kind: 'list', lines: ['  status    about status', '  services  about services'] }],
    ['show se', { kind: 'insert', from: 5, text: 'services ' }],
    ['set ', { kind: 'insert', from: 4, text: 'group ' }],
    ['show ', { kind: 'insert', from: 5, text: 's' }],
    ['set group ', { kind: 'list', lines: ['  ADDRESS/PREFIX  outside virtual address'] }],
    ['set group 10.', { kind: 'list', lines: ['  ADDRESS/PREFIX  outside virtual address'] }],
    ['set group 10.0.0.1 ', { kind: 'list', lines: ['  <Enter>  the line may end here'] }],
    // Whoever wants to write a comment does not want to be told what it is.
    [
      'commit ',
      {
        kind: 'list',
        lines: ['  confirmed  about confirmed', '  COMMENT    why', '  <Enter>    the line may end here'],
      },
    ],
    ['commit c', { kind: 'insert', from: 7, text: 'confirmed ' }],
    ['named ', { kind: 'list', lines: ['  eth0  about eth0', '  eth1  about eth1', '  NAME'] }],
    ['named e', { kind: 'insert', from: 6, text: 'eth' }],
    ['quoted f', { kind: 'insert', from: 7, text: '"foo ba' }],
    ['quoted "f', { kind: 'insert', from: 7, text: '"foo ba' }],
    ['quoted "foo bar', { kind: 'insert', from: 7, text: '"foo bar" ' }],
    ['quoted "p', { kind: 'insert', from: 7, text: 'plain ' }],
    ['what ', { kind: 'list', lines: ['what is nothing'] }],
  ])('behind %j', (before, completion) => {
    expect(complete(before, guide, 80)).toEqual(completion);
  });

  it('behind a word that nothing begins with lists what was expected', () => {
    expect(complete('show x', guide, 80)).toEqual({
      kind: 'list',
      lines: ['Nothing here begins with "x".', '  status    about status', '  services  about services'],
    });
    expect(complete('shell x', guide, 80)).toEqual({
      kind: 'list',
      lines: ['Nothing here begins with "x".'],
    });
  });
});

describe('?', () => {
  it.each([
    ['', ['  set     about set', '  show    about show', '  shell   about shell', '  commit  about commit']],
    ['sh', ['  show   about show', '  shell  about shell']],
    ['show', ['  show  about show']],
    [
      'show ',
      ['  status    about status', '  services  about services', '  <Enter>   the line may end here'],
    ],
    ['shell ', ['  <Enter>  the line may end here']],
    ['set group 1', ['  ADDRESS/PREFIX  outside virtual address']],
    ['shell x', ['Nothing here begins with "x".']],
    ['what ', ['what is nothing']],
  ])('behind %j', (before, lines) => {
    expect(help(before, guide, 80)).toEqual(lines);
  });

  it('says that nothing may follow, where that is so', () => {
    const nothing: Guide = () => ({ ok: true, value: { candidates: [], argument: null, complete: false } });
    expect(help('', nothing, 80)).toEqual(['Nothing may follow here.']);
  });

  it('lists no more than a person reads', () => {
    const names = Array.from({ length: 250 }, (_, at) => candidate(`name${at}`));
    const many: Guide = () => ({ ok: true, value: { candidates: names, argument: null, complete: false } });
    const lines = help('', many, 80);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('  and 150 more');
  });
});
