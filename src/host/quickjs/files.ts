/** Small files, whole: read in pieces until the end, because files under /proc and /sys tell no size. */

import * as sys from 'sys';
import type { Result } from '../host';
import { DONE, failure, refusal, success } from './failure';
import { O } from './linux';
import { textBytes } from './text';

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
      if (count === 0) return success(Buffer.concat(pieces).toString('utf8'));
      length += count;
      if (length > FILE_LIMIT_BYTES) return failure(`cannot ${what}: more than ${FILE_LIMIT_BYTES} bytes`);
      pieces.push(Buffer.from(buffer, 0, count));
    }
  } finally {
    sys.close(fd);
  }
}

export function writeFile(path: string, text: string): Result<null> {
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
    return DONE;
  } finally {
    sys.close(fd);
  }
}
