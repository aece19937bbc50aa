/** Prints the time (CLOCK_MONOTONIC, ms) of each heartbeat that comes in. Runs on our own runner, which wakes at once. */

import * as sys from 'sys';
import { AF, SOCK } from '../../src/host/quickjs/linux';
import { loop } from '../../src/host/quickjs/machine';
import { inetAddress } from '../../src/host/quickjs/sockaddr';
import { textBytes } from '../../src/host/quickjs/text';
import { BEAT_PORT } from './farm-config';

const STDOUT = 1;
const PRIORITY = 10;
const DATAGRAM_BYTES = 4096;

const buffer = new ArrayBuffer(DATAGRAM_BYTES);
const fd = sys.socket(AF.INET, SOCK.DGRAM, 0);
const bound = sys.bind(fd, inetAddress('0.0.0.0', BEAT_PORT));
if (bound < 0) throw new Error(`cannot listen for heartbeats: error ${-bound}`);
sys.scheduleFifo(PRIORITY);
loop.watch(fd, { readable: receive }).want(true, false);
print('ready');
loop.run();

function receive(): void {
  const atMs = sys.monotonic();
  if (sys.receive(fd, buffer, 0, DATAGRAM_BYTES, 0, null) > 0) print(String(atMs));
}

function print(text: string): void {
  const bytes = textBytes(`${text}\n`);
  sys.write(STDOUT, bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
}
