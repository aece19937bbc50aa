/**
 * What an import gathers: the `set` lines so far, the account of every source line, and the few facts that only
 * make sense once all files are read. It never decides what a directive means: the readers do.
 */

/** `taken`: carried over. `meaningless`: this program has nothing it could set. `refused`: not carried over though
 * it matters. `missing`: the files do not say it, and a configuration needs it. */
export type Verdict = 'taken' | 'meaningless' | 'refused' | 'missing';

export interface AccountLine {
  readonly file: string;
  /** Line in `file`, counted from 1; null when the sentence is about the file as a whole. */
  readonly line: number | null;
  readonly verdict: Verdict;
  readonly sentence: string;
}

/** One line of a source file; `text` is trimmed, and joined with the lines that continue it. */
export interface SourceLine {
  readonly file: string;
  readonly number: number;
  readonly text: string;
}

/** One `set` line. A later one with the same key takes the place of an earlier one. */
export interface Setting {
  readonly key: string;
  readonly text: string;
  readonly file: string;
  readonly line: number | null;
  /** Why the line is there; becomes the comment above it. */
  readonly comment: string;
}

/** A line that a fact came from. */
export type Place = Pick<SourceLine, 'file' | 'number'>;

export interface FoundAddress extends Place {
  readonly address: string;
  /** Prefix length 0..32; null when the file leaves it out. */
  readonly prefix: number | null;
}

/** Facts that decide, after all files are read, what can be derived and what is missing. */
export interface Facts {
  /** Names of the `ha.cf` files read. */
  readonly haCf: string[];
  readonly nodes: (Place & { readonly name: string })[];
  preferred: (Place & { readonly name: string }) | undefined;
  /** Addresses of haresources: outside and inside ones stand there without distinction. */
  readonly groupAddresses: FoundAddress[];
  readonly serviceAddresses: (Place & { readonly address: string })[];
  /** Real servers reached by NAT: their default gateway must move with the group. */
  readonly natServers: string[];
  links: number;
  readonly keys: number[];
  signWith: (Place & { readonly id: number }) | undefined;
}

/** Characters of a source line that a comment quotes. */
const COMMENT_LENGTH_MAX = 120;

export class Draft {
  readonly account: AccountLine[] = [];
  readonly facts: Facts = {
    haCf: [],
    nodes: [],
    preferred: undefined,
    groupAddresses: [],
    serviceAddresses: [],
    natServers: [],
    links: 0,
    keys: [],
    signWith: undefined,
  };
  private readonly byKey = new Map<string, Setting>();

  /** The `set` lines in the order in which they were first written. */
  get settings(): readonly Setting[] {
    return [...this.byKey.values()];
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }

  /** Adds `set KEY VALUE`; a value already there under this key is replaced. */
  set(place: SourceLine, key: string, value: string): void {
    this.put(key, value, place.file, place.number, `${place.file}:${place.number}: ${quotable(place.text)}`);
  }

  /** Like `set`, for a source whose text must not be repeated in a comment, as a key's secret. */
  setQuietly(place: Place, key: string, value: string): void {
    this.put(key, value, place.file, place.number, `${place.file}:${place.number}`);
  }

  /** Adds a `set` line that no single source line says; `why` becomes its comment. */
  derive(file: string, key: string, value: string, why: string): void {
    this.put(key, value, file, null, why);
  }

  /** Adds a `set` line whose whole text is its key: of these a configuration may have several. */
  add(place: SourceLine, text: string): void {
    this.put(text, '', place.file, place.number, `${place.file}:${place.number}: ${quotable(place.text)}`);
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

  note(file: string, line: number | null, verdict: Verdict, sentence: string): void {
    this.account.push({ file, line, verdict, sentence });
  }

  private put(key: string, value: string, file: string, line: number | null, comment: string): void {
    const text = value === '' ? `set ${key}` : `set ${key} ${value}`;
    this.byKey.set(key, { key, text, file, line, comment });
  }
}

/** A piece of foreign text, made fit for a comment or a sentence: one line, printable, bounded. */
export function quotable(text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return plain.length > COMMENT_LENGTH_MAX ? `${plain.slice(0, COMMENT_LENGTH_MAX)}...` : plain;
}
