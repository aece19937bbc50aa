/** How the package `netlink` tells of a refused request: `Request rejected: EEXIST`. Pure. */

import { ERRNO, type ErrorName, errorWords } from './linux';

const REJECTED = 'Request rejected: ';

/** Name of the kernel's error, or null where something else went wrong. */
export function rejection(error: unknown): string | null {
  const message = error instanceof Error ? error.message : '';
  return message.startsWith(REJECTED) ? message.slice(REJECTED.length) : null;
}

/** An Error with one sentence: what was tried, and what the kernel said. */
export function explained(what: string, error: unknown): Error {
  const name = rejection(error);
  if (name === null) return new Error(`cannot ${what}: ${error instanceof Error ? error.message : error}`);
  const errno = ERRNO[name as ErrorName];
  return new Error(`cannot ${what}: ${errno === undefined ? name : `${errorWords(errno)} (${name})`}`);
}
