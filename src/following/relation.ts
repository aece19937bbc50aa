/**
 * Which of two different configurations is the one that both boxes shall have. Pure.
 *
 * Each box remembers what its own one replaces: what both last had in common, and what it has had itself since. A box that
 * has what the other one's replaces follows it, whatever the numbers are. Where both have changed something, neither change
 * is thrown away: an operator has to say which one counts.
 */

/** What is in force on a box, and saved. */
export interface Edition {
  /** Counts up on each box; the boxes may have different numbers for the same text. */
  readonly revision: number;
  readonly text: string;
}

/** What a box keeps over a loss of power. */
export interface Common {
  /** This box's, when both last had the same. */
  readonly revision: number;
  /** What that was, last, and before it what this box has had since, newest first. */
  readonly marks: readonly string[];
}

/** What a box has, as it says itself. */
export interface Offer {
  readonly revision: number;
  readonly digest: string;
  /** Marks of what this takes the place of; null: not known. */
  readonly replaces: readonly string[] | null;
}

/** `ours`: the peer is to follow this box; `theirs`: this box is to follow; `conflict`: an operator has to say. */
export type Relation = 'same' | 'ours' | 'theirs' | 'conflict';

/** Marks that are kept, and told: those in the middle are the least likely that a peer still has. */
export const MARKS_LIMIT = 8;
/** Digits of a digest that tell one text from another. */
const MARK_DIGITS = 16;

export function markOf({ digest }: Pick<Offer, 'digest'>): string {
  return digest.slice(0, MARK_DIGITS);
}

/**
 * What a box says of itself. One that has lost its newest revisions to a damaged disk has nothing to offer: what it has is
 * older than what both had.
 */
export function offerOf(revision: number, digest: string, common: Common | null): Offer {
  if (common !== null && revision < common.revision) return { revision: 0, digest, replaces: null };
  return { revision, digest, replaces: common?.marks ?? null };
}

/** After a change of this box's own, of what had that mark. */
export function afterChange({ revision, marks }: Common, mark: string): Common {
  const others = marks.filter((one) => one !== mark);
  const last = marks.at(-1) ?? mark;
  const newest = [mark, ...others].filter((one) => one !== last).slice(0, MARKS_LIMIT - 1);
  return { revision, marks: [...newest, last] };
}

/** Both boxes come to the same answer, seen from either side. */
export function relationOf(own: Offer, peer: Offer): Relation {
  if (own.digest === peer.digest) return 'same';
  const isBehind = peer.replaces?.includes(markOf(own)) ?? false;
  const isAhead = own.replaces?.includes(markOf(peer)) ?? false;
  if (isBehind !== isAhead) return isBehind ? 'theirs' : 'ours';
  const isKnown = own.replaces !== null && peer.replaces !== null;
  if (isKnown || own.revision === peer.revision) return 'conflict';
  return own.revision < peer.revision ? 'theirs' : 'ours';
}
