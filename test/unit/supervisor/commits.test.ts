/** A commit from its request to its end, step by step and with everything that can go wrong on the way. */

import { describe, expect, it } from 'vitest';
import type { Edition } from '../../../src/config/archive';
import type { Config } from '../../../src/config/config';
import { parseConfig } from '../../../src/config/parse';
import type {
  CommitEffect,
  CommitEvent,
  CommitState,
  Outcome,
  Running,
  Wanted,
} from '../../../src/supervisor/commit-types';
import { commitState, nextWakeMs, pendingOf, STEP_LIMIT_MS, step } from '../../../src/supervisor/commits';
import { EXAMPLE, replaced } from '../config/example';
import { generator } from '../random';

const NODE = 'seven.ce.cnu.ac.kr';
const AROUND = { node: NODE, consoles: ['/dev/ttyS0'] };
const WALL_MS = Date.UTC(2026, 0, 1, 12, 3, 4);
const MINUTE_MS = 60_000;

function configOf(text: string): Config {
  const { config } = parseConfig(text, 'test');
  if (config === null) throw new Error('the test has no right configuration');
  return config;
}

const OTHER = replaced('scheduler rr', 'scheduler wlc');
const SILENT = replaced('/dev/ttyS1', '/dev/ttyS2', replaced('bcast eth1 port 694', 'bcast eth1 port 695'));
const OLD: Running = {
  edition: { revision: 4, dateMs: WALL_MS, who: 'admin', comment: '', text: EXAMPLE },
  config: configOf(EXAMPLE),
};

const wanted = (text: string, more: Partial<Wanted> = {}): Wanted => ({
  text,
  who: 'admin',
  comment: 'why',
  confirmMinutes: null,
  acknowledgeRisk: false,
  ...more,
});

/** The machine, with the answers given by hand. */
class Bench {
  nowMs = 1000;
  wallMs = WALL_MS;
  state: CommitState;
  effects: readonly CommitEffect[] = [];
  readonly answers: Outcome[] = [];
  readonly logged: string[] = [];

  constructor(running: Running | null = OLD) {
    this.state = commitState(running);
  }

  /** @returns types of the effects, without logs and answers */
  event(event: CommitEvent): readonly string[] {
    const { state, effects } = step(this.state, event, this, AROUND);
    this.state = state;
    this.effects = effects;
    for (const effect of effects) {
      if (effect.type === 'answer') this.answers.push(effect.outcome);
      if (effect.type === 'log') this.logged.push(`${effect.level} ${effect.event}: ${effect.sentence}`);
    }
    return effects.filter(({ type }) => type !== 'log' && type !== 'answer').map(({ type }) => type);
  }

  commit(text: string, more: Partial<Wanted> = {}): readonly string[] {
    return this.event({ type: 'commit', client: 1, wanted: wanted(text, more) });
  }

  checked(text: string): readonly string[] {
    const value = { config: configOf(text), faults: [], warnings: ['a warning'] };
    return this.event({ type: 'checked', job: this.state.number, result: { ok: true, value } });
  }

  applied(fault: string | null = null): readonly string[] {
    return this.event({ type: 'applied', job: this.state.number, fault });
  }

  saved(error: string | null = null): readonly string[] {
    const value = { revision: 5, dateMs: this.wallMs, who: 'admin', comment: 'why' };
    const result = error === null ? ({ ok: true, value } as const) : ({ ok: false, error } as const);
    return this.event({ type: 'saved', job: this.state.number, result });
  }

  restored(error: string | null = null): readonly string[] {
    const result = error === null ? ({ ok: true, value: null } as const) : ({ ok: false, error } as const);
    return this.event({ type: 'restored', job: this.state.number, result });
  }

  tick(afterMs: number): readonly string[] {
    this.nowMs += afterMs;
    this.wallMs += afterMs;
    return this.event({ type: 'tick' });
  }

