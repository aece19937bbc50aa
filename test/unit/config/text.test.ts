import { expect, test } from 'vitest';
import { joinWords, LINE_LIMIT, quoteWord, splitWords } from '../../../src/config/text';

test.each([
  ['', []],
  [' \t ', []],
  ['# set group', []],
  ['set a  b\tc ', ['set', 'a', 'b', 'c']],
  ['a#b # c', ['a#b']],
  ['"a b" "" "#c" # "d', ['a b', '', '#c']],
  ['"say \\"hi\\" \\\\ \\n"', ['say "hi" \\ \\n']],
  ['a\\b {x}', ['a\\b', '{x}']],
])('%j has the words %j', (line, words) => {
  expect(splitWords(line)).toEqual({ ok: true, value: words });
});

test.each([
  ['set "a b', 'the quotation mark at character 5 is never closed; add one at the end of the value'],
  ['"a\\"', 'the quotation mark at character 1 is never closed; add one at the end of the value'],
  ['"a"b', 'a blank must follow the quotation mark at character 3'],
  [
    'a b"c"',
    'a quotation mark stands inside a word (character 4); put the whole value in quotation marks, and \\" for one inside it',
  ],
  ['a\x00b', 'character 2 of the line is not a character of text (U+0000); remove it'],
  ['a\ud800b', 'character 2 of the line is not a character of text (U+D800); remove it'],
  ['x'.repeat(LINE_LIMIT + 1), 'the line has 2049 characters; at most 2048 are allowed'],
])('%j is refused', (line, error) => {
  expect(splitWords(line)).toEqual({ ok: false, error });
});

test.each([
  ['plain', 'plain'],
  ['', '""'],
  ['a b', '"a b"'],
  ['#a', '"#a"'],
  ['a#', 'a#'],
  ['a\\', 'a\\'],
  ['a "b\\', '"a \\"b\\\\"'],
])('%j is written %s', (word, text) => {
  expect(quoteWord(word)).toBe(text);
  expect(splitWords(text)).toEqual({ ok: true, value: [word] });
});

test('words that are joined come apart again', () => {
  const words = ['a b', '"', '\\"', '', '#', 'c\td', 'é', '\u{1f600}'];
  expect(splitWords(joinWords(words))).toEqual({ ok: true, value: words });
});
