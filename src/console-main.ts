/**
 * The console as a program of its own: what it needs is a third more than the supervisor, which must not carry that around.
 * Takes `--control PATH` and `--folder PATH`, and is started by `/etc/init.d/console`.
 */

import * as sys from 'sys';
import { runConsole } from './console';
import { CONTROL_PATH } from './supervisor/control';
import { VERSION } from './version';

const FOLDER = '/config';

function option(name: string): string | undefined {
  const at = sys.args.indexOf(name);
  return at === -1 ? undefined : sys.args[at + 1];
}

runConsole({
  version: VERSION,
  controlPath: option('--control') ?? CONTROL_PATH,
  folder: option('--folder') ?? FOLDER,
});
