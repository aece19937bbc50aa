/**
 * The panel as a program of its own: on a terminal, started by `/etc/init.d/console`, or on a serial device, kept running by
 * the supervisor. Owns reading its arguments.
 */

import * as sys from 'sys';
import { printError } from './host/quickjs/terminal';
import { runDevicePanel, runLcdPanel, runLinePanel, runModemLamps, runTerminalPanel } from './panel';
import { CHOICES } from './panel/lcd/model';
import { TerminalPanel } from './panel/terminal-panel';
import { panelView } from './panel/view';
import { CONTROL_PATH } from './supervisor/control';
import { VERSION } from './version';

const EXIT_USAGE = 64;
const USUAL_BAUD = 9600;
const MS_PER_S = 1000;

const USAGE = `usage: understudy panel
           the state of this box as a screen, on this terminal, until Enter
       understudy panel DEVICE [--baud N]
           the same on a serial device
       understudy panel line DEVICE [--baud N] [--interval SECONDS]
           one line of words each so often on a serial device
       understudy panel lcd DEVICE [--module NAME] [--baud N] [--standby-key on]
           on a display module; NAME is auto, or one of ${Object.keys(CHOICES).join(', ')}
       understudy panel lamps DEVICE
           lamps on the modem lines of a serial device: DTR is ACTIVE, RTS is FAULT`;

function main(args: readonly string[]): void {
  const words = args.filter((word, at) => !word.startsWith('--') && !args[at - 1]?.startsWith('--'));
  const controlPath = option(args, '--control') ?? CONTROL_PATH;
  const baud = Number(option(args, '--baud') ?? USUAL_BAUD);
  const intervalMs = MS_PER_S * Number(option(args, '--interval') ?? 10);
  const isSet = option(args, '--baud') !== null;
  const module = option(args, '--module') ?? 'auto';
  const hasStandbyKey = option(args, '--standby-key') === 'on';
  const options = { version: VERSION, controlPath, baud };
  const [first = '', second = ''] = words;
  const isRight = Number.isInteger(baud) && baud > 0 && intervalMs > 0;
  if (isRight && words.length === 0) runTerminalPanel(options);
  else if (isRight && words.length === 1 && first.startsWith('/'))
    runDevicePanel({ ...options, device: first }, new TerminalPanel(null, false), panelView);
  else if (isRight && words.length === 2 && first === 'line')
    runLinePanel({ ...options, device: second, intervalMs });
  else if (isRight && words.length === 2 && first === 'lcd' && (module === 'auto' || module in CHOICES))
    runLcdPanel({ ...options, device: second }, { module, baud: isSet ? baud : null, hasStandbyKey });
  else if (isRight && words.length === 2 && first === 'lamps') runModemLamps({ ...options, device: second });
  else {
    printError(USAGE);
    sys.exit(EXIT_USAGE);
  }
}

function option(args: readonly string[], name: string): string | null {
  const at = args.indexOf(name);
  return at === -1 ? null : (args[at + 1] ?? null);
}

main(sys.args);
