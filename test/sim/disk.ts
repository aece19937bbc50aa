/**
 * A disk that takes its time. A file is replaced in two steps: first every reader sees the new text, and only then
 * would it survive a loss of power. Knows nothing of what is in a file.
 */

import type { Random } from './random';

/** Each step of a write; old disks that spin up take long. */
export const DISK_STEP_MAX_MS = 400;

interface Unsynced {
  readonly before: string | undefined;
  readonly text: string;
}

export class Disk {
  readonly #files = new Map<string, string>();
  /** What would be lost, or not, if the power went now. */
  readonly #unsynced = new Map<string, Unsynced>();

  constructor(private readonly random: Random) {}

  read(path: string): string | undefined {
    return this.#files.get(path);
  }

  /** How long one step of a write takes this time, in milliseconds. */
  stepMs(): number {
    return this.random.spread(0.5, DISK_STEP_MAX_MS);
  }

  /** The rename: readers see the new text. */
  rename(path: string, text: string): void {
    const before = this.#unsynced.has(path) ? this.#unsynced.get(path)?.before : this.#files.get(path);
    this.#unsynced.set(path, { before, text });
    this.#files.set(path, text);
  }

  /** The sync of what was renamed with that text. */
  sync(path: string, text: string): void {
    if (this.#unsynced.get(path)?.text === text) this.#unsynced.delete(path);
  }

  /** What was not synced may be there or not, but never half of it. */
  losePower(): void {
    for (const [path, { before }] of this.#unsynced) {
      if (this.random.chance(0.5)) continue;
      if (before === undefined) this.#files.delete(path);
      else this.#files.set(path, before);
    }
    this.#unsynced.clear();
  }
}
