/** Which configuration a box finds: after commits, after damage, and after the power was cut at every instant of them. */

import { describe, expect, it } from 'vitest';
import { ARCHIVE_LIMIT } from '../../../src/config/archive';
import { type Draft, Store } from '../../../src/config/store';
import { generator } from '../random';
import { CutDisk, PowerCut, type Random, SECTOR_BYTES, sha256 } from './cut-disk';

const FILE = '/config/understudy.conf';
const ARCHIVE = '/config/archive';
const DATE_MS = Date.UTC(2026, 0, 1);
/** Ways in which one and the same cut can end. */
const OUTCOMES = 40;

const draft = (text: string): Draft => ({ text, who: 'admin', comment: '', dateMs: DATE_MS });
/** A few sectors long, and different in each of them. */
const textOf = (name: string): string => `set ${name}\n`.repeat(100);
const storeOn = (disk: CutDisk): Store => new Store(disk, sha256, FILE);
const archiveFile = (revision: number): string =>
  `${ARCHIVE}/${String(revision % ARCHIVE_LIMIT).padStart(2, '0')}`;

/** A disk on which configurations 1 to `count` were committed, called `text 1` and so on. */
function committed(count: number): CutDisk {
  const disk = new CutDisk();
  for (let n = 1; n <= count; n++)
    expect(storeOn(disk).save(draft(textOf(`text ${n}`)))).toMatchObject({
      ok: true,
      value: { revision: n },
    });
  return disk;
}

function byHand(text: string): CutDisk {
  const disk = new CutDisk();
  disk.write(FILE, text);
  disk.syncFolder('/config');
  return disk;
}

/** Runs it until the power goes, or to the end. */
function cutOff(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
}

describe('a box finds', () => {
  it('nothing on an empty disk', () => {
    expect(storeOn(new CutDisk()).find()).toEqual({ edition: null, sentence: null });
    expect(storeOn(new CutDisk()).entries()).toEqual([]);
    expect(storeOn(new CutDisk()).archived(0)).toEqual({
      ok: false,
      error: 'there is no 0 in the archive; it is empty',
    });
  });

  it('what a person wrote, as a revision without a date', () => {
    const text = 'set group preferred lb-a\n';
    expect(storeOn(byHand(text)).find()).toEqual({
      edition: { revision: 1, dateMs: null, who: 'hand', comment: '', text },
      sentence: null,
    });
  });

  it('what was committed last, and what a person wrote before it is the entry behind it', () => {
    const disk = byHand('old\n');
    const saved = storeOn(disk).save({ text: 'new\n', who: 'a\nb', comment: 'why', dateMs: DATE_MS });
    expect(saved).toEqual({ ok: true, value: { revision: 2, dateMs: DATE_MS, who: 'a b', comment: 'why' } });
    expect(
      storeOn(disk)
        .entries()
        .map(({ text }) => text),
    ).toEqual(['new\n', 'old\n']);
    expect(storeOn(disk).archived(1)).toMatchObject({ ok: true, value: { revision: 1, text: 'old\n' } });
    expect(storeOn(disk).archived(2)).toMatchObject({
      ok: false,
      error: 'there is no 2 in the archive; it has 0, which runs, to 1',
    });
  });

  it('what a person wrote over a committed one, with the archive behind it', () => {
    const disk = committed(3);
    disk.write(FILE, 'by hand\n');
    expect(storeOn(disk).find()).toMatchObject({ edition: { revision: 4, who: 'hand' }, sentence: null });
    expect(storeOn(disk).save(draft('next\n'))).toMatchObject({ ok: true, value: { revision: 5 } });
    const found = storeOn(disk)
      .entries()
      .map(({ revision, text }) => `${revision} ${text.slice(0, 10).trim()}`);
    expect(found).toEqual(
      ['5 next', '4 by hand', '3 set text 3', '2 set text 2', '1 set text 1'].map((s) =>
        s.slice(0, 12).trim(),
      ),
    );
  });
});

describe('the archive', () => {
  it('holds the last twenty, that in force included', () => {
    const disk = committed(47);
    const entries = storeOn(disk).entries();
    expect(entries.map(({ revision }) => revision)).toEqual(
      Array.from({ length: ARCHIVE_LIMIT }, (_, n) => 47 - n),
    );
    for (const { revision, text } of entries) expect(text).toBe(textOf(`text ${revision}`));
    expect(disk.files).toHaveLength(ARCHIVE_LIMIT + 1);
  });

  it('is gone with the configuration when the box forgets it, and so is what a cut has left', () => {
    const disk = committed(3);
    disk.write(`${FILE}.new`, 'a secret');
    expect(storeOn(disk).clear()).toEqual({ ok: true, value: null });
    expect(disk.files).toEqual([]);
    expect(storeOn(disk).clear()).toEqual({ ok: true, value: null });
  });
});

