/** What the test programs have in common: they say one JSON value per line, and pick their case by name. */

import * as sys from 'sys';
import { loop } from '../../../src/host/quickjs/machine';

const STDOUT = 1;

export function say(value: Readonly<Record<string, unknown>>): void {
  const { buffer, byteOffset, length } = Buffer.from(`${JSON.stringify(value)}\n`);
  sys.write(STDOUT, buffer as ArrayBuffer, byteOffset, length);
}

export type Cases = Readonly<Record<string, (...args: string[]) => void>>;

/** Runs the case that the first argument names, then the event loop. */
export function main(cases: Cases): void {
  const [name = '', ...args] = sys.args;
  const run = cases[name];
  if (run === undefined) throw new Error(`there is no case "${name}"`);
  run(...args);
  loop.run();
}
