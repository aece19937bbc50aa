/**
 * Changes of a configuration's text, one setting at a time. Owns where a new line goes and what a taken one leaves
 * behind; never judges settings against each other, which validate.ts does with the whole.
 */

import { nearest, type Reading, shown, someOf } from './problem';
import { readLine, tooMuch } from './read';
import type { Entry } from './schema';
import { lineOf, presencesOf, rewritten, type Statement, stated, type TextLine } from './statement';
import { joinWords, LINE_LIMIT } from './text';
import { advance, START } from './walk';

/** Never changed: each change gives another document, which can be read back from its text. */
export interface Document {
  readonly lines: readonly TextLine[];
}

type Lines = readonly TextLine[];

/**
 * Sets what a `set` line would. A value takes the place of another one, unless the setting may have several; what is new
 * goes behind its kind.
 * @param words behind `set`, without abbreviations
 * @returns or what is wrong with them, as it is said of a line in a file
 */
export function setLine(document: Document, words: readonly string[]): Reading<Document> {
  const statements: Statement[] = [];
  const error = readLine(joinWords(['set', ...words]), (entry, setting) =>
    statements.push(stated(entry, setting)),
  );
  if (error !== null) return { ok: false, error };
  let { lines } = document;
  for (const statement of statements) lines = put(lines, statement);
  return lines === document.lines ? { ok: true, value: document } : checked(lines);
}

/**
 * Takes away a setting, one of its values, or everything below a path. What a setting made stays without it: a real
 * server without its weight is still one.
 * @param words behind `delete`, without abbreviations
 * @returns or why there is nothing to take away
 */
export function deleteLine(document: Document, words: readonly string[]): Reading<Document> {
  const target = locate(words);
  if (!target.ok) return target;
  const { path } = target.value;
  const gone = within(target.value);
  if (!statementsOf(document).some(gone)) return { ok: false, error: absent(document, target.value) };
  return checked(remove(document.lines, gone, (presence) => path.startsWith(`${presence.path} `)));
}

/**
 * The lines that set something at the path or below it; comments only beside them.
 * @param words behind `show`, without abbreviations; none for everything
 * @returns or why nothing can be there
 */
export function partOf(document: Document, words: readonly string[]): Reading<Document> {
  if (words.length === 0) return { ok: true, value: document };
  const target = locate(words);
  if (!target.ok) return target;
  const isWanted = within(target.value);
  return checked(
    document.lines.flatMap((line) => {
      const statements = line.statements.filter(isWanted);
      return statements.length > 0 && statements.length === line.statements.length
        ? [line]
        : rewritten(line, statements);
    }),
  );
}

export function statementsOf({ lines }: Document): readonly Statement[] {
  return lines.flatMap(({ statements }) => statements);
}

/** The words that follow the path in the document, each once, in their order; none of them is a value. */
export function namesBelow(document: Document, path: string): readonly string[] {
  const start = path === '' ? '' : `${path} `;
  const names = new Set<string>();
  for (const statement of statementsOf(document))
    if (statement.path.startsWith(start) && statement.path.length > start.length) {
      const end = statement.path.indexOf(' ', start.length);
      names.add(statement.path.slice(start.length, end === -1 ? undefined : end));
    }
  return [...names];
}

/** Where words lead, be it that something is set there or not. */
export interface Target {
  readonly path: string;
  /** Null where the words end before it, or there can be none. */
  readonly value: string | null;
  /** The setting that they name, if they name one whole. */
  readonly entry: Entry | null;
}

export function locate(words: readonly string[]): Reading<Target> {
  let at = START;
  let target: Target = { path: '', value: null, entry: null };
  for (const [index, word] of words.entries()) {
    if (target.value !== null)
      return {
        ok: false,
        error: `nothing may follow the value of ${target.path}; name one setting at a time`,
      };
    const next = advance(at, word);
    if (next === null) return { ok: false, error: misfit(words.slice(0, index + 1)) };
    target =
      next.value === null
        ? { path: next.path, value: null, entry: next.place.entry }
        : { path: at.path, value: next.value, entry: at.expecting };
    at = next;
  }
  return target.path === ''
    ? { ok: false, error: 'nothing is named; a path must follow' }
    : { ok: true, value: target };
}

/** What a file's reader says of words of which the last does not fit. */
export function misfit(words: readonly string[]): string {
  return readLine(joinWords(['set', ...words])) ?? `${shown(words.at(-1) ?? '')} does not fit here`;
}

