/**
 * A terminal on a box of a lab that was left on (`npm run lab -- --keep` prints the call). Ctrl-] leaves; the box
 * does not notice.
 *
 * Arguments: path of the console's socket
 */

import { connect } from 'node:net';

const LEAVE = 0x1d;

const socket = connect(process.argv[2] ?? '');
socket.on('connect', () => {
  console.log('connected: Enter wakes the console, Ctrl-] leaves');
  if (process.stdin.isTTY) process.stdin.setRawMode(true);
});
socket.on('data', (bytes) => process.stdout.write(bytes));
socket.on('error', (error) => {
  console.error(`attach: ${error.message}: the lab must be running with --keep`);
  process.exit(1);
});
socket.on('close', () => process.exit(0));
process.stdin.on('data', (bytes: Buffer) => {
  if (bytes.includes(LEAVE)) process.exit(0);
  socket.write(bytes);
});
