/** How the package `netlink` tells of a refused request: `Request rejected: EEXIST`. Pure. */

import { refusal, SystemError } from './failure';
import { ERRNO, type ErrorName } from './linux';

const REJECTED = 'Request rejected: ';

/** Name of the kernel's error, or null where something else went wrong. */
export function rejection(error: unknown): string | null {
  const message = error instanceof Error ? error.message : '';
  return message.startsWith(REJECTED) ? message.slice(REJECTED.length) : null;
}

/** An Error with one sentence: what was tried, and what the kernel said. */
export function explained(what: string, error: unknown): Error {
  if (error instanceof SystemError) return new Error(refusal(what, error.errno));
  const name = rejection(error);
  if (name === null) return new Error(`cannot ${what}: ${error instanceof Error ? error.message : error}`);
  const errno = ERRNO[name as ErrorName];
  return new Error(errno === undefined ? `cannot ${what}: ${name}` : refusal(what, errno));
}
