/**
 * How a commit on one box comes to the other: both tell each other what they have, and the one that is to follow asks for
 * the text, part by part, and puts it into force as a commit of its own. Pure: words and time in, words and outcomes out.
 * Whoever calls it signs the words, and lets none in of a peer that has not proven itself.
 *
 * At most one part is under way, and asked for; so what is sent is bounded by what the slowest line carries. Each part is
 * named by the digest of the whole text: it may be lost, come twice, late or after a restart of either box.
 */

import { TEXT_LIMIT } from '../config/text';
import {
  afterChange,
  type Common,
  type Edition,
  MARKS_LIMIT,
  markOf,
  type Offer,
  offerOf,
  relationOf,
} from './relation';

export type Outcome =
  /** This text is to be put into force, under this number or a higher one. */
  | { readonly type: 'follow'; readonly revision: number; readonly text: string }
  /** The peer has what this box has. */
  | { readonly type: 'agreed' }
  /** The peer could not put into force what this box has. */
  | { readonly type: 'refused'; readonly why: string }
  /** To be kept over a loss of power. */
  | { readonly type: 'common'; readonly common: Common }
  | { readonly type: 'log'; readonly event: string; readonly sentence: string };

/** Text that others cannot read; null where that is not possible, or it is not for this. */
export interface Envelopes {
  seal(text: string, about: string): string | null;
  open(sealed: string, about: string): string | null;
}

/** Between two times that a box says what it has, while the two differ or may differ, and while they do not. */
export const TELL_MS = 2_000;
export const TELL_EQUAL_MS = 10_000;
/** Until a part is asked for again: twice as long each time, up to the limit, for a slow line must not be asked twice. */
export const ASK_AGAIN_MS = 500;
export const ASK_AGAIN_LIMIT_MS = 2_000;
/** After so many in vain, the next offer of the same text goes on from there. */
export const ASKED_MOST = 20;
/** UTF-16 units of a part. Sealed, signed and framed, it is 400 bytes of ASCII, hardly longer than a beat. */
export const PART_UNITS = 120;
const PARTS_LIMIT = Math.ceil(TEXT_LIMIT / PART_UNITS);
/** Of a reason that is told to the peer, as it is written in a letter. */
const WHY_LETTERS = 240;
const DIGEST = /^[0-9a-f]{64}$/;
const MARK = /^[0-9a-f]{16}$/;
const UNKNOWN = '-';

interface Own extends Offer {
  readonly text: string;
}

interface Copy {
  readonly offer: Offer;
  readonly parts: string[];
  total: number;
  askedMs: number;
  asked: number;
  patienceMs: number;
}

interface Refusal {
  readonly revision: number;
  readonly digest: string;
  readonly why: string;
}

export class Follower {
  private own: Own | null = null;
  private peer: Offer | null = null;
  private copy: Copy | null = null;
  private tellAtMs = 0;
  /** Digest of what came over and is being put into force. */
  private following: string | null = null;
  /** What was found not to be for this box; it is not asked for again. */
  private refused: Refusal | null = null;
  /** The peer cannot have what this box has; and what this box had, and said, before its operator changed it. */
  private isUnwanted = false;
  private undo: { readonly digest: string; readonly common: Common } | null = null;
  private complained = '';
  private outcomes: Outcome[] = [];

  /**
   * @param digest SHA-256 of a text with a key of its own, in 64 hexadecimal digits
   * @param common as it was kept
   */
  constructor(
    private readonly digest: (text: string) => string,
    private readonly envelopes: Envelopes,
    private common: Common | null,
  ) {}

  /**
   * What this box has from now on; null for nothing that is saved.
   * @param byOperator who has made it, and may have known what the peer has; else it was found, or followed
   */
  setOwn(edition: Edition | null, byOperator: boolean): void {
    const { common: before, undo } = this;
    if (byOperator) this.insist();
    const own = edition === null ? null : { ...edition, digest: this.digest(edition.text) };
    if (own !== null && own.digest === this.following)
      this.keep({ revision: own.revision, marks: [markOf(own)] });
    // Taken back: nobody has decided anything.
    else if (byOperator && undo !== null && this.isUnwanted && own?.digest === undo.digest)
      this.keep(undo.common);
    else if (byOperator && this.own !== null && this.common !== null)
      this.keep(afterChange(this.common, markOf(this.own)));
    this.undo = this.own === null || before === null ? null : { digest: this.own.digest, common: before };
    this.isUnwanted = false;
    this.own = own === null ? null : { ...this.offered(own.revision, own.digest), text: own.text };
    this.copy = null;
    this.following = null;
    this.refused = null;
    this.tellAtMs = 0;
    if (this.own !== null && this.peer !== null) this.judge(this.own, this.peer);
  }

