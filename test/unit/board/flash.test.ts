import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlockDevice, description, hindrance, LSBLK_ARGUMENTS } from '../../../board/flash/device';
import { firstDifference, writeImage } from '../../../board/flash/write';

const IMAGE_BYTES = 60 * 1024 * 1024;
const part = (fields: Partial<BlockDevice>): BlockDevice => ({
  ...card({}),
  path: '/dev/sdb1',
  type: 'part',
  size: 31_000_000,
  model: null,
  tran: null,
  ...fields,
});
function card(fields: Partial<BlockDevice>): BlockDevice {
  return {
    path: '/dev/sdb',
    type: 'disk',
    size: 64_487_424,
    model: 'STORAGE DEVICE  ',
    tran: 'usb',
    ro: false,
    fstype: null,
    label: null,
    mountpoints: [null],
    ...fields,
  };
}

describe('a disk', () => {
  it('is shown with model, size, connection and what is on it', () => {
    const photos = part({ fstype: 'vfat', label: 'PHOTOS', mountpoints: ['/media/photos'] });
    expect(description(card({ children: [photos] }))).toEqual([
      '/dev/sdb: STORAGE DEVICE, 64 MB, by usb',
      '  /dev/sdb1: vfat "PHOTOS", 31 MB, mounted on /media/photos',
    ]);
    expect(description(card({ model: null, size: 500_107_862_016, tran: null }))).toEqual([
      '/dev/sdb: a disk that does not tell its model, 500 GB',
      '  holds nothing that is known',
    ]);
  });

  it('is asked for with all that lies on it', () => {
    // As util-linux 2.38 answers; without --tree, the partition would be the disk's neighbour.
    const answer = `{"blockdevices": [{"path":"/dev/loop0", "type":"loop", "size":64000000, "model":null, "tran":null,
      "ro":false, "fstype":null, "label":null, "mountpoints":[null], "children": [
        {"path":"/dev/loop0p4", "type":"part", "size":8388608, "model":null, "tran":null, "ro":false, "fstype":"ext4",
         "label":"config", "mountpoints":["/mnt"]}]}]}`;
    const { blockdevices } = JSON.parse(answer) as { blockdevices: BlockDevice[] };
    expect(LSBLK_ARGUMENTS).toContain('--tree');
    expect(hindrance(blockdevices[0]!, IMAGE_BYTES)).toBe('/dev/loop0 is in use: "umount /mnt" first.');
  });

  it('of 64 MB is large enough', () => {
    expect(hindrance(card({}), IMAGE_BYTES)).toBeNull();
    expect(hindrance(card({ children: [part({ fstype: 'vfat' })] }), IMAGE_BYTES)).toBeNull();
  });

  const inside = (fields: Partial<BlockDevice>): BlockDevice => card({ children: [part(fields)] });
  it.each([
    ['that is too small', card({ size: 32_000_000 }), "has 32 MB: too small for the image's 62 MB"],
    ['that is write-protected', card({ ro: true }), 'is write-protected'],
    ['that is mounted as a whole', card({ mountpoints: ['/mnt'] }), 'is in use: "umount /mnt" first'],
    ['with a mounted partition', inside({ mountpoints: [null, '/media/x'] }), '"umount /media/x" first'],
    ['of the running system', inside({ mountpoints: ['/boot/efi'] }), 'holds /boot/efi of the system'],
    ['with swap', inside({ mountpoints: ['[SWAP]'] }), 'holds [SWAP] of the system'],
    [
      'below an encrypted root',
      inside({ children: [part({ path: '/dev/mapper/root', type: 'crypt', mountpoints: ['/'] })] }),
      'holds / of the system',
    ],
    [
      'in an open volume group',
      inside({ children: [part({ path: '/dev/mapper/vg-data', type: 'lvm' })] }),
      'it holds /dev/mapper/vg-data, a lvm that is open',
    ],
    [
      'that is a partition',
      part({}),
      '/dev/sdb1 is a partition: the image is for a whole disk, e.g. /dev/sdb.',
    ],
    ['that is a logical volume', card({ type: 'lvm' }), 'is no disk: lsblk calls it "lvm"'],
  ])('%s is refused', (_, device, sentence) => {
    expect(hindrance(device, IMAGE_BYTES)).toContain(sentence);
  });

  it.each([
    ['/dev/nvme0n1p2', '/dev/nvme0n1'],
    ['/dev/mmcblk0p1', '/dev/mmcblk0'],
  ])('is named to who names its partition %s', (path, disk) => {
    expect(hindrance(part({ path }), IMAGE_BYTES)).toContain(`e.g. ${disk}.`);
  });
});

describe('writing', () => {
  let folder: string;
  let image: string;
  let disk: string;
  /** Not a multiple of the chunk. */
  const bytes = Buffer.alloc(2_500_001, 7);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'flash-'));
    [image, disk] = [join(folder, 'image'), join(folder, 'disk')];
    writeFileSync(image, bytes);
    writeFileSync(disk, Buffer.alloc(3_000_000, 1));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('puts the image at the beginning, tells its progress, and compares equal', () => {
    const told: number[] = [];
    writeImage(image, disk, (done) => told.push(done));
    expect(told).toEqual([1_048_576, 2_097_152, 2_500_001]);
    const found = readFileSync(disk);
    expect(found.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(found[bytes.length]).toBe(1);
    expect(firstDifference(image, disk, () => {})).toBeNull();
  });

  it('is found out by comparing, to the byte', () => {
    writeImage(image, disk, () => {});
    const bad = readFileSync(disk);
    bad[2_000_000] = 8;
    writeFileSync(disk, bad);
    expect(firstDifference(image, disk, () => {})).toBe(2_000_000);
  });

  it('finds a disk that ends too early', () => {
    writeFileSync(disk, bytes.subarray(0, 1000));
    expect(firstDifference(image, disk, () => {})).toBe(1000);
  });

  it('says what is wrong with a disk that is not there', () => {
    expect(() => writeImage(image, join(folder, 'gone'), () => {})).toThrow('there is no such disk');
  });
});
