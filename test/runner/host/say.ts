/** What the test programs have in common: they say one JSON value per line, and pick their case by name. */

import * as sys from 'sys';
import { loop } from '../../../src/host/quickjs/machine';

const STDOUT = 1;

export function say(value: Readonly<Record<string, unknown>>): void {
  const text = `${JSON.stringify(value)}\n`;
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  sys.write(STDOUT, bytes.buffer, 0, bytes.length);
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
