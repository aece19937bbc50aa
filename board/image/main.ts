/**
 * `npm run image`: the product's disk image by Buildroot, with checksum, compressed form, bill of materials, licence
 * report and sizes in `out/`. Decides the order; each step is another file's.
 */

import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { assembleDisk } from '../build/assemble';
import { buildPrograms, bundleInputs } from '../build/bundle';
import { cacheFolder } from '../build/cache';
import { command } from '../build/command';
import { grubBootCode } from '../build/grub';
import { buildroot } from './buildroot';
import { type LicenceText, licenceReport, licenceTexts } from './licences';
import { buildrootComponents, type Component, npmComponents } from './packages';
import { buildrootTree, RELEASE } from './release';
import { billOfMaterials } from './sbom';
import { sizeReport } from './sizes';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BOARD = join(ROOT, 'board');
const OUT = join(ROOT, 'out');
const IMAGE = join(OUT, 'understudy.img');

const USAGE = `usage: [BUILDROOT=FOLDER] npm run image [-- [--jobs N] [--output FOLDER]]
  builds out/understudy.img with Buildroot ${RELEASE}: with the tree in FOLDER, or with one that is downloaded;
  --jobs: compilers at a time; --output: where Buildroot builds, kept for the next time`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { jobs: { type: 'string' }, output: { type: 'string' } } });
  const jobs = Number(values.jobs ?? 0);
  if (!Number.isInteger(jobs) || jobs < 0) throw new Error(USAGE);
  const tree = await buildrootTree(process.env.BUILDROOT);
  const output = values.output ?? join(cacheFolder('buildroot'), `output-${RELEASE}`);
  const programs = await buildPrograms();
  // One place that does not change with the cache: Buildroot notes what it was called with.
  const handedOver = cacheFolder('buildroot-bytecode');
  cpSync(programs, handedOver, { recursive: true });

  mkdirSync(OUT, { recursive: true });
  const startMs = Date.now();
  const builder = buildroot({
    tree,
    output,
    bytecode: handedOver,
    jobs,
    logFile: join(OUT, 'buildroot.log'),
    onStep: (step) => console.log(`${((Date.now() - startMs) / 1000).toFixed(0).padStart(6)} s  ${step}`),
  });
  await builder.build();

  const images = join(output, 'images');
  const work = mkdtempSync(join(tmpdir(), 'understudy-image-'));
  const loader = {
    bootCode: grubBootCode(join(images, 'boot.img')),
    core: readFileSync(join(images, 'grub.img')),
  };
  const slot = join(images, 'rootfs.squashfs');
  await assembleDisk(BOARD, loader, slot, work, IMAGE);
  rmSync(work, { recursive: true });
  rmSync(`${IMAGE}.xz`, { force: true });
  await command('xz', ['--keep', '-9', '--threads=1', IMAGE]);
  const sums = [IMAGE, `${IMAGE}.xz`].map((file) => `${sha256(file)}  ${file.slice(OUT.length + 1)}\n`);
  writeFileSync(`${IMAGE}.sha256`, sums.join(''));

  const components = [
    ...buildrootComponents(await builder.info()),
    ...npmComponents(await bundleInputs(), (path) => readFileSync(join(ROOT, path), 'utf8')),
  ];
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  writeFileSync(
    join(OUT, 'understudy.cdx.json'),
    billOfMaterials({ version, sha256: sha256(IMAGE) }, components),
  );
  await builder.legalInfo(components.flatMap(({ name, folder }) => (folder === null ? [name] : [])));
  const textsOf = (one: Component): LicenceText[] => licenceTexts(join(output, 'legal-info'), one);
  writeFileSync(join(OUT, 'understudy.licences.txt'), licenceReport(components, textsOf));
  const target = join(output, 'target');
  const report = sizeReport([
    ['kernel', size(join(images, 'bzImage')), null],
    ['root (slot), kernel included', size(slot), 16 * 1024 * 1024],
    ['runner', size(join(target, 'usr/bin/understudy')), null],
    ['bytecode of the supervisor', size(join(programs, 'supervisor.usb')), null],
    ['bytecode of the console', size(join(programs, 'console.usb')), null],
    ['bytecode of the panel', size(join(programs, 'panel.usb')), null],
    ['bytecode of the other commands', size(join(programs, 'understudy.usb')), null],
    ['BusyBox', size(join(target, 'bin/busybox')), null],
    ['C library', size(join(target, 'lib/libc.so')), null],
    ['GRUB', size(join(images, 'grub.img')), null],
    ['disk image', size(IMAGE), 64_000_000],
    ['disk image, compressed', size(`${IMAGE}.xz`), null],
  ]);
  writeFileSync(join(OUT, 'understudy.sizes.txt'), report.text);
  console.log(
    `\n${report.text}\n${sums.join('')}\n${IMAGE} is ready: npm run flash -- /dev/sdX writes it to a disk.`,
  );
  if (report.tooLarge.length > 0) throw new Error(`Larger than it may be: ${report.tooLarge.join(', ')}.`);
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function size(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