  /** What the last apply, save or restore was of. */
  get act(): string | null {
    for (const effect of this.effects) {
      if (effect.type === 'apply') return effect.config === OLD.config ? 'old' : 'new';
      if (effect.type === 'restore') return effect.edition === OLD.edition ? 'old' : String(effect.edition);
    }
    return null;
  }

  /** Up to where a commit with a confirmation waits. */
  waiting(confirmMinutes = 10): this {
    this.commit(OTHER, { confirmMinutes });
    this.checked(OTHER);
    this.applied();
    return this;
  }
}

describe('a commit', () => {
  it('is checked, applied, saved and answered, in this order', () => {
    const bench = new Bench();
    expect(bench.commit(OTHER)).toEqual(['check']);
    expect(bench.checked(OTHER)).toEqual(['apply']);
    expect(bench.act).toBe('new');
    expect(bench.applied()).toEqual(['save']);
    expect(bench.effects).toEqual([
      { type: 'save', job: 1, draft: { text: OTHER, who: 'admin', comment: 'why', dateMs: WALL_MS } },
    ]);
    expect(bench.answers).toEqual([]);
    expect(bench.saved()).toEqual([]);
    expect(bench.answers).toEqual([
      { ok: true, text: 'revision 5 is in force and saved', revision: 5, warnings: ['a warning'] },
    ]);
    expect(bench.state).toMatchObject({ job: null, running: { edition: { revision: 5, text: OTHER } } });
    expect(nextWakeMs(bench.state)).toBe(Number.POSITIVE_INFINITY);
  });

  it('of what runs already is nothing to do', () => {
    const bench = new Bench();
    expect(bench.commit(EXAMPLE)).toEqual([]);
    expect(bench.answers).toMatchObject([{ ok: true, revision: 4 }]);
  });

  it('with faults changes nothing, and names every one', () => {
    const bench = new Bench();
    bench.commit('nonsense');
    const value = { config: null, faults: ['line 1: a', 'line 2: b'], warnings: [] };
    expect(bench.event({ type: 'checked', job: 1, result: { ok: true, value } })).toEqual([]);
    expect(bench.answers).toEqual([
      { ok: false, error: 'the configuration has 2 faults', faults: ['line 1: a', 'line 2: b'] },
    ]);
    expect(bench.state).toMatchObject({ job: null, running: OLD });
  });

  it('that cannot be checked changes nothing', () => {
    const bench = new Bench();
    bench.commit(OTHER);
    bench.event({ type: 'checked', job: 1, result: { ok: false, error: 'out of memory' } });
    expect(bench.answers).toEqual([{ ok: false, error: 'it could not be checked: out of memory' }]);
    const slow = new Bench();
    slow.commit(OTHER);
    expect(slow.tick(STEP_LIMIT_MS - 1)).toEqual([]);
    slow.tick(1);
    expect(slow.answers).toEqual([{ ok: false, error: 'the check was not done within 60 s' }]);
    expect(slow.checked(OTHER)).toEqual([]);
    expect(slow.state.job).toBeNull();
  });

  it('is the only one: a second is refused with who and since when', () => {
    const bench = new Bench().waiting();
    bench.commit(EXAMPLE);
    expect(bench.answers.at(-1)).toEqual({
      ok: false,
      error: 'a commit by admin has been under way since 2026-01-01 12:03:04 UTC: it waits to be confirmed',
    });
    expect(pendingOf(bench.state, bench.nowMs)?.text).toBe(OTHER);
  });

  it('that would silence the heartbeat is refused, unless the risk is acknowledged', () => {
    const bench = new Bench();
    bench.commit(SILENT);
    expect(bench.checked(SILENT)).toEqual([]);
    expect(bench.answers).toEqual([
      { ok: false, error: expect.stringMatching(/no longer hear each other/), risk: true },
    ]);
    bench.commit(SILENT, { acknowledgeRisk: true });
    expect(bench.checked(SILENT)).toEqual(['apply']);
  });

  it('on a box without a configuration has no risk', () => {
    const bench = new Bench(null);
    bench.commit(SILENT);
    expect(bench.checked(SILENT)).toEqual(['apply']);
    bench.applied();
    bench.saved();
    expect(bench.state.running?.edition.revision).toBe(5);
  });
});

