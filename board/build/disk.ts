/**
 * The layout of a disk (board/partitions.json), its partition table, and files written into it at their places.
 * Works on plain files: nothing is mounted, no root is needed. Knows nothing of what the partitions hold.
 */

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface Partition {
  readonly name: 'boot' | 'slot-a' | 'slot-b' | 'config';
  readonly startMiB: number;
  readonly sizeMiB: number;
  /** MBR partition type, e.g. `0x83`. */
  readonly type: string;
  /** Marked for BIOSes that insist on an active partition. */
  readonly active: boolean;
}

export interface DiskLayout {
  /** Disk signature in the MBR. */
  readonly diskId: string;
  readonly partitions: readonly Partition[];
}

export const SECTOR_BYTES = 512;
export const MIB = 1024 * 1024;
/** Bytes of the first sector that belong to the boot loader; disk signature and table follow. */
export const BOOT_CODE_BYTES = 440;

const TABLE_OFFSET = 446;
const ENTRY_BYTES = 16;
const SIGNATURE_OFFSET = 510;
/** Cylinder, head and sector "beyond what can be told": every BIOS of such boxes reads the LBA fields. */
const CHS_BEYOND = [0xfe, 0xff, 0xff];

export function readLayout(boardFolder: string): DiskLayout {
  return JSON.parse(readFileSync(join(boardFolder, 'partitions.json'), 'utf8')) as DiskLayout;
}

export function partition(layout: DiskLayout, name: Partition['name']): Partition {
  const found = layout.partitions.find((entry) => entry.name === name);
  if (!found) throw new Error(`board/partitions.json has no partition "${name}".`);
  return found;
}

export function diskBytes(layout: DiskLayout): number {
  return Math.max(...layout.partitions.map((entry) => entry.startMiB + entry.sizeMiB)) * MIB;
}

/** The first sector: `bootCode` (at most 440 bytes count), disk signature and partition table. */
export function masterBootRecord(layout: DiskLayout, bootCode: Uint8Array): Buffer {
  const sector = Buffer.alloc(SECTOR_BYTES);
  sector.set(bootCode.subarray(0, BOOT_CODE_BYTES));
  sector.writeUInt32LE(Number(layout.diskId), BOOT_CODE_BYTES);
  layout.partitions.forEach((entry, index) => {
    const at = TABLE_OFFSET + index * ENTRY_BYTES;
    sector.writeUInt8(entry.active ? 0x80 : 0, at);
    sector.set(CHS_BEYOND, at + 1);
    sector.writeUInt8(Number(entry.type), at + 4);
    sector.set(CHS_BEYOND, at + 5);
    sector.writeUInt32LE((entry.startMiB * MIB) / SECTOR_BYTES, at + 8);
    sector.writeUInt32LE((entry.sizeMiB * MIB) / SECTOR_BYTES, at + 12);
  });
  sector.writeUInt16LE(0xaa55, SIGNATURE_OFFSET);
  return sector;
}

/** Writes a file system image to the start of its partition in the disk file. */
export function writePartition(disk: string, target: Partition, content: Uint8Array): void {
  if (content.length > target.sizeMiB * MIB) {
    throw new Error(
      `Partition ${target.name} has ${target.sizeMiB} MiB, its content ${(content.length / MIB).toFixed(1)} MiB.`,
    );
  }
  writeAt(disk, target.startMiB * MIB, content);
}

/** Writes bytes at an offset of an existing file. */
export function writeAt(file: string, offset: number, content: Uint8Array): void {
  const descriptor = openSync(file, 'r+');
  try {
    writeSync(descriptor, content, 0, content.length, offset);
  } finally {
    closeSync(descriptor);
  }
}
