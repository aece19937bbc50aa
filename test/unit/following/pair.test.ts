/** A commit on either of two boxes, over everything that a network, power cuts and operators can do to it. */

import { describe, expect, it } from 'vitest';
import { FOLLOW_LIMIT_MS } from '../../../src/supervisor/joint-commit';
import { type Box, World } from './pair';

const QUIET_MS = 60_000;
const LONG = 'set service tcp 192.0.2.10:80 server 10.0.0.21:80 # ü\n'.repeat(60);

/** Good weather, and long enough for everything that is under way. */
function settle(world: World): void {
  Object.assign(world.weather, { loss: 0, repeats: 0, delayMs: 2, cut: false });
  for (const box of world.boxes) {
    box.onStep = () => {};
    box.boot();
  }
  world.run(QUIET_MS);
}

function outcomeOf(world: World, box: Box, text: string): string {
  let said = 'nobody answered';
  box.commit(text, (outcome) => {
    said = outcome.ok ? outcome.text : outcome.error;
  });
  world.run(FOLLOW_LIMIT_MS + 5000);
  return said;
}

describe('a commit', () => {
  it.each([0, 1])('on box %d is on both when the operator is answered, and goes over sealed', (number) => {
    const world = new World(1);
    world.run(5000);
    expect(outcomeOf(world, world.boxes[number]!, LONG)).toBe('in force, on peer too');
    expect(world.texts).toEqual([LONG, LONG]);
  });

  it('of the longest configuration there is comes over, whatever its characters are', () => {
    const world = new World(1);
    world.run(5000);
    const text = `${'設😀x'.repeat(5)}\n`.repeat(262_144 / 21 - 1);
    world.boxes[0].commit(text);
    world.run(120_000);
    expect(world.texts.every((one) => one === text)).toBe(true);
  });

  it('that the other box cannot have is taken back, also when its words are lost', () => {
    for (const loss of [0, 0.5]) {
      const world = new World(1);
      world.run(5000);
      world.weather.loss = loss;
      world.boxes[1].cannot = (text) => text.includes('eth9');
      expect(outcomeOf(world, world.boxes[0], 'set eth9')).toBe('peer cannot have it: it has no eth9');
      settle(world);
      expect(world.texts).toEqual(['set one', 'set one']);
    }
  });

  it('that the other box could not have is tried again when it is committed again', () => {
    const world = new World(1);
    world.run(5000);
    world.boxes[1].cannot = () => true;
    expect(outcomeOf(world, world.boxes[0], 'set two')).toContain('cannot have it');
    world.boxes[1].cannot = () => false;
    expect(outcomeOf(world, world.boxes[0], 'set two')).toBe('in force, on peer too');
  });

  it('of nothing new is answered at once', () => {
    const world = new World(1);
    world.run(5000);
    let said = '';
    world.boxes[0].commit('set one', (outcome) => {
      said = outcome.ok ? outcome.text : outcome.error;
    });
    expect(said).toBe('nothing to commit');
  });

  it('is followed by a box that was away, over the restarts of both', () => {
    const world = new World(1);
    world.run(5000);
    world.boxes[1].crash();
    for (let count = 0; count < 12; count++) {
      world.boxes[0].commit(`set ${count}`);
      world.run(1000);
    }
    world.boxes[0].crash();
    settle(world);
    expect(world.texts).toEqual(['set 11', 'set 11']);
  });

  it('goes on where it was, when the other box was cut off in the middle of a long one', () => {
    const world = new World(1);
    world.run(5000);
    world.boxes[0].commit(LONG.repeat(10));
    world.run(200);
    const before = world.letters;
    world.weather.cut = true;
    world.run(60_000);
    world.weather.cut = false;
    world.run(20_000);
    expect(world.texts[1]).toBe(world.texts[0]);
    // There and back, for each part, and little more.
    expect(world.letters - before).toBeLessThan((2 * LONG.length * 10) / 120 + 20);
  });
});

describe('neither change is lost', () => {
  /** Both boxes are changed while they cannot hear each other. */
  function fork(changes: readonly [number, number]): World {
    const world = new World(1);
    world.run(5000);
    world.weather.cut = true;
    for (const [number, box] of world.boxes.entries())
      for (let count = 1; count <= changes[number]!; count++) {
        box.commit(`set ${number}.${count}`);
        world.run(20_000);
      }
    settle(world);
    return world;
  }

  it.each([
    [1, 1],
    [3, 1],
    [1, 9],
  ])(
    'when both boxes were changed, %d and %d times: an operator has to say, by committing either again',
    (...changes) => {
      for (const number of [0, 1] as const) {
        const world = fork(changes);
        const mine = `set ${number}.${changes[number]}`;
        expect(world.texts).toEqual([`set 0.${changes[0]}`, `set 1.${changes[1]}`]);
        for (const { log } of world.boxes) expect(log).toEqual(['both-changed']);
        expect(outcomeOf(world, world.boxes[number], mine)).toBe('nothing to commit, on peer too');
        expect(world.texts).toEqual([mine, mine]);
      }
    },
  );

  it('when a box with high numbers comes back to one that was restarted and changed', () => {
    const world = new World(1);
    world.run(5000);
    // The same text again, under a higher number.
    for (const text of ['set two', 'set one']) {
      world.boxes[0].commit(text);
      world.run(20_000);
    }
    world.boxes[0].disk.edition = { ...world.boxes[0].disk.edition, revision: 90 };
    world.boxes[0].crash();
    world.boxes[1].crash();
    world.boxes[1].boot();
    world.boxes[1].commit('set new');
    world.run(20_000);
    settle(world);
    expect(world.texts).toEqual(['set new', 'set new']);
  });

  it('when a box has gone back to an older one because its disk is damaged', () => {
    const world = new World(1);
    world.run(5000);
    const [box] = world.boxes;
    const before = { ...box.disk.edition, revision: 50 };
    box.disk.edition = { ...before, revision: 51 };
    box.crash();
    box.boot();
    box.commit('set two');
    world.run(20_000);
    box.crash();
    box.disk.edition = before;
    settle(world);
    expect(world.texts).toEqual(['set two', 'set two']);
  });
});

