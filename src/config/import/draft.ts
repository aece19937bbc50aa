/**
 * What an import gathers: the `set` lines so far, the account of every source line, and the few facts that only
 * make sense once all files are read. It never decides what a directive means: the readers do. A `set` line that the
 * configuration's own reader would not take is refused here, so that what is printed can always be read.
 */
import { readSettings } from '../read';
import type { Known } from './known';

/** `taken`: carried over. `meaningless`: this program has nothing it could set. `refused`: not carried over though
 * it matters. `missing`: the files do not say it as a configuration needs it. */
export type Verdict = 'taken' | 'meaningless' | 'refused' | 'missing';

export interface AccountLine {
  readonly file: string;
  /** Line in `file`, counted from 1; null when the sentence is about the file as a whole. */
  readonly line: number | null;
  readonly verdict: Verdict;
  readonly sentence: string;
}

/** A line that something came from. */
export interface Place {
  readonly file: string;
  readonly number: number;
}

/** One line of a source file; `text` is trimmed, and joined with the lines that continue it. */
export interface SourceLine extends Place {
  readonly text: string;
}

/** Path of a setting and its value as words; no value where the path says it all. */
export type Assignment = readonly [path: string, value?: string];

export interface Setting {
  /** The whole line, `set ...`. */
  readonly text: string;
  /** Null when no single line says it. */
  readonly from: Place | null;
  /** Where it comes from, or why it is there. */
  readonly comment: string;
}

export interface FoundAddress extends SourceLine {
  readonly address: string;
  /** Null when the file leaves it out. */
  readonly prefix: number | null;
}

/** Decide, after all files are read, what can be derived and what is missing. */
export interface Facts {
  /** Names of the `ha.cf` files read. */
  readonly haCf: string[];
  readonly nodes: (Place & { readonly name: string })[];
  preferred: (Place & { readonly name: string }) | null;
  /** Addresses of haresources: outside and inside ones stand there without distinction. */
  readonly groupAddresses: FoundAddress[];
  readonly serviceAddresses: (Place & { readonly address: string })[];
  /** Real servers reached by NAT: their default gateway must move with the group. */
  readonly natServers: string[];
  links: number;
  /** What a person must decide, each with the `set` line to write. */
  readonly left: (Place & { readonly sentence: string; readonly setLine: string })[];
  readonly keys: number[];
  signWith: (Place & { readonly id: number }) | null;
}

/** Characters of a comment; what it repeats of a source line may be longer. */
const COMMENT_LIMIT = 240;

export class Draft {
  private readonly notes: AccountLine[] = [];
  private readonly byPath = new Map<string, Setting>();
  readonly facts: Facts = {
    haCf: [],
    nodes: [],
    preferred: null,
    groupAddresses: [],
    serviceAddresses: [],
    natServers: [],
    links: 0,
    left: [],
    keys: [],
    signWith: null,
  };

  constructor(readonly known: Known) {}

  get account(): readonly AccountLine[] {
    return this.notes;
  }

  /** In the order in which they were first written. */
  get settings(): readonly Setting[] {
    return [...this.byPath.values()];
  }

  has(path: string): boolean {
    return this.byPath.has(path);
  }

  /** Here, or in the configuration that this import adds to. */
  isSet(path: string): boolean {
    return this.has(path) || this.known.settings.allOf(path).length > 0;
  }

  /**
   * Writes what a source line says, all of it or, with an account line, nothing. A path written before gets the new
   * value, as in the programs these files are for.
   */
  write(line: SourceLine, ...assignments: readonly Assignment[]): boolean {
    return this.put(line, `${line.file}:${line.number}: ${line.text}`, assignments);
  }

  /** Like `write`, for a line whose text must not be repeated in a comment because it holds a secret. */
  writeSecret(line: SourceLine, ...assignments: readonly Assignment[]): boolean {
    return this.put(line, `${line.file}:${line.number}`, assignments);
  }

  /** Writes what no single source line says; `why` becomes the comment. The caller answers for its being right. */
  derive(why: string, [path, value]: Assignment): void {
    this.byPath.set(path, { text: setLine(path, value), from: null, comment: printable(why) });
  }

  taken(place: Place, sentence: string): void {
    this.note(place.file, place.number, 'taken', sentence);
  }

  meaningless(place: Place, sentence: string): void {
    this.note(place.file, place.number, 'meaningless', sentence);
  }

  refused(place: Place, sentence: string): void {
    this.note(place.file, place.number, 'refused', sentence);
  }

  /** Leaves it to a person to write the `set` line, which stands in the text as a comment. */
  leave({ file, number }: Place, sentence: string, setLine: string): void {
    this.facts.left.push({ file, number, sentence, setLine });
  }

  note(file: string, line: number | null, verdict: Verdict, sentence: string): void {
    this.notes.push({ file, line, verdict, sentence });
  }

  private put(from: Place, comment: string, assignments: readonly Assignment[]): boolean {
    const settings = assignments.map(([path, value]) => ({
      path,
      text: setLine(path, value),
      from,
      comment: printable(comment),
    }));
    for (const { text } of settings) {
      const fault = readSettings(text, '').problems[0];
      if (fault === undefined) continue;
      this.refused(from, `The configuration cannot hold it: ${fault.sentence}.`);
      return false;
    }
    for (const { path, ...setting } of settings) {
      this.overrule(this.byPath.get(path)?.from ?? null, from);
      this.byPath.set(path, setting);
    }
    return true;
  }

  /** What was said of the earlier line no longer holds. */
  private overrule(earlier: Place | null, later: Place): void {
    if (earlier === null || earlier === later) return;
    const isEarlier = ({ file, line }: AccountLine): boolean =>
      file === earlier.file && line === earlier.number;
    const at = this.notes.findIndex((note) => isEarlier(note) && note.verdict === 'taken');
    const sentence = `Overruled by ${later.file}:${later.number}, which says it again.`;
    if (at >= 0) this.notes[at] = { ...this.notes[at]!, verdict: 'meaningless', sentence };
  }
}

function setLine(path: string, value: string | undefined): string {
  return value === undefined ? `set ${path}` : `set ${path} ${value}`;
}

/** A piece of somebody's text, made fit for a comment: one line of printable characters, bounded. */
export function printable(text: string): string {
  const cut = text.length > COMMENT_LIMIT ? `${text.slice(0, COMMENT_LIMIT)}...` : text;
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\p{Surrogate}/gu, ' ');
}
