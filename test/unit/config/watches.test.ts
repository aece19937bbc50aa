/** Settings of watches that do not fit together. */

import { expect, test } from 'vitest';
import { EXAMPLE, problemsOf, warningsOf } from './example';

const path = 'watch web service http';
const found = (...lines: readonly string[]): readonly string[] =>
  problemsOf(
    `${EXAMPLE}\n${['hostgroup web host 10.0.0.21', `${path} monitor "http.monitor"`, ...lines].map((line) => `set ${line}`).join('\n')}\n`,
  );

test.each([
  [[`${path} randskew 5s`], /randskew 5s is not below the interval, 5s$/],
  [[`${path} failure-interval 1s`, `${path} randskew 1s`], /randskew 1s is not below the interval, 1s$/],
  [
    [`${path} traptimeout 10m`],
    /traptimeout is set, but no traps are heard; add a line like set traps from /,
  ],
  [[`${path} trapduration 10m`], /trapduration is set, but no traps are heard/],
  [['traps port 2584'], /traps from is missing, so no traps are heard/],
  [
    [`${path} period p alertafter-failures 3`, `${path} period p alertafter-time 10s`],
    /alertafter-failures 3: so many checks, 5s apart, take longer than alertafter-time 10s/,
  ],
  [
    [`${path} period p alertevery-mode strict`],
    /alertevery-mode says how alertevery works, which is not set/,
  ],
  [['watch web service other interval 5s'], /watch web service other has no monitor; add a line like/],
])('%j', (lines, sentence) => {
  const problems = found(...lines);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(sentence);
});

test('what fits', () => {
  expect(
    found(
      `${path} randskew 4999ms`,
      `${path} traptimeout 10m`,
      'traps from 10.0.0.0/24',
      'traps user root password "two words"',
      `${path} period p alertafter-failures 3`,
      `${path} period p alertafter-time 11s`,
      'watch web service heartbeat traptimeout 1m',
      'watch default service default period p alert "mail.alert root"',
    ),
  ).toEqual([]);
});

test('default is no host where traps are heard', () => {
  const text = `${EXAMPLE}\nset watch default service default period p alert a\nset traps from 10.0.0.0/24\n`;
  expect(warningsOf(text).join('\n')).not.toContain('default');
});
