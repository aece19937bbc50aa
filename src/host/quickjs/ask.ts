/** The other end of `serve`: asks a supervisor on this machine one thing, and waits for the answer. For short programs. */

import * as sys from 'sys';
import type { Result } from '../host';
import { failure, refusal, success } from './failure';
import { AF, POLL, SOCK } from './linux';
import { ANSWER_BYTES } from './serve';
import { unixAddress } from './sockaddr';
import { textBytes } from './text';

const DEADLINE_MS = 10_000;
const CHUNK_BYTES = 4096;

/** Sends one line and collects the answer until the other side closes. Blocks up to 10 s. */
export function ask(path: string, line: string): Result<string> {
  const fd = sys.socket(AF.UNIX, SOCK.STREAM, 0);
  if (fd < 0) return failure(refusal('open a local socket', fd));
  try {
    const connected = sys.connect(fd, unixAddress(path));
    if (connected < 0)
      return failure(`${refusal(`reach the supervisor at ${path}`, connected)}; is it running?`);
    const { buffer, length } = textBytes(`${line}\n`);
    const sent = sys.send(fd, buffer, 0, length, 0, null);
    if (sent < 0) return failure(refusal('ask the supervisor', sent));
    return collect(fd);
  } finally {
    sys.close(fd);
  }
}

function collect(fd: number): Result<string> {
  const untilMs = sys.monotonic() + DEADLINE_MS;
  const pieces: Buffer[] = [];
  for (let total = 0; total <= ANSWER_BYTES; ) {
    const ready = sys.poll(Int32Array.of(fd, POLL.IN, 0), 1, Math.max(0, untilMs - sys.monotonic()));
    if (ready === 0 && sys.monotonic() >= untilMs)
      return failure(`the supervisor did not answer within ${DEADLINE_MS / 1000} s`);
    if (ready <= 0) continue;
    const chunk = new ArrayBuffer(CHUNK_BYTES);
    const count = sys.receive(fd, chunk, 0, CHUNK_BYTES, 0, null);
    if (count < 0) return failure(refusal('hear the supervisor', count));
    if (count === 0) return success(Buffer.concat(pieces).toString('utf8'));
    pieces.push(Buffer.from(chunk, 0, count));
    total += count;
  }
  return failure(`the supervisor's answer is longer than ${ANSWER_BYTES} bytes`);
}
