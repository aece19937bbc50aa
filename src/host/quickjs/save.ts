/**
 * Runs this same program as a child, for what takes its time: a slow or dying disk, or a long configuration to check,
 * must hold up nothing in this process, which may be the active box.
 */

import type { Done } from '../host';
import { execute } from './execute';
import { DONE, failure, success } from './failure';
import { readFile } from './files';

/** A disk that takes longer has failed. */
const DEADLINE_MS = 20_000;
/** The longest configuration, as it is read, takes a little more than twice the room of its text. */
const OUTPUT_LIMIT_BYTES = 1024 * 1024;

/** How this program was started: the runner, and the folder of its bytecode where that was named. */
function ownCommand(): readonly string[] {
  const started = readFile('/proc/self/cmdline');
  const [, option, folder] = started.ok ? started.value.split('\0') : [];
  const runner = '/proc/self/exe';
  return option === '--folder' && folder !== undefined ? [runner, option, folder] : [runner];
}

/** @param done what it printed; where it did not end with status 0, that is the error */
export function runOwn(words: readonly string[], stdin: string, done: Done<string>): void {
  const command = {
    argv: [...ownCommand(), ...words],
    environment: {},
    stdin,
    deadlineMs: DEADLINE_MS,
    limitBytes: OUTPUT_LIMIT_BYTES,
    isVital: true,
  } as const;
  execute(command, (result) => {
    if (!result.ok) done(result);
    else if (result.value.status === 0) done(success(result.value.output));
    else done(failure(result.value.output.trim()));
  });
}

/** See `Host.saveFile`: by a child that is `understudy save FILE`. */
export function saveFile(path: string, text: string, done: Done<null>): void {
  runOwn(['save', path], text, (saved) => done(saved.ok ? DONE : saved));
}
