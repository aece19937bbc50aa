/**
 * The subcommand `console`: one session at the terminal that this program was started on. Puts the session, the terminal and
 * the machine together; decides nothing.
 */

import * as sys from 'sys';
import { type Port, Session } from './console/session';
import type { After } from './console/shell';
import type { Asked, World } from './console/world';
import type { Result } from './host/host';
import { ask } from './host/quickjs/ask';
import { readFile, replaceFile } from './host/quickjs/files';
import { SIGNAL } from './host/quickjs/linux';
import { loop } from './host/quickjs/machine';
import { SerialPort } from './host/quickjs/serial';
import { sha256 } from './host/quickjs/sha256';
import { stream } from './host/quickjs/streaming';
import { printError } from './host/quickjs/terminal';
import { isDumb, TerminalLine } from './host/quickjs/terminal-line';
import { textBytes } from './host/quickjs/text';
import { Watch } from './host/quickjs/watch';
import { answerLimitMs, type Op, printRequest, type Reply, readReply } from './supervisor/control';

/** As `console idle-timeout`, where no configuration says it. */
const USUAL_IDLE_MINUTES = 10;

/** What `/etc/init.d/console` does next. */
const EXIT: Readonly<Record<After, number>> = { login: 0, shell: 3 };
const EXIT_NO_TERMINAL = 1;

export interface ConsoleOptions {
  readonly version: string;
  readonly controlPath: string;
  /** Where the box keeps password and name. */
  readonly folder: string;
}

/** Runs until the operator leaves, or is gone. */
export function runConsole(options: ConsoleOptions): void {
  const opened = TerminalLine.open({
    onData: (bytes) => session?.receive(bytes),
    onDrained: () => session?.step(),
    onGone: () => sys.exit(EXIT.login),
  });
  if (!opened.ok) {
    printError(opened.error);
    sys.exit(EXIT_NO_TERMINAL);
  }
  const line = opened.value;
  const [columns, rows] = line.size;
  const port: Port = {
    size: { columns, rows, dumb: isDumb() },
    send: (text) => line.send(text),
    unsentBytes: () => line.unsentBytes,
    after: (delayMs, run) => loop.after(delayMs, run),
  };
  const leave = (to: After): void => {
    line.close();
    sys.exit(EXIT[to]);
  };
  const session = new Session(world(options), port, { idleMinutes: USUAL_IDLE_MINUTES, onEnd: leave });
  for (const signal of [SIGNAL.HUP, SIGNAL.TERM]) loop.onSignal(signal, () => leave('login'));
  void session.run();
  loop.run();
}

function world({ version, controlPath, folder }: ConsoleOptions): World {
  return {
    version,
    folder,
    ask: (request) => asked(controlPath, request),
    lend: (device) => lent(controlPath, device),
    watch: (onStatus) => {
      const watch = new Watch(controlPath, printRequest({ op: 'watch', console: true }), {
        onLine: (line) => {
          const reply = readReply<'watch'>(line);
          if (reply?.ok === true && reply.status !== null) onStatus(reply.status);
        },
        onLost: () => {},
      });
      return () => watch.cancel();
    },
    openSerial: (device, baud, { onData, onState }) => {
      const handler = {
        onState,
        onData: (bytes: Uint8Array) => {
          onData(bytes.slice());
          return 0;
        },
      };
      const port = new SerialPort({ kind: 'serial', device, baud }, handler);
      return { send: (text) => port.send(textBytes(text)), close: () => port.close() };
    },
    digest: sha256,
    hostname: () => sys.hostname(),
    now: () => loop.now(),
    wait: (durationMs) => new Promise((resolve) => loop.after(durationMs, resolve)),
    readFile,
    saveFile: replaceFile,
    run: stream,
    crypt: (password, setting) => {
      const hash = sys.crypt(password, setting);
      return typeof hash === 'string' ? hash : null;
    },
    random: (length) => new Uint8Array(sys.random(length)),
  };
}

/** The device is lent as long as the connection stays. */
function lent(path: string, device: string): Promise<Result<() => void>> {
  const request = { op: 'lend' as const, device };
  return new Promise((resolve) => {
    const asking = ask(path, printRequest(request), answerLimitMs(request), (heard) => {
      const reply = heard.ok ? readReply<'lend'>(heard.value) : null;
      if (reply?.ok === true) resolve({ ok: true, value: () => asking.cancel() });
      else
        resolve({
          ok: false,
          error: reply?.error ?? (heard.ok ? 'the supervisor gave no whole answer' : heard.error),
        });
    });
  });
}

function asked<T extends Op>(path: string, request: Asked<T>): Promise<Reply<T>> {
  return new Promise((resolve) => {
    const asking = ask(path, printRequest(request), answerLimitMs(request), (heard) => {
      asking.cancel();
      const reply = heard.ok ? readReply<T>(heard.value) : null;
      const error = heard.ok ? 'the supervisor gave no whole answer' : heard.error;
      resolve(reply ?? { ok: false, error });
    });
  });
}
