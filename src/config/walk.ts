/** Words, one after the other, along the grammar: where they lead and what may follow. Judges one word at a time. */

import { type Place, ROOT } from './grammar';
import type { Entry, ValueType } from './schema';
import { printValue, readValue } from './values';

export interface Position {
  readonly place: Place;
  /** As in the schema, up to here. */
  readonly pattern: string;
  /** The same with arguments in place, as settings have it. */
  readonly path: string;
  /** The setting whose value must follow; null where none must. */
  readonly expecting: Entry | null;
  /** The value that came just before; null where none did. */
  readonly value: string | null;
  /** Where reading goes on behind the value: a line may set several things of one parent. */
  readonly parent: Position | null;
}

export const START: Position = {
  place: ROOT,
  pattern: '',
  path: '',
  expecting: null,
  value: null,
  parent: null,
};

/** @returns null when the word does not fit there */
export function advance(at: Position, word: string): Position | null {
  const { place, expecting } = at;
  if (expecting !== null) {
    const value = expecting.value === null ? null : readWord(expecting.value, word);
    return value === null ? null : { ...(at.parent ?? START), value };
  }
  const known = place.words.get(word);
  if (known !== undefined) return enter(at, known, word, word);
  const { argument } = place;
  const name = argument === null ? null : readWord(argument.type, word);
  return argument === null || name === null ? null : enter(at, argument.place, argument.name, name);
}

/** Whether a line may end here. */
export function mayEnd(at: Position): boolean {
  return at.expecting === null && (at.place.entry !== null || at.value !== null);
}

/** What the next word must be, if it is none that the grammar has; null when it is. */
export function typeAt({ place, expecting }: Position): ValueType | null {
  return expecting?.value ?? place.argument?.type ?? null;
}

function enter(at: Position, place: Place, inPattern: string, word: string): Position {
  const expecting = place.entry !== null && place.entry.value !== null ? place.entry : null;
  return {
    place,
    pattern: joined(at.pattern, inPattern),
    path: joined(at.path, word),
    expecting,
    value: null,
    parent: at,
  };
}

function joined(path: string, word: string): string {
  return path === '' ? word : `${path} ${word}`;
}

/** As settings have it: equal values are equal words. */
function readWord(type: ValueType, word: string): string | null {
  const read = readValue(type, word);
  return read.ok ? printValue(type, read.value) : null;
}
