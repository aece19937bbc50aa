import { describe, expect, test } from 'vitest';
import { inPeriod, parsePeriod } from '../../../src/monitor/period';

function holds(text: string, time: string): boolean {
  const period = parsePeriod(text);
  if (!period.ok) throw new Error(period.error);
  return inPeriod(period.value, Date.parse(`${time}Z`));
}

// Expected values are those of the perl module; 2026-07-06 is a Monday.
describe('inPeriod', () => {
  const cases: readonly [string, string, boolean][] = [
    ['', '2026-07-06T00:00:00', true],
    ['  ', '2026-07-06T00:00:00', true],
    ['none', '2026-07-06T00:00:00', false],
    ['wd {Sun-Sat}', '2026-07-05T12:00:00', true],
    ['wd {Sun-Sat}', '2026-07-11T12:00:00', true],
    ['wd {Mon-Fri}', '2026-07-05T23:59:59', false],
    ['wd {Mon-Fri}', '2026-07-06T00:00:00', true],
    ['wd {Fri-Mon}', '2026-07-06T00:00:00', true],
    ['wd {Fri-Mon}', '2026-07-07T00:00:00', false],
    ['wday {Monday - Friday}', '2026-07-10T00:00:00', true],
    ['wd {1}', '2026-07-05T00:00:00', true],
    ['wd {sa} wd {su}', '2026-07-05T00:00:00', true],
    ['hr {9am-4pm}', '2026-07-06T16:59:59', true],
    ['hr {9am-4pm}', '2026-07-06T17:00:00', false],
    ['hr {9am-4pm}', '2026-07-06T08:59:59', false],
    ['hr {10pm-6am}', '2026-07-06T22:00:00', true],
    ['hr {10pm-6am}', '2026-07-06T03:00:00', true],
    ['hr {10pm-6am}', '2026-07-06T07:00:00', false],
    ['hr {12am}', '2026-07-06T00:30:00', true],
    ['hr {12pm}', '2026-07-06T12:30:00', true],
    ['hr {12noon}', '2026-07-06T12:30:00', true],
    ['wd {Mon-Fri} hr {9am-4pm}, wd {Sat}', '2026-07-11T03:00:00', true],
    ['wd {Mon-Fri} hr {9am-4pm}, wd {Sat}', '2026-07-06T03:00:00', false],
    ['hr{9-16}wd{2-6}', '2026-07-06T09:00:00', true],
    ['md {20-3}', '2026-07-03T09:00:00', true],
    ['md {20-3}', '2026-07-04T09:00:00', false],
    ['md {1-3 6}', '2026-07-06T09:00:00', true],
    ['mo {nov-feb}', '2026-12-06T09:00:00', true],
    ['mo {nov-feb}', '2026-03-01T09:00:00', false],
    ['mo {7}', '2026-07-31T09:00:00', true],
    ['yd {1}', '2026-01-01T23:00:00', true],
    ['yd {366}', '2024-12-31T23:00:00', true],
    ['yd {366}', '2026-12-31T23:00:00', false],
    ['wk {1}', '2026-07-04T00:00:00', true],
    ['wk {2}', '2026-07-05T00:00:00', true],
    ['wk {6}', '2026-08-31T00:00:00', true],
    ['wk {1}', '2026-02-01T00:00:00', true],
    ['min {45-15}', '2026-07-06T09:50:00', true],
    ['min {45-15}', '2026-07-06T09:16:00', false],
    ['sec {0-29}', '2026-07-06T09:00:30', false],
    ['yr {26}', '2026-07-06T09:00:00', true],
    ['yr {2030-2020}', '2026-07-06T09:00:00', true],
    ['yr {2027-2030}', '2026-07-06T09:00:00', false],
  ];
  test.each(cases)('%j at %s: %s', (text, time, expected) => {
    expect(holds(text, time)).toBe(expected);
  });
});

describe('parsePeriod', () => {
  test.each([
    ['wd', /should look like wd \{Mon-Fri\}/],
    ['wd {Mon-Fri', /should look like/],
    ['wd {Mon-Fri}}', /should look like/],
    ['wd {Mon-Fri},', /should look like/],
    ['wd {}', /"" is not a value or range of scale wd/],
    ['wd {Mon-}', /"mon-" is not/],
    ['wd {1-2-3}', /"1-2-3" is not/],
    ['wd {0}', /1 to 7/],
    ['wd {xx}', /su mo tu/],
    ['hr {24}', /0 to 23/],
    ['hr {0am}', /12noon/],
    ['hr {1noon}', /12noon/],
    ['yr {1950}', /1970 to 9999/],
    ['century {20}', /unknown scale "century"; scales are yr mo/],
    ['toString {1}', /unknown scale/],
    ['x'.repeat(1025), /longer than 1024/],
  ])('%j is refused', (text, error) => {
    const period = parsePeriod(text);
    expect(period.ok ? 'accepted' : period.error).toMatch(error);
  });
});
