/**
 * The bench's other client: asks as fast as it gets answers, over a new connection each time, or reads one long page.
 * One JSON line for each command's outcome.
 *
 * Arguments: ADDRESS PORT. Commands on stdin: `load SECONDS AT_ONCE` (closed loop of so many at once), `long` (reports
 * how many bytes have come, several times a second, and how it ended).
 */

import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { monotonicMs } from '../lab/clock';

const TIMEOUT_MS = 1000;
const REPORT_MS = 200;

const [address = '', port = '80'] = process.argv.slice(2);
const request = (path: string): string => `GET ${path} HTTP/1.0\r\nHost: ${address}\r\n\r\n`;

/** What a stretch of load was like. Times of the good requests. */
export interface LoadOutcome {
  readonly kind: 'load';
  readonly perSecond: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How far a long page has come; `ended` says how, once it has. */
export interface LongOutcome {
  readonly kind: 'long';
  readonly bytes: number;
  readonly ended: string | null;
}

function report(outcome: LoadOutcome | LongOutcome): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

/** Milliseconds that one request took, or null where it failed. */
function ask(): Promise<number | null> {
  const startMs = monotonicMs();
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: Number(port) });
    let good = false;
    const finish = (): void => {
      clearTimeout(deadline);
      socket.removeAllListeners().on('error', () => {});
      socket.destroy();
      resolve(good ? monotonicMs() - startMs : null);
    };
    const deadline = setTimeout(() => {
      good = false;
      finish();
    }, TIMEOUT_MS);
    socket.on('connect', () => socket.write(request('/')));
    socket.on('data', (bytes) => {
      good ||= bytes.toString('latin1').startsWith('HTTP/1.1 200');
    });
    socket.on('end', finish);
    socket.on('error', () => {
      good = false;
      finish();
    });
  });
}

async function load(seconds: number, atOnce: number): Promise<void> {
  const startMs = monotonicMs();
  const endMs = startMs + seconds * 1000;
  const times: number[] = [];
  let errors = 0;
  const worker = async (): Promise<void> => {
    while (monotonicMs() < endMs) {
      const tookMs = await ask();
      if (tookMs === null) errors += 1;
      else times.push(tookMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  times.sort((a, b) => a - b);
  const part = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  const perSecond = times.length / ((monotonicMs() - startMs) / 1000);
  report({ kind: 'load', perSecond, errors, p50Ms: part(0.5), p99Ms: part(0.99) });
}

let stopReading = (): void => {};

/** One page at a time: a former one is given up. */
function readLong(): void {
  stopReading();
  let bytes = 0;
  const socket = connect({ host: address, port: Number(port) });
  const timer = setInterval(() => report({ kind: 'long', bytes, ended: null }), REPORT_MS);
  stopReading = () => {
    clearInterval(timer);
    socket.removeAllListeners().on('error', () => {});
    socket.destroy();
  };
  const end = (how: string): void => {
    stopReading();
    report({ kind: 'long', bytes, ended: how });
  };
  socket.on('connect', () => socket.write(request('/long')));
  socket.on('data', (piece) => {
    bytes += piece.length;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  socket.on('end', () => end('whole'));
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, seconds, atOnce] = line.split(' ');
  if (command === 'load') void load(Number(seconds), Number(atOnce));
  else if (command === 'long') readLong();
});
console.log('ready');
