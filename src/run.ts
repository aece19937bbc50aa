/**
 * The subcommand `run`: one box's supervisor on this machine, with its signals and its configuration file. Owns when
 * the file is read; never what is in it.
 */

import { Box } from './box';
import { parseFor } from './check';
import type { Config } from './config/config';
import { formatProblem, type Problem } from './config/problem';
import { Store } from './config/store';
import { folderOf } from './host/disk';
import type { Host } from './host/host';
import { MountedDisk } from './host/quickjs/files';
import { createHost } from './host/quickjs/host';
import { SIGNAL } from './host/quickjs/linux';
import { loop } from './host/quickjs/machine';
import { sha256 } from './host/quickjs/sha256';
import type { Running } from './supervisor/commit-types';
import { VERSION } from './version';

export interface RunOptions {
  readonly file: string;
  /** Tells the name of this box. */
  readonly node: () => string;
  readonly stateFile: string;
  readonly controlPath: string;
  readonly log: string;
  readonly console: string;
}

/** Supervises until told to stop. A box without a right configuration waits for one. */
export function run(options: RunOptions): void {
  const { file, log, console } = options;
  const host = createHost({ log: { file: log, console, level: 'info' } });
  const box = new Box(host, { ...options, version: VERSION }, stored(host, options));
  if (box.running === null)
    host.log(
      'error',
      'not-configured',
      `this box does nothing until there is a configuration: from its console, or in ${file} and SIGHUP`,
    );
  for (const signal of [SIGNAL.TERM, SIGNAL.INT]) loop.onSignal(signal, () => box.stop());
  loop.onSignal(SIGNAL.HUP, () => {
    if (takeUp(host, options) !== null) box.committer.takeUp();
  });
  loop.run();
}

/** What the disk has, with everything that is wrong with it reported. */
function stored(host: Host, { file, node }: RunOptions): Running | null {
  const store = new Store(new MountedDisk(folderOf(file)), sha256, file);
  const { edition, sentence } = store.find();
  if (sentence !== null) host.log('error', 'configuration-damaged', sentence);
  if (edition === null) return null;
  const { config, problems, warnings } = parseFor(edition.text, file, node());
  for (const warning of warnings) host.log('warn', 'configuration', formatProblem(warning));
  report(host, problems);
  return { edition, config };
}

/** The configuration as it is now; a wrong one changes nothing, is reported, and gives null. */
function takeUp(host: Host, options: RunOptions): Config | null {
  const running = stored(host, options);
  if (running?.config != null) return running.config;
  const sentence = `what runs stays as it is: there is nothing right in ${options.file}`;
  host.log('error', 'configuration-refused', sentence);
  return null;
}

function report(host: Host, problems: readonly Problem[]): void {
  for (const problem of problems) host.log('error', 'configuration', formatProblem(problem));
}
