/**
 * The options of mon's own monitors, as far as the in-process ones take them. Pure; knows no monitor by name.
 */

import type { Result } from '../../host/host';

/** Flag -> what its value is, e.g. `-p` -> `PORT`; an empty one for a flag without a value. */
export type OptionNames = Readonly<Record<string, string>>;

/** Those that are given, by their flags; and the first value that was wrong. */
export class Options {
  /** One clause; null while all is right. */
  fault: string | null = null;

  constructor(private readonly given: ReadonlyMap<string, string>) {}

  has(flag: string): boolean {
    return this.given.has(flag);
  }

  /** @param pattern of the whole value */
  text(flag: string, otherwise: string, pattern: RegExp, what: string): string {
    const text = this.given.get(flag);
    if (text === undefined || pattern.test(text)) return text ?? otherwise;
    return this.wrong(flag, text, what, otherwise);
  }

  whole(flag: string, otherwise: number, min: number, max: number): number {
    const text = this.given.get(flag);
    if (text === undefined) return otherwise;
    const number = /^\d{1,6}$/.test(text) ? Number(text) : -1;
    return number >= min && number <= max
      ? number
      : this.wrong(flag, text, `a whole number from ${min} to ${max}`, otherwise);
  }

  port(otherwise: number): number {
    const text = this.given.get('-p');
    const port = text === undefined ? otherwise : /^\d{1,5}$/.test(text) ? Number(text) : 0;
    return port >= 1 && port <= 65_535 ? port : this.wrong('-p', text!, 'a port from 1 to 65535', otherwise);
  }

  /** The script's own timeout, in seconds there and in milliseconds here; never more than `deadlineMs`. */
  timeoutMs(flag: string, deadlineMs: number): number {
    const text = this.given.get(flag);
    if (text === undefined) return deadlineMs;
    const seconds = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
    return seconds > 0
      ? Math.min(deadlineMs, seconds * 1000)
      : this.wrong(flag, text, 'a number of seconds above 0', deadlineMs);
  }

  /** `-c`: time until a connection must stand, where that is bounded by itself. */
  connect(): { readonly connectMs?: number } {
    return this.has('-c') ? { connectMs: this.whole('-c', 1, 1, 600_000) } : {};
  }

  wrong<T>(flag: string, text: string, what: string, otherwise: T): T {
    this.fault ??= `${flag} ${JSON.stringify(text)} is not ${what}`;
    return otherwise;
  }
}

/**
 * As perl's Getopt::Std reads them, and Getopt::Long: also `-p80`, `-ar3` for `-a -r 3`, and `-query=NAME`.
 * @param argv program name and arguments
 * @param refused flags of the script that cannot be honoured, and why not
 */
export function readOptions(
  argv: readonly string[],
  names: OptionNames,
  refused: Readonly<Record<string, string>> = {},
): Result<Options> {
  const [program = '', ...words] = argv;
  const isKnown = (flag: string): boolean => Object.hasOwn(names, flag) || Object.hasOwn(refused, flag);
  const found = new Map<string, string>();
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const flag = [word, word.replace(/=.*/s, ''), word.slice(0, 2)].find(isKnown) ?? word;
    if (Object.hasOwn(refused, flag))
      return { ok: false, error: `${program} cannot take ${flag} here: ${refused[flag]}` };
    const what = Object.hasOwn(names, flag) ? names[flag] : undefined;
    const rest = word.slice(flag.length);
    if (what === '' && rest !== '') words.unshift(`-${rest}`);
    const value = what === '' ? '' : rest === '' ? words.shift() : flag.length > 2 ? rest.slice(1) : rest;
    if (what === undefined || value === undefined)
      return {
        ok: false,
        error: `${program} cannot take ${JSON.stringify(word)}; it takes ${told(names)}`,
      };
    if (found.has(flag)) return { ok: false, error: `${program} takes ${flag} once` };
    found.set(flag, value);
  }
  return { ok: true, value: new Options(found) };
}

function told(names: OptionNames): string {
  return Object.entries(names)
    .map(([flag, what]) => (what === '' ? flag : `${flag} ${what}`))
    .join(' ');
}
