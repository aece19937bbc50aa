import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { assembleDisk } from '../../../board/build/assemble';

/** File systems keep their dates in whole seconds. */
const NEXT_SECOND_MS = 1100;

it('makes the same disk of the same parts, whenever it is made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assemble-'));
  const slot = join(folder, 'slot');
  writeFileSync(slot, 'a root');
  const loader = { bootCode: Buffer.alloc(440, 1), core: Buffer.alloc(1000, 2) };
  const disk = async (name: string): Promise<Buffer> => {
    const work = join(folder, `${name}.work`);
    mkdirSync(work);
    await assembleDisk('board', loader, slot, work, join(folder, name));
    return readFileSync(join(folder, name));
  };
  const first = await disk('first');
  await setTimeout(NEXT_SECOND_MS);
  expect((await disk('second')).equals(first)).toBe(true);
  rmSync(folder, { recursive: true });
});
