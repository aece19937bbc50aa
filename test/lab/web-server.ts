/**
 * A real server: answers every request with its own name, and tells who asked; `/long` is a page that takes a minute. Runs in its own network namespace,
 * one process each; the lab stops it by ending the process.
 *
 * Arguments: NAME PORT
 */

import { createServer, type ServerResponse } from 'node:http';

const [name = '', port = '80'] = process.argv.slice(2);

const PIECE = 'x'.repeat(1023);
const PIECE_INTERVAL_MS = 20;
const PIECES = 3000;

function sendLong(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  let sent = 0;
  const timer = setInterval(() => {
    response.write(`${PIECE}\n`);
    sent += 1;
    if (sent < PIECES) return;
    clearInterval(timer);
    response.end();
  }, PIECE_INTERVAL_MS);
  response.on('close', () => clearInterval(timer));
}

createServer((request, response) => {
  console.log(request.socket.remoteAddress?.replace('::ffff:', '') ?? 'unknown');
  if (request.url === '/long') {
    sendLong(response);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${name}\n`);
}).listen(Number(port), () => console.log('ready'));