  /**
   * An operator wants what is in force here. Where both boxes have changed something, and that was told, it is settled so.
   * @returns whether the peer has it too, as far as is known
   */
  insist(): boolean {
    const { own, peer, common } = this;
    if (own === null || peer === null) return false;
    if (relationOf(own, peer) === 'conflict' && this.complained === bothOf(own, peer)) {
      this.keep(afterChange(common ?? { revision: own.revision, marks: [] }, markOf(peer)));
      this.own = { ...this.offered(own.revision, own.digest), text: own.text };
      this.tellAtMs = 0;
    }
    return own.digest === peer.digest;
  }

  /** The newest revision that the peer has said to have; 0 when it has not. */
  get peerRevision(): number {
    return this.peer?.revision ?? 0;
  }

  /** The text that was followed could not be put into force. @returns words for the peer */
  refuse({ revision, text }: Edition, why: string): readonly string[] {
    this.following = null;
    this.refused = { revision, digest: this.digest(text), why: shortened(why) };
    return wordsOf(this.refused);
  }

  /** Lets time pass, while the peer is there. @returns words for it, or null */
  tick(nowMs: number): readonly string[] | null {
    const { own, peer, copy } = this;
    if (own === null) return null;
    if (copy !== null && copy.asked < ASKED_MOST && nowMs >= copy.askedMs + copy.patienceMs) {
      copy.patienceMs = Math.min(ASK_AGAIN_LIMIT_MS, 2 * copy.patienceMs);
      return ask(copy, nowMs);
    }
    if (nowMs < this.tellAtMs) return null;
    this.tellAtMs = nowMs + (peer?.digest === own.digest ? TELL_EQUAL_MS : TELL_MS);
    return ['have', String(own.revision), own.digest, own.replaces?.join(',') ?? UNKNOWN];
  }

  /** Takes the peer's words. @returns words for it, or null */
  hear(words: readonly string[], nowMs: number): readonly string[] | null {
    const { own } = this;
    const [verb, revisionWord = '', name = '', ...more] = words;
    const revision = natural(revisionWord);
    if (revision === null || own === null) return null;
    switch (verb) {
      case 'have':
        return this.compare(own, offerIn(revision, name, more[0] ?? ''), nowMs);
      case 'no':
        if (name === own.digest) this.isRefused(own, more[0] ?? '');
        return null;
      case 'want':
        return this.part(own, revision, name, natural(more[0]));
      case 'part':
        return this.collect(name, natural(more[0]), natural(more[1]), more[2] ?? '', nowMs);
      default:
        return null;
    }
  }

  /** What came of it since the last call. */
  take(): readonly Outcome[] {
    const { outcomes } = this;
    this.outcomes = [];
    return outcomes;
  }

  private offered(revision: number, digest: string): Offer {
    return offerOf(revision, digest, this.common);
  }

  private keep(common: Common): void {
    if (JSON.stringify(common) === JSON.stringify(this.common)) return;
    this.common = common;
    this.outcomes.push({ type: 'common', common });
  }

  private compare(own: Own, offer: Offer | null, nowMs: number): readonly string[] | null {
    if (offer === null) return null;
    this.peer = offer;
    const relation = relationOf(own, offer);
    if (relation === 'theirs') return this.follow(offer, nowMs);
    this.copy = null;
    if (relation === 'same') {
      this.keep({ revision: own.revision, marks: [markOf(own)] });
      this.own = { ...this.offered(own.revision, own.digest), text: own.text };
      this.complained = '';
      this.outcomes.push({ type: 'agreed' });
    }
    this.judge(own, offer);
    return null;
  }

  private judge(own: Own, offer: Offer): void {
    if (relationOf(own, offer) !== 'conflict') return;
    const sentence =
      'Both boxes have changed their configuration, and neither follows the other; commit the right one again on its box';
    this.complain(bothOf(own, offer), 'both-changed', sentence);
  }

