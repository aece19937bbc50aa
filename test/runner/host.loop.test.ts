import { describe, expect, it } from 'vitest';
import { program } from './host/harness';

const say = async (name: string) => (await program('loop.ts', [name])).all();

describe('the event loop under the runner', () => {
  it('is fair to descriptors that are always ready, and to timers', async () => {
    expect(await say('starve')).toEqual([{ fair: true, called: true }]);
  });

  it('goes on when a signal comes while it waits', async () => {
    expect(await say('signal')).toEqual([{ hangups: 1 }, { hangups: 2 }, { hangups: 3 }]);
  });

  it('misses no child', async () => {
    expect(await say('children')).toEqual([{ ended: 100 }]);
  });

  it('tells that it was late', async () => {
    expect(await say('late')).toEqual([{ late: true, again: 0 }]);
  });

  it.each([
    ['throws', 'broken callback'],
    ['rejects', 'broken promise'],
  ])('ends with one line when a callback %s', async (name, sentence) => {
    const running = await program('loop.ts', [name]);
    const { status, stderr } = await running.ended;
    expect(status).toBeGreaterThan(0);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(sentence);
    expect(running.said).toEqual([]);
  });
});
