/**
 * A second disk for a box, with what the benchmark runs there: programs for our runner, and Debian's perl and mon for this
 * processor, unpacked and not installed. Decides nothing about what is run.
 */

import { chmodSync, copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBytecode } from '../../board/build/bundle';
import { command } from '../../board/build/command';
import { debianBinary } from '../../board/build/debian';

const SIZE = '256M';
/** mon and all that it needs of Debian, and its shell and tools for its scripts. */
const PACKAGES = [
  'dash',
  'libacl1',
  'libbz2-1.0',
  'libc6',
  'libcrypt1',
  'libdb5.3',
  'libgdbm-compat4',
  'libgdbm6',
  'libperl5.36',
  'libtime-period-perl',
  'libtirpc3',
  'mon',
  'netbase',
  'perl',
  'perl-base',
  'perl-modules-5.36',
  'zlib1g',
];
/** Alert that costs next to nothing. */
const NO_ALERT = '#!/bin/dash\nexit 0\n';
const FOLDERS = ['dev', 'proc', 'sys', 'tmp', 'var/lib/mon', 'bin', 'etc'];

/** Programs on the disk, by the names that the box finds them by. */
export interface DriveProgram {
  readonly name: string;
  /** Source, from the top of the repository. */
  readonly source: string;
}

/**
 * @param folder scratch space; `out` is written beside what is left of it
 * @param scripts for the box's shell: name and text
 */
export async function writeDrive(
  folder: string,
  programs: readonly DriveProgram[],
  scripts: Readonly<Record<string, string>>,
  out: string,
): Promise<void> {
  const root = join(folder, 'drive');
  const debian = join(root, 'debian');
  for (const name of FOLDERS) mkdirSync(join(debian, name), { recursive: true });
  for (const { name, source } of programs) copyFileSync(await buildBytecode(source), join(root, name));
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(root, name), text);
  for (const name of PACKAGES)
    cpSync(await debianBinary(name, 'i386'), debian, { recursive: true, verbatimSymlinks: true });
  copyFileSync(join(debian, 'bin/dash'), join(debian, 'bin/sh'));
  const alert = join(debian, 'usr/lib/mon/alert.d/nothing.alert');
  writeFileSync(alert, NO_ALERT);
  chmodSync(alert, 0o755);
  writeFileSync(join(debian, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nmon:x:1:1:mon:/:/bin/sh\n');
  writeFileSync(join(debian, 'etc/hosts'), '127.0.0.1 localhost bench\n');
  rmSync(out, { force: true });
  // Named by its path: Debian does not give every user /sbin in PATH.
  await command('/sbin/mke2fs', ['-q', '-t', 'ext4', '-d', root, out, SIZE]);
  rmSync(root, { recursive: true });
}
