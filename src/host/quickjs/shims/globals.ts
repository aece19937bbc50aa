/**
 * The few Node.js globals that the packages use, injected by the bundler where a file names them. The product's
 * own files use the host interfaces instead.
 */

import { pid } from 'sys';
import type { Cancellable } from '../../host';
import { loop } from '../machine';

export { Buffer } from 'buffer';

type Callback<A extends unknown[]> = (...args: A) => void;

export function queueMicrotask(run: () => void): void {
  Promise.resolve().then(run);
}

export function setTimeout<A extends unknown[]>(run: Callback<A>, delayMs = 0, ...args: A): Cancellable {
  return loop.after(delayMs, () => run(...args));
}

export function setImmediate<A extends unknown[]>(run: Callback<A>, ...args: A): void {
  loop.defer(() => run(...args));
}

export function clearTimeout(timer: Cancellable | undefined): void {
  timer?.cancel();
}

const environment: Readonly<Record<string, string>> = {};

export const process = {
  pid: pid(),
  platform: 'linux',
  env: environment,
  nextTick<A extends unknown[]>(run: Callback<A>, ...args: A): void {
    Promise.resolve().then(() => run(...args));
  },
};
