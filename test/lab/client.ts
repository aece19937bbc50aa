/**
 * The lab's client: asks for a page again and again, each time over a new connection, and reports every outcome as
 * one JSON line. The schedule does not depend on the answers (open loop), so that an outage cannot hide itself.
 *
 * Arguments: ADDRESS PORT. Commands on stdin: `rate N KIND` (N requests per second, 0 stops; KIND is reported with each
 * of them), `burst N` (N requests one after the other).
 */

import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { monotonicMs } from './clock';
import type { Outcome } from './traffic';

const TIMEOUT_MS = 200;
const ANSWER_LIMIT_BYTES = 4096;

const [address = '', port = '80'] = process.argv.slice(2);
const REQUEST = `GET / HTTP/1.0\r\nHost: ${address}\r\n\r\n`;

let ratePerSecond = 0;
let kind: Outcome['kind'] = 'steady';
let nextMs = 0;
let timer: NodeJS.Timeout | null = null;

function report(outcome: Outcome): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

function ask(kind: Outcome['kind']): Promise<void> {
  const startMs = monotonicMs();
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: address, port: Number(port) });
    const finish = (server: string | null, error: string | null): void => {
      clearTimeout(deadline);
      socket.removeAllListeners().on('error', () => {});
      socket.destroy();
      report({ kind, startMs, endMs: monotonicMs(), server, error });
      resolve();
    };
    const deadline = setTimeout(() => finish(null, 'no answer'), TIMEOUT_MS);
    socket.on('connect', () => socket.write(REQUEST));
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      if (answer.length > ANSWER_LIMIT_BYTES) finish(null, 'answer too long');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => finish(null, error.code ?? error.message));
    socket.on('end', () => {
      const page = /^HTTP\/1\.\d 200 [\s\S]*\r\n\r\n(\S+)\s*$/.exec(answer);
      finish(page?.[1] ?? null, page ? null : 'broken answer');
    });
  });
}

/** Starts all requests that are due by now, then sleeps until the next one is. */
function runSchedule(): void {
  timer = null;
  if (ratePerSecond === 0) return;
  const now = monotonicMs();
  while (nextMs <= now) {
    void ask(kind);
    nextMs += 1000 / ratePerSecond;
  }
  timer = setTimeout(runSchedule, nextMs - now);
}

async function burst(count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) await ask('burst');
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, argument, word] = line.split(' ');
  if (command === 'rate') {
    kind = word as Outcome['kind'];
    ratePerSecond = Number(argument);
    nextMs = monotonicMs();
    if (timer) clearTimeout(timer);
    runSchedule();
  } else if (command === 'burst') void burst(Number(argument));
});
console.log('ready');