  private follow(offer: Offer, nowMs: number): readonly string[] | null {
    const { refused, copy } = this;
    if (this.following === offer.digest) return null;
    if (refused?.digest === offer.digest && refused.revision === offer.revision) return wordsOf(refused);
    if (copy?.offer.digest !== offer.digest) {
      this.copy = { offer, parts: [], total: 0, askedMs: nowMs, asked: 0, patienceMs: ASK_AGAIN_MS };
      return ask(this.copy, nowMs);
    }
    if (copy.asked < ASKED_MOST) return null;
    copy.asked = 0;
    return ask(copy, nowMs);
  }

  private isRefused({ revision, digest }: Own, why: string): void {
    this.isUnwanted = true;
    this.outcomes.push({ type: 'refused', why });
    this.complain(digest, 'not-followed', `The other box cannot have revision ${revision}: ${why}`);
  }

  private part(own: Own, revision: number, mark: string, index: number | null): readonly string[] | null {
    const total = Math.max(1, Math.ceil(own.text.length / PART_UNITS));
    if (mark !== markOf(own) || index === null || index >= total) return null;
    const text = own.text.slice(pairStart(own.text, index), pairStart(own.text, index + 1));
    const sealed = this.envelopes.seal(text, about(mark, index, total));
    return sealed === null ? null : ['part', String(revision), mark, String(index), String(total), sealed];
  }

  private collect(
    mark: string,
    index: number | null,
    total: number | null,
    sealed: string,
    nowMs: number,
  ): readonly string[] | null {
    const { copy } = this;
    if (copy === null || mark !== markOf(copy.offer) || index !== copy.parts.length) return null;
    if (total === null || total < 1 || total > PARTS_LIMIT || (index > 0 && total !== copy.total))
      return null;
    const text = this.envelopes.open(sealed, about(mark, index, total));
    if (text === null) return null;
    copy.parts.push(text);
    copy.total = total;
    copy.asked = 0;
    if (copy.parts.length < total) return ask(copy, nowMs);
    this.copy = null;
    this.complete(copy);
    return null;
  }

  private complete({ offer: { revision, digest }, parts }: Copy): void {
    const text = parts.join('');
    if (this.digest(text) !== digest) {
      this.refused = { revision, digest, why: 'it came over damaged' };
      return;
    }
    this.following = digest;
    this.outcomes.push({ type: 'follow', revision, text });
  }

  private complain(about: string, event: string, sentence: string): void {
    if (this.complained === about) return;
    this.complained = about;
    this.outcomes.push({ type: 'log', event, sentence });
  }
}

function ask(copy: Copy, nowMs: number): readonly string[] {
  copy.askedMs = nowMs;
  copy.asked += 1;
  return ['want', String(copy.offer.revision), markOf(copy.offer), String(copy.parts.length)];
}

function wordsOf({ revision, digest, why }: Refusal): readonly string[] {
  return ['no', String(revision), digest, why];
}

function bothOf(own: Offer, peer: Offer): string {
  return `${own.digest} ${peer.digest}`;
}

/** @returns null for words that are none */
function offerIn(revision: number, digest: string, marks: string): Offer | null {
  const replaces = marks === UNKNOWN ? null : marks.split(',');
  const isWhole =
    replaces === null || (replaces.length <= MARKS_LIMIT && replaces.every((m) => MARK.test(m)));
  return DIGEST.test(digest) && isWhole ? { revision, digest, replaces } : null;
}

/** So that it is no longer than a part. */
function shortened(why: string): string {
  const characters = [...why];
  let count = Math.min(WHY_LETTERS, characters.length);
  while (encodeURIComponent(characters.slice(0, count).join('')).length > WHY_LETTERS) count -= 1;
  return characters.slice(0, count).join('');
}

/** What a part is sealed for. */
function about(mark: string, index: number, total: number): string {
  return `${mark} ${index} ${total}`;
}

/** Where a part starts: a character of two units is not cut. */
function pairStart(text: string, index: number): number {
  const at = index * PART_UNITS;
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}

function natural(word: string | undefined): number | null {
  return word !== undefined && /^\d{1,9}$/.test(word) ? Number(word) : null;
}
