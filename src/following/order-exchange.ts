/**
 * How the orders of one box come to the other: each tells a digest of what it has, with its newest entries; a box that has
 * others asks for more, letter by letter, until both have the same. Pure: words and time in, words and entries out.
 * Whoever calls it signs the words, and lets none in of a peer that has not proven itself.
 *
 * Entries may be lost, come twice, late or in any order: the ledger knows which counts.
 */

import { type Entry, type Ledger, LINE_UNITS, readEntry } from './ledger';

/** Between two times that a box tells its digest, while the two differ or may differ, and while they do not. */
export const TELL_MS = 2_000;
export const TELL_EQUAL_MS = 10_000;
/** What was asked for and has not come by then is asked for again when the peer tells its digest. */
export const PATIENCE_MS = 1_000;

const HAVE = 'orders';
const WANT = 'orders-want';
/** Lines that a letter has at most: one has a dozen characters at least. */
const LINES_MOST = 40;

export class OrderExchange {
  private peerDigest: string | null = null;
  private tellAtMs = 0;
  /** How many of the peer's entries were looked at, from its newest on, and when the next were asked for. */
  private pull: { from: number; askedMs: number } | null = null;

  /** @param onNews entries that count from now on, of one letter */
  constructor(
    private readonly ledger: Ledger,
    private readonly onNews: (entries: readonly Entry[]) => void,
  ) {}

  /** Something was said on this box. */
  changed(): void {
    this.tellAtMs = 0;
  }

  /** The peer is there again, or has started anew: nothing is known of what it has. */
  meet(): void {
    this.peerDigest = null;
    this.pull = null;
    this.tellAtMs = 0;
  }

  /** Lets time pass, while the peer is there. @returns words for it, or null */
  tick(nowMs: number): readonly string[] | null {
    if (nowMs < this.tellAtMs || this.ledger.size === 0) return null;
    const isEqual = this.peerDigest === this.ledger.digest;
    this.tellAtMs = nowMs + (isEqual ? TELL_EQUAL_MS : TELL_MS);
    return this.have(0, isEqual ? 0 : LINE_UNITS);
  }

  /** Takes the peer's words; those that are for somebody else do nothing. @returns words for it, or null */
  hear([verb, ...words]: readonly string[], nowMs: number): readonly string[] | null {
    if (verb === WANT) {
      const from = natural(words[0]);
      return from === null ? null : this.have(from, LINE_UNITS);
    }
    if (verb !== HAVE) return null;
    const [digest = '', fromWord, ...lines] = words;
    const from = natural(fromWord);
    if (from === null || lines.length > LINES_MOST) return null;
    this.take(lines);
    this.peerDigest = digest;
    return this.compare(digest, from, lines.length, nowMs);
  }

  private have(from: number, unitsLimit: number): readonly string[] {
    return [HAVE, this.ledger.digest, String(from), ...this.ledger.lines(from, unitsLimit)];
  }

  private take(lines: readonly string[]): void {
    const news = lines.flatMap((line) => {
      const entry = readEntry(line);
      return entry !== null && this.ledger.merge(entry) ? [entry] : [];
    });
    if (news.length > 0) this.onNews(news);
  }

  private compare(digest: string, from: number, count: number, nowMs: number): readonly string[] | null {
    const { pull } = this;
    if (digest === this.ledger.digest) {
      this.pull = null;
      return null;
    }
    if (pull === null) return this.ask(count, nowMs);
    if (from === pull.from && count > 0) return this.ask(from + count, nowMs);
    // That was all: what still differs, the peer lacks.
    if (from === pull.from && from > 0) this.pull = null;
    else if (nowMs >= pull.askedMs + PATIENCE_MS) return this.ask(pull.from, nowMs);
    return null;
  }

  private ask(from: number, nowMs: number): readonly string[] {
    this.pull = { from, askedMs: nowMs };
    return [WANT, String(from)];
  }
}

function natural(word: string | undefined): number | null {
  return word !== undefined && /^\d{1,6}$/.test(word) ? Number(word) : null;
}
