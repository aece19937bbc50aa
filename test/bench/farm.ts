/**
 * All web servers of the benchmark in one process: answers on whatever address it is asked, and keeps how long each has
 * waited for its next question. Runs in a network namespace in which the addresses are local.
 *
 * Lines on stdin: `reset` begins anew, `report` prints a `FarmReport`.
 */

import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { monotonicMs } from '../lab/clock';

const ANSWER = 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nwell\n';

export interface FarmReport {
  /** Connections since the reset. */
  readonly checks: number;
  /** Servers that were asked. */
  readonly servers: number;
  /** Longest time between two questions to one server, or since its last one. */
  readonly worstGapMs: number;
}

let checks = 0;
let worstGapMs = 0;
const asked = new Map<string, number>();

function gap(sinceMs: number | undefined, nowMs: number): void {
  if (sinceMs !== undefined) worstGapMs = Math.max(worstGapMs, nowMs - sinceMs);
}

const server = createServer((socket) => {
  const address = socket.localAddress ?? '';
  const nowMs = monotonicMs();
  checks += 1;
  gap(asked.get(address), nowMs);
  asked.set(address, nowMs);
  socket.on('error', () => socket.destroy());
  socket.once('data', () => socket.end(ANSWER));
});
server.listen({ port: 80, host: '0.0.0.0', backlog: 1024 }, () => console.log('ready'));

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'report') {
    const nowMs = monotonicMs();
    for (const sinceMs of asked.values()) gap(sinceMs, nowMs);
    const report: FarmReport = { checks, servers: asked.size, worstGapMs };
    console.log(JSON.stringify(report));
  } else {
    checks = 0;
    worstGapMs = 0;
    asked.clear();
  }
});
