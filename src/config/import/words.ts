/**
 * Words and values that the foreign files share: lines, times, numbers, names, addresses, quoting.
 * It knows nothing about what any directive means.
 */
import { quotable, type SourceLine } from './draft';

/**
 * Splits a text into lines without line ends; blank lines and comments are kept, because in mon.cf they mean
 * something. With `joined`, a line that ends in a backslash takes in the next one and keeps its own number.
 */
export function sourceLines(file: string, text: string, joined: boolean): readonly SourceLine[] {
  const raw = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const lines: SourceLine[] = [];
  let open: { number: number; parts: string[] } | undefined;
  raw.forEach((line, index) => {
    const isComment = open === undefined && line.trimStart().startsWith('#');
    const continues = joined && !isComment && line.trimEnd().endsWith('\\');
    const part = continues ? line.trimEnd().slice(0, -1).trim() : line.trim();
    open ??= { number: index + 1, parts: [] };
    open.parts.push(part);
    if (continues && index < raw.length - 1) return;
    lines.push({ file, number: open.number, text: open.parts.join(' ').trim() });
    open = undefined;
  });
  return lines;
}

export function isBlankOrComment(line: SourceLine): boolean {
  return line.text === '' || line.text.startsWith('#');
}

export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * Milliseconds of an `ha.cf` time: a bare number is seconds, `ms`, `us` and `usec` are units, decimals are
 * allowed (cl_get_msec of cluster-glue). Null when it is no time or less than one millisecond.
 */
export function heartbeatTimeMs(text: string): number | null {
  const match = /^(\d+(?:\.\d*)?|\.\d+)\s*(s|sec|ms|msec|us|usec)?$/i.exec(text.trim());
  if (match === null) return null;
  const unit = (match[2] ?? 's').toLowerCase();
  const factor = unit.startsWith('m') ? 1 : unit.startsWith('u') ? 0.001 : 1000;
  return boundedMs(Number(match[1]) * factor);
}

/** Milliseconds of a mon `timeval`: a number, possibly with decimals, and its unit `s`, `m`, `h` or `d`. */
export function monTimeMs(text: string): number | null {
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd])$/i.exec(text.trim());
  if (match === null) return null;
  const factor = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2]!.toLowerCase()] ?? 0;
  return boundedMs(Number(match[1]) * factor);
}

/** A year: longer than any time of these files can sensibly be, and far from where doubles lose milliseconds. */
const TIME_MAX_MS = 365 * 86_400_000;

function boundedMs(ms: number): number | null {
  // Both programs cut below the millisecond; the small addition undoes 0.29 * 1000 = 289.99...
  const whole = Math.floor(ms + 1e-6);
  return whole >= 1 && whole <= TIME_MAX_MS ? whole : null;
}

/** A time as the configuration writes it. */
export function timeText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** A decimal number within limits, or null. */
export function wholeNumber(text: string | undefined, min: number, max: number): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}

/** A dotted IPv4 address without leading zeros. */
export function isAddress(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** The 32 bits of a dotted address, as an unsigned number. */
export function addressBits(address: string): number {
  return address.split('.').reduce((bits, part) => bits * 256 + Number(part), 0);
}

/** Prefix length of `24` or `255.255.255.0`, or null. */
export function prefixLength(text: string): number | null {
  if (!isAddress(text)) return wholeNumber(text, 0, 32);
  const holes = 2 ** 32 - addressBits(text);
  const bits = Math.log2(holes);
  return Number.isInteger(bits) ? 32 - bits : null;
}

/** Whether two addresses lie in one network of this prefix length. */
export function sameNetwork(one: string, other: string, prefix: number): boolean {
  const size = 2 ** (32 - prefix);
  return Math.floor(addressBits(one) / size) === Math.floor(addressBits(other) / size);
}

/** Linux host names end at 64 characters. */
export function isHostName(text: string): boolean {
  return text.length <= 64 && /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?$/.test(text);
}

/** Linux interface names end at 15 characters. */
export function isInterface(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,15}$/.test(text);
}

/** A tag of mon: the name of a group, service or label. */
export function isTag(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/.test(text);
}

/** A text value in double quotes, or null when it holds a character that no line of text can. */
export function quoted(text: string): string | null {
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) return null;
  return `"${text.replace(/[\\"]/g, (mark) => `\\${mark}`)}"`;
}

/** A foreign word as a sentence names it. */
export function named(word: string): string {
  return `"${quotable(word)}"`;
}
