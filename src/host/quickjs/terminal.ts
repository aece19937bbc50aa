/** Standard input, output and error of the short-lived subcommands, which may wait for their reader. */

import * as sys from 'sys';
import { ERRNO, POLL } from './linux';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

export function printLine(text: string): void {
  write(STDOUT, `${text}\n`);
}

export function printError(text: string): void {
  write(STDERR, `${text}\n`);
}

const CHUNK_BYTES = 4096;

/** All of the standard input, as UTF-8. */
export function readInput(): string {
  const pieces: Buffer[] = [];
  for (;;) {
    const chunk = new ArrayBuffer(CHUNK_BYTES);
    const count = sys.read(STDIN, chunk, 0, CHUNK_BYTES);
    if (count === -ERRNO.EAGAIN) sys.poll(Int32Array.of(STDIN, POLL.IN, 0), 1, -1);
    else if (count <= 0) return Buffer.concat(pieces).toString('utf8');
    else pieces.push(Buffer.from(chunk, 0, count));
  }
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
