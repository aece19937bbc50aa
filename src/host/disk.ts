/**
 * A disk as far as files go that must outlast a loss of power, and the one way to replace such a file. Knows nothing of
 * what is in a file.
 */

import type { Result } from './host';

/** Steps that the power may be cut between, and within. What is not said to last may be lost, or come in another order. */
export interface Disk {
  /** The whole text; null when there is no such file. */
  read(path: string): Result<string | null>;
  /** Writes a file anew. On return the disk has its content, but its name may not last yet. */
  write(path: string, text: string): Result<null>;
  /** Gives a file another name, which does not last yet. */
  rename(from: string, to: string): Result<null>;
  /** Succeeds where there is such a folder. Its name does not last yet. */
  makeFolder(path: string): Result<null>;
  /** Succeeds where there is no such file. Its absence does not last yet. */
  remove(path: string): Result<null>;
  /** On return the names in the folder last, as they are now. */
  syncFolder(path: string): Result<null>;
}

/** Where a file's next content is written: beside it, so that both are in one file system. */
export function temporaryOf(path: string): string {
  return `${path}.new`;
}

/** Replaces a file so that whatever happens leaves the old or the new one whole. On return the new one lasts. */
export function replaceWhole(disk: Disk, path: string, text: string): Result<null> {
  const temporary = temporaryOf(path);
  // A rename that was cut off may have left it as another name of the file itself.
  const removed = disk.remove(temporary);
  const written = removed.ok ? disk.write(temporary, text) : removed;
  const renamed = written.ok ? disk.rename(temporary, path) : written;
  if (renamed.ok) return disk.syncFolder(folderOf(path));
  disk.remove(temporary);
  return renamed;
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
