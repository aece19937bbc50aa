/** The arguments of alerts that are built in: flags with values, then words. Pure; knows no alert by name. */

import type { Result } from '../../host/host';

/** What mon itself puts in front of an alert's own arguments. */
const ofMon: readonly string[] = ['-s', '-g', '-h', '-t', '-l', '-u', '-a', '-D', '-T', '-O'];

export interface AlertArguments {
  readonly flags: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/**
 * @param argv program name and arguments
 * @param takes flags that the alert has, each of which takes a value
 * @param usage all of what it takes, for sentences
 * @returns or one sentence that names the flag
 */
export function readArguments(
  argv: readonly string[],
  takes: readonly string[],
  usage: string,
): Result<AlertArguments> {
  const [name = '', ...rest] = argv;
  const flags = new Map<string, string>();
  let at = 0;
  for (; rest[at]?.startsWith('-') && rest[at] !== '--'; at += 2) {
    const flag = rest[at] ?? '';
    const value = rest[at + 1];
    if (!takes.includes(flag))
      return wrong(
        name,
        ofMon.includes(flag)
          ? `cannot take ${flag}, which is given by the watch itself; it takes ${usage}`
          : `does not know ${JSON.stringify(flag)}; it takes ${usage}`,
      );
    if (value === undefined) return wrong(name, `has no value after ${flag}; it takes ${usage}`);
    if (flags.has(flag)) return wrong(name, `has ${flag} twice`);
    flags.set(flag, value);
  }
  return { ok: true, value: { flags, words: rest.slice(rest[at] === '--' ? at + 1 : at) } };
}

/** @param problem what is wrong, after the alert's name */
export function wrong(name: string, problem: string): Result<never> {
  return { ok: false, error: `${name} ${problem}` };
}
