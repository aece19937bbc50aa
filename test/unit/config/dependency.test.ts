import { expect, test } from 'vitest';
import { DEPENDENCY_LIMIT, isMet, parseDependency, servicesOf } from '../../../src/config/dependency';
import { generator } from '../random';

function value(text: string, good: readonly string[]): boolean {
  const read = parseDependency(text, 'web');
  if (!read.ok) throw new Error(read.error);
  return isMet(read.value, ({ watch, service }) => good.includes(`${watch}:${service}`));
}

const fault = (text: string): string => {
  const read = parseDependency(text, 'web');
  return read.ok ? 'good' : read.error;
};

test('SELF is the own watch, and ! binds before &&, && before ||', () => {
  expect(value('SELF:ping', ['web:ping'])).toBe(true);
  expect(value('a:b', ['web:ping'])).toBe(false);
  expect(value('!a:b && c:d', ['c:d'])).toBe(true);
  expect(value('a:b || c:d && e:f', ['a:b'])).toBe(true);
  expect(value('(a:b || c:d) && e:f', ['a:b'])).toBe(false);
  expect(value('!!a:b&&!(c:d||e:f)', ['a:b'])).toBe(true);
});

test('a list of services means all of them', () => {
  expect(value('a:b c:d', ['a:b', 'c:d'])).toBe(true);
  expect(value('a:b c:d', ['a:b'])).toBe(false);
});

test('every service is named', () => {
  const read = parseDependency('!(SELF:x || b-1.c:y_2) && d:e', 'web');
  expect(read.ok && servicesOf(read.value).map(({ watch, service }) => `${watch}:${service}`)).toEqual([
    'web:x',
    'b-1.c:y_2',
    'd:e',
  ]);
});

test.each([
  ['', 'ends too early'],
  ['a:b &&', 'ends too early'],
  ['(a:b', 'ends too early'],
  ['a:b)', 'has ) where it does not fit'],
  ['&& a:b', 'has && where it does not fit'],
  ['a:b and c:d', 'has "and", which perl may know'],
  ['a:b == 1', 'has "="'],
  ['system("x")', 'has "system"'],
  ['web', 'has "web"'],
  ['a:b & c:d', 'has "&"'],
  ['!'.repeat(65), 'has more than 64 names and signs'],
  ['a'.repeat(DEPENDENCY_LIMIT + 1), 'is longer than'],
])('%j is refused', (text, sentence) => {
  expect(fault(text)).toContain(`the dependency ${sentence}`);
});

test('is what perl makes of it, for random expressions', () => {
  const below = generator(7);
  const names = ['a:b', 'SELF:c', 'd:e'];
  const random = (depth: number): string => {
    const kind = depth > 3 ? 0 : below(5);
    if (kind === 0) return names[below(3)]!;
    if (kind === 1) return `!${random(depth + 1)}`;
    if (kind === 2) return `(${random(depth + 1)})`;
    return `${random(depth + 1)} ${kind === 3 ? '&&' : '||'} ${random(depth + 1)}`;
  };
  let read = 0;
  for (let count = 0; count < 500; count++) {
    const text = random(0);
    if ((text.match(/[ab]:|&&|\|\||[!()]|:/g)?.length ?? 0) > 60) continue;
    const good = ['a:b', 'web:c', 'd:e'].filter(() => below(2) === 0);
    const script = text
      .replace('SELF', 'web')
      .replace(/\w+:\w+/g, (name) => String(good.includes(name.replace('SELF', 'web'))));
    // The precedence of JavaScript's signs is that of perl's.
    const expected: unknown = new Function(
      `return ${script.replaceAll('web:c', String(good.includes('web:c')))}`,
    )();
    expect(value(text, good), text).toBe(expected);
    read += 1;
  }
  expect(read).toBeGreaterThan(300);
});