describe('with a power cut', () => {
  /** @returns at how many instants there was something to cut off */
  function cutAll(who: 0 | 1, change: (world: World) => void, check: (world: World) => void): number {
    let step = 0;
    for (let wasCut = true; wasCut; step++) {
      const world = new World(1);
      world.run(5000);
      let left = step;
      wasCut = false;
      for (const box of world.boxes)
        box.onStep = () => {
          if (left-- !== 0) return;
          wasCut = true;
          world.boxes[who].crash();
          world.clock.after(3000, () => world.boxes[who].boot());
        };
      change(world);
      world.run(4000);
      settle(world);
      check(world);
    }
    return step;
  }

  it.each([0, 1] as const)('of box %d at every step: both boxes have the old one or the new one', (who) => {
    const texts = new Set<string>();
    const steps = cutAll(
      who,
      (world) => world.boxes[0].commit('set two'),
      (world) => {
        expect(world.texts[0]).toBe(world.texts[1]);
        expect(['set one', 'set two']).toContain(world.texts[0]);
        texts.add(world.texts[0]!);
      },
    );
    expect(steps).toBeGreaterThan(8);
    expect([...texts].sort()).toEqual(who === 0 ? ['set one', 'set two'] : ['set two']);
  });

  it.each([0, 1] as const)(
    'of box %d at every step of one that is refused: both have the old one, or the difference is told',
    (who) => {
      cutAll(
        who,
        (world) => {
          world.boxes[1].cannot = () => true;
          world.boxes[0].commit('set two');
        },
        (world) => {
          expect(world.texts[1]).toBe('set one');
          if (world.texts[0] !== 'set one') expect(world.boxes[0].log).toContain('not-followed');
        },
      );
    },
  );
});

it('where only one box is changed, nobody is asked, whatever else happens', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const world = new World(seed);
    const { random } = world;
    world.run(5000);
    for (let round = 0; round < 8; round++) {
      Object.assign(world.weather, { loss: random.pick([0, 0.3]), delayMs: random.pick([1, 300]) });
      const other = world.boxes[1];
      if (random.chance(0.3) && other.run !== null) other.crash();
      else other.boot();
      world.boxes[0].commit(`set ${round} `.repeat(1 + random.below(300)));
      world.run(random.spread(50, 20_000));
    }
    const newest = world.texts[0];
    settle(world);
    expect([seed, ...world.texts]).toEqual([seed, newest, newest]);
    expect(world.boxes.flatMap(({ log }) => log)).toEqual([]);
  }
});

it('whatever happens, both end with the same, or an operator is told; and no commit is lost in silence', () => {
  const ends = { same: 0, conflict: 0, refused: 0 };
  for (let seed = 1; seed <= 300; seed++) {
    const world = new World(seed);
    const { random } = world;
    world.run(5000);
    world.boxes[1].cannot = (text) => text.endsWith('eth9');
    for (let round = 0; round < 12; round++) {
      Object.assign(world.weather, {
        loss: random.pick([0, 0.1, 0.4]),
        repeats: random.pick([0, 0.3]),
        delayMs: random.pick([1, 50, 700]),
        cut: random.chance(0.25),
      });
      const box = random.pick(world.boxes);
      const text = `set ${seed}.${round} ${random.chance(0.1) ? 'eth9' : ''}`;
      switch (random.below(4)) {
        case 0:
          if (box.run === null) box.boot();
          else box.crash();
          break;
        default:
          box.commit(text.repeat(random.chance(0.2) ? 1 + random.below(20) : 1));
      }
      world.run(random.spread(1, 20_000));
    }
    settle(world);
    const [one, two] = world.texts as [string, string];
    const logs = world.boxes.map(({ log }) => log);
    if (one === two) {
      ends.same += 1;
      const known = new Set([one, ...(world.over.get(one) ?? []), ...world.takenBack]);
      const committed = [...world.over.keys()].filter((text) => world.boxes.some(({ had }) => had.has(text)));
      const lost = committed.filter((text) => !known.has(text));
      expect([seed, lost]).toEqual([seed, []]);
    } else if (world.boxes[1].cannot(one)) {
      ends.refused += 1;
      expect([seed, logs[0]!.includes('not-followed') || logs[0]!.includes('both-changed')]).toEqual([
        seed,
        true,
      ]);
    } else {
      ends.conflict += 1;
      for (const log of logs) expect([seed, log.includes('both-changed')]).toEqual([seed, true]);
      // An operator says which one counts, and then it does.
      const box = random.pick(world.boxes);
      box.commit(box.disk.edition.text);
      settle(world);
      expect([seed, world.texts[0] === world.texts[1]]).toEqual([seed, true]);
    }
  }
  expect(ends.same).toBeGreaterThan(50);
  expect(ends.conflict).toBeGreaterThan(20);
  expect(ends.refused).toBeGreaterThan(0);
});
