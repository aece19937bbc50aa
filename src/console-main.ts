/**
 * The console as a program of its own: what it needs is a third more than the supervisor, which must not carry that around.
 * Takes `--control PATH`, and is started by `/etc/init.d/console`.
 */

import * as sys from 'sys';
import { runConsole } from './console';
import { CONTROL_PATH } from './supervisor/control';
import { VERSION } from './version';

const [option, path] = sys.args;
runConsole({ version: VERSION, controlPath: (option === '--control' ? path : undefined) ?? CONTROL_PATH });
