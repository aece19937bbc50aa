import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ASK_AGAIN_LIMIT_MS,
  type Envelopes,
  Follower,
  type Outcome,
  PART_UNITS,
  TELL_EQUAL_MS,
  TELL_MS,
} from '../../../src/following/follower';
import type { Edition } from '../../../src/following/relation';
import { Random } from '../../sim/random';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
/** Says for whom it is, and hides nothing. */
const OPEN: Envelopes = {
  seal: (text, about) => `${about}:${text}`,
  open: (sealed, about) => (sealed.startsWith(`${about}:`) ? sealed.slice(about.length + 1) : null),
};

function box(edition: Edition): Follower {
  const follower = new Follower(digest, OPEN, null);
  follower.setOwn(edition, false);
  return follower;
}

const NEW = { revision: 2, text: 'x'.repeat(3 * PART_UNITS - 1) };
const HAVE = ['have', '2', digest(NEW.text), '-'];

/** Words there and back until nobody answers. */
function talk(from: Follower, to: Follower, words: readonly string[] | null, nowMs = 0): Outcome[] {
  for (let turn = words, hearer = to, other = from; turn !== null; [hearer, other] = [other, hearer])
    turn = hearer.hear(turn, nowMs);
  return [...to.take()];
}

describe('time', () => {
  it('lets a box tell what it has: often while the two differ or may differ, else seldom', () => {
    const told = (prepare: (follower: Follower) => void): number => {
      const follower = box({ revision: 1, text: 'old' });
      prepare(follower);
      let count = 0;
      for (let nowMs = 0; nowMs < 60_000; nowMs += 100) if (follower.tick(nowMs)?.[0] === 'have') count++;
      return count;
    };
    expect(told(() => {})).toBe(60_000 / TELL_MS);
    expect(told((follower) => follower.hear(['have', '1', digest('other'), '-'], 0))).toBe(60_000 / TELL_MS);
    expect(told((follower) => follower.hear(['have', '7', digest('old'), '-'], 0))).toBe(
      60_000 / TELL_EQUAL_MS,
    );
  });

  it('lets it ask again, ever more slowly, and not for ever', () => {
    const follower = box({ revision: 1, text: 'old' });
    follower.hear(HAVE, 0);
    const asked: number[] = [];
    for (let nowMs = 0; nowMs < 120_000; nowMs += 100)
      if (follower.tick(nowMs)?.[0] === 'want') asked.push(nowMs);
    expect(asked.slice(0, 4)).toEqual([500, 1500, 3500, 5500]);
    expect(asked.length).toBe(19);
    expect(asked.at(-1)! - asked.at(-2)!).toBe(ASK_AGAIN_LIMIT_MS);
    // The next offer goes on from there.
    expect(follower.hear(HAVE, 120_000)?.[0]).toBe('want');
  });
});

it('a text goes over in parts, each of which is asked for', () => {
  const [one, two] = [box(NEW), box({ revision: 1, text: 'old' })];
  expect(talk(one, two, HAVE)).toEqual([{ type: 'follow', ...NEW }]);
});

it('a part that comes again, too early, of another text, or of none changes nothing', () => {
  const [one, two] = [box(NEW), box({ revision: 1, text: 'old' })];
  const want = two.hear(HAVE, 0)!;
  const [, , mark] = want;
  const first = one.hear(want, 0)!;
  const second = one.hear(['want', '2', mark!, '1'], 0)!;
  expect(two.hear(second, 0)).toBeNull();
  expect(two.hear(first, 0)).toEqual(['want', '2', mark, '1']);
  expect(two.hear(first, 0)).toBeNull();
  expect(two.hear(['part', '2', digest('other').slice(0, 16), '1', '3', 'x'], 0)).toBeNull();
  expect(two.hear(['part', '2', mark!, '1', '2', second[5]!], 0)).toBeNull();
  expect(two.hear(['part', '2', mark!, '1', '3', first[5]!], 0)).toBeNull();
  expect(talk(one, two, second)).toEqual([{ type: 'follow', ...NEW }]);
});

it('a text that is under way is not asked for again, until it is in force or refused', () => {
  const [one, two] = [box(NEW), box({ revision: 1, text: 'old' })];
  talk(one, two, HAVE);
  expect(two.hear(HAVE, 0)).toBeNull();
  const no = two.refuse(NEW, 'it has no eth7');
  expect(two.hear(HAVE, 0)).toEqual(no);
  expect(two.hear(HAVE, 0)).toEqual(['no', '2', digest(NEW.text), 'it has no eth7']);
  expect(two.hear(['have', '3', digest(NEW.text), '-'], 0)?.[0]).toBe('want');
  expect(talk(two, one, no)).toEqual([
    { type: 'refused', why: 'it has no eth7' },
    expect.objectContaining({
      event: 'not-followed',
      sentence: expect.stringContaining('revision 2: it has no eth7'),
    }),
  ]);
  // Told once.
  expect(talk(two, one, no)).toEqual([{ type: 'refused', why: 'it has no eth7' }]);
});

it('a refusal fits a letter, whatever its characters are', () => {
  for (const why of ['x'.repeat(999), '設'.repeat(999), `${'x'.repeat(239)}😀`]) {
    const [, , , said = ''] = box({ revision: 1, text: 'old' }).refuse(NEW, why);
    expect(encodeURIComponent(said).length).toBeLessThanOrEqual(240);
    expect(encodeURIComponent(said).length).toBeGreaterThan(200);
    expect(why.startsWith(said)).toBe(true);
  }
});

it('nothing is said by a box that has nothing, or cannot seal', () => {
  const none = new Follower(digest, OPEN, null);
  none.setOwn(null, false);
  expect([none.tick(0), none.hear(HAVE, 0), none.take()]).toEqual([null, null, []]);
  const open = new Follower(digest, { seal: () => null, open: () => null }, null);
  open.setOwn(NEW, false);
  expect(open.hear(['want', '2', digest(NEW.text).slice(0, 16), '0'], 0)).toBeNull();
});

it('takes no words that are none', () => {
  const random = new Random(5);
  const mark = digest('x').slice(0, 16);
  const words = [
    'have',
    'want',
    'part',
    'no',
    '1',
    '99',
    '-1',
    'x',
    digest('x'),
    mark,
    `${mark},${mark}`,
    '-',
    '3',
    '',
  ];
  const follower = box({ revision: 3, text: NEW.text });
  for (let round = 0; round < 200_000; round++) {
    const said = Array.from({ length: random.below(8) }, () => random.pick(words));
    const answer = follower.hear(said, round) ?? follower.tick(round);
    if (answer !== null) expect(['have', 'want', 'part', 'no']).toContain(answer[0]);
  }
  expect(follower.take().filter(({ type }) => type === 'follow')).toEqual([]);
});