describe('a commit that fails', () => {
  it('to apply goes back, and says so', () => {
    const bench = new Bench();
    bench.commit(OTHER);
    bench.checked(OTHER);
    expect(bench.applied('no such device')).toEqual(['apply']);
    expect(bench.act).toBe('old');
    expect(bench.answers).toEqual([]);
    expect(bench.applied()).toEqual([]);
    expect(bench.answers).toEqual([{ ok: false, error: 'no such device; revision 4 is in force' }]);
    expect(bench.state).toMatchObject({ job: null, running: OLD });
  });

  it('to be saved goes back, and makes sure of the disk', () => {
    const bench = new Bench();
    bench.commit(OTHER);
    bench.checked(OTHER);
    bench.applied();
    expect(bench.saved('no space left')).toEqual(['apply']);
    expect(bench.act).toBe('old');
    expect(bench.applied()).toEqual(['restore']);
    expect(bench.act).toBe('old');
    expect(bench.restored()).toEqual([]);
    expect(bench.answers).toEqual([
      { ok: false, error: 'it could not be saved: no space left; revision 4 is in force' },
    ]);
  });

  it('on the way back too starts the supervisor again, on what is saved', () => {
    const bench = new Bench();
    bench.commit(OTHER);
    bench.checked(OTHER);
    bench.applied('one');
    expect(bench.applied('two')).toEqual(['restart']);
    expect(bench.answers).toEqual([
      {
        ok: false,
        error: 'one; revision 4 is in force, but going back failed too: two; the supervisor starts again',
      },
    ]);
  });

  it('with a disk that refuses everything leaves no illusion', () => {
    const bench = new Bench();
    bench.commit(OTHER);
    bench.checked(OTHER);
    bench.applied();
    bench.saved('one');
    bench.applied();
    expect(bench.restored('two')).toEqual(['restart']);
    expect(bench.answers).toMatchObject([
      { ok: false, error: expect.stringMatching(/the disk may have either configuration: two/) },
    ]);
  });

  it('where there was none before ends with a restart without one', () => {
    const bench = new Bench(null);
    bench.commit(OTHER);
    bench.checked(OTHER);
    expect(bench.applied('no such card')).toEqual(['restart']);
    const unsaved = new Bench(null);
    unsaved.commit(OTHER);
    unsaved.checked(OTHER);
    unsaved.applied();
    expect(unsaved.saved('full')).toEqual(['restore']);
    expect(unsaved.act).toBe('null');
    expect(unsaved.restored()).toEqual(['restart']);
  });

  it('over a file with faults keeps that file', () => {
    const faulty: Running = { edition: { ...OLD.edition, text: 'set nonsense\n' }, config: null };
    const bench = new Bench(faulty);
    bench.commit(OTHER);
    bench.checked(OTHER);
    bench.applied();
    bench.saved('full');
    expect(bench.effects).toMatchObject([{ type: 'restore', edition: faulty.edition }]);
  });

  it('by taking too long in any step goes back, and what comes after that is not heard', () => {
    const apply = new Bench();
    apply.commit(OTHER);
    apply.checked(OTHER);
    expect(apply.tick(STEP_LIMIT_MS)).toEqual(['apply']);
    expect(apply.act).toBe('old');
    expect(apply.tick(STEP_LIMIT_MS)).toEqual(['restart']);
    expect(apply.applied()).toEqual([]);
    const save = new Bench();
    save.commit(OTHER);
    save.checked(OTHER);
    save.applied();
    expect(save.tick(STEP_LIMIT_MS)).toEqual(['apply']);
    expect(save.saved()).toEqual([]);
    expect(save.state.running).toBe(OLD);
    expect(save.applied()).toEqual(['restore']);
    expect(save.tick(STEP_LIMIT_MS)).toEqual(['restart']);
  });
});

