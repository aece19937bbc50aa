/**
 * Time::Period as mon uses it: `wd {Mon-Fri} hr {9am-4pm}, wd {Sat}`. Commas between sub-periods mean "or", scales
 * within one mean "and", ranges within one brace mean "or" and wrap around (`hr {10pm-6am}`), years excepted.
 * Pure; knows no clock and no time zone. Source: perl module Time::Period 1.25, compared value by value.
 */

import type { Result } from '../host/host';

/** Length of a period's text, in characters. */
export const periodTextLimit = 1024;

/** Sub-periods, of which one must hold; each a list of conditions, which must all hold. None at all is `none`. */
export type TimePeriod = readonly (readonly Condition[])[];

interface Condition {
  readonly scale: Scale;
  /** Inclusive; `from` above `to` wraps around. */
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
}

type Scale = 'yr' | 'mo' | 'wk' | 'yd' | 'md' | 'wd' | 'hr' | 'min' | 'sec';

interface ScaleRule {
  readonly long: string;
  readonly min: number;
  readonly max: number;
  /** Value of the first name, as in `mo {jan}`. */
  readonly names?: readonly string[];
  value(local: Date): number;
}

const dayMs = 86_400_000;

// Lowest and highest value are as written in a period; names count from `min`.
const scales: Readonly<Record<Scale, ScaleRule>> = {
  yr: { long: 'year', min: 0, max: 9999, value: (local) => local.getUTCFullYear() },
  mo: {
    long: 'month',
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
    value: (local) => local.getUTCMonth() + 1,
  },
  wk: { long: 'week', min: 1, max: 6, value: weekOfMonth },
  yd: { long: 'yday', min: 1, max: 366, value: dayOfYear },
  md: { long: 'mday', min: 1, max: 31, value: (local) => local.getUTCDate() },
  wd: {
    long: 'wday',
    min: 1,
    max: 7,
    names: ['su', 'mo', 'tu', 'we', 'th', 'fr', 'sa'],
    value: (local) => local.getUTCDay() + 1,
  },
  hr: { long: 'hour', min: 0, max: 23, value: (local) => local.getUTCHours() },
  min: { long: 'minute', min: 0, max: 59, value: (local) => local.getUTCMinutes() },
  sec: { long: 'second', min: 0, max: 59, value: (local) => local.getUTCSeconds() },
};

/** A blank text is always, `none` is never. The error says which part is wrong and what would be right. */
export function parsePeriod(text: string): Result<TimePeriod> {
  if (text.length > periodTextLimit) return fault(`period is longer than ${periodTextLimit} characters`);
  const lower = text.trim().toLowerCase();
  if (lower === '') return { ok: true, value: [[]] };
  if (lower === 'none') return { ok: true, value: [] };
  const period: (readonly Condition[])[] = [];
  for (const part of lower.split(',')) {
    const conditions = parseSubPeriod(part.trim());
    if (!conditions.ok) return conditions;
    period.push(conditions.value);
  }
  return { ok: true, value: period };
}

/** @param localMs wall clock in the box's time zone: milliseconds since 1970 plus the zone's offset */
export function inPeriod(period: TimePeriod, localMs: number): boolean {
  const local = new Date(localMs);
  return period.some((conditions) => conditions.every((condition) => holds(condition, local)));
}

function holds({ scale, ranges }: Condition, local: Date): boolean {
  const value = scales[scale].value(local);
  return ranges.some((range) => {
    if (scale !== 'yr') return within(value, range.from, range.to);
    const [from, to] = [fullYear(range.from, value), fullYear(range.to, value)];
    return within(value, Math.min(from, to), Math.max(from, to));
  });
}

function within(value: number, from: number, to: number): boolean {
  return from <= to ? from <= value && value <= to : from <= value || value <= to;
}

function parseSubPeriod(text: string): Result<readonly Condition[]> {
  const merged = new Map<Scale, Condition['ranges']>();
  let rest = text;
  do {
    const found = /^([a-z]*)\s*\{([^{}]*)\}\s*/.exec(rest);
    if (found === null) return fault(`${JSON.stringify(rest)} in a period should look like wd {Mon-Fri}`);
    const [whole, name = '', inside = ''] = found;
    const scale = scaleOf(name);
    if (scale === null) return fault(`period has unknown scale ${JSON.stringify(name)}; ${scaleHelp()}`);
    const ranges = parseRanges(scale, inside);
    if (!ranges.ok) return ranges;
    // The same scale twice is one scale with all the ranges.
    merged.set(scale, [...(merged.get(scale) ?? []), ...ranges.value]);
    rest = rest.slice(whole.length);
  } while (rest !== '');
  return { ok: true, value: [...merged].map(([scale, ranges]) => ({ scale, ranges })) };
}

function parseRanges(scale: Scale, text: string): Result<Condition['ranges']> {
  const words = text
    .replace(/\s*-\s*/g, '-')
    .trim()
    .split(/\s+/);
  const ranges: { from: number; to: number }[] = [];
  for (const word of words) {
    const ends = word.split('-');
    const from = readValue(scale, ends[0] ?? '');
    const to = ends.length === 1 ? from : readValue(scale, ends[1] ?? '');
    if (from === null || to === null || ends.length > 2)
      return fault(
        `${JSON.stringify(word)} is not a value or range of scale ${scale} in a period; ${valueHelp(scale)}`,
      );
    ranges.push({ from, to });
  }
  return { ok: true, value: ranges };
}

function scaleOf(name: string): Scale | null {
  for (const scale of Object.keys(scales) as Scale[])
    if (name === scale || name === scales[scale].long) return scale;
  return null;
}

function readValue(scale: Scale, word: string): number | null {
  const rule = scales[scale];
  if (rule.names !== undefined && /^[a-z]/.test(word)) {
    const at = rule.names.indexOf(word.slice(0, rule.names[0]?.length));
    return at === -1 ? null : rule.min + at;
  }
  const value = scale === 'hr' ? hourOf(word) : /^\d{1,4}$/.test(word) ? Number(word) : null;
  if (value === null || value < rule.min || value > rule.max) return null;
  return scale === 'yr' && value > 99 && value < 1970 ? null : value;
}

function hourOf(word: string): number | null {
  const [, digits = '', suffix = ''] = /^(\d{1,2})(am|pm|noon)?$/.exec(word) ?? [];
  if (digits === '') return null;
  const hour = Number(digits);
  if (suffix === '') return hour;
  if (hour < 1 || hour > 12 || (suffix === 'noon' && hour !== 12)) return null;
  return suffix === 'am' ? hour % 12 : suffix === 'pm' ? (hour % 12) + 12 : hour;
}

/** Two digits mean a year of the present century. */
function fullYear(year: number, present: number): number {
  return year <= 99 ? present - (present % 100) + year : year;
}

/** Weeks begin on Sunday; the days before a month's first Sunday are week 1. */
function weekOfMonth(local: Date): number {
  const firstWeekday = (((local.getUTCDay() - local.getUTCDate() + 1) % 7) + 7) % 7;
  return Math.floor((local.getUTCDate() - 1 + firstWeekday) / 7) + 1;
}

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / dayMs) + 1;
}

function scaleHelp(): string {
  return `scales are ${Object.keys(scales).join(' ')}`;
}

function valueHelp(scale: Scale): string {
  const { min, max, names } = scales[scale];
  if (scale === 'yr') return 'it takes 0 to 99 or 1970 to 9999';
  if (scale === 'hr') return 'it takes 0 to 23, 12am to 11pm, or 12noon';
  return `it takes ${min} to ${max}${names === undefined ? '' : ` or ${names.join(' ')}`}`;
}

function fault(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
