/**
 * The disk image that all boxes have in common, from its parts: boot loader, boot partition, the same root in both
 * slots, an empty configuration partition. The same for the lab's root and for Buildroot's. Needs no root and mounts
 * nothing; the same parts give the same bytes.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command';
import {
  type DiskLayout,
  diskBytes,
  MIB,
  masterBootRecord,
  partition,
  readLayout,
  SECTOR_BYTES,
  writeAt,
  writePartition,
} from './disk';
import { type BootLoader, grubBootFiles, readBootSettings } from './grub';

/** File systems get these in place of random numbers, so that an image can be made again bit for bit. */
const FILESYSTEM_IDS = {
  boot: '75440001-0000-4000-8000-000000000001',
  config: '75440001-0000-4000-8000-000000000004',
} as const;

/**
 * Writes `disk`; `work` is scratch space.
 * @param board folder with partitions.json, grub.cfg and boot.json
 * @param slot file with the squashfs of the slots
 * @throws one sentence where a part does not fit its place
 */
export async function assembleDisk(
  board: string,
  loader: BootLoader,
  slot: string,
  work: string,
  disk: string,
): Promise<void> {
  const layout = readLayout(board);
  const gapBytes = partition(layout, 'boot').startMiB * MIB - SECTOR_BYTES;
  if (loader.core.length > gapBytes)
    throw new Error(
      `GRUB's core has ${loader.core.length} bytes, and only ${gapBytes} lie before the boot partition.`,
    );
  writeFileSync(disk, '');
  truncateSync(disk, diskBytes(layout));
  writeAt(disk, 0, masterBootRecord(layout, loader.bootCode));
  writeAt(disk, SECTOR_BYTES, loader.core);
  const boot = join(work, 'boot');
  const settings = readBootSettings(board);
  grubBootFiles(boot, readFileSync(join(board, 'grub.cfg'), 'utf8'), layout, settings);
  await writeFilesystem(layout, 'boot', boot, disk);
  for (const target of layout.partitions)
    if (target.name.startsWith('slot-')) writePartition(disk, target, readFileSync(slot));
  const config = join(work, 'config');
  mkdirSync(config, { recursive: true });
  await writeFilesystem(layout, 'config', config, disk);
}

/** What e2fsprogs takes for the present moment. */
const DATED = { env: { E2FSPROGS_FAKE_TIME: '1' } };

/** Writes orders to debugfs(8) that give everything in the file system the same date: mke2fs takes the folder's. */
function datingScript(folder: string, script: string): string {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const lines = ['', ...paths].flatMap((path) =>
    ['atime', 'ctime', 'mtime', 'crtime'].map((field) => `set_inode_field "/${path}" ${field} 1\n`),
  );
  writeFileSync(script, lines.join(''));
  return script;
}

/** Makes a file system that holds `folder`, labelled like its partition, and writes it there. Takes the folder away. */
export async function writeFilesystem(
  layout: DiskLayout,
  name: 'boot' | 'config',
  folder: string,
  disk: string,
): Promise<void> {
  const target = partition(layout, name);
  const file = `${folder}.filesystem`;
  rmSync(file, { force: true });
  const id = FILESYSTEM_IDS[name];
  // Named by its path: Debian does not give every user /sbin in PATH.
  await command(
    '/sbin/mke2fs',
    [
      '-q',
      ...['-t', name === 'boot' ? 'ext2' : 'ext4', '-L', name, '-U', id],
      ...['-E', `root_owner=0:0,hash_seed=${id}`, '-d', folder, file, `${target.sizeMiB}M`],
    ],
    DATED,
  );
  await command('/sbin/debugfs', ['-w', '-f', datingScript(folder, `${file}.script`), file], DATED);
  rmSync(`${file}.script`);
  writePartition(disk, target, readFileSync(file));
  rmSync(file);
  rmSync(folder, { recursive: true });
}