describe('an answer to a commit that was given up', () => {
  it('is not taken for one to the next commit', () => {
    const bench = new Bench();
    bench.commit(OTHER);
    bench.tick(STEP_LIMIT_MS);
    bench.commit(SILENT, { acknowledgeRisk: true });
    const value = { config: configOf(OTHER), faults: [], warnings: [] };
    expect(bench.event({ type: 'checked', job: 1, result: { ok: true, value } })).toEqual([]);
    expect(bench.checked(SILENT)).toEqual(['apply']);
    expect(bench.event({ type: 'applied', job: 1, fault: null })).toEqual([]);
    expect(bench.applied()).toEqual(['save']);
  });
});

describe('a commit that is to be confirmed', () => {
  it('is in force at once, answered, and not saved', () => {
    const bench = new Bench().waiting();
    expect(bench.effects.some(({ type }) => type === 'save')).toBe(false);
    expect(bench.answers).toEqual([
      {
        ok: true,
        text: 'in force, and not saved: unless it is confirmed within 10 minutes, this box goes back by itself',
        revision: null,
        warnings: ['a warning'],
      },
    ]);
    expect(pendingOf(bench.state, bench.nowMs)).toEqual({
      text: OTHER,
      who: 'admin',
      sinceMs: WALL_MS,
      leftMs: 10 * MINUTE_MS,
    });
    expect(bench.state.running).toBe(OLD);
  });

  it('is saved when it is confirmed, and both are answered', () => {
    const bench = new Bench().waiting();
    bench.tick(9 * MINUTE_MS);
    expect(bench.event({ type: 'confirm', client: 2 })).toEqual(['save']);
    bench.saved();
    expect(bench.answers).toHaveLength(2);
    expect(bench.answers[1]).toMatchObject({ ok: true, revision: 5 });
    expect(bench.state.running?.edition.text).toBe(OTHER);
  });

  it('goes back by itself when nobody confirms it', () => {
    const bench = new Bench().waiting(1);
    expect(nextWakeMs(bench.state)).toBe(bench.nowMs + MINUTE_MS);
    expect(bench.tick(MINUTE_MS - 1)).toEqual([]);
    expect(bench.tick(1)).toEqual(['apply']);
    expect(bench.act).toBe('old');
    expect(bench.applied()).toEqual([]);
    expect(bench.answers).toHaveLength(1);
    expect(bench.logged.at(-1)).toBe(
      'error commit-undone: the configuration of admin is undone: nobody confirmed it within 1 minute; revision 4 is in force',
    );
  });

  it('goes back at once when that is asked for', () => {
    const bench = new Bench().waiting();
    expect(bench.event({ type: 'revert', client: 2 })).toEqual(['apply']);
    bench.applied();
    expect(bench.answers[1]).toEqual({
      ok: true,
      text: 'revision 4 is in force',
      revision: 4,
      warnings: [],
    });
  });

  it('goes back when it is confirmed and cannot be saved', () => {
    const bench = new Bench().waiting();
    bench.event({ type: 'confirm', client: 2 });
    expect(bench.saved('full')).toEqual(['apply']);
    bench.applied();
    bench.restored();
    expect(bench.answers[1]).toMatchObject({ ok: false });
  });

  it('is the only one that can be confirmed', () => {
    const bench = new Bench();
    for (const type of ['confirm', 'revert'] as const) bench.event({ type, client: 1 });
    expect(bench.answers).toEqual([
      { ok: false, error: 'no commit waits to be confirmed' },
      { ok: false, error: 'no commit waits to be confirmed' },
    ]);
    bench.commit(OTHER);
    bench.event({ type: 'confirm', client: 1 });
    expect(bench.answers.at(-1)).toMatchObject({ error: expect.stringMatching(/: it is being checked$/) });
  });
});

