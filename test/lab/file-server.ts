/**
 * Gives one file to whoever asks, from one of the lab's network namespaces: for what a test needs on a box and no image
 * has.
 *
 * Arguments: FILE PORT
 */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [file = '', port = '8000'] = process.argv.slice(2);
const content = readFileSync(file);

createServer((_request, response) => {
  response.writeHead(200, { 'content-length': content.length, connection: 'close' });
  response.end(content);
}).listen(Number(port), () => console.log('ready'));
