/** Values of settings by pattern, as a configuration is built of them: defaults filled in, of the type that is wanted. */

import { entryOf, type Settings } from './settings';
import type { Value } from './values';

/** 0 where nothing is set and the schema has no default. */
export function number(settings: Settings, pattern: string, ...args: readonly string[]): number {
  return Number(settings.value(pattern, ...args) ?? 0);
}

export function text(settings: Settings, pattern: string, ...args: readonly string[]): string {
  return String(settings.value(pattern, ...args) ?? '');
}

export function texts(settings: Settings, pattern: string, ...args: readonly string[]): readonly string[] {
  return settings.all(pattern, ...args).map(({ value }) => String(value));
}

/** The schema lets no other words through; the first stands for its default. */
export function choice<T extends Value>(
  settings: Settings,
  pattern: string,
  words: readonly [T, ...T[]],
  ...args: readonly string[]
): T {
  const set = settings.value(pattern, ...args) ?? entryOf(pattern).default;
  return words.find((word) => word === set) ?? words[0];
}