describe('a file that was changed by hand', () => {
  const edition: Edition = { revision: 5, dateMs: null, who: 'hand', comment: '', text: OTHER };

  it('is checked and applied, and not saved again', () => {
    const bench = new Bench();
    expect(bench.event({ type: 'take-up', edition })).toEqual(['check']);
    expect(bench.checked(OTHER)).toEqual(['apply']);
    expect(bench.applied()).toEqual([]);
    expect(bench.state.running?.edition).toBe(edition);
    expect(bench.logged).toEqual(['info committed: revision 5 is in force, by hand']);
    expect(bench.answers).toEqual([]);
  });

  it('with faults, or while a commit is under way, is refused in the log', () => {
    const bench = new Bench();
    bench.event({ type: 'take-up', edition });
    const value = { config: null, faults: ['line 1: a'], warnings: [] };
    bench.event({ type: 'checked', job: 1, result: { ok: true, value } });
    expect(bench.logged).toEqual([
      'error configuration-refused: the configuration has a fault; line 1: a; what runs stays as it is',
    ]);
    const waits = new Bench().waiting();
    waits.event({ type: 'take-up', edition });
    expect(waits.logged.at(-1)).toMatch(/^error configuration-refused: a commit by admin has been under way/);
  });
});

describe('whatever happens, in any order', () => {
  it('what runs, what is in force and what is on the disk are the same when a commit is over, and each client has one answer', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = generator(seed);
      const bench = new Bench(random(4) === 0 ? null : OLD);
      const texts = [EXAMPLE, OTHER, SILENT];
      let disk: string | null = bench.state.running?.edition.text ?? null;
      let live: Config | null = bench.state.running?.config ?? null;
      let confirmed = false;
      let asked = 0;
      let open: CommitEffect[] = [];
      let revision = 4;
      for (let n = 0; n < 60; n++) {
        const due = open.shift();
        const text = texts[random(texts.length)]!;
        const fails = random(4) === 0;
        const dice = random(9);
        let event: CommitEvent = { type: 'tick' };
        if (due?.type === 'check') {
          const value = fails
            ? { config: null, faults: ['a'], warnings: [] }
            : { config: configOf(due.text), faults: [], warnings: [] };
          event = { type: 'checked', job: due.job, result: { ok: true, value } };
        } else if (due?.type === 'apply') {
          if (!fails) live = due.config;
          event = { type: 'applied', job: due.job, fault: fails ? 'a' : null };
        } else if (due?.type === 'save') {
          const job = bench.state.job;
          expect(job?.wanted.confirmMinutes === null || confirmed).toBe(true);
          // A save that fails may have left either.
          if (!fails || random(2) === 0) disk = due.draft.text;
          revision += fails ? 0 : 1;
          const value = { ...due.draft, revision };
          event = {
            type: 'saved',
            job: due.job,
            result: fails ? { ok: false, error: 'a' } : { ok: true, value },
          };
        } else if (due?.type === 'restore') {
          if (!fails) disk = due.edition?.text ?? null;
          event = {
            type: 'restored',
            job: due.job,
            result: fails ? { ok: false, error: 'a' } : { ok: true, value: null },
          };
        } else if (dice < 3) {
          asked += 1;
          event = {
            type: 'commit',
            client: asked,
            wanted: wanted(text, { confirmMinutes: random(2) === 0 ? null : 1 }),
          };
        } else if (dice < 5) {
          asked += 1;
          event = { type: random(2) === 0 ? 'confirm' : 'revert', client: asked };
          confirmed = event.type === 'confirm' && bench.state.job?.phase === 'waiting';
        } else bench.nowMs += random(2 * MINUTE_MS);
        if (event.type === 'commit' && bench.state.job === null) confirmed = false;
        bench.event(event);
        open = [...open, ...bench.effects].filter(({ type }) => !['log', 'answer'].includes(type));
        if (bench.effects.some(({ type }) => type === 'restart')) {
          // The next start has what is on the disk.
          expect(bench.state.job).toBeNull();
          break;
        }
        if (bench.state.job !== null) continue;
        expect(open).toEqual([]);
        expect(bench.answers).toHaveLength(asked);
        expect(disk).toBe(bench.state.running?.edition.text ?? null);
        expect(live).toEqual(bench.state.running?.config ?? null);
      }
    }
  });
});
