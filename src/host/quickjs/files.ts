/**
 * Small files, whole: read in pieces until the end, because files under /proc and /sys tell no size; and replaced so
 * that a loss of power leaves the old or the new one.
 */

import * as sys from 'sys';
import type { Result } from '../host';
import { DONE, failure, refusal, success } from './failure';
import { ERRNO, O } from './linux';
import { bytesText, textBytes } from './text';

/** As long as a configuration may be. Text that is not UTF-8 takes several times this while it is decoded. */
export const FILE_LIMIT_BYTES = 256 * 1024;

const CHUNK_BYTES = 4096;
const MODE = 0o644;

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
  const what = `write ${path}`;
  const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, MODE);
  if (fd < 0) return failure(refusal(what, fd));
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
 * Replaces a file whole or not at all: a temporary file beside it, fsync, rename, fsync of the folder. Waits for the
 * disk. Where the folder is a mount that is read-only otherwise, it is writable for so long.
 */
export function replaceFile(path: string, text: string): Result<null> {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const temporary = `${path}.new`;
  const probe = sys.open(temporary, O.WRONLY | O.CREAT, MODE);
  if (probe >= 0) sys.close(probe);
  const readOnly = probe === -ERRNO.EROFS;
  const writable = readOnly ? sys.remount(folder, false) : 0;
  if (writable < 0) return failure(refusal(`make ${folder} writable`, writable));
  const written = writeFile(temporary, text, true);
  const replaced = written.ok ? renameLasting(temporary, path, folder) : written;
  if (!replaced.ok) sys.unlink(temporary);
  // A mount that is busy stays writable until the next file is replaced.
  if (readOnly) sys.remount(folder, true);
  return replaced;
}

function renameLasting(from: string, to: string, folder: string): Result<null> {
  const renamed = sys.rename(from, to);
  if (renamed < 0) return failure(refusal(`rename ${from} to ${to}`, renamed));
  const fd = sys.open(folder, O.RDONLY, 0);
  if (fd < 0) return failure(refusal(`open ${folder}`, fd));
  const synced = sys.fsync(fd);
  sys.close(fd);
  return synced < 0 ? failure(refusal(`write ${folder}`, synced)) : DONE;
}
