import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuthKey } from '../../../src/config/config';
import { type Edition, Follower, type Outcome } from '../../../src/following/follower';
import { withoutSecrets, withSecrets } from '../../../src/following/secrets';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const KEYS: readonly AuthKey[] = [{ id: 1, method: 'sha256', secret: 'a long "secret"' }];
const STEP_MS = 100;

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Box {
  readonly follower: Follower;
  readonly outcomes: Outcome[] = [];
  readonly sent: string[] = [];

  constructor(
    public edition: Edition,
    private readonly keys: readonly AuthKey[] = KEYS,
  ) {
    this.follower = new Follower(digest, keys);
    this.follower.setOwn(edition, keys);
  }

  commit(edition: Edition): void {
    this.edition = edition;
    this.follower.setOwn(edition, this.keys);
  }

  obey(): void {
    for (const outcome of this.follower.take()) {
      if (outcome.type !== 'agreed') this.outcomes.push(outcome);
      if (outcome.type === 'follow') this.commit(outcome);
    }
  }
}

/** Lets two boxes talk over a network that loses and repeats words. */
function talk(boxes: readonly [Box, Box], durationMs: number, loss = 0, seed = 1): void {
  const random = generator(seed);
  const post: { to: number; words: readonly string[] }[] = [];
  const send = (from: number, words: readonly string[] | null): void => {
    if (words === null) return;
    boxes[from]!.sent.push(words.join(' '));
    for (let copies = random() < loss ? 0 : random() < loss ? 2 : 1; copies > 0; copies--)
      post.push({ to: 1 - from, words });
  };
  for (let nowMs = 0; nowMs < durationMs; nowMs += STEP_MS) {
    const differ = boxes[0].edition.text !== boxes[1].edition.text;
    for (const [index, box] of boxes.entries()) send(index, box.follower.tick(differ, nowMs));
    for (let letters = post.length; letters > 0; letters--) {
      const { to, words } = post.shift()!;
      send(to, boxes[to]!.follower.hear(words, nowMs));
      boxes[to]!.obey();
    }
  }
}

const TEXT = `set heartbeat key 1 sha256 "a long \\"secret\\""\nset group vip 192.0.2.10/24 # äöü %\n`;

describe('the older revision', () => {
  it.each([0, 0.1, 0.4])('becomes the newer one, at a loss of %d', (loss) => {
    for (let seed = 1; seed <= 30; seed++) {
      const newer = { revision: 7, text: TEXT + 'set group vip 192.0.2.11/24\n'.repeat(seed * 5) };
      const boxes = [new Box({ revision: 6, text: TEXT }), new Box(newer)] as const;
      talk(boxes, 120_000, loss, seed);
      expect(boxes[0].edition).toMatchObject(newer);
      expect(boxes[1].outcomes).toEqual([]);
    }
  });

  it('comes without the keys', () => {
    const boxes = [new Box({ revision: 1, text: 'old' }), new Box({ revision: 2, text: TEXT })] as const;
    talk(boxes, 10_000);
    expect(boxes[0].edition.text).toBe(TEXT);
    for (const box of boxes) expect(box.sent.join(' ')).not.toContain('secret\\"');
    expect(boxes[1].sent.some((words) => words.includes('***1***'))).toBe(true);
  });

  it('is left alone where the keys differ, and the operator is told once', () => {
    const other: readonly AuthKey[] = [{ id: 1, method: 'sha256', secret: 'another one' }];
    const boxes = [
      new Box({ revision: 1, text: 'old' }, other),
      new Box({ revision: 2, text: TEXT }),
    ] as const;
    talk(boxes, 60_000);
    expect(boxes[0].edition.text).toBe('old');
    expect(boxes[0].outcomes).toMatchObject([{ type: 'log', event: 'keys-differ' }]);
  });
});

it('a box that cannot do it says why, and is not asked again', () => {
  const boxes = [new Box({ revision: 1, text: 'old' }), new Box({ revision: 2, text: 'new' })] as const;
  boxes[0].commit = () => {};
  talk(boxes, 5_000);
  expect(boxes[0].outcomes[0]).toEqual({ type: 'follow', revision: 2, text: 'new' });
  const words = boxes[0].follower.refuse({ revision: 2, text: 'new' }, 'it has no eth7');
  boxes[1].follower.hear(words, 5_000);
  boxes[1].obey();
  expect(boxes[1].outcomes).toEqual([{ type: 'refused', why: 'it has no eth7' }]);
  const sent = boxes[0].sent.length;
  talk(boxes, 60_000);
  expect(boxes[0].sent.slice(sent).some((told) => told.startsWith('want'))).toBe(false);
});

it('two changes of the same revision are for the operator', () => {
  const boxes = [new Box({ revision: 3, text: 'mine' }), new Box({ revision: 3, text: 'yours' })] as const;
  talk(boxes, 60_000);
  expect(boxes.map(({ edition }) => edition.text)).toEqual(['mine', 'yours']);
  for (const { outcomes } of boxes) expect(outcomes).toMatchObject([{ event: 'both-changed' }]);
  boxes[1].commit({ revision: 4, text: 'ours' });
  talk(boxes, 60_000);
  expect(boxes.map(({ edition }) => edition.text)).toEqual(['ours', 'ours']);
});

it('boxes that agree only say so now and then, and know each other by number', () => {
  const boxes = [new Box({ revision: 3, text: TEXT }), new Box({ revision: 9, text: TEXT })] as const;
  talk(boxes, 60_000);
  for (const { sent } of boxes) {
    expect(sent).toHaveLength(6);
    expect(sent.every((words) => words.startsWith('have '))).toBe(true);
  }
  expect(boxes.map(({ follower }) => follower.peerRevision)).toEqual([9, 3]);
});

it('takes no words that are none', () => {
  const { follower } = new Box({ revision: 3, text: TEXT });
  const random = generator(5);
  const words = ['have', 'want', 'part', '1', '99', '-1', 'x', digest('x'), digest(TEXT), '3', ''];
  for (let round = 0; round < 20_000; round++)
    follower.hear(
      Array.from({ length: Math.floor(random() * 7) }, () => words[Math.floor(random() * words.length)]!),
      round,
    );
  expect(follower.take().filter(({ type }) => type === 'follow')).toEqual([]);
});

it('secrets are put back as they were', () => {
  const keys: readonly AuthKey[] = [
    { id: 2, method: 'sha1', secret: 'one' },
    { id: 3, method: 'sha256', secret: 'one and more' },
  ];
  const text = 'set heartbeat key 2 sha1 one\nset heartbeat key 3 sha256 "one and more" # one\n';
  const masked = withoutSecrets(text, keys);
  expect(masked).toBe('set heartbeat key 2 sha1 ***2***\nset heartbeat key 3 sha256 "***3***" # ***2***\n');
  expect(withSecrets(masked, keys)).toBe(text);
});
