/**
 * The panels' process: puts a renderer, the line to a display and the supervisor's status together. Decides nothing. What
 * happens to the line, whatever it is, happens to this process alone.
 */

import * as sys from 'sys';
import { ask } from './host/quickjs/ask';
import { DeviceLine } from './host/quickjs/device-line';
import { readFile } from './host/quickjs/files';
import { SIGNAL, TIOCM } from './host/quickjs/linux';
import { loop } from './host/quickjs/machine';
import { printError } from './host/quickjs/terminal';
import { isDumb, TerminalLine } from './host/quickjs/terminal-line';
import { Watch } from './host/quickjs/watch';
import { type LcdOptions, LcdPanel } from './panel/lcd/lcd-panel';
import { lineWithout, statusLine } from './panel/line';
import { ModemLamps } from './panel/modem-lamps';
import { PlainPanel } from './panel/plain-panel';
import { Driver, type PanelPort, type Renderer } from './panel/renderer';
import { TerminalPanel } from './panel/terminal-panel';
import { type Box, type Heard, panelView } from './panel/view';
import { answerLimitMs, printRequest, type Request, readReply } from './supervisor/control';

export interface PanelOptions {
  readonly version: string;
  readonly controlPath: string;
}

/** What `/etc/init.d/console` does next: somebody wants to log in; or there is no terminal. */
const EXIT = { login: 0, noTerminal: 1 } as const;
/** In which a terminal that is left takes what puts it in order. */
const LEAVE_MS = 500;
/** Of a line for each change. */
const PLAIN_INTERVAL_MS = 3_600_000;

/** On the terminal that this program was started on, until Enter. The log keeps off it meanwhile. */
export function runTerminalPanel(options: PanelOptions): void {
  const opened = TerminalLine.open({
    onData: (bytes) => driver?.receive(bytes),
    onDrained: () => {},
    onGone: () => sys.exit(EXIT.noTerminal),
  });
  if (!opened.ok) {
    printError(opened.error);
    sys.exit(EXIT.noTerminal);
  }
  const line = opened.value;
  const [columns, rows] = line.size;
  const port: PanelPort = {
    send: (bytes) => line.send(String.fromCharCode(...bytes)),
    unsentBytes: () => line.unsentBytes,
    now: () => loop.now(),
    after: (delayMs, run) => loop.after(delayMs, run),
  };
  const screen = new TerminalPanel(columns === 0 || rows === 0 ? null : { columns, rows });
  const leave = (): void => {
    if (!isPlain) port.send(screen.leave());
    const end = (): void => {
      line.close();
      sys.exit(EXIT.login);
    };
    const deadlineMs = loop.now() + LEAVE_MS;
    const look = (): void => {
      if (line.unsentBytes === 0 || loop.now() >= deadlineMs) end();
      else loop.after(20, look);
    };
    look();
  };
  const isPlain = isDumb();
  const plain = { intervalMs: PLAIN_INTERVAL_MS, onlyThen: false, endsAtEnter: true };
  const driver = isPlain
    ? feed(new PlainPanel(plain), port, lineOf, options, true, leave)
    : feed(screen, port, panelView, options, true, leave);
  loop.onSignal(SIGNAL.TERM, leave);
  stay();
}

/** SIGHUP to every `understudy` is meant for the supervisor; a terminal that hangs up is at its end anyway. */
function stay(): void {
  loop.onSignal(SIGNAL.HUP, () => {});
  loop.run();
}

export interface DeviceOptions extends PanelOptions {
  readonly device: string;
  /** In bits/s. */
  readonly baud: number;
}

/** A renderer on a serial device of its own, for ever. @param draw from what is heard to what the renderer shows */
export function runDevicePanel<T>(
  options: DeviceOptions,
  renderer: Renderer<T>,
  draw: (heard: Heard, box: Box) => T,
): void {
  serveDevice(options, renderer, draw);
  stay();
}

