/**
 * Which configuration a box runs on, over everything that can happen to its disk: the file of the running one, with the
 * archive behind it. Pure over a `Disk`; it waits for the disk, and so is for a child, and for the start of the
 * supervisor, but never for one that beats.
 *
 * A commit goes into the archive first and then into the running file, each written whole. So every instant at which the
 * power can fail leaves the old or the new configuration; and an archive entry that is newer than the running one is of
 * a commit that never came to its end, and counts for nothing. A commit that still waits for its confirmation has
 * not been written at all: the next start goes back by itself.
 */

import { type Disk, folderOf, replaceWhole, temporaryOf } from '../host/disk';
import type { Result } from '../host/host';
import {
  ARCHIVE_LIMIT,
  Archive,
  afterFirstLine,
  COMMENT_LIMIT,
  type Damaged,
  type Digest,
  type Edition,
  headerText,
  printEdition,
  type Revision,
  readEdition,
  WHO_LIMIT,
} from './archive';

/** Who wrote a file that has no header. */
export const BY_HAND = 'hand';

/** What is to be saved; it gets its number from the store. */
export type Draft = Omit<Edition, 'revision'>;

/** What a box starts with. */
export interface Found {
  /** Null on a box without a configuration. */
  readonly edition: Edition | null;
  /** What is wrong, and what was done about it; null when all is well. */
  readonly sentence: string | null;
}

export class Store {
  private readonly archive: Archive;
  private readonly folder: string;
  private readonly archiveFolder: string;

  /** @param file of the running configuration; the archive is in the folder `archive` beside it */
  constructor(
    private readonly disk: Disk,
    private readonly digest: Digest,
    private readonly file: string,
  ) {
    this.folder = folderOf(file);
    this.archiveFolder = `${this.folder === '/' ? '' : this.folder}/archive`;
    this.archive = new Archive(disk, digest, this.archiveFolder);
  }

  /** The configuration to run on. Where the file is damaged or gone, the newest of the archive that is whole. */
  find(): Found {
    const file = this.disk.read(this.file);
    if (!file.ok) return this.newest(file.error);
    if (file.value === null) {
      const found = this.newest(`there is no ${this.file}`);
      return found.edition === null ? { edition: null, sentence: null } : found;
    }
    const reading = readEdition(file.value, this.digest);
    if (reading.kind === 'whole') return { edition: reading.edition, sentence: null };
    if (reading.kind === 'plain') return this.byHand(reading.text);
    const hint = 'if you edited it yourself, delete its first line';
    return this.newest(`${this.file} is damaged: ${reading.why} (${hint})`, reading);
  }

  /**
   * Makes this the running configuration, and an entry of the archive. What was running before stays in the archive,
   * also where it was written by hand.
   * @param atLeast number that it gets, if that is higher than the next one
   * @returns its number, or what the disk refused; then `restore` makes sure of the old one
   */
  save(draft: Draft, atLeast = 1): Result<Revision> {
    const { edition: old } = this.find();
    const who = headerText(draft.who, WHO_LIMIT);
    const comment = headerText(draft.comment, COMMENT_LIMIT);
    const next: Edition = { ...draft, who, comment, revision: Math.max(atLeast, (old?.revision ?? 0) + 1) };
    const kept = old === null ? null : this.archive.get(old.revision);
    const steps: readonly (() => Result<null>)[] = [
      () => this.disk.makeFolder(this.archiveFolder),
      () => this.disk.syncFolder(this.folder),
      () => (old === null || kept?.text === old.text ? DONE : this.archive.put(old)),
      () => this.archive.put(next),
      () => this.run(next),
    ];
    const done = inTurn(steps);
    if (!done.ok) return done;
    const { revision, dateMs } = next;
    return { ok: true, value: { revision, dateMs, who, comment } };
  }

  /** Makes sure that the next start finds this, after a `save` that failed; null: no configuration. */
  restore(edition: Edition | null): Result<null> {
    return edition === null ? this.clear() : this.run(edition);
  }

  /** Forgets every configuration. The running one goes last: until then, the box has it. */
  clear(): Result<null> {
    const remove = (path: string) => () => this.disk.remove(path);
    return inTurn([
      () => this.disk.makeFolder(this.archiveFolder),
      ...[...this.archive.paths, this.file].map(temporaryOf).map(remove),
      ...this.archive.paths.map(remove),
      () => this.disk.syncFolder(this.archiveFolder),
      remove(this.file),
      () => this.disk.syncFolder(this.folder),
    ]);
  }

  /** What `rollback N` can go back to, by N: 0 is the one on which the box would start now. */
  entries(): readonly Edition[] {
    const running = this.find().edition;
    if (running === null) return [];
    const older = this.archive.entries().filter(({ revision }) => revision < running.revision);
    return [running, ...older].slice(0, ARCHIVE_LIMIT);
  }

  /** The configuration of `rollback N`. */
  archived(n: number): Result<Edition> {
    const entries = this.entries();
    const entry = entries[n];
    if (entry !== undefined) return { ok: true, value: entry };
    const has = entries.length === 0 ? 'it is empty' : `it has 0, which runs, to ${entries.length - 1}`;
    return { ok: false, error: `there is no ${n} in the archive; ${has}` };
  }

  private run(edition: Edition): Result<null> {
    return replaceWhole(this.disk, this.file, printEdition(edition, this.digest));
  }

  /** A file without a header, or one whose header is damaged so that it cannot be told for one. */
  private byHand(text: string): Found {
    const entries = this.archive.entries();
    const body = afterFirstLine(text);
    const entry = entries.find(
      (one) => one.text === body && printEdition(one, this.digest).length === text.length,
    );
    if (entry !== undefined)
      return { edition: entry, sentence: `the first line of ${this.file} is damaged; the rest is whole` };
    // A commit that was cut off has archived it already.
    const known = entries.slice(0, 2).find((one) => one.text === text && one.who === BY_HAND);
    const revision = known?.revision ?? (entries[0]?.revision ?? 0) + 1;
    return { edition: { revision, dateMs: null, who: BY_HAND, comment: '', text }, sentence: null };
  }

  /** @param damaged the file of the running one, as far as it can be read */
  private newest(why: string, damaged: Damaged | null = null): Found {
    const newest = this.archive.entries().slice(0, 2);
    const [first, second] = newest;
    const same = newest.find(({ text }) => text === damaged?.text);
    // The newest may be of a commit that was cut off before it was in force.
    const isAhead = first !== undefined && first.revision - 1 === damaged?.revision;
    const edition = same ?? (isAhead ? second : first) ?? first ?? null;
    const instead =
      edition === null
        ? 'nothing in the archive is whole'
        : `revision ${edition.revision} of the archive, by ${edition.who}, is taken`;
    return { edition, sentence: `${why}; ${instead}` };
  }
}

const DONE: Result<null> = { ok: true, value: null };

/** Up to the first that fails. */
function inTurn(steps: readonly (() => Result<null>)[]): Result<null> {
  for (const step of steps) {
    const done = step();
    if (!done.ok) return done;
  }
  return DONE;
}
