import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { diskBytes, MIB, masterBootRecord, partition, readLayout } from '../../../board/build/disk';

const layout = readLayout(fileURLToPath(new URL('../../../board', import.meta.url)));

describe('the disk layout', () => {
  it('fits a CompactFlash card of 64 million bytes', () => {
    expect(diskBytes(layout)).toBeLessThanOrEqual(64_000_000);
  });

  it('has four partitions that do not overlap, after room for the boot loader', () => {
    const names = layout.partitions.map(({ name }) => name);
    expect(names).toEqual(['boot', 'slot-a', 'slot-b', 'config']);
    let freeFrom = 1;
    for (const { startMiB, sizeMiB } of layout.partitions) {
      expect(startMiB).toBeGreaterThanOrEqual(freeFrom);
      freeFrom = startMiB + sizeMiB;
    }
  });

  it('has slots of the same size', () => {
    expect(partition(layout, 'slot-a').sizeMiB).toBe(partition(layout, 'slot-b').sizeMiB);
  });
});

describe('masterBootRecord', () => {
  const record = masterBootRecord(layout, Buffer.alloc(512, 0x90));

  it('keeps boot code out of signature and table', () => {
    expect(record.subarray(0, 440).every((byte) => byte === 0x90)).toBe(true);
    expect(record.readUInt32LE(440)).toBe(Number(layout.diskId));
    expect(record.readUInt16LE(510)).toBe(0xaa55);
  });

  it('gives each partition its first sector and length, and marks only the first active', () => {
    for (const [index, entry] of layout.partitions.entries()) {
      const at = 446 + index * 16;
      expect(record[at]).toBe(index === 0 ? 0x80 : 0);
      expect(record[at + 4]).toBe(0x83);
      expect(record.readUInt32LE(at + 8)).toBe((entry.startMiB * MIB) / 512);
      expect(record.readUInt32LE(at + 12)).toBe((entry.sizeMiB * MIB) / 512);
    }
  });
});
