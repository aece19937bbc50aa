/**
 * The form in which a configuration lies on the disk, and the archive of the last ones. Owns the header line by which
 * damage is found, and which file holds which revision; never what is in a configuration, nor which one is in force.
 *
 * The archive is a ring of files, so that nothing ever has to be deleted, and a write that fails costs the oldest
 * entry at most.
 */

import { type Disk, replaceWhole } from '../host/disk';
import type { Result } from '../host/host';
import { joinWords, splitWords } from './text';

/** Entries, that in force included. */
export const ARCHIVE_LIMIT = 20;
/** Characters; longer ones are cut. */
export const WHO_LIMIT = 64;
export const COMMENT_LIMIT = 256;

/** What is known of one configuration that was committed. */
export interface Revision {
  /** Counts from 1, through the life of a box. */
  readonly revision: number;
  /** Of the commit, in milliseconds since 1970; null where the file was written by hand. */
  readonly dateMs: number | null;
  readonly who: string;
  readonly comment: string;
}

/** A revision with its text, without the header line. */
export interface Edition extends Revision {
  readonly text: string;
}

/** SHA-256 (FIPS 180-4) of the text as UTF-8, in 64 lower-case hexadecimal digits. */
export type Digest = (text: string) => string;

/** What a file turned out to be. `plain` has no header: a person wrote it. */
export type Reading =
  | { readonly kind: 'whole'; readonly edition: Edition }
  | { readonly kind: 'plain'; readonly text: string }
  | Damaged;

export interface Damaged {
  readonly kind: 'damaged';
  readonly why: string;
  /** As far as it can be read; neither is to be trusted by itself. */
  readonly revision: number | null;
  readonly text: string;
}

/** The digest is of everything that follows it: `tail -c +75 FILE | sha256sum`. */
const SHAPE = /^# sha256 ([0-9a-f]{64}) /;
const NO_TEXT = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/;
const NUMBER = /^[1-9][0-9]{0,8}$/;

/** The file of one configuration: its header line, then its text. */
export function printEdition({ text, revision, dateMs, who, comment }: Edition, digest: Digest): string {
  const date = dateMs === null ? 'unknown' : new Date(dateMs).toISOString();
  const words = joinWords(['revision', `${revision}`, 'date', date, 'by', who, 'comment', comment]);
  const rest = `${words}\n${text}`;
  return `# sha256 ${digest(rest)} ${rest}`;
}

/** Tells whether a file is as it was written. Never throws, whatever the file. */
export function readEdition(file: string, digest: Digest): Reading {
  const shape = SHAPE.exec(file);
  if (shape === null) {
    const why = file.trim() === '' ? 'it is empty' : NO_TEXT.test(file) ? 'it is no text' : null;
    if (why !== null) return { kind: 'damaged', why, revision: null, text: afterFirstLine(file) };
    return { kind: 'plain', text: file };
  }
  const rest = file.slice(shape[0].length);
  const end = rest.indexOf('\n');
  const header = readHeader(end < 0 ? rest : rest.slice(0, end));
  const text = afterFirstLine(rest);
  if (header !== null && end >= 0 && digest(rest) === shape[1])
    return { kind: 'whole', edition: { ...header, text } };
  const why = 'it is not as its checksum has it';
  return { kind: 'damaged', why, revision: header?.revision ?? null, text };
}

/** Empty where there is but one line. */
export function afterFirstLine(file: string): string {
  const end = file.indexOf('\n');
  return end < 0 ? '' : file.slice(end + 1);
}

function readHeader(line: string): Revision | null {
  const split = splitWords(line);
  const [revisionWord, revision = '', dateWord, date = '', by, who = '', commentWord, comment = '', ...more] =
    split.ok ? split.value : [];
  const names = [revisionWord, dateWord, by, commentWord].join(' ');
  if (names !== 'revision date by comment' || more.length > 0 || !NUMBER.test(revision)) return null;
  const dateMs = date === 'unknown' ? null : Date.parse(date);
  return Number.isNaN(dateMs) ? null : { revision: Number(revision), dateMs, who, comment };
}

/** No control characters, and none that change the direction or the lines of what a terminal shows. */
const NOT_SHOWN = /[^ -~\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufefe\uff00-\ufffc]/g;

/** A name or a comment as the header can hold it. */
export function headerText(text: string, limit: number): string {
  return text.replace(NOT_SHOWN, ' ').trim().slice(0, limit);
}

export class Archive {
  /** @param folder absolute, without a slash at the end */
  constructor(
    private readonly disk: Disk,
    private readonly digest: Digest,
    private readonly folder: string,
  ) {}

  /** Puts one in, in the place of the one that is `ARCHIVE_LIMIT` older. Needs the folder. */
  put(edition: Edition): Result<null> {
    return replaceWhole(this.disk, this.path(edition.revision), printEdition(edition, this.digest));
  }

  /** The entry of that number, whole. */
  get(revision: number): Edition | null {
    const found = this.at(revision);
    return found?.revision === revision ? found : null;
  }

  /** What is whole, newest first. */
  entries(): readonly Edition[] {
    return this.paths
      .map((_, place) => this.at(place))
      .filter((edition) => edition !== null)
      .sort((a, b) => b.revision - a.revision);
  }

  get paths(): readonly string[] {
    return Array.from({ length: ARCHIVE_LIMIT }, (_, place) => this.path(place));
  }

  private at(place: number): Edition | null {
    const file = this.disk.read(this.path(place));
    const reading = file.ok && file.value !== null ? readEdition(file.value, this.digest) : null;
    return reading?.kind === 'whole' ? reading.edition : null;
  }

  private path(revision: number): string {
    return `${this.folder}/${String(revision % ARCHIVE_LIMIT).padStart(2, '0')}`;
  }
}
