/** The alert `console`: a sentence among the box's events, which consoles, panels and the log show. Pure. */

import type { LogLevel, Result } from '../../host/host';
import type { AlertEffect } from '../events';
import { readArguments, wrong } from './arguments';
import { isTrouble, printableText, sentence } from './text';

/** Characters of the text of an operator's own. */
const TEXT_LIMIT = 120;
const levels = ['info', 'warn', 'error'] as const;
const usage = '[-l info|warn|error] [text]';

export interface ConsoleAlert {
  /** Null: by the type of the alert. */
  readonly level: LogLevel | null;
  /** What people should know besides; may be empty. */
  readonly text: string;
}

export function parseConsoleAlert(argv: readonly string[]): Result<ConsoleAlert> {
  const read = readArguments(argv, ['-l'], usage);
  if (!read.ok) return read;
  const { flags, words } = read.value;
  const word = flags.get('-l');
  const level = levels.find((one) => one === word) ?? null;
  if (word !== undefined && level === null)
    return wrong(argv[0] ?? '', `has -l ${JSON.stringify(word)}; it takes info, warn or error`);
  return { ok: true, value: { level, text: printableText(words.join(' '), TEXT_LIMIT) } };
}

export function consoleLine(
  { level, text }: ConsoleAlert,
  alert: AlertEffect,
): { readonly level: LogLevel; readonly sentence: string } {
  return {
    level: level ?? (isTrouble(alert) ? 'error' : 'info'),
    sentence: text === '' ? `alert: ${sentence(alert)}` : `alert: ${sentence(alert)} (${text})`,
  };
}
