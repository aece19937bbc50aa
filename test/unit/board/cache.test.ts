import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  buildOnce,
  cacheFolder,
  contentHash,
  makeOnce,
  treeInputs,
  withLock,
} from '../../../board/build/cache';

const base = mkdtempSync(join(tmpdir(), 'understudy-'));
const before = process.env.XDG_CACHE_HOME;
let count = 0;
beforeEach(() => {
  process.env.XDG_CACHE_HOME = join(base, String(count++));
});
afterAll(() => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  rmSync(base, { recursive: true, force: true });
});

describe('cacheFolder', () => {
  it('lies below XDG_CACHE_HOME and exists', () => {
    const folder = cacheFolder('a', 'b');
    expect(folder).toBe(join(process.env.XDG_CACHE_HOME!, 'understudy/a/b'));
    expect(existsSync(folder)).toBe(true);
  });
});

describe('buildOnce', () => {
  const write = (text: string) => async (folder: string) => writeFileSync(join(folder, 'result'), text);

  it('builds once for the same inputs, and again for others', async () => {
    const first = await buildOnce('thing', ['a', 'b'], write('1'));
    expect(await buildOnce('thing', ['a', 'b'], write('2'))).toBe(first);
    expect(readFileSync(join(first, 'result'), 'utf8')).toBe('1');
    const other = await buildOnce('thing', ['ab'], write('3'));
    expect(other).not.toBe(first);
    expect(readFileSync(join(other, 'result'), 'utf8')).toBe('3');
  });

  it('leaves nothing of a failed build that a later one would find', async () => {
    const fail = buildOnce('thing', ['x'], async (folder) => {
      writeFileSync(join(folder, 'half'), '');
      throw new Error('no compiler');
    });
    await expect(fail).rejects.toThrow('no compiler');
    const folder = await buildOnce('thing', ['x'], write('whole'));
    expect(readdirSync(folder)).toEqual(['result']);
  });

  it('builds once where several ask at the same time', async () => {
    let builds = 0;
    const slow = async (folder: string): Promise<void> => {
      builds++;
      await new Promise((resolve) => setTimeout(resolve, 50));
      writeFileSync(join(folder, 'result'), 'x');
    };
    const folders = await Promise.all([1, 2, 3, 4].map(() => buildOnce('thing', ['same'], slow)));
    expect(builds).toBe(1);
    expect(new Set(folders).size).toBe(1);
  });

  it('removes results that were not used for two weeks when a new one is made', async () => {
    const old = await buildOnce('thing', ['old'], write('1'));
    const recent = await buildOnce('thing', ['recent'], write('2'));
    const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600 * 1000);
    utimesSync(old, daysAgo(15), daysAgo(15));
    utimesSync(recent, daysAgo(13), daysAgo(13));
    await buildOnce('thing', ['new'], write('3'));
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
  });
});

describe('withLock', () => {
  it('lets one in at a time, also after one failed', async () => {
    const lock = join(cacheFolder('locks'), 'lock');
    const events: string[] = [];
    const enter = (name: string) =>
      withLock(lock, async () => {
        events.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        events.push(`${name} out`);
        if (name === 'b') throw new Error('b failed');
      });
    await Promise.allSettled(['a', 'b', 'c'].map(enter));
    for (let i = 0; i < events.length; i += 2) expect(events[i + 1]).toBe(events[i]!.replace('in', 'out'));
    expect(events.length).toBe(6);
  });

  it('is free again when its holder is killed', async () => {
    const folder = join(cacheFolder('killed'), 'folder');
    const script = `import { makeOnce } from '${join(import.meta.dirname, '../../../board/build/cache.ts')}';
await makeOnce('${folder}', async (partial) => { console.log('in'); await new Promise((r) => setTimeout(r, 60000)); });`;
    const file = join(cacheFolder(), 'holder.mts');
    writeFileSync(file, script);
    const tsx = join(import.meta.dirname, '../../../node_modules/tsx/dist/loader.mjs');
    const holder = spawn(process.execPath, ['--import', tsx, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    holder.kill('SIGKILL');
    await makeOnce(folder, async (partial) => writeFileSync(join(partial, 'made'), ''));
    expect(readdirSync(folder)).toEqual(['made']);
  });
});

describe('inputs', () => {
  it('hash differently where contents move from one item to the next', () => {
    expect(contentHash(['ab', 'c'])).not.toBe(contentHash(['a', 'bc']));
    expect(contentHash(['ab', ''])).not.toBe(contentHash(['ab']));
    expect(contentHash(['ü'])).toBe(contentHash([Buffer.from('ü')]));
  });

  it('of a tree change with names, contents and modes, not with the place', () => {
    const make = (name: string, text: string, mode = 0o644): string => {
      const folder = mkdtempSync(join(base, 'tree-'));
      writeFileSync(join(folder, name), text, { mode });
      writeFileSync(join(folder, 'other'), 'o');
      return contentHash(treeInputs(folder));
    };
    const first = make('a', 'x');
    expect(make('a', 'x')).toBe(first);
    expect(new Set([first, make('b', 'x'), make('a', 'y'), make('a', 'x', 0o755)]).size).toBe(4);
  });
});
