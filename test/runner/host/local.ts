/** Test program: ping nodes, the watchdog, the operator's socket, files that last, and programs that stay. */

import * as sys from 'sys';
import { ask } from '../../../src/host/quickjs/ask';
import { execute } from '../../../src/host/quickjs/execute';
import { replaceFile } from '../../../src/host/quickjs/files';
import { openPinger } from '../../../src/host/quickjs/icmp';
import { SIGNAL } from '../../../src/host/quickjs/linux';
import { loop } from '../../../src/host/quickjs/machine';
import { openReceiver } from '../../../src/host/quickjs/receiver';
import { serve } from '../../../src/host/quickjs/serve';
import { openWatchdog } from '../../../src/host/quickjs/watchdog';
import { main, say } from './say';

/** A long line each 10 ms, as long as somebody listens. */
function stream(reply: (text: string, onGone?: () => void) => void): void {
  let isOpen = true;
  let count = 0;
  const next = (): void => {
    if (!isOpen) return;
    reply(`${count} ${'z'.repeat(50_000)}\n`, () => {
      isOpen = false;
      say({ gone: true });
    });
    count += 1;
    loop.after(10, next);
  };
  next();
}

main({
  /** Pings all of them once, and tells who answers until the last one does. */
  ping: (...hosts) => {
    const pinger = openPinger((host) => {
      say({ host });
      if (host === hosts.at(-1)) loop.stop();
    });
    if (!pinger.ok) throw new Error(pinger.error);
    for (const host of hosts) pinger.value.ping(host);
  },

  /** Listens on the port, and tells what comes, up to 16 bytes of it. */
  receive: (port) => {
    const opened = openReceiver(Number(port), 16, (bytes, from) => {
      const text = String.fromCharCode(...bytes);
      say({ text, from });
      if (text === 'end') loop.stop();
    });
    say({ open: opened.ok ? true : opened.error });
    if (!opened.ok) loop.stop();
  },

  watchdog: (device) => {
    const opened = openWatchdog(device!, 1);
    if (!opened.ok) say({ error: opened.error });
    else
      say({ timeoutMs: opened.value.timeoutMs, fed: opened.value.feed().ok, end: opened.value.disarm().ok });
  },

  /** Answers each request with what it asks for: itself, `silence`, `long`, which is too much, `hold`, for as long as it lasts, or `stream`. */
  serve: (path) => {
    const served = serve(path!, (line, reply) => {
      if (line === 'silence') return;
      if (line === 'stream') stream(reply);
      else if (line === 'hold') reply('held\n', () => say({ gone: true }));
      else reply(line === 'long' ? 'x'.repeat(400_000) : `${line}${'y'.repeat(100_000)}\nmore\n`);
    });
    say({ served: served.ok ? true : served.error });
    loop.onSignal(SIGNAL.TERM, () => loop.stop());
  },

  ask: (path, line) => {
    const asking = ask(path!, line!, 10_000, (answer) => {
      say(
        answer.ok
          ? { first: answer.value.slice(0, 20), length: answer.value.length }
          : { error: answer.error },
      );
      asking.cancel();
      loop.stop();
    });
  },

  /** Asks with a line that is filled up to that many bytes, its end included. */
  'ask-long': (path, bytes) => {
    const asking = ask(path!, 'z'.repeat(Number(bytes) - 1), 10_000, (answer) => {
      say(answer.ok ? { length: answer.value.length } : { error: answer.error });
      asking.cancel();
      loop.stop();
    });
  },

  /** Keeps the connection open after the answer, until told to end. */
  'ask-hold': (path) => {
    const asking = ask(path!, 'hold', 10_000, (answer) =>
      say({ held: answer.ok ? answer.value : answer.error }),
    );
    loop.onSignal(SIGNAL.TERM, () => {
      asking.cancel();
      loop.stop();
    });
  },

  replace: (path, text) => {
    const replaced = replaceFile(path!, text!);
    say({ replaced: replaced.ok ? true : replaced.error });
  },

  /** A program that is meant to stay, until this one is told to cancel it. */
  stay: (script) => {
    const command = {
      argv: ['/bin/sh', '-c', script!],
      environment: { PATH: '/usr/bin:/bin' },
      stdin: '',
      deadlineMs: Number.POSITIVE_INFINITY,
      limitBytes: 0,
    };
    const running = execute(command, (result) => say({ result: result.ok ? result.value : result.error }));
    say({ started: sys.pid() });
    loop.onSignal(SIGNAL.TERM, () => {
      running.cancel();
      loop.stop();
    });
  },
});
