/** What a value may be, in words: for help on a console and for the reference. Owns the words, never the limits. */

import { anyOf } from './problem';
import { ARGUMENTS, type Entry, type ValueType } from './schema';
import { COMMAND_LIMIT, FORMS, printDuration, SECRET_LIMIT } from './values';

/** What stands for the value where a line is described: `TIME`, or the kind of name that it is. */
export function placeholder(type: ValueType): string {
  const name = Object.keys(ARGUMENTS).find((known) => ARGUMENTS[known] === type);
  if (name !== undefined) return name;
  switch (type.kind) {
    case 'number':
    case 'one-number':
      return 'NUMBER';
    case 'duration':
      return 'TIME';
    case 'one-word':
      return 'WORD';
    case 'pattern':
      return 'NAME';
    case 'text':
      return 'TEXT';
    case 'secret':
      return 'SECRET';
    case 'command':
      return 'COMMAND';
    case 'address':
    case 'multicast':
      return 'ADDRESS';
    case 'interface-address':
    case 'network':
      return 'ADDRESS/PREFIX';
    case 'endpoint':
      return 'ADDRESS:PORT';
  }
}

/** `10ms to 1m`, `on, off or legacy`, `1 to 255 hops`. */
export function limits(type: ValueType, unit?: string): string {
  const counted = unit === undefined ? '' : ` ${unit}`;
  switch (type.kind) {
    case 'number':
      return `${type.min} to ${type.max}${counted}`;
    case 'one-number':
      return anyOf(type.numbers.map(String)) + counted;
    case 'duration':
      return `${printDuration(type.minMs)} to ${printDuration(type.maxMs)}`;
    case 'one-word':
      return anyOf(type.words);
    case 'pattern':
      return type.what;
    case 'text':
      return `at most ${type.maxCharacters} characters`;
    case 'secret':
      return `1 to ${SECRET_LIMIT} characters`;
    case 'command':
      return `at most ${COMMAND_LIMIT} words, all in one pair of quotation marks`;
    case 'address':
    case 'multicast':
    case 'interface-address':
    case 'network':
    case 'endpoint':
      return FORMS[type.kind];
  }
}

/** What holds where the setting is not set; null where no single value does. */
export function defaultOf({ default: word }: Entry): string | null {
  return word === '' ? '""' : (word ?? null);
}

/** The setting's help, limits and default in one line. */
export function helpOf(entry: Entry): string {
  const { value, unit, help } = entry;
  if (value === null) return help;
  const word = defaultOf(entry);
  return `${help}; ${limits(value, unit)}${word === null ? '' : `; ${word} when not set`}`;
}
