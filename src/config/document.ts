/**
 * The door to a configuration as a text that is being changed: lines with their comments, in their order, and what each
 * sets. Owns reading and printing it; edit.ts changes it, difference.ts compares it. What settings mean together is
 * parse.ts's, which takes the printed text. Nothing of this is needed to supervise.
 */

import type { Change } from './difference';
import { checked, type Document, locate } from './edit';
import type { Reading } from './problem';
import { linesOf, readSettings } from './read';
import { hidden, isSecret, rewritten, type Statement, stated, type TextLine } from './statement';
import { joinWords } from './text';
import { HIDDEN } from './values';

export { applyDifference, type Change, difference } from './difference';
export { type Document, deleteLine, namesBelow, partOf, setLine, statementsOf } from './edit';

/** `hidden` puts `***` in place of secrets, for a screen or a log; no reader takes that for a secret. */
export type Secrets = 'shown' | 'hidden';

export const EMPTY: Document = { lines: [] };

/** @returns or what is wrong with the first line that cannot be read; that settings are missing is no fault */
export function readDocument(text: string): Reading<Document> {
  const statements = new Map<number, Statement[]>();
  const { problems } = readSettings(text, '', (entry, setting) => {
    const known = statements.get(setting.line);
    if (known === undefined) statements.set(setting.line, [stated(entry, setting)]);
    else known.push(stated(entry, setting));
  });
  const [first] = problems;
  if (first !== undefined) {
    const place = first.line === null ? '' : `line ${first.line}: `;
    return { ok: false, error: `${place}${first.sentence}` };
  }
  const lines = linesOf(text);
  if (lines.at(-1) === '') lines.pop();
  return checked(lines.map((line, index) => ({ text: line, statements: statements.get(index + 1) ?? [] })));
}

/** Comments and all. With its secrets, `readDocument` gives the same document again. */
export function printDocument({ lines }: Document, secrets: Secrets = 'shown'): string {
  const printed = secrets === 'shown' ? lines : lines.flatMap(withoutSecrets);
  return printed.map(({ text }) => `${text}\n`).join('');
}

/** One line for each change, as `compare` shows it. */
export function printDifference(changes: readonly Change[], secrets: Secrets = 'shown'): string {
  return changes.map(({ sign, words }) => `${sign} ${joinWords(shownWords(words, secrets))}\n`).join('');
}

function shownWords(words: readonly string[], secrets: Secrets): readonly string[] {
  if (secrets === 'shown') return words;
  const target = locate(words);
  const isHidden = target.ok && target.value.value !== null && target.value.entry?.value?.kind === 'secret';
  return isHidden ? [...words.slice(0, -1), HIDDEN] : words;
}

/** A key that is commented out may still be in use elsewhere. */
const KEY_IN_COMMENT = /\bkey[ \t]+\S+[ \t]+(?:sha256|sha1|md5)[ \t]+/;

function withoutSecrets(line: TextLine): readonly TextLine[] {
  const lines = line.statements.some(isSecret) ? rewritten(line, line.statements.map(hidden)) : [line];
  return lines.map(({ text, statements }) => {
    const from = text.indexOf('#');
    const found = from === -1 ? null : KEY_IN_COMMENT.exec(text.slice(from));
    if (found === null) return { text, statements };
    return { text: text.slice(0, from + found.index + found[0].length) + HIDDEN, statements };
  });
}
