/**
 * The options of mon's own monitors, as far as the in-process ones take them. Pure; knows no monitor by name.
 */

import type { Result } from '../../host/host';

/** Flag -> what its value is, e.g. `-p` -> `PORT`. */
export type OptionNames = Readonly<Record<string, string>>;

/** @param argv program name and arguments; every option takes a value */
export function readOptions(
  argv: readonly string[],
  names: OptionNames,
): Result<ReadonlyMap<string, string>> {
  const program = argv[0] ?? '';
  const help = Object.entries(names).map(([flag, what]) => `${flag} ${what}`);
  const found = new Map<string, string>();
  for (let at = 1; at < argv.length; at += 2) {
    const flag = argv[at] ?? '';
    const value = argv[at + 1];
    if (!Object.hasOwn(names, flag) || value === undefined)
      return {
        ok: false,
        error: `${program} cannot take ${JSON.stringify(flag)}; it takes ${help.join(' ')}`,
      };
    found.set(flag, value);
  }
  return { ok: true, value: found };
}

/** A port from -p. */
export function readPort(options: ReadonlyMap<string, string>, otherwise: number): Result<number> {
  const text = options.get('-p');
  if (text === undefined) return { ok: true, value: otherwise };
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    return { ok: false, error: `-p ${JSON.stringify(text)} is not a port from 1 to 65535` };
  return { ok: true, value: port };
}

/** The script's own timeout from -t, in seconds there and in milliseconds here; `deadlineMs` when it is not given. */
export function readTimeoutMs(options: ReadonlyMap<string, string>, deadlineMs: number): Result<number> {
  const text = options.get('-t');
  if (text === undefined) return { ok: true, value: deadlineMs };
  const seconds = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds === 0)
    return { ok: false, error: `-t ${JSON.stringify(text)} is not a number of seconds above 0` };
  return { ok: true, value: Math.min(deadlineMs, seconds * 1000) };
}