/** Why nothing is there. Never tells a secret. */
export function absent(document: Document, { path, value, entry }: Target): string {
  const values = statementsOf(document).filter((one) => one.path === path);
  if (value !== null && values.length > 0) {
    if (entry?.value?.kind === 'secret') return `${path} is set to another secret`;
    return `${path} is not set to ${shown(value)}; it is ${someOf(values.map((one) => shown(one.value ?? '')))}`;
  }
  const words = path.split(' ');
  let depth = 0;
  while (
    depth < words.length &&
    namesBelow(document, words.slice(0, depth).join(' ')).includes(words[depth]!)
  )
    depth += 1;
  const what = `${path} is not set`;
  if (depth === words.length) return `${what} by itself, only with what follows it`;
  const above = words.slice(0, depth).join(' ');
  const names = namesBelow(document, above);
  if (names.length === 0) return `${what}, nor is anything else`;
  const meant = nearest(words[depth]!, names);
  const has = above === '' ? `there is only ${someOf(names)}` : `${above} has ${someOf(names)}`;
  return `${what}; ${has}${meant === null ? '' : ` (did you mean ${meant}?)`}`;
}

function within({ path, value }: Target): (statement: Statement) => boolean {
  const start = `${path} `;
  const whole = value === null ? null : start + value;
  return ({ key }) => (whole === null ? key.startsWith(start) : key === whole);
}

function put(lines: Lines, added: Statement): Lines {
  const { entry, path } = added;
  const starts = prefixes(path);
  let depth = 0;
  let anchor = lines.length - 1;
  /** Where the same setting is, last first. */
  const places: number[] = [];
  // From the end: the last of the nearest kin comes first. By index: a whole text may come in line by line.
  for (let at = lines.length - 1; at >= 0; at--) {
    const { statements } = lines[at]!;
    for (let index = 0; index < statements.length; index++) {
      const { key } = statements[index]!;
      while (depth < starts.length && key.startsWith(starts[depth]!)) {
        depth += 1;
        anchor = at;
      }
      if (depth === starts.length && key.startsWith(starts[depth - 1]!)) places.push(at);
    }
  }
  if (places.length > 0) {
    if (entry.value === null) return lines;
    if (entry.many !== true) return replace(lines, added, places);
    if (places.some((at) => lines[at]!.statements.some(({ key }) => key === added.key))) return lines;
  }
  return [...lines.slice(0, anchor + 1), lineOf(added), ...lines.slice(anchor + 1)];
}

/** `a `, `a b ` and `a b c ` of `a b c`. */
function prefixes(path: string): readonly string[] {
  const starts: string[] = [];
  for (let at = path.indexOf(' '); at !== -1; at = path.indexOf(' ', at + 1))
    starts.push(path.slice(0, at + 1));
  return [...starts, `${path} `];
}

/** In place of the first, where it was said several times. @param places of its lines, last first */
function replace(lines: Lines, added: Statement, places: readonly number[]): Lines {
  const firstAt = places.at(-1)!;
  const first = lines[firstAt]!.statements.find(({ path }) => path === added.path)!;
  if (places.length === 1 && first.key === added.key) return lines;
  const replaced = [...lines];
  for (const at of new Set(places)) {
    const line = lines[at]!;
    const statements = line.statements.flatMap((one) => {
      if (one === first) return [added];
      return one.path === added.path ? [] : [one];
    });
    replaced.splice(at, 1, ...rewritten(line, statements));
  }
  return replaced;
}

/** Without the statements that are `gone`; where one took along what `keeps` wants kept, that is stated by itself. */
export function remove(
  lines: Lines,
  gone: (statement: Statement) => boolean,
  keeps: (presence: Statement) => boolean,
): Lines {
  const left = new Set<string>();
  const note = (statement: Statement): void => {
    for (const { key } of presencesOf(statement)) left.add(key);
  };
  for (const { statements } of lines) for (const one of statements) if (!gone(one)) note(one);
  return lines.flatMap((line) => {
    if (!line.statements.some(gone)) return [line];
    const statements = line.statements.flatMap((one) => {
      if (!gone(one)) return [one];
      const presence = presencesOf(one).find(keeps);
      if (presence === undefined || left.has(presence.key)) return [];
      note(presence);
      return [presence];
    });
    return rewritten(line, statements);
  });
}

/** What can be read back. */
export function checked(lines: Lines): Reading<Document> {
  let characters = 0;
  for (const { text } of lines) {
    if (text.length > LINE_LIMIT)
      return {
        ok: false,
        error: `a line would have ${text.length} characters; at most ${LINE_LIMIT} are allowed`,
      };
    characters += text.length + 1;
  }
  // A reader counts what follows the last line's end as one more.
  const error = tooMuch(characters, lines.length + 1);
  return error === null ? { ok: true, value: { lines } } : { ok: false, error };
}
