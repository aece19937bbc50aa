/**
 * From `set` lines to settings, guided by the schema. Owns what is said about words that the schema does not know and
 * values that do not fit; never judges settings against each other.
 */

import { type Place, ROOT } from './grammar';
import { anyOf, nearest, PROBLEMS_LIMIT, type Problem, shown } from './problem';
import { type Entry, SCHEMA, type ValueType } from './schema';
import { type Point, type Setting, Settings } from './settings';
import { LINE_LIMIT, LINES_LIMIT, type Line, splitLine, TEXT_LIMIT } from './text';
import { HIDDEN, printValue, readValue, type Value } from './values';

/** After these words, whatever is written may be a secret. */
const SECRETS = ['heartbeat key ', 'traps user '];

export interface ReadSettings {
  /** Null when the text is too long, or has too much wrong with it, to be judged as a whole. */
  readonly settings: Settings | null;
  readonly problems: readonly Problem[];
}

/** Told of each setting as it is read, also of one that repeats or contradicts an earlier one. */
export type Observer = (entry: Entry, setting: Setting) => void;

/** Never throws; what a line has wrong is told with its number, and the other lines are read all the same. */
export function readSettings(text: string, file: string, seen: Observer = () => {}): ReadSettings {
  const settings = new Settings();
  const problems: Problem[] = [];
  const whole = tooLong(text);
  if (whole !== null) return { settings: null, problems: [{ file, line: null, key: '', sentence: whole }] };
  for (const [index, line] of linesOf(text).entries()) {
    const split = splitLine(line);
    if (split.ok && split.value.words.length === 0) continue;
    const reader = new LineReader(settings, file, index + 1, problems, seen);
    if (split.ok) reader.read(split.value);
    else reader.refuse(split.error, line);
    if (problems.length < PROBLEMS_LIMIT) continue;
    const sentence = `there are ${PROBLEMS_LIMIT} problems up to here; the lines that follow have not been read`;
    return { settings: null, problems: [...problems, { file, line: index + 1, key: '', sentence }] };
  }
  return { settings, problems };
}

/** Without their ends. An editor on Windows puts a mark in front of the text and a carriage return behind each line. */
export function linesOf(text: string): string[] {
  const lines = (text.startsWith('\ufeff') ? text.slice(1) : text).split('\n');
  return text.includes('\r') ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines;
}

/**
 * One line by itself.
 * @returns what is first wrong with it; null when nothing is
 */
export function readLine(line: string, seen: Observer = () => {}): string | null {
  const problems: Problem[] = [];
  const split = splitLine(line);
  if (!split.ok) return split.error;
  if (split.value.words.length > 0) new LineReader(new Settings(), '', 1, problems, seen).read(split.value);
  return problems[0]?.sentence ?? null;
}

function tooLong(text: string): string | null {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return tooMuch(text.length, lines);
}

/** What is said of a text of that size; null when it may be read. */
export function tooMuch(characters: number, lines: number): string | null {
  if (characters > TEXT_LIMIT)
    return `the text has ${characters} characters; a configuration has at most ${TEXT_LIMIT}`;
  return lines > LINES_LIMIT
    ? `the text has ${lines} lines; a configuration has at most ${LINES_LIMIT}`
    : null;
}

class LineReader {
  private line: Line = { words: [], quoted: [], comment: '' };
  /** Where reading is in the grammar, in the settings, and by which words it got there. */
  private place = ROOT;
  private point: Point;
  private readonly path: string[] = [];

  constructor(
    private readonly settings: Settings,
    private readonly file: string,
    private readonly number: number,
    private readonly problems: Problem[],
    private readonly seen: Observer,
  ) {
    this.point = settings.root;
  }

