/**
 * What may stand next in a `set` or `delete` line, and what a shortened word stands for: for `?` and TAB of the console.
 * Owns no setting and no keystroke: the schema has the one, the console the other.
 */

import { helpOf, limits, placeholder } from './describe';
import { type Document, misfit, namesBelow, statementsOf } from './edit';
import type { Place } from './grammar';
import { anyOf, type Reading, shown } from './problem';
import { ARGUMENTS, SECTIONS, type ValueType } from './schema';
import { isSecret } from './statement';
import { quoteWord } from './text';
import { advance, mayEnd, type Position, START, typeAt } from './walk';

export interface Candidate {
  /** As it is typed: in quotation marks if it needs them. */
  readonly word: string;
  readonly help: string;
}

export interface Guidance {
  readonly candidates: readonly Candidate[];
  /** Any word of a form: e.g. `ADDRESS/PREFIX`, with help, limits and default. */
  readonly argument: Candidate | null;
  /** A command may end here. */
  readonly complete: boolean;
}

const NOTHING: Guidance = { candidates: [], argument: null, complete: false };
const NAMED = 'named already';

/**
 * What may follow in a line that sets something.
 * @param words behind `set`, whole ones, maybe shortened; what does not fit leads nowhere
 * @param document whose names are candidates where the same kind of name is wanted
 */
export function guide(words: readonly string[], document: Document): Guidance {
  const at = lead(words);
  if (at === null) return NOTHING;
  const type = typeAt(at);
  return {
    candidates: [
      ...(at.expecting === null ? [...at.place.words].map(([word, place]) => keyword(at, word, place)) : []),
      ...(type === null ? [] : [...choices(at, type), ...names(at, type, document)]),
    ],
    argument: type === null ? null : argument(at, type),
    complete: mayEnd(at),
  };
}

/** What may follow in a line that names something that is there: behind `delete` or `show`. */
export function guideExisting(words: readonly string[], document: Document): Guidance {
  const at = lead(words, false);
  if (at === null) return NOTHING;
  if (at.value !== null) return { ...NOTHING, complete: true };
  const existing = namesBelow(document, at.path).map((word) => ({
    word,
    help: at.place.words.has(word) ? keyword(at, word, at.place.words.get(word)!).help : NAMED,
  }));
  const values = statementsOf(document)
    .filter((one) => one.path === at.path && one.value !== null && !isSecret(one))
    .map((one) => ({ word: quoteWord(one.value ?? ''), help: 'set already' }));
  const isThere = statementsOf(document).some(({ key }) => key.startsWith(`${at.path} `));
  return { candidates: [...existing, ...values], argument: null, complete: isThere };
}

/**
 * Shortened words spelt out: where words or values of a list are wanted, not in names.
 * @param words behind `set` or `delete`
 * @returns or what was expected in place of the first word that does not fit
 */
export function expand(words: readonly string[]): Reading<readonly string[]> {
  const whole: string[] = [];
  let at = START;
  for (const word of words) {
    const found = spellOut(at, word);
    if (!found.ok) return found;
    const next = advance(at, found.value);
    if (next === null) return { ok: false, error: misfit([...whole, word]) };
    whole.push(found.value);
    at = next;
  }
  return { ok: true, value: whole };
}

/** The word itself where it fits, or where nothing begins with it. */
function spellOut(at: Position, word: string): Reading<string> {
  if (word === '' || advance(at, word) !== null) return { ok: true, value: word };
  const type = typeAt(at);
  const known = [
    ...(at.expecting === null ? at.place.words.keys() : []),
    ...(type === null ? [] : listed(type)),
  ];
  const meant = known.filter((one) => one.startsWith(word));
  if (meant.length < 2) return { ok: true, value: meant[0] ?? word };
  const place = at.path === '' ? '' : `${at.path}: `;
  return { ok: false, error: `${place}${shown(word)} is ambiguous; it may be ${anyOf(meant)}` };
}

/**
 * @param goesOn whether more may follow behind a value
 * @returns null where a word does not fit
 */
function lead(words: readonly string[], goesOn = true): Position | null {
  let at: Position | null = START;
  for (const word of words) {
    if (at.value !== null && !goesOn) return null;
    const found: Reading<string> = spellOut(at, word);
    at = found.ok ? advance(at, found.value) : null;
    if (at === null) return null;
  }
  return at;
}

/** All that a type takes, where that is a list. */
function listed(type: ValueType): readonly string[] {
  if (type.kind === 'one-word') return type.words;
  return type.kind === 'one-number' ? type.numbers.map(String) : [];
}

function choices({ expecting }: Position, type: ValueType): readonly Candidate[] {
  return listed(type).map((word) => ({ word, help: word === expecting?.default ? 'when not set' : '' }));
}

/** Names in the document that stand where the same kind of name does. */
function names({ place, expecting }: Position, type: ValueType, document: Document): readonly Candidate[] {
  const kinds =
    expecting === null
      ? [place.argument?.name]
      : Object.keys(ARGUMENTS).filter((name) => ARGUMENTS[name] === expecting.value);
  const found = new Set<string>();
  if (listed(type).length === 0)
    for (const { entry, path } of statementsOf(document)) {
      const words = path.split(' ');
      for (const [at, word] of entry.path.split(' ').entries())
        if (kinds.includes(word)) found.add(words[at]!);
    }
  return [...found].map((word) => ({ word, help: NAMED }));
}

function argument({ place, expecting }: Position, type: ValueType): Candidate {
  if (expecting !== null) return { word: placeholder(type), help: helpOf(expecting) };
  const leads = place.argument;
  return {
    word: leads?.name ?? placeholder(type),
    help: [leads?.place.entry?.help, limits(type)].filter((part) => part !== undefined).join('; '),
  };
}

function keyword(at: Position, word: string, place: Place): Candidate {
  return { word, help: SECTIONS[at.pattern === '' ? word : `${at.pattern} ${word}`] ?? firstHelp(place) };
}

/** Of what the place is, or leads to first. */
function firstHelp(place: Place): string {
  if (place.entry !== null) return place.entry.help;
  const [next] = place.argument === null ? place.words.values() : [place.argument.place];
  return next === undefined ? '' : firstHelp(next);
}
