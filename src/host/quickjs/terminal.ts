/** Standard output and error of the short-lived subcommands, which may wait for their reader. */

import * as sys from 'sys';
import { ERRNO, POLL } from './linux';

const STDOUT = 1;
const STDERR = 2;

export function printLine(text: string): void {
  write(STDOUT, `${text}\n`);
}

export function printError(text: string): void {
  write(STDERR, `${text}\n`);
}

function write(fd: number, text: string): void {
  const { buffer, byteOffset, length } = Buffer.from(text);
  for (let at = 0; at < length; ) {
    const count = sys.write(fd, buffer as ArrayBuffer, byteOffset + at, length - at);
    if (count === -ERRNO.EAGAIN) sys.poll(Int32Array.of(fd, POLL.OUT, 0), 1, -1);
    else if (count < 0) return;
    else at += count;
  }
}
