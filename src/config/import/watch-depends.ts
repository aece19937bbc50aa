/**
 * What a service of mon.cf depends on: `depend` with `dep_behavior`, or the three keys that say the kind themselves.
 * Perl beyond `!`, `&&`, `||` and parentheses is refused.
 */
import { parseDependency } from '../dependency';
import { shown } from '../problem';
import { quoteWord } from '../text';
import type { Draft, SourceLine } from './draft';

export type DependKey = 'depend' | 'alertdepend' | 'monitordepend' | 'hostdepend' | 'dep_behavior';

export interface DependLine {
  readonly line: SourceLine;
  readonly key: DependKey;
  readonly value: string;
}

const KEYS: readonly string[] = ['depend', 'alertdepend', 'monitordepend', 'hostdepend', 'dep_behavior'];
const WORDS = { a: 'alert-depend', m: 'monitor-depend', hm: 'host-depend' } as const;
const KINDS = { alertdepend: 'a', monitordepend: 'm', hostdepend: 'hm' } as const;
const MEANINGS = {
  a: 'No alerts unless this holds',
  m: 'No checks unless this holds',
  hm: 'Hosts that these services have failing are not checked',
} as const;

export type Behavior = keyof typeof WORDS;

export function isDependKey(key: string): key is DependKey {
  return KEYS.includes(key);
}

export function isBehavior(value: string): value is Behavior {
  return Object.hasOwn(WORDS, value);
}

/**
 * @param path of the service, as in the configuration
 * @param usual dep_behavior where the service has none
 */
export function writeDepends(
  draft: Draft,
  path: string,
  group: string,
  lines: readonly DependLine[],
  usual: Behavior,
): void {
  const last = (key: DependKey) => lines.filter((one) => one.key === key).at(-1);
  const behavior = last('dep_behavior');
  const own = behavior?.value ?? usual;
  const kind = isBehavior(own) ? own : usual;
  const depend = last('depend');
  for (const said of lines) {
    const { line, key, value } = said;
    if (key === 'dep_behavior') {
      if (!isBehavior(value))
        draft.refused(line, `${key}: ${shown(value)} is not a, m or hm; write "dep_behavior a".`);
      else if (said !== behavior) draft.meaningless(line, 'dep_behavior: Overruled by a later one.');
      else if (depend === undefined)
        draft.meaningless(line, 'dep_behavior: It says how depend works, which is not there.');
      else draft.taken(line, `dep_behavior: depend is of the kind ${value}.`);
      continue;
    }
    const its = key === 'depend' ? kind : KINDS[key];
    if (said !== last(key)) draft.meaningless(line, `${key}: Overruled by a later one.`);
    else if (key !== 'depend' && depend !== undefined && its === kind)
      draft.meaningless(line, `${key}: Overruled by depend, which is of the same kind.`);
    else {
      const read = parseDependency(value, group);
      if (!read.ok) draft.refused(line, `${key}: In perl it may mean something; here ${read.error}.`);
      else if (draft.write(line, [`${path} ${WORDS[its]}`, quoteWord(value)]))
        draft.taken(line, `${key}: ${MEANINGS[its]}: ${value}.`);
    }
  }
}
