/** The schema as a tree of words, as a line is read along it. Owns its form only; who reads a line decides what is said. */

import { ARGUMENTS, type Entry, SCHEMA, type ValueType } from './schema';

/** A point in the grammar: the words that may follow, or the one argument. */
export interface Place {
  words: Map<string, Place>;
  argument: { readonly name: string; readonly type: ValueType; readonly place: Place } | null;
  /** The setting whose path ends here; its value follows, if it has one. */
  entry: Entry | null;
}

/** Of places that end a path, which most do: the supervisor keeps them all. */
const NO_WORDS: Map<string, Place> = new Map();

export const ROOT = grammar();

function grammar(): Place {
  const root = emptyPlace();
  for (const entry of SCHEMA) {
    let place = root;
    for (const word of entry.path.split(' ')) {
      const type = ARGUMENTS[word];
      if (type === undefined) {
        const next = place.words.get(word) ?? emptyPlace();
        if (place.words === NO_WORDS) place.words = new Map();
        place.words.set(word, next);
        place = next;
      } else {
        place.argument ??= { name: word, type, place: emptyPlace() };
        place = place.argument.place;
      }
    }
    place.entry = entry;
  }
  return root;
}

function emptyPlace(): Place {
  return { words: NO_WORDS, argument: null, entry: null };
}
