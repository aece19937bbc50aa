/**
 * The root of the lab image, as a squashfs that holds its own kernel: Debian's i386 kernel and BusyBox, our
 * runner and bytecode, and the overlay. Decides what goes where; the contents of the overlay are not its business.
 */

import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command';
import { cpioArchive } from './cpio';
import { findModules, installForModprobe, installModules, loadOrder } from './modules';

/** board/lab.json */
export interface LabBoard {
  readonly initrdModules: readonly string[];
  /** Loaded at every boot. */
  readonly bootModules: readonly string[];
  /** Loaded when a device or the kernel asks for them. */
  readonly spareModules: readonly string[];
  readonly applets: readonly string[];
}

/** Folders of unpacked packages, and files. */
export interface RootParts {
  readonly kernel: string;
  readonly busybox: string;
  readonly runner: string;
  /** Folder of bytecode files. */
  readonly programs: string;
  readonly overlay: string;
  readonly initrdInit: string;
}

/** Places where something is mounted, and those that must exist. */
const FOLDERS = [
  'bin',
  'boot',
  'config',
  'dev',
  'etc',
  'lib',
  'proc',
  'root',
  'run',
  'sys',
  'tmp',
  'usr/bin',
  'usr/lib/understudy',
  'var',
];
/** What board/initrd/init calls. */
const INITRD_APPLETS = ['dd', 'hexdump', 'insmod', 'mount', 'sh', 'switch_root', 'umount', 'usleep'];
/** Fast for GRUB and for a Pentium to unpack, and small enough. */
const COMPRESSION = ['-comp', 'gzip', '-Xcompression-level', '9'];

/** Makes `out`, a squashfs; `workFolder` is scratch space. The same parts give the same bytes. */
export async function buildRoot(
  parts: RootParts,
  board: LabBoard,
  workFolder: string,
  out: string,
): Promise<void> {
  const root = join(workFolder, 'root');
  for (const folder of FOLDERS) mkdirSync(join(root, folder), { recursive: true });
  installBusybox(parts.busybox, root, board.applets);
  symlinkSync('bin', join(root, 'sbin'));
  copyProgram(parts.runner, join(root, 'usr/bin/understudy'));
  cpSync(parts.programs, join(root, 'usr/lib/understudy'), { recursive: true });
  cpSync(parts.overlay, root, { recursive: true });

  installKernel(parts, board, workFolder, root);

  const dates = ['-mkfs-time', '0', '-all-time', '0'];
  await command('mksquashfs', [
    root,
    out,
    '-noappend',
    '-no-progress',
    '-quiet',
    '-all-root',
    ...COMPRESSION,
    ...dates,
  ]);
}

/**
 * Puts a Debian kernel, its initial RAM disk and the modules of `board` into a root; `workFolder` is scratch space.
 * The root may be any that board/initrd/init can hand over to.
 */
export function installKernel(
  parts: Pick<RootParts, 'kernel' | 'busybox' | 'initrdInit'>,
  board: LabBoard,
  workFolder: string,
  root: string,
): void {
  const release = readdirSync(join(parts.kernel, 'lib/modules'))[0]!;
  const modules = findModules(join(parts.kernel, 'lib/modules', release));
  const early = loadOrder(modules, board.initrdModules);
  const late = loadOrder(modules, [...board.bootModules, ...board.spareModules]);
  installForModprobe(modules, late, join(root, 'lib/modules', release));
  writeFileSync(join(root, 'etc/modules'), board.bootModules.map((name) => `${name}\n`).join(''));
  mkdirSync(join(root, 'boot'), { recursive: true });
  copyFileSync(kernelFile(parts.kernel), join(root, 'boot/vmlinuz'));

  const initrd = join(workFolder, 'initrd');
  for (const folder of ['bin', 'dev', 'proc', 'root', 'sys'])
    mkdirSync(join(initrd, folder), { recursive: true });
  installBusybox(parts.busybox, initrd, INITRD_APPLETS);
  installModules(modules, early, join(initrd, 'modules'));
  copyProgram(parts.initrdInit, join(initrd, 'init'));
  writeFileSync(join(root, 'boot/initrd'), cpioArchive(initrd));
}

function installBusybox(busyboxFolder: string, root: string, applets: readonly string[]): void {
  copyProgram(join(busyboxFolder, 'bin/busybox'), join(root, 'bin/busybox'));
  for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet));
}

function copyProgram(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

function kernelFile(kernelFolder: string): string {
  const name = readdirSync(join(kernelFolder, 'boot')).find((entry) => entry.startsWith('vmlinuz-'));
  if (name === undefined) throw new Error(`${kernelFolder}/boot has no vmlinuz.`);
  return join(kernelFolder, 'boot', name);
}
