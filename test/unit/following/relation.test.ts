import { describe, expect, it } from 'vitest';
import {
  afterChange,
  MARKS_LIMIT,
  markOf,
  type Offer,
  offerOf,
  type Relation,
  relationOf,
} from '../../../src/following/relation';
import { Random } from '../../sim/random';

const digestOf = (letter: string): string => letter.repeat(64);
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(digestOf) as [string, string, string, string];
const marks = (...digests: string[]): string[] => digests.map((digest) => markOf({ digest }));
const offer = (revision: number, digest: string, ...replaced: string[]): Offer => ({
  revision,
  digest,
  replaces: replaced.length === 0 ? null : marks(...replaced),
});

const MIRROR: Readonly<Record<Relation, Relation>> = {
  same: 'same',
  ours: 'theirs',
  theirs: 'ours',
  conflict: 'conflict',
};

describe('of two configurations', () => {
  it.each<[string, Offer, Offer, Relation]>([
    ['the same text is the same under any numbers', offer(3, A, B), offer(9, A), 'same'],
    ['the one that replaces the other counts', offer(3, A, A), offer(4, B, A), 'theirs'],
    ['and does so under a lower number too', offer(9, A, A), offer(4, B, A), 'theirs'],
    ['and where others were between them', offer(3, A, A), offer(9, D, C, B, A), 'theirs'],
    ['none counts that was made without knowing of the other', offer(3, B, A), offer(9, C, A), 'conflict'],
    ['until one is made that knows', offer(3, B, A), offer(9, D, B, A), 'theirs'],
    ['none counts where each replaces the other', offer(3, A, B), offer(9, B, A), 'conflict'],
    ['the higher number counts where nothing is known', offer(3, A), offer(4, B), 'theirs'],
    ['or on one side only', offer(3, A, C), offer(4, B), 'theirs'],
    ['and nothing does at the same number', offer(4, A), offer(4, B), 'conflict'],
  ])('%s', (_, own, peer, relation) => {
    expect(relationOf(own, peer)).toBe(relation);
    expect(relationOf(peer, own)).toBe(MIRROR[relation]);
  });

  it('both boxes find the same, whatever they have', () => {
    const random = new Random(3);
    const some = (): Offer => {
      const replaces = Array.from({ length: random.below(4) }, () => random.pick([A, B, C, D]));
      return offer(random.below(3), random.pick([A, B, C, D]), ...replaces);
    };
    for (let round = 0; round < 5000; round++) {
      const [one, two] = [some(), some()];
      expect(relationOf(two, one)).toBe(MIRROR[relationOf(one, two)]);
    }
  });
});

it('a box whose disk went back behind what both had offers nothing', () => {
  const common = { revision: 7, marks: marks(B) };
  expect(offerOf(6, A, common)).toEqual({ revision: 0, digest: A, replaces: null });
  expect(offerOf(7, A, common)).toEqual({ revision: 7, digest: A, replaces: marks(B) });
  expect(offerOf(7, A, null)).toEqual({ revision: 7, digest: A, replaces: null });
});

it('changes are kept newest first, what both had last and for good', () => {
  let common = { revision: 1, marks: marks(A) as readonly string[] };
  common = afterChange(common, markOf({ digest: A }));
  expect(common.marks).toEqual(marks(A));
  common = afterChange(afterChange(common, markOf({ digest: B })), markOf({ digest: C }));
  expect(common).toEqual({ revision: 1, marks: marks(C, B, A) });
  expect(afterChange(common, markOf({ digest: B })).marks).toEqual(marks(B, C, A));
  for (const letter of '0123456789ef') common = afterChange(common, markOf({ digest: digestOf(letter) }));
  expect(common.marks).toHaveLength(MARKS_LIMIT);
  expect(common.marks.at(-1)).toBe(markOf({ digest: A }));
  expect(common.marks[0]).toBe(markOf({ digest: digestOf('f') }));
});
