/** Runs a program and gives on what it writes as it comes. For the console, where a person waits and can end it. */

import * as sys from 'sys';
import type { Program } from '../../console/world';
import { refusal } from './failure';
import { ERRNO, O, SIGNAL } from './linux';
import { loop } from './machine';
import { bytesText } from './text';

const CHUNK_BYTES = 4096;
/** As shells have it for a program that cannot be started. */
const NOT_STARTED = 127;
const ENVIRONMENT = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'];

/** Starts `argv` without a shell and without an input. What fails is said through `onOutput`. */
export function stream(argv: readonly string[], onOutput: (text: string) => void): Program {
  const pipe = sys.pipe();
  if (typeof pipe === 'number') return notStarted(argv, pipe, onOutput);
  const [from, to] = pipe;
  const nothing = sys.open('/dev/null', O.RDONLY, 0);
  let end: (status: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const collect = (): boolean => {
    const chunk = new ArrayBuffer(CHUNK_BYTES);
    const count = sys.read(from, chunk, 0, CHUNK_BYTES);
    if (count > 0) onOutput(bytesText(new Uint8Array(chunk, 0, count)));
    else if (count !== -ERRNO.EAGAIN) watcher.want(false, false);
    return count > 0;
  };
  const watcher = loop.watch(from, { readable: () => void collect() });
  const pid = loop.spawn(argv, ENVIRONMENT, [nothing, to, to], (wait) => {
    while (collect());
    watcher.stop();
    sys.close(from);
    const signal = wait & 0x7f;
    end(signal === 0 ? (wait >> 8) & 0xff : 128 + signal);
  });
  sys.close(to);
  sys.close(nothing);
  if (pid < 0) {
    watcher.stop();
    sys.close(from);
    return notStarted(argv, pid, onOutput);
  }
  watcher.want(true, false);
  return { ended, stop: () => void sys.kill(-pid, SIGNAL.INT) };
}

function notStarted(argv: readonly string[], error: number, onOutput: (text: string) => void): Program {
  onOutput(`${refusal(`run ${argv[0]}`, error)}\n`);
  return { ended: Promise.resolve(NOT_STARTED), stop: () => {} };
}
