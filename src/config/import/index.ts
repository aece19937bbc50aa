/**
 * Turns the files of a Linux-HA, mon and IPVS setup into `set` lines, with an account of every line. Which kind a
 * file is, is told by its name, else by what is in it. Pure; nothing here throws, whatever the files hold.
 */
import type { ForeignKind } from '../foreign';
import { readAuthkeys } from './authkeys';
import { complete, type Missing } from './completion';
import { type AccountLine, Draft, printable } from './draft';
import { readHaCf } from './haCf';
import { readHaresources } from './haresources';
import { readIpvsadm } from './ipvsadm';
import { readKnown } from './known';
import { readMonCf } from './monCf';

export type { Missing } from './completion';
export type { AccountLine, Verdict } from './draft';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export interface Imported {
  /** `set` lines, each under a comment that names its source; what is missing stands at the end as comments. */
  readonly text: string;
  /** The `set` lines alone. */
  readonly lines: readonly string[];
  readonly account: readonly AccountLine[];
  /** What a person must still write; the account has it too. */
  readonly missing: readonly Missing[];
}

/** In characters; real files are a few kilobytes. */
const FILE_LIMIT = 256 * 1024;
const LINES_LIMIT = 8192;
/** In characters, as in heartbeat. */
const LINE_LIMIT = 5120;

interface Kind {
  readonly kind: ForeignKind;
  readonly name: RegExp;
  /** A line that only this kind of file has. */
  readonly content: RegExp;
  readonly read: (draft: Draft, file: string, text: string) => void;
}

/** In the order of the text written; the order of the files given does not matter. */
const KINDS: readonly Kind[] = [
  {
    kind: 'ha.cf',
    name: /(^|[^a-z])ha\.cf/i,
    content:
      /^[ \t]*(keepalive|deadtime|initdead|warntime|auto_failback|udpport|bcast|mcast|ucast|node)[ \t]/m,
    read: readHaCf,
  },
  {
    kind: 'authkeys',
    name: /authkeys/i,
    content: /^[ \t]*auth[ \t]+\d+[ \t]*$/m,
    read: readAuthkeys,
  },
  {
    kind: 'haresources',
    name: /haresources/i,
    content: /^[ \t]*[A-Za-z][\w.-]*[ \t]+(\S+::\S|\d{1,3}(\.\d{1,3}){3}(\/|[ \t]|$))/m,
    read: readHaresources,
  },
  {
    kind: 'ipvsadm',
    name: /ipvsadm/i,
    content: /^[ \t]*((\S*\/)?ipvsadm[ \t]|(-[Aa]|--add-(service|server))[ \t])/m,
    read: readIpvsadm,
  },
  {
    kind: 'mon.cf',
    name: /(^|[^a-z])mon\.cf/i,
    content: /^[ \t]*(hostgroup|watch)[ \t]/m,
    read: readMonCf,
  },
];

/** Content tells some kinds more surely than others: a mon hostgroup also looks like a haresources line. */
const BY_CONTENT = [KINDS[3], KINDS[4], KINDS[1], KINDS[0], KINDS[2]] as readonly Kind[];

/** Reads all files together; what one leaves open another may say. */
export function importFiles(files: readonly SourceFile[]): Imported {
  const draft = new Draft(readKnown(''));
  const sorted = files.map((file) => ({ file, kind: kindOf(file) }));
  for (const kind of KINDS) {
    for (const entry of sorted) if (entry.kind === kind) kind.read(draft, entry.file.name, entry.file.text);
  }
  for (const { file, kind } of sorted) {
    if (kind === null) draft.note(file.name, null, 'refused', unknownKind(file));
  }
  return finish(draft, files);
}

/**
 * Reads one text of a kind that is told, under the kind's name.
 * @param existing the configuration that the lines will be added to: what it says is not called missing, and its
 * services tell the group's inside addresses from the outside ones
 */
export function importText(kind: ForeignKind, text: string, existing = ''): Imported {
  const draft = new Draft(readKnown(existing));
  const long = tooLong(text);
  if (long === null) KINDS.find((known) => known.kind === kind)?.read(draft, kind, text);
  else draft.note(kind, null, 'refused', `The text has ${long} and is not read.`);
  return finish(draft, [{ name: kind, text }]);
}

function finish(draft: Draft, files: readonly SourceFile[]): Imported {
  const missing = complete(draft);
  return {
    text: print(draft, missing),
    lines: draft.settings.map(({ text }) => text),
    account: inOrder(draft.account, files),
    missing: missing.map(({ sentence, setLine }) => ({ sentence, setLine })),
  };
}

function kindOf({ name, text }: SourceFile): Kind | null {
  if (tooLong(text) !== null) return null;
  const base = name.slice(name.lastIndexOf('/') + 1);
  const byName = KINDS.find((kind) => kind.name.test(base));
  return byName ?? BY_CONTENT.find((kind) => kind.content.test(text)) ?? null;
}

function tooLong(text: string): string | null {
  if (text.length > FILE_LIMIT) return `more than ${FILE_LIMIT} characters`;
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > LINES_LIMIT) return `more than ${LINES_LIMIT} lines`;
  const long = lines.findIndex((line) => line.length > LINE_LIMIT);
  return long === -1 ? null : `more than ${LINE_LIMIT} characters in line ${long + 1}`;
}

function unknownKind({ text }: SourceFile): string {
  const long = tooLong(text);
  if (long !== null) return `The file has ${long} and is not read.`;
  return 'The file is none of those that are read: ha.cf, haresources, authkeys, mon.cf, or what ipvsadm -S prints.';
}

/** File by file as given, line by line, what is about a whole file last; files that were not given come at the end. */
function inOrder(account: readonly AccountLine[], files: readonly SourceFile[]): readonly AccountLine[] {
  const ranks = new Map(files.map(({ name }, index) => [name, index]));
  const rank = ({ file }: AccountLine): number => ranks.get(file) ?? files.length;
  const line = (entry: AccountLine): number => entry.line ?? Number.MAX_SAFE_INTEGER;
  return [...account].sort((a, b) => rank(a) - rank(b) || line(a) - line(b));
}

function print(draft: Draft, missing: readonly Missing[]): string {
  const lines: string[] = [];
  let comment = '';
  for (const setting of draft.settings) {
    if (setting.comment !== comment) lines.push(`# ${setting.comment}`);
    comment = setting.comment;
    lines.push(setting.text);
  }
  for (const { sentence, setLine } of missing)
    lines.push(`# Missing: ${printable(sentence)}`, `# ${printable(setLine)}`);
  return lines.map((line) => `${line}\n`).join('');
}
