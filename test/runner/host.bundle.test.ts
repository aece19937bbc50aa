import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildBytecode, bundleText } from '../../board/build/bundle';

const ENTRY = 'test/runner/host/io.ts';

describe('the bundle', () => {
  it('imports nothing but sys, and is the same each time', async () => {
    const text = await bundleText(ENTRY);
    const imports = [...text.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name);
    expect(new Set(imports)).toEqual(new Set(['sys']));
    expect(text).not.toMatch(/\b__require\b\("/);
    expect(await bundleText(ENTRY)).toBe(text);
  });

  it('holds the packages unmodified, and no path of this machine', async () => {
    const text = await bundleText(ENTRY);
    for (const name of ['netlink', '@serialport/stream', 'pino', '@noble/hashes'])
      expect(text).toContain(`// node_modules/${name}/`);
    const bytecode = readFileSync(await buildBytecode(ENTRY));
    for (const built of [text, bytecode.toString('latin1')]) expect(built).not.toContain(process.cwd());
  });

  it('says what is wrong with an entry', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
    const entry = join(folder, 'entry.ts');
    writeFileSync(entry, "import 'no-such-package';\n");
    await expect(bundleText(entry)).rejects.toThrow('Could not resolve "no-such-package"');
    rmSync(folder, { recursive: true });
  });
});
