import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundleInputs } from '../../../board/build/bundle';
import { settingsReference, withReference } from '../../../src/config/reference';
import { SCHEMA } from '../../../src/config/schema';

test('the README has all settings as the schema has them', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(
    withReference(readme),
    'the table in README.md is out of date; "npm run reference" writes it anew',
  ).toEqual({
    ok: true,
    value: readme,
  });
});

test('each setting has a row, with its limits, default and what a change affects', () => {
  const lines = settingsReference().split('\n');
  for (const { path } of SCHEMA)
    expect(lines.filter((line) => line.startsWith(`| \`${path}`)).length, path).toBeGreaterThan(0);
  expect(lines).toContain(
    '| `heartbeat serial DEVICE baud NUMBER` | 9600, 19200, 38400, 57600, 115200, 230400 or 460800 bit/s | `115200` | speed of the line in bits per second | link |',
  );
  expect(lines).toContain(
    '| `group vip ADDRESS/PREFIX`, several | an address with prefix length like 192.0.2.1/24 |  | outside virtual address, with prefix length | group |',
  );
  const cells = lines.slice(0, SCHEMA.length + 2).map((line) => line.replaceAll('\\|', '').split('|').length);
  expect(new Set(cells)).toEqual(new Set([7]));
});

test('only the part between the marks is written', () => {
  const marks = ['<!-- settings: begin -->', '<!-- settings: end -->'] as const;
  expect(withReference(`a\n${marks[0]}\nold\n${marks[1]}\nb`)).toEqual({
    ok: true,
    value: `a\n${marks[0]}\n${settingsReference()}\n${marks[1]}\nb`,
  });
  for (const text of ['', marks[0], marks[1], `${marks[1]} ${marks[0]}`])
    expect(withReference(text)).toMatchObject({ ok: false });
});

test('what supervises starts without anything that is for people who configure', async () => {
  const inputs = await bundleInputs(['src/supervisor-main.ts']);
  expect(inputs).toContain('src/config/read.ts');
  for (const name of [
    'document',
    'edit',
    'difference',
    'statement',
    'guide',
    'walk',
    'describe',
    'reference',
  ])
    expect(inputs).not.toContain(`src/config/${name}.ts`);
  expect(inputs.filter((path) => /^src\/(config\/(import|export)|console|panel)\//.test(path))).toEqual([]);
});
