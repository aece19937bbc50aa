/**
 * GRUB for a BIOS: the boot sector, the core that loads it all, and the boot partition's files. Made from Debian's
 * grub-pc-bin by grub-mkimage; placed by disk.ts, without grub-install.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command';
import { SECTOR_BYTES } from './disk';

const GRUB_FOLDER = '/usr/lib/grub/i386-pc';
const MODULES = [
  ...['biosdisk', 'part_msdos', 'ext2', 'squash4', 'serial', 'terminal', 'normal', 'configfile'],
  ...['linux', 'boot', 'echo', 'test', 'loadenv', 'reboot'],
];
/** Offset in boot.img of a jump that trusts the BIOS's drive number; see `grub_util_bios_setup`. */
const DRIVE_CHECK_OFFSET = 0x66;
const NOP_NOP = 0x9090;
/** Size that grub-editenv insists on, `#` filling the rest. */
const ENVIRONMENT_BYTES = 1024;

/** Boot code for the first sector. It loads the core from the second sector on. */
export function grubBootCode(): Buffer {
  const code = Buffer.from(readFileSync(join(GRUB_FOLDER, 'boot.img')));
  // Some BIOSes pass a floppy's number when they boot from the first disk.
  code.writeUInt16LE(NOP_NOP, DRIVE_CHECK_OFFSET);
  return code;
}

/** The core with all modules that grub.cfg needs; lies between the first sector and the first partition. */
export async function grubCore(workFolder: string, gapBytes: number): Promise<Buffer> {
  const file = join(workFolder, 'core.img');
  const args = ['-O', 'i386-pc', '-d', GRUB_FOLDER, '-p', '(hd0,msdos1)/', '-o', file];
  await command('grub-mkimage', [...args, ...MODULES]);
  const core = readFileSync(file);
  if (core.length + SECTOR_BYTES > gapBytes) {
    throw new Error(
      `GRUB's core has ${core.length} bytes, and only ${gapBytes - SECTOR_BYTES} lie before the boot partition.`,
    );
  }
  return core;
}

/** Fills a folder with what the boot partition holds. */
export function grubBootFiles(
  folder: string,
  template: string,
  baud: number,
  kernelArguments: readonly string[],
): void {
  mkdirSync(folder, { recursive: true });
  const text = template
    .replaceAll('@BAUD@', String(baud))
    .replaceAll('@ARGUMENTS@', kernelArguments.join(' '));
  writeFileSync(join(folder, 'grub.cfg'), text);
  const environment = '# GRUB Environment Block\nslot=a\n';
  writeFileSync(join(folder, 'grubenv'), environment.padEnd(ENVIRONMENT_BYTES, '#'));
}
