/**
 * GRUB for a BIOS: the boot sector, the core that loads it all, and the boot partition's files. Made from Debian's
 * grub-pc-bin by grub-mkimage for the lab's image, taken from Buildroot for the product's; placed by disk.ts, without
 * grub-install.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command';
import type { DiskLayout } from './disk';

/** board/boot.json */
export interface BootSettings {
  readonly consoleBaud: number;
  readonly kernelArguments: readonly string[];
  /** More variables of the environment block. */
  readonly environment: Readonly<Record<string, string>>;
  readonly grubModules: readonly string[];
}

/** What lies before the first partition. */
export interface BootLoader {
  /** First sector, with room for the partition table. */
  readonly bootCode: Buffer;
  /** From the second sector on. */
  readonly core: Buffer;
}

const GRUB_FOLDER = '/usr/lib/grub/i386-pc';
/** Where the core looks for grub.cfg: Buildroot's choice, so that both images have the same. */
const PREFIX = 'boot/grub';
/** Offset in boot.img of a jump that trusts the BIOS's drive number; see `grub_util_bios_setup`. */
const DRIVE_CHECK_OFFSET = 0x66;
const NOP_NOP = 0x9090;
/** Size that grub-editenv insists on, `#` filling the rest. */
export const ENVIRONMENT_BYTES = 1024;
export const ENVIRONMENT_HEADER = '# GRUB Environment Block\n';

export function readBootSettings(boardFolder: string): BootSettings {
  return JSON.parse(readFileSync(join(boardFolder, 'boot.json'), 'utf8')) as BootSettings;
}

/** Boot code for the first sector, from GRUB's boot.img. It loads the core from the second sector on. */
export function grubBootCode(bootImage: string): Buffer {
  const code = Buffer.from(readFileSync(bootImage));
  // Some BIOSes pass a floppy's number when they boot from the first disk.
  code.writeUInt16LE(NOP_NOP, DRIVE_CHECK_OFFSET);
  return code;
}

/** GRUB as Debian has it, with all modules that grub.cfg needs. */
export async function debianGrub(workFolder: string, settings: BootSettings): Promise<BootLoader> {
  const file = join(workFolder, 'core.img');
  const args = ['-O', 'i386-pc', '-d', GRUB_FOLDER, '-p', `(hd0,msdos1)/${PREFIX}`, '-o', file];
  await command('grub-mkimage', [...args, ...settings.grubModules]);
  return { bootCode: grubBootCode(join(GRUB_FOLDER, 'boot.img')), core: readFileSync(file) };
}

/** Fills a folder with what the boot partition holds: `template` is the text of board/grub.cfg. */
export function grubBootFiles(
  folder: string,
  template: string,
  layout: DiskLayout,
  settings: BootSettings,
): void {
  const target = join(folder, PREFIX);
  mkdirSync(target, { recursive: true });
  const text = template
    .replaceAll('@BAUD@', String(settings.consoleBaud))
    .replaceAll('@DISK@', layout.diskId.replace(/^0x/, ''))
    .replaceAll('@ARGUMENTS@', settings.kernelArguments.join(' '));
  writeFileSync(join(target, 'grub.cfg'), text);
  const variables = { slot: 'a', tries: 0, baud: settings.consoleBaud, ...settings.environment };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  const environment = `${ENVIRONMENT_HEADER}${lines.join('')}`;
  writeFileSync(join(target, 'grubenv'), environment.padEnd(ENVIRONMENT_BYTES, '#'));
}
