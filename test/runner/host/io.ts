/** Test program: TCP exchanges, programs, files and the log. */

import * as sys from 'sys';
import type { Cancellable, Command, ExchangeReply, Result } from '../../../src/host/host';
import { EXCHANGE_LIMIT, exchange } from '../../../src/host/quickjs/exchange';
import { execute } from '../../../src/host/quickjs/execute';
import { readFile, writeFile } from '../../../src/host/quickjs/files';
import { createHost } from '../../../src/host/quickjs/host';
import { createLog } from '../../../src/host/quickjs/log';
import { loop } from '../../../src/host/quickjs/machine';
import { fence } from '../../../src/supervisor/fencer';
import { main, say } from './say';

const bytes = (value: string): Uint8Array => Uint8Array.from(value, (character) => character.charCodeAt(0));

function told(result: Result<ExchangeReply>): Readonly<Record<string, unknown>> {
  if (!result.ok) return { error: result.error };
  const { bytes: data, end } = result.value;
  const text = String.fromCharCode(...data.subarray(0, 40));
  return { end, length: data.length, text };
}

/** Exchanges that have to wait. */
const WAITING = 20;

main({
  /** One exchange: address, port, deadline, limit, length of the request. */
  tcp: (address, port, deadlineMs, limitBytes, requestBytes) => {
    let inside = true;
    exchange(
      {
        transport: 'tcp',
        address: address!,
        port: Number(port),
        request: new Uint8Array(Number(requestBytes)),
        deadlineMs: Number(deadlineMs),
        limitBytes: Number(limitBytes),
      },
      (result) => say({ ...told(result), inside }),
    );
    inside = false;
  },

  /** More exchanges than there may be under way; all cancelled, then one more. */
  'tcp-crowd': (port) => {
    const wanted = {
      transport: 'tcp' as const,
      address: '127.0.0.1',
      port: Number(port),
      request: bytes('x'),
      deadlineMs: 3000,
      // So that each has all the timers that it may have.
      connectMs: 2000,
      limitBytes: 100,
      resend: { everyMs: 1000, times: 3 },
    };
    let ended = 0;
    const all: Cancellable[] = [];
    for (let at = 0; at < EXCHANGE_LIMIT + WAITING; at++) all.push(exchange(wanted, () => ended++));
    loop.after(300, () => {
      say({ at: 'full', ended });
      for (const each of all.slice(0, 2 * WAITING)) each.cancel();
    });
    loop.after(600, () => {
      say({ at: 'all begun', ended });
      for (const each of all) each.cancel();
      exchange(wanted, (result) => say(told(result)));
    });
  },

  execute: (json) => {
    const command: Command = {
      argv: ['/bin/sh', '-c', ':'],
      environment: { PATH: '/usr/bin:/bin' },
      stdin: '',
      deadlineMs: 5000,
      limitBytes: 1000,
      ...(JSON.parse(json!) as Partial<Command>),
    };
    let inside = true;
    execute(command, (result) => say({ ...(result.ok ? result.value : { error: result.error }), inside }));
    inside = false;
  },

  'execute-cancel': (mark) => {
    const command = {
      argv: ['/bin/sh', '-c', `sleep ${mark} & sleep ${mark}`],
      environment: { PATH: '/usr/bin:/bin' },
      stdin: '',
      deadlineMs: 60_000,
      limitBytes: 10,
    };
    const started = execute(command, () => say({ called: true }));
    loop.after(100, () => started.cancel());
  },

  'execute-many': () => {
    const counts: Record<string, number> = {};
    const usual = { argv: ['/bin/sh', '-c', 'sleep 0.1'], environment: {}, stdin: '' };
    for (let at = 0; at < 40; at++)
      execute({ ...usual, deadlineMs: 9000, limitBytes: 9 }, (result) => {
        const name = result.ok ? `status ${result.value.status}` : result.error;
        counts[name] = (counts[name] ?? 0) + 1;
      });
    const look = (): void => {
      if (Object.values(counts).reduce((sum, count) => sum + count, 0) < 40) loop.after(20, look);
      else say(counts);
    };
    look();
  },

  /** Monitors that hang, as many as there are, and the program that switches the peer off. */
  'execute-vital': () => {
    const hangs = { argv: ['/bin/sh', '-c', 'sleep 60'], environment: {}, stdin: '', limitBytes: 9 };
    const hanging = Array.from({ length: 600 }, () => execute({ ...hangs, deadlineMs: 60_000 }, () => {}));
    fence({ execute }, ['/bin/sh', '-c', 'test $0 = other'], 'other', (fault) => {
      say({ fault });
      for (const one of hanging) one.cancel();
    });
  },

  files: (folder) => {
    const path = `${folder}/file`;
    const text = `Zeile mit Umlauten: äöü €\n${'x'.repeat(10_000)}`;
    say({ wrote: writeFile(path, text).ok });
    const read = readFile(path);
    say({ same: read.ok && read.value === text });
    writeFile(path, 'short');
    const again = readFile(path);
    say({ again: again.ok && again.value });
    const stat = readFile('/proc/self/stat');
    say({ proc: stat.ok && stat.value.startsWith(`${sys.pid()} `) });
    for (const result of [
      readFile(`${folder}/missing`),
      readFile(folder!),
      readFile('/dev/zero'),
      writeFile(`${folder}/no/file`, ''),
    ])
      say({ error: result.ok ? null : result.error });
  },

  log: (file, terminal) => {
    const log = createLog({ file: file!, console: terminal!, level: 'info' });
    log('info', 'start', 'Understudy 100% started.', { version: 1, bytes: [1, 2] });
    log('debug', 'hidden', 'Nobody sees this.');
    log('warn', 'link-lost', 'Link eth1 is silent.', { error: new Error('boom') });
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    log('error', 'odd', 'A value that JSON cannot express.', { cyclic });
    loop.after(20, () => say({ done: true }));
  },

  /** Logs more than the console takes, then waits until it takes more. */
  'log-flood': (file, terminal) => {
    const log = createLog({ file: file!, console: terminal!, level: 'info' });
    const startMs = loop.now();
    for (let at = 0; at < 5000; at++) log('info', 'flood', `line ${at} ${'x'.repeat(80)}`);
    say({ logged: 5000, ms: Math.round(loop.now() - startMs) });
    const look = (): void => {
      log('info', 'more', 'more');
      loop.after(20, look);
    };
    loop.after(20, look);
  },

  /** The box's time zone over UTC in January and July, in hours. */
  zone: () => {
    const { clock } = createHost({ log: { file: null, console: null, level: 'info' } });
    say({ hours: [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)].map((at) => clock.zoneMs!(at) / 3_600_000) });
    loop.stop();
  },

  host: () => {
    const host = createHost({ log: { file: null, console: null, level: 'info' } });
    const [one, two] = [host.random(300), host.random(300)];
    say({ random: one.length, differs: one.some((byte, at) => byte !== two[at]) });
    say({ wall: Math.abs(host.clock.wall() - Date.now()) < 1000 });
    const digest = host.mac.hmac('md5', bytes('Jefe'), bytes('what do ya want for nothing?'));
    say({ md5: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') });
    host.clock.after(5, () => {
      say({ timer: true });
      loop.stop();
    });
  },
});