  /** Says why the line could not be split, with the path as far as it holds nothing that may be a secret. */
  refuse(error: string, line: string): void {
    this.fault(error, line.slice(0, LINE_LIMIT).replace(/^\s*set\s+|\s*".*$/g, ''));
  }

  read(line: Line): void {
    this.line = line;
    const [first = '', second = ''] = line.words;
    if (first === 'set') {
      this.walk(1);
      return;
    }
    this.fault(badStart(first));
    // A directive without its `set` is read all the same, so that nothing is called missing that is there.
    const from = nearest(first, ['set']) === null ? 0 : 1;
    if (ROOT.words.has(from === 0 ? first : second)) this.walk(from);
  }

  /** @param from place in the line of the first word to read */
  private walk(from: number): void {
    const { words } = this.line;
    /** Whether a value just came before: more words there are likely a value without its quotation marks. */
    let afterText = false;
    let at = from;
    while (at < words.length) {
      const { place, point } = this;
      if (!this.step(at, afterText)) return;
      at += 1;
      const entry = this.place.entry;
      const type = entry?.value ?? null;
      if (entry === null || type === null) continue;
      if (at === words.length) {
        this.fault(`${this.told()} needs a value: ${entry.help}`);
        return;
      }
      this.keep(entry, type, at);
      at += 1;
      afterText = ['secret', 'command', 'text'].includes(type.kind);
      this.place = place;
      this.point = point;
      this.path.pop();
      if (at === words.length) return;
    }
    this.end();
  }

  /** Goes to the place behind the word. @returns false when reading cannot go on */
  private step(at: number, afterText: boolean): boolean {
    const word = this.line.words[at]!;
    const known = this.place.words.get(word);
    if (known !== undefined) return this.go(known, word);
    const { argument } = this.place;
    if (argument !== null) {
      // A word that leads on in the settings has been read before.
      if (this.point.next?.has(word)) return this.go(argument.place, word);
      const read = readValue(argument.type, word);
      if (read.ok) return this.go(argument.place, String(read.value));
      this.fault(
        `${this.told()}: ${this.whyNot(argument.type, at, read.error)}`,
        `${this.told()} ${this.tellable(at)}`,
      );
      return false;
    }
    const candidates = [...this.place.words.keys()];
    const meant = nearest(word, candidates);
    const told = this.tellable(at);
    this.fault(
      afterText ? unquoted(this.told()) : unknown(told, this.told(), candidates, meant),
      `${this.told()} ${told}`,
    );
    const place = meant === null ? undefined : this.place.words.get(meant);
    // Reading goes on with the word that was meant, so that nothing is called missing that is only misspelt.
    return meant !== null && place !== undefined && this.go(place, meant);
  }

  private go(place: Place, word: string): true {
    this.place = place;
    this.point = this.settings.lead(this.point, word, this.number);
    this.path.push(word);
    return true;
  }

  private keep(entry: Entry, type: ValueType, at: number): void {
    const read = readValue(type, this.line.words[at]!);
    if (read.ok) this.add(entry, type, read.value);
    else this.fault(`${this.told()}: ${this.whyNot(type, at, read.error)}`);
  }

  private told(): string {
    return this.path.join(' ');
  }

  /** The word as a sentence may repeat it: a secret that stands where none belongs must not get into a log. */
  private tellable(at: number): string {
    const word = this.line.words[at]!;
    const isQuoted = this.line.quoted[at] === true && word !== '';
    return isQuoted || SECRETS.some((path) => `${this.told()} `.startsWith(path)) ? HIDDEN : word;
  }

  /** The clause that says what is wrong with the word, without it where it may be a secret. */
  private whyNot(type: ValueType, at: number, error: string): string {
    const told = this.tellable(at);
    // What is wrong with a secret is always said without repeating it.
    if (told === this.line.words[at] || type.kind === 'secret') return error;
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
    this.fault(`"${['set', ...this.path].join(' ')}" is not finished; ${next} must follow`);
  }

  private add(entry: Entry, type: ValueType | null, value: Value | null): void {
    const path = this.told();
    const setting = { path, value, line: this.number };
    this.seen(entry, setting);
    const other = this.settings.add(this.point, setting, entry.many === true);
    if (other === null) return;
    const values = different(type, other.value ?? '', value ?? '');
    this.fault(`${path} is set to ${values}, in lines ${other.line} and ${this.number}; keep one of them`);
  }

  private fault(sentence: string, key = this.told()): void {
    this.problems.push({ file: this.file, line: this.number, key: key.trim(), sentence });
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
