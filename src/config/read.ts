/**
 * From `set` lines to settings, guided by the schema. Owns what is said about words that the schema does not know and
 * values that do not fit; never judges settings against each other.
 */

import { anyOf, nearest, PROBLEMS_LIMIT, type Problem, shown } from './problem';
import { ARGUMENTS, type Entry, SCHEMA, type ValueType } from './schema';
import { Settings } from './settings';
import { LINE_LIMIT, LINES_LIMIT, splitLine, TEXT_LIMIT, type Word } from './text';
import { printValue, readValue, type Value } from './values';

/** A point in the grammar: the words that may follow, or the one argument. */
interface Place {
  readonly words: Map<string, Place>;
  argument: { readonly name: string; readonly type: ValueType; readonly place: Place } | null;
  entry: Entry | null;
}

const ROOT = grammar();

/** After these words, whatever is written may be a secret. */
const SECRETS = 'heartbeat key ';
/** Stands for a word that may be a secret. Among the values, only secrets, texts and commands can be this. */
const HIDDEN = '***';

function grammar(): Place {
  const root = emptyPlace();
  for (const entry of SCHEMA) {
    let place = root;
    for (const word of entry.path.split(' ')) {
      const type = ARGUMENTS[word];
      if (type === undefined) {
        const next = place.words.get(word) ?? emptyPlace();
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
  return { words: new Map(), argument: null, entry: null };
}

export interface ReadSettings {
  /** Null when the text is too long, or has too much wrong with it, to be judged as a whole. */
  readonly settings: Settings | null;
  readonly problems: readonly Problem[];
}

/** Never throws; what a line has wrong is told with its number, and the other lines are read all the same. */
export function readSettings(text: string, file: string): ReadSettings {
  const settings = new Settings();
  const problems: Problem[] = [];
  const whole = tooLong(text);
  if (whole !== null) return { settings: null, problems: [{ file, line: null, key: '', sentence: whole }] };
  const lines = text.split('\n');
  // An editor on Windows puts a mark in front of the text and a carriage return behind each line.
  if (lines[0]?.startsWith('\ufeff')) lines[0] = lines[0].slice(1);
  for (const [index, line] of lines.entries()) {
    const reader = new LineReader(settings, file, index + 1, problems);
    reader.read(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (problems.length < PROBLEMS_LIMIT) continue;
    const sentence = `there are ${PROBLEMS_LIMIT} problems up to here; the lines that follow have not been read`;
    return { settings: null, problems: [...problems, { file, line: index + 1, key: '', sentence }] };
  }
  return { settings, problems };
}

function tooLong(text: string): string | null {
  if (text.length > TEXT_LIMIT)
    return `the text has ${text.length} characters; a configuration has at most ${TEXT_LIMIT}`;
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > LINES_LIMIT
    ? `the text has ${lines} lines; a configuration has at most ${LINES_LIMIT}`
    : null;
}

class LineReader {
  private place = ROOT;
  private path = '';

  constructor(
    private readonly settings: Settings,
    private readonly file: string,
    private readonly line: number,
    private readonly problems: Problem[],
  ) {}

  read(line: string): void {
    const split = splitLine(line);
    if (!split.ok) {
      this.fault(split.error, line.slice(0, LINE_LIMIT).replace(/^\s*set\s+|\s*".*$/g, ''));
      return;
    }
    const [first, ...words] = split.value;
    if (first === undefined) return;
    if (first.text !== 'set') {
      this.fault(badStart(first.text));
      // A directive without its `set` is read all the same, so that nothing is called missing that is there.
      if (nearest(first.text, ['set']) === null) words.unshift(first);
      if (!ROOT.words.has(words[0]?.text ?? '')) return;
    }
    this.walk(words);
  }

  private walk(words: readonly Word[]): void {
    /** Whether a value just came before: more words there are likely a value without its quotation marks. */
    let afterText = false;
    let at = 0;
    while (at < words.length) {
      const next = this.step(words[at]!, afterText);
      if (next === null) return;
      const before = { place: this.place, path: this.path };
      this.place = next.place;
      this.path = this.path === '' ? next.word : `${this.path} ${next.word}`;
      at += 1;
      const entry = this.place.entry;
      const type = entry?.value ?? null;
      if (entry === null || type === null) continue;
      const word = words[at];
      if (word === undefined) {
        this.fault(`${this.path} needs a value: ${entry.help}`);
        return;
      }
      this.keep(entry, type, word);
      at += 1;
      afterText = ['secret', 'command', 'text'].includes(type.kind);
      this.place = before.place;
      this.path = before.path;
      if (at === words.length) return;
    }
    this.end();
  }

  /** @returns the place behind the word, and the word in its one form; null when reading cannot go on */
  private step(word: Word, afterText: boolean): { readonly place: Place; readonly word: string } | null {
    const known = this.place.words.get(word.text);
    if (known !== undefined) return { place: known, word: word.text };
    const { argument } = this.place;
    if (argument !== null) {
      const read = readValue(argument.type, word.text);
      if (read.ok) return { place: argument.place, word: String(read.value) };
      this.fault(
        `${this.path}: ${this.whyNot(argument.type, word, read.error)}`,
        `${this.path} ${this.tellable(word)}`,
      );
      return null;
    }
    const candidates = [...this.place.words.keys()];
    const meant = nearest(word.text, candidates);
    const told = this.tellable(word);
    this.fault(
      afterText ? unquoted(this.path) : unknown(told, this.path, candidates, meant),
      `${this.path} ${told}`,
    );
    const place = meant === null ? undefined : this.place.words.get(meant);
    // Reading goes on with the word that was meant, so that nothing is called missing that is only misspelt.
    return meant === null || place === undefined ? null : { place, word: meant };
  }

  private keep(entry: Entry, type: ValueType, word: Word): void {
    const read = readValue(type, word.text);
    if (read.ok) this.add(entry, type, read.value);
    else this.fault(`${this.path}: ${this.whyNot(type, word, read.error)}`);
  }

  /** The word as a sentence may repeat it: a secret that stands where none belongs must not get into a log. */
  private tellable({ text, quoted }: Word): string {
    return (quoted && text !== '') || `${this.path} `.startsWith(SECRETS) ? HIDDEN : text;
  }

  /** The clause that says what is wrong with the word, without it where it may be a secret. */
  private whyNot(type: ValueType, word: Word, error: string): string {
    const told = this.tellable(word);
    if (told === word.text) return error;
    const read = readValue(type, told);
    // Where any text fits, what is wrong is said without repeating it.
    return read.ok ? error : read.error;
  }

  /** Where the words end, something must be set. */
  private end(): void {
    if (this.place.entry !== null) {
      this.add(this.place.entry, null, null);
      return;
    }
    const next = this.place.argument?.name ?? anyOf([...this.place.words.keys()]);
    this.fault(`"${`set ${this.path}`.trim()}" is not finished; ${next} must follow`);
  }

  private add(entry: Entry, type: ValueType | null, value: Value | null): void {
    const setting = { path: this.path, value, line: this.line };
    const other = this.settings.add(setting, entry.many === true);
    if (other === null) return;
    const values = different(type, other.value ?? '', value ?? '');
    this.fault(`${this.path} is set to ${values}, in lines ${other.line} and ${this.line}; keep one of them`);
  }

  private fault(sentence: string, key = this.path): void {
    if (this.path !== '') this.settings.mention(this.path, this.line);
    this.problems.push({ file: this.file, line: this.line, key: key.trim(), sentence });
  }
}

/** Commands may have a password among their arguments. */
function different(type: ValueType | null, one: Value, other: Value): string {
  if (type === null || type.kind === 'secret') return 'two different secrets';
  if (type.kind === 'command') return 'two different commands';
  return `${shown(printValue(type, one))} and ${shown(printValue(type, other))}`;
}

/** Repeats the word only where the schema knows it: a line may begin with the rest of a secret. */
function badStart(word: string): string {
  const path = ROOT.words.has(word) ? `${word} ...` : pathWith(word);
  if (path !== null) return `a line cannot begin with ${shown(word)}; did you mean set ${path}?`;
  const meant = nearest(word, ['set', ...ROOT.words.keys()]);
  const what = 'the line begins with an unknown word';
  if (meant === null) return `${what}; a line is set ..., a # comment, or empty`;
  return `${what}; did you mean ${meant === 'set' ? 'set' : `set ${meant}`} ...?`;
}

function unquoted(path: string): string {
  return `${path}: the value goes on after its end; put the whole value in quotation marks if it has blanks`;
}

function unknown(word: string, path: string, candidates: readonly string[], meant: string | null): string {
  const what = path === '' ? `unknown directive ${shown(word)}` : `${path}: unknown directive ${shown(word)}`;
  if (meant !== null) return `${what}; did you mean ${meant}?`;
  const elsewhere = pathWith(word);
  if (elsewhere !== null) return `${what}; did you mean set ${elsewhere}?`;
  return candidates.length === 0
    ? `${what}; nothing may follow here`
    : `${what}; it takes ${anyOf(candidates)}`;
}

/** The first setting with the word in its path. */
function pathWith(word: string): string | null {
  return SCHEMA.find((entry) => entry.path.split(' ').includes(word))?.path ?? null;
}
