/**
 * How a commit on one box comes to the other: boxes whose configurations differ tell each other what they have, and the one
 * with the older revision asks for the newer text, part by part, and puts it into force as a commit of its own. Pure: words
 * and time in, words and a text out. Whoever calls it signs the words, and lets none in of a peer that has not proven itself.
 *
 * Keys never go over the network; where the boxes have different ones, the digest shows that, and an operator has to act.
 */

import type { AuthKey } from '../config/config';
import { TEXT_LIMIT } from '../config/text';
import { withoutSecrets, withSecrets } from './secrets';

/** What is in force on a box, and saved. */
export interface Edition {
  readonly revision: number;
  readonly text: string;
}

/** What a peer has, as it says itself. */
interface Offer {
  readonly revision: number;
  readonly digest: string;
}

interface Copy extends Offer {
  readonly parts: string[];
  askedMs: number;
  asked: number;
}

export type Outcome =
  /** This text is to be put into force under this number. */
  | { readonly type: 'follow'; readonly revision: number; readonly text: string }
  /** The peer has what this box has. */
  | { readonly type: 'agreed' }
  /** The peer could not put into force what this box has. */
  | { readonly type: 'refused'; readonly why: string }
  | { readonly type: 'log'; readonly event: string; readonly sentence: string };

/** Between two times that a box says what it has, while the two differ, and while they do not. */
export const TELL_MS = 2_000;
export const TELL_EQUAL_MS = 10_000;
/** Until a part is asked for again, and how often. */
export const ASK_AGAIN_MS = 500;
export const ASKED_MOST = 20;
/** Characters of a part: with its frame less than half of what a frame may have, whatever they are. */
const PART_CHARACTERS = 400;
/** Of a reason that is told to the peer. */
const WHY_CHARACTERS = 300;
const DIGEST = /^[0-9a-f]{64}$/;

export class Follower {
  private own: (Edition & { readonly digest: string }) | null = null;
  private copy: Copy | null = null;
  private tellAtMs = 0;
  private peers = 0;
  /** What was found not to be for this box; it is not asked for again. */
  private refused = '';
  private complained = '';
  private outcomes: Outcome[] = [];

  /** @param digest SHA-256 of a text with a key of its own, in 64 hexadecimal digits */
  constructor(
    private readonly digest: (text: string) => string,
    private keys: readonly AuthKey[],
  ) {}

  /** What this box has from now on; null for nothing that is saved. */
  setOwn(edition: Edition | null, keys: readonly AuthKey[]): void {
    this.own = edition === null ? null : { ...edition, digest: this.digest(edition.text) };
    this.keys = keys;
    this.copy = null;
    this.refused = '';
    this.tellAtMs = 0;
  }

  /** The newest revision that the peer has said to have; 0 when it has not. */
  get peerRevision(): number {
    return this.peers;
  }

  /** The text that was followed could not be put into force. @returns words for the peer */
  refuse({ revision, text }: Edition, why: string): readonly string[] {
    this.refused = this.digest(text);
    return ['no', String(revision), this.refused, why.slice(0, WHY_CHARACTERS)];
  }

  /**
   * Lets time pass, while the peer is there.
   * @param differ it has another configuration
   * @returns words for it, or null
   */
  tick(differ: boolean, nowMs: number): readonly string[] | null {
    const { own } = this;
    if (own === null) return null;
    if (!differ) this.copy = null;
    const { copy } = this;
    if (copy !== null && nowMs >= copy.askedMs + ASK_AGAIN_MS) {
      if (copy.asked < ASKED_MOST) return this.ask(copy, nowMs);
      this.copy = null;
    }
    if (nowMs < this.tellAtMs) return null;
    this.tellAtMs = nowMs + (differ ? TELL_MS : TELL_EQUAL_MS);
    return ['have', String(own.revision), own.digest];
  }

  /** Takes the peer's words. @returns words for it, or null */
  hear(words: readonly string[], nowMs: number): readonly string[] | null {
    const [verb, revisionWord = '', digest = '', indexWord = '', totalWord = '', text = ''] = words;
    const revision = natural(revisionWord);
    const index = natural(indexWord);
    if (revision === null || !DIGEST.test(digest) || this.own === null) return null;
    if (verb === 'have') {
      this.peers = revision;
      return this.compare({ revision, digest }, nowMs);
    }
    if (verb === 'no') {
      if (digest === this.own.digest) this.outcomes.push({ type: 'refused', why: indexWord });
      return null;
    }
    if (index === null) return null;
    if (verb === 'want') return this.part({ revision, digest }, index);
    const total = natural(totalWord);
    return verb === 'part' && total !== null
      ? this.collect({ revision, digest }, index, total, text, nowMs)
      : null;
  }

  /** What came of it since the last call. */
  take(): readonly Outcome[] {
    const { outcomes } = this;
    this.outcomes = [];
    return outcomes;
  }

  private compare(offer: Offer, nowMs: number): readonly string[] | null {
    const own = this.own!;
    if (offer.digest === own.digest) {
      this.outcomes.push({ type: 'agreed' });
      return null;
    }
    if (offer.digest === this.refused) return null;
    if (offer.revision === own.revision) {
      this.complain(
        offer.digest,
        'both-changed',
        `Both boxes have changed their configuration to revision ${own.revision}; commit the right one again on its box`,
      );
      return null;
    }
    if (offer.revision < own.revision || this.copy?.digest === offer.digest) return null;
    this.copy = { ...offer, parts: [], askedMs: nowMs, asked: 0 };
    return this.ask(this.copy, nowMs);
  }

  private ask(copy: Copy, nowMs: number): readonly string[] {
    copy.askedMs = nowMs;
    copy.asked += 1;
    return ['want', String(copy.revision), copy.digest, String(copy.parts.length)];
  }

  private part({ revision, digest }: Offer, index: number): readonly string[] | null {
    const own = this.own!;
    if (own.revision !== revision || own.digest !== digest) return null;
    const characters = [...withoutSecrets(own.text, this.keys)];
    const total = Math.max(1, Math.ceil(characters.length / PART_CHARACTERS));
    if (index >= total) return null;
    const text = characters.slice(index * PART_CHARACTERS, (index + 1) * PART_CHARACTERS).join('');
    return ['part', String(revision), digest, String(index), String(total), text];
  }

  private collect(
    offer: Offer,
    index: number,
    total: number,
    text: string,
    nowMs: number,
  ): readonly string[] | null {
    const { copy } = this;
    if (copy === null || copy.digest !== offer.digest || index !== copy.parts.length) return null;
    if (total * PART_CHARACTERS > TEXT_LIMIT + PART_CHARACTERS) return null;
    copy.parts.push(text);
    copy.asked = 0;
    if (copy.parts.length < total) return this.ask(copy, nowMs);
    this.copy = null;
    this.complete(copy);
    return null;
  }

  private complete({ revision, digest, parts }: Copy): void {
    const text = withSecrets(parts.join(''), this.keys);
    if (this.digest(text) === digest) {
      this.outcomes.push({ type: 'follow', revision, text });
      return;
    }
    this.refused = digest;
    this.complain(
      digest,
      'keys-differ',
      `Revision ${revision} of the other box has other heartbeat keys, which do not go over the network: set them here too, or pair again`,
    );
  }

  private complain(about: string, event: string, sentence: string): void {
    if (this.complained === about) return;
    this.complained = about;
    this.outcomes.push({ type: 'log', event, sentence });
  }
}

function natural(word: string): number | null {
  return /^\d{1,9}$/.test(word) ? Number(word) : null;
}
