/** What one configuration sets that another does not. Comments, order and ways of writing do not count. Pure. */

import { absent, checked, type Document, locate, remove, setLine, statementsOf } from './edit';
import type { Reading } from './problem';
import { presencesOf, type Statement, wordsOf } from './statement';

export interface Change {
  readonly sign: '+' | '-';
  /** Of one setting, as behind `set`. */
  readonly words: readonly string[];
}

/**
 * What must go from `a` and come to it so that it sets what `b` does, in the order of the texts; a value that takes the
 * place of another one follows that.
 */
export function difference(a: Document, b: Document): readonly Change[] {
  const before = statementsOf(a);
  const after = statementsOf(b);
  const had = new Set(before.map(({ key }) => key));
  const presences = after.flatMap(presencesOf);
  const stays = new Set([...after, ...presences].map(({ key }) => key));
  // That something exists need not be said where something below it is.
  const implied = new Set(
    after.flatMap((one) => presencesOf(one).filter((presence) => presence !== one)).map(({ key }) => key),
  );
  const come = after.filter(({ key }) => !had.has(key) && !implied.has(key));
  const instead = new Map(come.map((one) => [one.path, one]));
  const changes = new Map<string, Change>();
  const note = (sign: Change['sign'], one: Statement): void => {
    const key = sign + one.key;
    if (!changes.has(key)) changes.set(key, { sign, words: wordsOf(one) });
  };
  for (const old of before) {
    if (stays.has(old.key)) continue;
    note('-', old);
    const next = instead.get(old.path);
    if (next !== undefined && next.entry.many !== true) note('+', next);
  }
  for (const one of come) note('+', one);
  return [...changes.values()];
}

/** @returns or what does not fit: something that is to go is not there, or something that is to come cannot be set */
export function applyDifference(document: Document, changes: readonly Change[]): Reading<Document> {
  const keys = new Set(statementsOf(document).map(({ key }) => key));
  const gone = new Set<string>();
  for (const { sign, words } of changes) {
    if (sign === '+') continue;
    const target = locate(words);
    if (!target.ok) return target;
    const key = `${target.value.path} ${target.value.value ?? ''}`;
    if (!keys.has(key)) return { ok: false, error: absent(document, target.value) };
    gone.add(key);
  }
  const isGone = ({ key }: Statement): boolean => gone.has(key);
  let result =
    gone.size === 0 ? checked(document.lines) : checked(remove(document.lines, isGone, () => false));
  for (const { sign, words } of changes) if (sign === '+' && result.ok) result = setLine(result.value, words);
  return result;
}
