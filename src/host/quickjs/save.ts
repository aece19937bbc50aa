/**
 * Saves a file through a child, the same program as `understudy save FILE`: a slow or dying disk must hold up nothing
 * in this process, which may be the active box.
 */

import type { Done } from '../host';
import { execute } from './execute';
import { DONE, failure } from './failure';
import { readFile } from './files';

/** A disk that takes longer has failed. */
const DEADLINE_MS = 20_000;
const OUTPUT_LIMIT_BYTES = 4096;

/** How this program was started: the runner, and its bytecode where that was named. */
function ownCommand(): readonly string[] {
  const started = readFile('/proc/self/cmdline');
  const [, option, bytecode] = started.ok ? started.value.split('\0') : [];
  const runner = '/proc/self/exe';
  return option === '--bytecode' && bytecode !== undefined ? [runner, option, bytecode] : [runner];
}

/** See `Host.saveFile`. */
export function saveFile(path: string, text: string, done: Done<null>): void {
  const command = {
    argv: [...ownCommand(), 'save', path],
    environment: {},
    stdin: text,
    deadlineMs: DEADLINE_MS,
    limitBytes: OUTPUT_LIMIT_BYTES,
  };
  execute(command, (result) => {
    if (!result.ok) done(result);
    else done(result.value.status === 0 ? DONE : failure(result.value.output.trim()));
  });
}
