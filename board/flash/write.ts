/** Copies an image to a disk and compares what the disk then holds. Knows files and descriptors; asks nobody anything. */

import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

/** Told after each chunk: bytes done, and of how many. */
export type Progress = (doneBytes: number, wholeBytes: number) => void;

/**
 * Writes the image, returns when the disk says that it has it.
 * @throws one sentence where the disk is in use or fails
 */
export function writeImage(image: string, disk: string, progress: Progress): void {
  const from = openSync(image, 'r');
  try {
    // A disk that is mounted, or part of something that is open, cannot be opened exclusively (open(2), O_EXCL).
    const to = openDisk(disk, constants.O_WRONLY | constants.O_EXCL);
    try {
      const whole = fstatSync(from).size;
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (let at = 0; at < whole; ) {
        const count = readSync(from, chunk, 0, CHUNK_BYTES, at);
        for (let done = 0; done < count; ) done += writeSync(to, chunk, done, count - done, at + done);
        at += count;
        // Each megabyte, so that progress tells about the disk and not about this machine's memory.
        fsyncSync(to);
        progress(at, whole);
      }
    } finally {
      closeSync(to);
    }
  } finally {
    closeSync(from);
  }
}

/**
 * Reads the disk back.
 * @returns offset of the first byte that differs from the image, or `null`
 */
export function firstDifference(image: string, disk: string, progress: Progress): number | null {
  // Otherwise it is this machine's memory that is compared.
  spawnSync('blockdev', ['--flushbufs', disk]);
  const from = openSync(image, 'r');
  const to = openDisk(disk, constants.O_RDONLY);
  try {
    const whole = fstatSync(from).size;
    const [wanted, found] = [Buffer.alloc(CHUNK_BYTES), Buffer.alloc(CHUNK_BYTES)];
    for (let at = 0; at < whole; ) {
      const count = readSync(from, wanted, 0, CHUNK_BYTES, at);
      const got = readSync(to, found, 0, count, at);
      for (let i = 0; i < count; i += 1) if (i >= got || wanted[i] !== found[i]) return at + i;
      at += count;
      progress(at, whole);
    }
    return null;
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

function openDisk(disk: string, flags: number): number {
  try {
    return openSync(disk, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      EBUSY: 'something uses it',
      EACCES: 'only root may do that; use sudo',
      EPERM: 'only root may do that; use sudo',
      ENOENT: 'there is no such disk',
      ENOMEDIUM: 'there is no card in it',
    };
    throw new Error(`${disk} cannot be opened: ${reasons[code ?? ''] ?? (error as Error).message}.`);
  }
}