describe('damage', () => {
  it('of any one byte of the running file is found, and the whole text is found all the same', () => {
    const disk = committed(3);
    const file = disk.read(FILE);
    const whole = Buffer.from(file.ok ? file.value! : '');
    const places = [...Array(200).keys(), whole.length - 1];
    for (const at of places)
      for (const mask of [1, 4, 32, 128]) {
        disk.spoil(FILE, () => whole.map((byte, place) => (place === at ? byte ^ mask : byte)));
        const { edition, sentence } = storeOn(disk).find();
        expect(edition?.text).toBe(textOf('text 3'));
        expect(sentence).toMatch(/damaged[^\n]*$/);
      }
  });

  it('of any sector, and a file that ends early, is found too', () => {
    const whole = committed(3);
    const file = whole.read(FILE);
    const content = Buffer.from(file.ok ? file.value! : '');
    for (let at = 0; at < content.length; at += SECTOR_BYTES)
      for (const spoilt of [
        content.subarray(0, at),
        Buffer.from(content).fill(0, at, Math.min(at + SECTOR_BYTES, content.length)),
      ]) {
        whole.spoil(FILE, () => spoilt);
        expect(storeOn(whole).find()).toMatchObject({
          edition: { revision: 3, text: textOf('text 3') },
          sentence: expect.stringMatching(/is damaged: .*; revision 3 of the archive, by admin, is taken$/),
        });
      }
  });

  it('of the file and of the newest entries leaves the newest that is whole', () => {
    const disk = committed(5);
    const spoil = (path: string) => disk.spoil(path, (content) => content.slice(0, -1));
    for (const path of [FILE, archiveFile(5), archiveFile(4)]) spoil(path);
    expect(storeOn(disk).find().edition).toMatchObject({ revision: 3, text: textOf('text 3') });
    for (const n of [3, 2, 1]) spoil(archiveFile(n));
    expect(storeOn(disk).find()).toMatchObject({
      edition: null,
      sentence: expect.stringMatching(/nothing in the archive is whole$/),
    });
  });

  it('of an entry hides that entry, and the next commit puts back the one in force', () => {
    const disk = committed(4);
    for (const n of [2, 4]) disk.spoil(archiveFile(n), (content) => content.slice(1));
    expect(
      storeOn(disk)
        .entries()
        .map(({ revision }) => revision),
    ).toEqual([4, 3, 1]);
    storeOn(disk).save(draft('five'));
    expect(
      storeOn(disk)
        .entries()
        .map(({ revision }) => revision),
    ).toEqual([5, 4, 3, 1]);
  });

  it('that takes the whole file leaves the newest of the archive', () => {
    const disk = committed(2);
    disk.remove(FILE);
    expect(storeOn(disk).find()).toMatchObject({
      edition: { revision: 2 },
      sentence: `there is no ${FILE}; revision 2 of the archive, by admin, is taken`,
    });
  });
});

