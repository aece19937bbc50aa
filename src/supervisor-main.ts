/**
 * The supervisor as a program of its own: what others need to ask it, or to bring a configuration here, must not take its
 * memory. Takes what `understudy run` does (see main.ts), and is kept running by `/etc/init.d/supervise`.
 */

import * as sys from 'sys';
import { run } from './run';
import { CONTROL_PATH } from './supervisor/control';

const CONFIG_FILE = '/config/understudy.conf';
const STATE_FILE = '/config/state';
const LOG_FILE = '/var/log/understudy.log';
const CONSOLE = '/dev/console';

function option(name: string): string | null {
  const at = sys.args.indexOf(name);
  return at === -1 ? null : (sys.args[at + 1] ?? null);
}

const node = option('--node');
run({
  file: option('--config') ?? CONFIG_FILE,
  node: () => node ?? sys.hostname(),
  stateFile: option('--state') ?? STATE_FILE,
  controlPath: option('--control') ?? CONTROL_PATH,
  log: option('--log') ?? LOG_FILE,
  console: option('--console') ?? CONSOLE,
});
