import { expect, test } from 'vitest';
import { buildConfig } from '../../../src/config/build';
import {
  applyDifference,
  type Document,
  deleteLine,
  difference,
  EMPTY,
  partOf,
  printDifference,
  printDocument,
  readDocument,
  setLine,
  statementsOf,
} from '../../../src/config/document';
import { expand, guide, guideExisting } from '../../../src/config/guide';
import { configHash } from '../../../src/config/hash';
import type { Reading } from '../../../src/config/problem';
import { readSettings } from '../../../src/config/read';
import { SCHEMA } from '../../../src/config/schema';
import { presencesOf, wordsOf } from '../../../src/config/statement';
import { Random } from '../../sim/random';
import { EXAMPLE } from './example';
import { randomText, randomWords, shuffled } from './texts';

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed);

function good<T>(reading: Reading<T>): T {
  if (!reading.ok) throw new Error(reading.error);
  return reading.value;
}

const randomDocument = (random: Random): Document => good(readDocument(randomText(random)));

/** All that a document says, and all that follows from it; secrets too. */
function meaning(document: Document): string[] {
  const statements = statementsOf(document);
  return [...new Set([...statements, ...statements.flatMap(presencesOf)].map(({ key }) => key))].sort();
}

/** What the supervisor makes of it. */
function hashOf(document: Document): number {
  const { settings, problems } = readSettings(printDocument(document), '');
  expect(problems).toEqual([]);
  return configHash(buildConfig(settings!));
}

function comments(document: Document): string[] {
  return document.lines.filter(({ statements }) => statements.length === 0).map(({ text }) => text);
}

test.each(SEEDS)('what is printed is read back as it was (seed %d)', (seed) => {
  const text = randomText(new Random(seed));
  const document = good(readDocument(text));
  expect(printDocument(document)).toBe(text);
});

test('the random texts hold every kind of setting, and lines that set two', () => {
  const documents = SEEDS.map((seed) => randomDocument(new Random(seed)));
  const seen = new Set(documents.flatMap(statementsOf).map(({ entry }) => entry.path));
  expect(seen.size).toBe(SCHEMA.length);
  expect(documents.some(({ lines }) => lines.some(({ statements }) => statements.length === 2))).toBe(true);
});

test.each(SEEDS)(
  'every change gives what can be read back, and means what was asked for (seed %d)',
  (seed) => {
    const random = new Random(seed);
    let document = randomDocument(random);
    for (let left = 20; left > 0; left--) {
      const before = meaning(document);
      if (random.chance(0.6)) {
        const words = randomWords(random);
        const [statement] = statementsOf(good(setLine(EMPTY, words)));
        const { entry, path, key } = statement!;
        document = good(setLine(document, words));
        const rivals = (one: string): boolean =>
          entry.value !== null && !entry.many && one.startsWith(`${path} `);
        const expected = before.filter((one) => !rivals(one) || one === key);
        expect(meaning(document)).toEqual(
          [...new Set([...expected, key, ...presencesOf(statement!).map((presence) => presence.key)])].sort(),
        );
      } else {
        const all = statementsOf(document);
        if (all.length === 0) continue;
        const statement = random.pick(all);
        const words = wordsOf(statement);
        const named = words.slice(0, 1 + random.below(words.length));
        const isWhole = named.length === words.length && statement.value !== null;
        const standing = comments(document);
        document = good(deleteLine(document, named));
        const gone = (key: string): boolean =>
          isWhole ? key === statement.key : key.startsWith(`${named.join(' ')} `);
        expect(meaning(document), named.join(' ')).toEqual(before.filter((key) => !gone(key)));
        expect(comments(document)).toEqual(standing);
      }
      expect(readDocument(printDocument(document))).toEqual({ ok: true, value: document });
    }
  },
);

test.each(SEEDS)('a difference applied to the one gives the other (seed %d)', (seed) => {
  const random = new Random(seed);
  const a = randomDocument(random);
  let b = random.chance(0.5) ? randomDocument(random) : a;
  for (let left = random.below(5); left > 0; left--) b = good(setLine(b, randomWords(random)));
  const changes = difference(a, b);
  const result = good(applyDifference(a, changes));
  expect(meaning(result)).toEqual(meaning(b));
  expect(hashOf(result)).toBe(hashOf(b));
  expect(difference(result, b)).toEqual([]);
  expect(difference(b, result)).toEqual([]);
  expect(comments(result)).toEqual(comments(a));
  expect(readDocument(printDocument(result))).toEqual({ ok: true, value: result });
  expect(printDifference(changes).split('\n').length).toBe(changes.length + 1);
});

