import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cpioArchive } from '../../../board/build/cpio';
import { findModules, installForModprobe, installModules, loadOrder } from '../../../board/build/modules';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('kernel modules', () => {
  function module(name: string, depends: string, ...aliases: string[]): void {
    const alias = aliases.map((one) => `alias=${one}\0`).join('');
    const text = `\x7fELF\0license=GPL\0${alias}depends=${depends}\0name=${name}\0`;
    writeFileSync(join(folder, `${name}.ko`), text);
  }

  it('load after everything that they depend on, each once', () => {
    module('top', 'left,right');
    module('left', 'base-part');
    module('right', 'base_part');
    module('base-part', '');
    expect(loadOrder(findModules(folder), ['top', 'left'])).toEqual(['base_part', 'left', 'right', 'top']);
  });

  it('are copied with their order, and no others', () => {
    module('wanted', '');
    module('other', '');
    const target = join(folder, 'target');
    installModules(findModules(folder), ['wanted'], target);
    expect(readFileSync(join(target, 'order'), 'utf8')).toBe('wanted\n');
    expect([...findModules(target).keys()]).toEqual(['wanted']);
  });

  it('come with the tables that modprobe reads', () => {
    module('card', 'mii,core', 'pci:v00008086d00001229*', 'pci:v00008086d00001030*');
    module('mii', 'core');
    module('core', '');
    const files = findModules(folder);
    const target = join(folder, 'target');
    installForModprobe(files, loadOrder(files, ['card']), target);
    expect(readFileSync(join(target, 'modules.dep'), 'utf8')).toBe(
      'core.ko:\nmii.ko: core.ko\ncard.ko: mii.ko core.ko\n',
    );
    expect(readFileSync(join(target, 'modules.alias'), 'utf8')).toBe(
      'alias pci:v00008086d00001229* card\nalias pci:v00008086d00001030* card\n',
    );
  });

  it('that do not exist are named, with who wants them', () => {
    module('top', 'gone');
    expect(() => loadOrder(findModules(folder), ['top'])).toThrow('no module "gone", which module top needs');
    expect(() => loadOrder(findModules(folder), ['typo'])).toThrow(
      'no module "typo", which board/lab.json needs',
    );
  });
});

describe('cpioArchive', () => {
  /** Reads the archive by the field positions of the format's description. */
  function read(archive: Buffer): { name: string; mode: number; content: string }[] {
    const entries: { name: string; mode: number; content: string }[] = [];
    const aligned = (at: number): number => Math.ceil(at / 4) * 4;
    for (let at = 0; at < archive.length; ) {
      expect(archive.toString('latin1', at, at + 6)).toBe('070701');
      const field = (index: number): number =>
        Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
      const nameEnd = at + 110 + field(11);
      const start = aligned(nameEnd);
      const content = archive.toString('latin1', start, start + field(6));
      entries.push({ name: archive.toString('latin1', at + 110, nameEnd - 1), mode: field(1), content });
      at = aligned(start + field(6));
    }
    return entries;
  }

  it('holds folders before what is in them, files with their modes, links, and an end', () => {
    mkdirSync(join(folder, 'sub'), { mode: 0o755 });
    writeFileSync(join(folder, 'sub/file'), 'content', { mode: 0o755 });
    symlinkSync('file', join(folder, 'sub/link'));
    expect(read(cpioArchive(folder))).toEqual([
      { name: 'sub', mode: 0o040755, content: '' },
      { name: 'sub/file', mode: 0o100755, content: 'content' },
      { name: 'sub/link', mode: 0o120777, content: 'file' },
      { name: 'TRAILER!!!', mode: 0, content: '' },
    ]);
  });

  it('gives the same bytes for the same folder', () => {
    writeFileSync(join(folder, 'b'), '2');
    writeFileSync(join(folder, 'a'), '1');
    const first = cpioArchive(folder);
    rmSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a'), '1');
    expect(cpioArchive(folder)).toEqual(first);
  });
});
