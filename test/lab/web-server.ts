/**
 * A real server: answers every request with its own name, and tells who asked. Runs in its own network namespace,
 * one process each; the lab stops it by ending the process.
 *
 * Arguments: NAME PORT
 */

import { createServer } from 'node:http';

const [name = '', port = '80'] = process.argv.slice(2);

createServer((request, response) => {
  console.log(request.socket.remoteAddress?.replace('::ffff:', '') ?? 'unknown');
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${name}\n`);
}).listen(Number(port), () => console.log('ready'));
