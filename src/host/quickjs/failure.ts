/** What a refused system call becomes: one sentence for people, or an Error in the shape that Node.js packages expect. */

import type { Result } from '../host';
import { type ErrorName, errorName, errorWords } from './linux';

export const DONE: Result<null> = { ok: true, value: null };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure(sentence: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: sentence };
}

/**
 * `cannot open /dev/ttyS1: no such file or device (ENOENT)`
 * @param what what was tried, with its object
 * @param errno of either sign
 */
export function refusal(what: string, errno: number): string {
  return `cannot ${what}: ${errorWords(errno)} (${errorName(errno)})`;
}

/** Shape of NodeJS.ErrnoException, but `errno` is positive, as `netlink`'s own addon has it. */
export class SystemError extends Error {
  override readonly name = 'ErrnoException';
  readonly code: string;
  readonly errno: number;

  constructor(
    readonly syscall: string,
    errno: number,
  ) {
    super(refusal(syscall, errno));
    this.errno = Math.abs(errno);
    this.code = errorName(errno);
  }

  is(name: ErrorName): boolean {
    return this.code === name;
  }
}
