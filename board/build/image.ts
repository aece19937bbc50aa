/**
 * The disk image that the lab boots: GRUB, two slots and a configuration partition around Debian's i386 kernel and
 * BusyBox, our runner, bytecode and overlay. All that boxes have in common is made once and cached; only the
 * configuration partition differs between them. Needs no root and mounts nothing.
 */

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembleDisk, writeFilesystem } from './assemble';
import { buildPrograms } from './bundle';
import { buildOnce, treeInputs } from './cache';
import { command } from './command';
import { debianBinary, debianDepends } from './debian';
import { readLayout, writeAt } from './disk';
import { debianGrub, ENVIRONMENT_BYTES, ENVIRONMENT_HEADER, readBootSettings } from './grub';
import { buildRoot, type LabBoard, type RootParts } from './rootfs';
import { buildRunner } from './runner';

const BOARD = dirname(dirname(fileURLToPath(import.meta.url)));
const OVERLAY = join(dirname(BOARD), 'overlay');
const KERNEL_PACKAGE = 'linux-image-686';

/** What all boxes have in common. */
export interface BaseImage {
  /** Disk image with an empty configuration partition. */
  readonly disk: string;
  /** Sizes in bytes of what people ask about. */
  readonly sizes: {
    readonly runner: number;
    readonly bytecode: number;
    readonly slot: number;
    readonly disk: number;
  };
}

export interface ImageOptions {
  /** Text of `/config/understudy.conf`. */
  readonly config: string;
  /** Host name, which is the node's name in the configuration. */
  readonly hostname: string;
  /** File to write. */
  readonly out: string;
  /** crypt(5) hash of the console's password; without one, the box asks for a password at the first login. */
  readonly passwordHash?: string;
  /** Base image to start from, where it is not the one that `buildBase` makes. */
  readonly base?: string;
}

/** Makes what all boxes have in common, or finds it in the cache. */
export async function buildBase(): Promise<BaseImage> {
  const kernel = await kernelPackage();
  const parts: RootParts = {
    kernel,
    busybox: await debianBinary('busybox-static', 'i386'),
    runner: await buildRunner('i586'),
    programs: await buildPrograms(),
    overlay: OVERLAY,
    initrdInit: join(BOARD, 'initrd/init'),
  };
  const inputs = [
    parts.kernel,
    parts.busybox,
    ...[parts.runner, parts.programs, OVERLAY, BOARD].flatMap(treeInputs),
  ];
  const folder = await buildOnce('image', inputs, (target) => assemble(parts, target));
  const disk = join(folder, 'disk.img');
  return {
    disk,
    sizes: {
      runner: statSync(parts.runner).size,
      bytecode: statSync(join(parts.programs, 'supervisor.usb')).size,
      slot: statSync(join(folder, 'root.squashfs')).size,
      disk: statSync(disk).size,
    },
  };
}

/** Writes the disk of one box: the base with this box's configuration. Takes well under a second once the base is there. */
export async function buildImage(options: ImageOptions): Promise<void> {
  const base = options.base ?? (await buildBase()).disk;
  mkdirSync(dirname(options.out), { recursive: true });
  const work = `${options.out}.config`;
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'understudy.conf'), options.config);
  writeFileSync(join(work, 'hostname'), `${options.hostname}\n`);
  if (options.passwordHash !== undefined) writeFileSync(join(work, 'password'), `${options.passwordHash}\n`);
  await command('cp', ['--sparse=always', base, options.out]);
  await writeFilesystem(readLayout(BOARD), 'config', work, options.out);
}

/**
 * Changes a variable of GRUB's environment block in a disk image.
 * @throws one sentence where the image has no block with this variable
 */
export function setEnvironment(disk: string, name: string, value: string): void {
  const whole = readFileSync(disk);
  const at = whole.indexOf(ENVIRONMENT_HEADER);
  const block = at < 0 ? '' : whole.toString('latin1', at, at + ENVIRONMENT_BYTES);
  const line = new RegExp(`^${name}=.*\n`, 'm');
  if (!line.test(block)) throw new Error(`${disk} has no environment block with "${name}".`);
  const changed = block.replace(/#+$/, '').replace(line, `${name}=${value}\n`);
  writeAt(disk, at, Buffer.from(changed.padEnd(ENVIRONMENT_BYTES, '#'), 'latin1'));
}

/** Debian's kernel for such boxes, unpacked: linux-image-686 only names the package of the current one. */
export async function kernelPackage(): Promise<string> {
  const depends = await debianDepends(KERNEL_PACKAGE, 'i386');
  const name = depends.find((entry) => entry.startsWith('linux-image-'));
  if (name === undefined) throw new Error(`Debian's ${KERNEL_PACKAGE} names no kernel.`);
  return debianBinary(name, 'i386');
}

async function assemble(parts: RootParts, target: string): Promise<void> {
  const board = JSON.parse(readFileSync(join(BOARD, 'lab.json'), 'utf8')) as LabBoard;
  const work = join(target, 'work');
  const slot = join(target, 'root.squashfs');
  await buildRoot(parts, board, work, slot);
  const loader = await debianGrub(work, readBootSettings(BOARD));
  await assembleDisk(BOARD, loader, slot, work, join(target, 'disk.img'));
  rmSync(work, { recursive: true });
}
