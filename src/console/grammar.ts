/**
 * What a line on the console means: finds the command that its words name, shortened as far as that is unambiguous, and
 * says what may stand next. Owns no command; those are tables like `operational.ts`. Pure.
 */

import { anyOf, nearest, type Reading, shown } from '../config/problem';
import type { Candidate, Guidance } from './guidance';

/** What stands where a table has a word in capitals. */
export interface Parameter<C> {
  readonly help: string;
  /** The only words that fit; without it, any word does. */
  readonly words?: readonly string[];
  /** Known names, offered but not demanded. */
  readonly names?: (context: C) => readonly Candidate[];
}

export interface CommandEntry<C> {
  /** E.g. `show log LINES`; a word in capitals is a parameter, and `...` stands for all words that follow. */
  readonly syntax: string;
  readonly help: string;
  readonly parameters?: Readonly<Record<string, Parameter<C>>>;
  /** What may stand where `...` does; given the words before the cursor that it already covers. */
  readonly guide?: (words: readonly string[], context: C) => Guidance;
  readonly run: (context: C, given: Given) => Promise<void>;
}

/** The values of a command's parameters by name, and the words behind its `...`. */
export interface Given {
  readonly values: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
}

export interface Found<C> extends Given {
  readonly entry: CommandEntry<C>;
}

const REST = '...';

interface Place<C> {
  readonly words: Map<string, Place<C>>;
  argument: { readonly name: string; readonly parameter: Parameter<C>; readonly place: Place<C> } | null;
  /** Ends here. */
  entry: CommandEntry<C> | null;
  /** Takes all that follows. */
  rest: CommandEntry<C> | null;
  /** Of the first command that leads through here and has its own words for it. */
  help: string;
}

export class Grammar<C> {
  private readonly root: Place<C> = emptyPlace();

  /** @param groups help for words that several commands begin with, e.g. `show` */
  constructor(entries: readonly CommandEntry<C>[], groups: Readonly<Record<string, string>> = {}) {
    for (const entry of entries) this.add(entry);
    for (const [word, help] of Object.entries(groups)) this.root.words.get(word)!.help = help;
  }

  /** @returns the command, or one sentence that says what was expected in place of the first word that does not fit */
  find(words: readonly string[], context: C): Reading<Found<C>> {
    const values: Record<string, string> = {};
    let place = this.root;
    const path: string[] = [];
    for (const [index, word] of words.entries()) {
      const next = step(place, word, context);
      if (!next.ok) {
        if (place.rest !== null && place.words.size === 0 && place.argument === null)
          return { ok: true, value: { entry: place.rest, values, rest: words.slice(index) } };
        return { ok: false, error: path.length === 0 ? next.error : `${path.join(' ')}: ${next.error}` };
      }
      if (next.value.name !== null) values[next.value.name] = next.value.word;
      path.push(next.value.word);
      place = next.value.place;
    }
    const entry = place.entry ?? place.rest;
    if (entry !== null) return { ok: true, value: { entry, values, rest: [] } };
    return { ok: false, error: `${path.join(' ')}: expected ${expected(place)}` };
  }

  /** What may follow these whole words. */
  guide(words: readonly string[], context: C): Guidance {
    let place = this.root;
    for (const [index, word] of words.entries()) {
      const next = step(place, word, context);
      if (!next.ok) {
        const rest = place.words.size === 0 && place.argument === null ? place.rest : null;
        return rest?.guide?.(words.slice(index), context) ?? NOTHING;
      }
      place = next.value.place;
    }
    const more = place.rest?.guide?.([], context) ?? NOTHING;
    return {
      candidates: [
        ...[...place.words].map(([word, { help }]) => ({ word, help })),
        ...(place.argument === null ? [] : argumentCandidates(place.argument.parameter, context)),
        ...more.candidates,
      ],
      argument:
        place.argument === null || place.argument.parameter.words !== undefined
          ? more.argument
          : { word: place.argument.name, help: place.argument.parameter.help },
      complete: place.entry !== null || more.complete,
    };
  }

  private add(entry: CommandEntry<C>): void {
    let place = this.root;
    const words = entry.syntax.split(' ');
    for (const word of words) {
      if (word === REST) {
        place.rest = entry;
        return;
      }
      if (word === word.toUpperCase()) {
        const parameter = entry.parameters?.[word];
        if (parameter === undefined) throw new Error(`${entry.syntax}: nothing is said of ${word}`);
        place.argument ??= { name: word, parameter, place: emptyPlace() };
        place = place.argument.place;
      } else {
        const next = place.words.get(word) ?? emptyPlace();
        if (next.help === '') next.help = entry.help;
        place.words.set(word, next);
        place = next;
      }
    }
    place.entry = entry;
    place.help = entry.help;
  }
}

const NOTHING: Guidance = { candidates: [], argument: null, complete: false };

function emptyPlace<C>(): Place<C> {
  return { words: new Map(), argument: null, entry: null, rest: null, help: '' };
}

interface Step<C> {
  readonly place: Place<C>;
  readonly word: string;
  /** Of the parameter that the word is the value of. */
  readonly name: string | null;
}

function step<C>(place: Place<C>, word: string, context: C): Reading<Step<C>> {
  const known = [...place.words.keys()];
  const choices = place.argument?.parameter.words ?? [];
  const exact = [...known, ...choices].find((one) => one === word);
  const meant = exact === undefined ? [...known, ...choices].filter((one) => one.startsWith(word)) : [exact];
  if (word !== '' && meant.length === 1) {
    const [whole] = meant as [string];
    const next = place.words.get(whole);
    if (next !== undefined) return { ok: true, value: { place: next, word: whole, name: null } };
    return { ok: true, value: { place: place.argument!.place, word: whole, name: place.argument!.name } };
  }
  if (place.argument !== null && place.argument.parameter.words === undefined && word !== '')
    return { ok: true, value: { place: place.argument.place, word, name: place.argument.name } };
  if (word !== '' && meant.length > 1)
    return { ok: false, error: `${shown(word)} is ambiguous; it may be ${anyOf(meant)}` };
  const close = nearest(word, [...known, ...choices, ...names(place, context)]);
  const hint = close === null ? `expected ${expected(place)}` : `did you mean ${close}?`;
  return { ok: false, error: `${shown(word)} does not fit here; ${hint}` };
}

function names<C>(place: Place<C>, context: C): readonly string[] {
  return place.argument?.parameter.names?.(context).map(({ word }) => word) ?? [];
}

function argumentCandidates<C>(parameter: Parameter<C>, context: C): readonly Candidate[] {
  if (parameter.words !== undefined) return parameter.words.map((word) => ({ word, help: parameter.help }));
  return parameter.names?.(context) ?? [];
}

/** In words: what may stand at a place. */
function expected<C>(place: Place<C>): string {
  const words = [...place.words.keys(), ...(place.argument?.parameter.words ?? [])];
  const argument =
    place.argument !== null && place.argument.parameter.words === undefined ? [place.argument.name] : [];
  const all = [...words, ...argument];
  if (all.length === 0) return 'nothing more';
  return place.entry === null ? anyOf(all) : `${anyOf(all)}, or nothing`;
}
