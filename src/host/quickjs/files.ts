/**
 * Small files, whole: read in pieces until the end, because files under /proc and /sys tell no size; and replaced so
 * that a loss of power leaves the old or the new one.
 */

import * as sys from 'sys';
import { type Disk, folderOf, replaceWhole } from '../disk';
import type { Result } from '../host';
import { DONE, failure, refusal, success } from './failure';
import { ERRNO, O } from './linux';
import { bytesText, textBytes } from './text';

/**
 * As long as a configuration may be, with the line that the store puts before it. Text that is not UTF-8 takes several
 * times this while it is decoded.
 */
export const FILE_LIMIT_BYTES = 260 * 1024;

const CHUNK_BYTES = 4096;
const MODE = 0o644;
const FOLDER_MODE = 0o755;
const REMOUNT_TRIES = 4;

/** Refuses a file of more than `FILE_LIMIT_BYTES` without reading on. */
export function readFile(path: string): Result<string> {
  const what = `read ${path}`;
  const fd = sys.open(path, O.RDONLY, 0);
  if (fd < 0) return failure(refusal(what, fd));
  try {
    const pieces: Buffer[] = [];
    for (let length = 0; ; ) {
      const buffer = new ArrayBuffer(CHUNK_BYTES);
      const count = sys.read(fd, buffer, 0, CHUNK_BYTES);
      if (count < 0) return failure(refusal(what, count));
      if (count === 0) return success(bytesText(Buffer.concat(pieces)));
      length += count;
      if (length > FILE_LIMIT_BYTES) return failure(`cannot ${what}: more than ${FILE_LIMIT_BYTES} bytes`);
      pieces.push(Buffer.from(buffer, 0, count));
    }
  } finally {
    sys.close(fd);
  }
}

/** Writes in place. Where `lasting`, returns only when the disk has it. */
export function writeFile(path: string, text: string, lasting = false): Result<null> {
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, MODE);
  return fd < 0 ? failure(refusal(`write ${path}`, fd)) : writeOpen(fd, path, text, lasting);
}

/** @param fd of the empty file; it is closed */
function writeOpen(fd: number, path: string, text: string, lasting: boolean): Result<null> {
  const what = `write ${path}`;
  try {
    const { buffer, byteOffset, length } = textBytes(text);
    for (let at = 0; at < length; ) {
      const count = sys.write(fd, buffer as ArrayBuffer, byteOffset + at, length - at);
      if (count < 0) return failure(refusal(what, count));
      at += count;
    }
    const synced = lasting ? sys.fsync(fd) : 0;
    return synced < 0 ? failure(refusal(what, synced)) : DONE;
  } finally {
    sys.close(fd);
  }
}

/**
 * The disk behind a folder that is a mount of its own: where that is read-only, it is writable from the first change
 * on, until `close`. Every call waits for the disk.
 */
export class MountedDisk implements Disk {
  private madeWritable = false;

  constructor(private readonly mount: string) {}

  read(path: string): Result<string | null> {
    const fd = sys.open(path, O.PATH, 0);
    if (fd === -ERRNO.ENOENT || fd === -ERRNO.ENOTDIR) return success(null);
    if (fd >= 0) sys.close(fd);
    return readFile(path);
  }

  write(path: string, text: string): Result<null> {
    const { length } = textBytes(text);
    if (length > FILE_LIMIT_BYTES)
      return failure(`cannot write ${path}: ${length} bytes, and at most ${FILE_LIMIT_BYTES} can be read`);
    const fd = this.changing(() => sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, MODE));
    return fd < 0 ? failure(refusal(`write ${path}`, fd)) : writeOpen(fd, path, text, true);
  }

  rename(from: string, to: string): Result<null> {
    return outcome(
      `rename ${from} to ${to}`,
      this.changing(() => sys.rename(from, to)),
    );
  }

  makeFolder(path: string): Result<null> {
    const made = this.changing(() => sys.mkdir(path, FOLDER_MODE));
    return made === -ERRNO.EEXIST ? DONE : outcome(`make ${path}`, made);
  }

  remove(path: string): Result<null> {
    const removed = this.changing(() => sys.unlink(path));
    return removed === -ERRNO.ENOENT ? DONE : outcome(`remove ${path}`, removed);
  }

  syncFolder(path: string): Result<null> {
    const fd = sys.open(path, O.RDONLY, 0);
    if (fd < 0) return failure(refusal(`open ${path}`, fd));
    const synced = sys.fsync(fd);
    sys.close(fd);
    return outcome(`write ${path}`, synced);
  }

  /** As read-only as it was. A mount that is busy stays writable until the next change. */
  close(): void {
    if (this.madeWritable) sys.remount(this.mount, true);
    this.madeWritable = false;
  }

  /** Again and again, because another program may be done with its change, and close, at any moment. */
  private changing(run: () => number): number {
    let result = run();
    for (let tries = 0; result === -ERRNO.EROFS && tries < REMOUNT_TRIES; tries++) {
      const writable = sys.remount(this.mount, false);
      if (writable < 0) return writable;
      this.madeWritable = true;
      result = run();
    }
    return result;
  }
}

function outcome(what: string, result: number): Result<null> {
  return result < 0 ? failure(refusal(what, result)) : DONE;
}

/**
 * Replaces a file whole or not at all, and waits for the disk. Where its folder is a mount that is read-only otherwise,
 * it is writable for so long.
 */
export function replaceFile(path: string, text: string): Result<null> {
  const disk = new MountedDisk(folderOf(path));
  try {
    return replaceWhole(disk, path, text);
  } finally {
    disk.close();
  }
}