describe('a power cut at any instant', () => {
  /** Every prefix of the steps of `run`, each with many outcomes of what was not synced. */
  function everyCut(
    make: () => CutDisk,
    run: (store: Store) => unknown,
    judge: (disk: CutDisk) => void,
  ): void {
    const trial = make();
    const before = trial.steps;
    run(storeOn(trial));
    const steps = trial.steps - before;
    expect(steps).toBeGreaterThan(3);
    const random = generator(steps);
    const outcomes: Random[] = [() => 0, () => 1, ...Array.from({ length: OUTCOMES }, () => random)];
    for (let cut = 0; cut <= steps; cut++)
      for (const outcome of outcomes) {
        const disk = make();
        disk.cutAt = before + cut;
        cutOff(() => run(storeOn(disk)));
        disk.restart((below) => outcome(below) % below);
        judge(disk);
      }
  }

  const kinds: readonly (readonly [string, () => CutDisk, string, number])[] = [
    ['over a committed one', () => committed(3), textOf('text 3'), 3],
    [
      'over a full archive',
      () => committed(ARCHIVE_LIMIT + 2),
      textOf(`text ${ARCHIVE_LIMIT + 2}`),
      ARCHIVE_LIMIT + 2,
    ],
    ['over one written by hand', () => byHand('by hand\n'), 'by hand\n', 1],
  ];

  it.each(kinds)('leaves the old or the new configuration whole: %s', (_, make, old, revision) => {
    const next = textOf('next');
    const seen = new Set<string>();
    everyCut(
      make,
      (store) => store.save(draft(next)),
      (disk) => {
        const { edition, sentence } = storeOn(disk).find();
        expect(sentence).toBeNull();
        expect([old, next]).toContain(edition?.text);
        expect(edition?.revision).toBe(edition?.text === old ? revision : revision + 1);
        seen.add(edition!.text);
        // Of the archive, at most the entry that was being written over is missing.
        const texts = storeOn(disk).entries();
        const least = Math.min(revision, ARCHIVE_LIMIT - 1);
        expect(texts.length).toBeGreaterThanOrEqual(
          edition?.text === old ? least : Math.min(revision + 1, ARCHIVE_LIMIT),
        );
        expect(texts.map((entry) => entry.revision)).toEqual(texts.map((_, n) => edition!.revision - n));
        // It is in the archive before it is in force: then damage does no harm.
        if (edition?.who !== 'hand') {
          const file = disk.read(FILE);
          disk.spoil(FILE, (content) => content.slice(0, 250));
          expect(storeOn(disk).find().edition).toEqual(edition);
          disk.spoil(FILE, () => new Uint8Array(Buffer.from(file.ok ? file.value! : '')));
        }
        // And the box goes on from there as if nothing had been.
        const again = storeOn(disk).save(draft('again'));
        expect(again).toMatchObject({ ok: true, value: { revision: edition!.revision + 1 } });
        expect(storeOn(disk).archived(1)).toMatchObject({ ok: true, value: { text: edition!.text } });
      },
    );
    expect(seen.size).toBe(2);
  });

  it('of the first commit leaves no configuration, or the new one', () => {
    everyCut(
      () => new CutDisk(),
      (store) => store.save(draft('first')),
      (disk) => {
        const { edition } = storeOn(disk).find();
        if (edition !== null) expect(edition).toMatchObject({ text: 'first', revision: 1 });
      },
    );
  });

  it('while the box forgets leaves its configuration, or none', () => {
    everyCut(
      () => committed(3),
      (store) => store.clear(),
      (disk) => {
        const { edition } = storeOn(disk).find();
        if (edition !== null) expect(edition.text).toBe(textOf('text 3'));
      },
    );
  });

  it('while the old one is put back leaves the old or the new one', () => {
    const disk = (): CutDisk => {
      const made = committed(3);
      storeOn(made).save(draft('next'));
      return made;
    };
    const old = storeOn(committed(3)).find().edition;
    everyCut(
      disk,
      (store) => store.restore(old),
      (after) => expect([old!.text, 'next']).toContain(storeOn(after).find().edition?.text),
    );
  });

  it('again and again, for a long time, never leaves anything else', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = generator(seed);
      const disk = new CutDisk();
      /** What the next start may find. */
      let may: readonly (string | null)[] = [null];
      for (let n = 0; n < 60; n++) {
        const text = textOf(`text ${random(7)} of ${n}`);
        disk.cutAt = disk.steps + random(20);
        let saved = false;
        cutOff(() => {
          saved = storeOn(disk).save(draft(text)).ok;
        });
        may = saved ? [text] : [...may, text];
        if (random(3) > 0 || !saved) disk.restart(random);
        else disk.cutAt = Number.POSITIVE_INFINITY;
        const found = storeOn(disk).find();
        expect(found.sentence === null || !disk.files.includes(FILE)).toBe(true);
        expect(may).toContain(found.edition?.text ?? null);
        may = [found.edition?.text ?? null];
        const numbers = storeOn(disk)
          .entries()
          .map(({ revision }) => revision);
        expect(numbers).toEqual(numbers.map((_, place) => numbers[0]! - place));
        expect(numbers.length).toBeGreaterThanOrEqual(Math.min(numbers[0] ?? 0, ARCHIVE_LIMIT - 1));
      }
    }
  });
});

describe('a disk that refuses', () => {
  it('any one step fails the commit with its sentence, and then the old one can be made sure of', () => {
    const steps = (() => {
      const disk = committed(3);
      const before = disk.steps;
      storeOn(disk).save(draft('next'));
      return disk.steps - before;
    })();
    const old = storeOn(committed(3)).find().edition!;
    for (let at = 0; at < steps; at++) {
      const disk = committed(3);
      const from = disk.steps;
      disk.refuses = (step) => step === from + at;
      const saved = storeOn(disk).save(draft('next'));
      expect(saved).toEqual({ ok: false, error: expect.stringMatching(/^cannot write .*EIO\)$/) });
      expect([old.text, 'next']).toContain(storeOn(disk).find().edition?.text);
      disk.refuses = () => false;
      expect(storeOn(disk).restore(old)).toEqual({ ok: true, value: null });
      disk.restart(generator(at));
      expect(storeOn(disk).find()).toEqual({ edition: old, sentence: null });
      expect(storeOn(disk).entries()).toHaveLength(3);
    }
  });

  it('the first commit leaves no configuration when it is undone', () => {
    const disk = new CutDisk();
    disk.refuses = (step) => step === 7;
    expect(storeOn(disk).save(draft('first')).ok).toBe(false);
    expect(storeOn(disk).restore(null).ok).toBe(true);
    expect(storeOn(disk).find()).toEqual({ edition: null, sentence: null });
  });

  it('a write leaves no part of a file behind', () => {
    const disk = committed(1);
    const from = disk.steps;
    disk.refuses = (step) => step === from + 1;
    expect(storeOn(disk).restore({ ...storeOn(disk).find().edition!, text: 'other' }).ok).toBe(false);
    expect(disk.files).not.toContain(`${FILE}.new`);
  });
});