test.each(SEEDS)('order does not matter (seed %d)', (seed) => {
  const random = new Random(seed);
  const a = randomDocument(random);
  const b: Document = { lines: shuffled(random, a.lines) };
  expect(difference(a, b)).toEqual([]);
  expect(hashOf(a)).toBe(hashOf(b));
});

test.each(SEEDS)('no secret is shown when hidden (seed %d)', (seed) => {
  const random = new Random(seed);
  const secret = `S3CRET${random.below(1e9)}`;
  const words = [
    'heartbeat',
    'key',
    String(random.below(16)),
    random.pick(['sha256', 'sha1', 'md5']),
    `${secret} "#`,
  ];
  const document = good(setLine(randomDocument(random), words));
  expect(printDocument(document)).toContain(secret);
  expect(printDocument(document, 'hidden')).not.toContain(secret);
  const changes = difference(EMPTY, document);
  expect(printDifference(changes)).toContain(secret);
  expect(printDifference(changes, 'hidden')).not.toContain(secret);
  for (let end = 0; end <= words.length; end++)
    expect(JSON.stringify(guideExisting(words.slice(0, end), document))).not.toContain(secret);
  const other = deleteLine(document, [...words.slice(0, -1), 'other']);
  expect(other.ok ? '' : other.error).toContain('another secret');
});

const ODD = [
  '',
  ' ',
  '"',
  '#',
  '***',
  '\n',
  '\0',
  '__proto__',
  'constructor',
  'set',
  '-1',
  '\ud800',
  'x'.repeat(3000),
];

/** Words that make half a sense. */
function noise(random: Random): string[] {
  const words = random.chance(0.7) ? randomWords(random) : [];
  for (let left = random.below(4); left > 0; left--) {
    const odd = random.chance(0.5)
      ? random.pick(ODD)
      : String.fromCharCode(...Array.from({ length: random.below(6) }, () => random.below(256)));
    words.splice(random.below(words.length + 1), random.below(2), odd);
  }
  // Shortened.
  return words.map((word) => (random.chance(0.2) ? word.slice(0, random.below(word.length + 1)) : word));
}

test('no words throw, and what is refused is told in one sentence', () => {
  const random = new Random(3);
  const document = good(readDocument(EXAMPLE));
  const check = (reading: Reading<unknown>): void => {
    if (reading.ok) return;
    expect(reading.error).not.toMatch(/undefined|null|NaN|\[object|\n/);
    expect(reading.error.length).toBeGreaterThan(20);
    expect(reading.error.length).toBeLessThan(1000);
  };
  let accepted = 0;
  for (let run = 0; run < 4000; run++) {
    const words = noise(random);
    const changed = setLine(document, words);
    if (changed.ok) {
      accepted += 1;
      expect(readDocument(printDocument(changed.value))).toEqual(changed);
    }
    const expanded = expand(words);
    check(changed);
    check(expanded);
    // What can be set is spelt out already.
    if (changed.ok) expect(expanded).toEqual({ ok: true, value: words });
    check(deleteLine(document, words));
    check(partOf(document, words));
    check(applyDifference(document, [{ sign: random.pick(['+', '-']), words }]));
    for (const guidance of [guide(words, document), guideExisting(words, document)])
      for (const { word, help } of guidance.candidates)
        expect([word, help].join()).not.toMatch(/undefined|\n/);
  }
  expect(accepted).toBeGreaterThan(200);
  expect(printDocument(document)).toBe(EXAMPLE);
});

test('no text throws', () => {
  const random = new Random(4);
  for (let run = 0; run < 2000; run++) {
    const text = random.chance(0.5)
      ? String.fromCharCode(...Array.from({ length: random.below(300) }, () => random.below(256)))
      : Array.from({ length: 5 }, () => `set ${noise(random).join(' ')}`).join('\n');
    const read = readDocument(text);
    if (read.ok) expect(readDocument(printDocument(read.value))).toEqual(read);
    else expect(read.error).not.toMatch(/undefined|null|NaN|\[object|\n/);
  }
});