/** A display module on a serial device. */
export function runLcdPanel(options: DeviceOptions, lcd: LcdOptions): void {
  const panel = new LcdPanel(lcd, {
    setBaud: (baud) => line.setBaud(baud),
    standby: () => standby(options.controlPath, say),
    tell: (sentence) => printError(`${options.device}: ${sentence}`),
  });
  const say = (sentence: string): void => {
    panel.notice(sentence, loop.now());
    driver.receive(new Uint8Array());
  };
  const { line, driver } = serveDevice(options, panel, panelView);
  stay();
}

/** Lamps on the modem lines of a serial device. */
export function runModemLamps(options: DeviceOptions): void {
  const lamps = new ModemLamps(({ dtr, rts }) => {
    const on = (dtr ? TIOCM.DTR : 0) | (rts ? TIOCM.RTS : 0);
    line.setModem(on, (TIOCM.DTR | TIOCM.RTS) & ~on);
  });
  const { line } = serveDevice(options, lamps, panelView);
  stay();
}

/** Asks the supervisor to hand the group over. @param say what came of it, in one sentence */
function standby(controlPath: string, say: (sentence: string) => void): void {
  const request: Request = { op: 'standby', scope: 'all' };
  ask(controlPath, printRequest(request), answerLimitMs(request), (heard) => {
    const reply = heard.ok ? readReply<'standby'>(heard.value) : null;
    if (reply?.ok) say(reply.text);
    else say(reply?.error ?? (heard.ok ? 'the supervisor gave no whole answer' : heard.error));
  });
}

function serveDevice<T>(
  options: DeviceOptions,
  renderer: Renderer<T>,
  draw: (heard: Heard, box: Box) => T,
): { readonly line: DeviceLine; readonly driver: Driver<T> } {
  const line = new DeviceLine(options.device, options.baud, {
    onOpen: () => driver.restart(),
    onData: (bytes) => driver.receive(bytes),
    onLost: printError,
  });
  const port: PanelPort = {
    send: (bytes) => line.send(bytes),
    unsentBytes: () => line.unsentBytes,
    now: () => loop.now(),
    after: (delayMs, run) => loop.after(delayMs, run),
  };
  const driver = feed(renderer, port, draw, options, false, () => {});
  return { line, driver };
}

/** The one-line form on a serial device. */
export function runLinePanel(options: DeviceOptions & { readonly intervalMs: number }): void {
  const plain = new PlainPanel({ intervalMs: options.intervalMs, onlyThen: true, endsAtEnter: false });
  runDevicePanel(options, plain, lineOf);
}

function lineOf(heard: Heard, box: Box): string {
  if ('silent' in heard) return lineWithout(box.name, 'SILENT');
  return heard.status === null ? lineWithout(box.name, 'NEW') : statusLine(heard.status);
}

function feed<T>(
  renderer: Renderer<T>,
  port: PanelPort,
  draw: (heard: Heard, box: Box) => T,
  { version, controlPath }: PanelOptions,
  isConsole: boolean,
  onEnd: () => void,
): Driver<T> {
  const slot = softwareSlot();
  const driver = new Driver(renderer, port, () => {
    watch.cancel();
    onEnd();
  });
  const hear = (heard: Heard): void => driver.show(draw(heard, { name: sys.hostname(), version, slot }));
  let isLost = false;
  const watch = new Watch(controlPath, printRequest({ op: 'watch', console: isConsole }), {
    onLine: (line) => {
      // Until it was heard, the supervisor's log has written over the screen.
      if (isLost) driver.restart();
      isLost = false;
      const reply = readReply<'watch'>(line);
      if (reply?.ok === true) hear({ status: reply.status });
      else hear({ silent: reply?.error ?? 'it gave no whole answer' });
    },
    onLost: (why) => {
      isLost = true;
      hear({ silent: why });
    },
  });
  return driver;
}

/** The slot whose root this is, from its place on the disk: `root_partition` of /etc/init.d/disk, without a shell. */
function softwareSlot(): string | null {
  const mounts = readFile('/proc/self/mountinfo');
  const device = mounts.ok ? /^\d+ \d+ (\S+) \S+ \/ /m.exec(mounts.value)?.[1] : undefined;
  const partition = device === undefined ? null : readFile(`/sys/dev/block/${device}/partition`);
  return partition?.ok ? ({ '2': 'A', '3': 'B' }[partition.value.trim()] ?? null) : null;
}
