/**
 * Lines, words, times and numbers as the foreign files write them. It knows nothing about what a directive means.
 */
import { isAddress, octets } from '../address';
import type { SourceLine } from './draft';

/**
 * Splits a text into trimmed lines; blank lines and comments stay, because in mon.cf they mean something. With
 * `joined`, a line that ends in a backslash takes in the next one and keeps its own number.
 */
export function sourceLines(file: string, text: string, joined: boolean): readonly SourceLine[] {
  const lines: SourceLine[] = [];
  let open: { readonly number: number; readonly parts: string[] } | null = null;
  const raw = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (const [index, line] of raw.entries()) {
    const part = line.trim();
    const isComment = part.startsWith('#');
    const continues =
      joined && (open === null ? !isComment && part.endsWith('\\') : isComment || part.endsWith('\\'));
    open ??= { number: index + 1, parts: [] };
    // A comment between joined lines is none of their text.
    if (!isComment || open.parts.length === 0) open.parts.push(continues ? part.slice(0, -1).trim() : part);
    if (continues && index < raw.length - 1) continue;
    lines.push({ file, number: open.number, text: open.parts.join(' ').trim() });
    open = null;
  }
  return lines;
}

export function isBlankOrComment(line: SourceLine): boolean {
  return line.text === '' || line.text.startsWith('#');
}

/** What stands before the first `#`, wherever that is: in `ha.cf`, a comment needs no blank before it. */
export function withoutComment(text: string): string {
  const at = text.indexOf('#');
  return at === -1 ? text : text.slice(0, at);
}

/** Words up to a comment at the end of the line. */
export function words(text: string): readonly string[] {
  const all = text.split(/\s+/).filter((word) => word !== '');
  const comment = all.findIndex((word) => word.startsWith('#'));
  return comment === -1 ? all : all.slice(0, comment);
}

/**
 * Words as Text::ParseWords of perl has them: both kinds of quotation marks, and the backslash. None at all when a
 * quotation mark is not closed, as there.
 */
export function quotedWords(text: string): readonly string[] {
  const found = text.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+|\S/gs) ?? [];
  if (found.some((word) => /^["'\\]$/.test(word))) return [];
  return found.map((word) =>
    word.replace(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
      (_, double?: string, single?: string, escaped?: string) =>
        double === undefined ? (single ?? escaped ?? '') : double.replace(/\\(.)/gs, '$1'),
    ),
  );
}

const HEARTBEAT_UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  ms: 1,
  msec: 1,
  us: 0.001,
  usec: 0.001,
};
const MON_UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of an `ha.cf` time, rounded: a bare number is seconds (cl_get_msec of cluster-glue, which takes no `s`;
 * people write it all the same). Null when it is no time.
 */
export function heartbeatTimeMs(text: string): number | null {
  const [, number, unit] = /^(\d{1,9}(?:\.\d*)?|\.\d+)\s*([a-z]*)$/i.exec(text) ?? [];
  const unitMs = HEARTBEAT_UNITS_MS[unit?.toLowerCase() || 's'];
  return number === undefined || unitMs === undefined ? null : Math.round(Number(number) * unitMs);
}

/** Milliseconds of a mon `timeval`, which has a unit; null when it is no time. */
export function monTimeMs(text: string): number | null {
  const [, number, unit] = /^(\d{1,9}(?:\.\d*)?|\.\d+)([smhd])$/i.exec(text) ?? [];
  const unitMs = MON_UNITS_MS[unit?.toLowerCase() ?? ''];
  if (number === undefined || unitMs === undefined) return null;
  // It cuts below the millisecond; the small addition undoes 0.29 * 1000 = 289.99...
  return Math.floor(Number(number) * unitMs + 1e-6);
}

/** A decimal number within limits, or null. */
export function wholeNumber(text: string | undefined, min: number, max: number): number | null {
  const value = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : -1;
  return value >= min && value <= max ? value : null;
}

/** Prefix length of `24` or `255.255.255.0`, or null. */
export function prefixLength(text: string): number | null {
  if (!isAddress(text)) return wholeNumber(text, 0, 32);
  const bits = octets(text)
    .map((octet) => octet.toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null;
}
