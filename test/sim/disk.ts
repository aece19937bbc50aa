/** A disk whose writes take time: what was not synced when the power goes may be there or not, but never half of it. */

import type { VirtualClock } from './clock';
import type { Random } from './random';

const SYNC_MIN_MS = 2;
const SYNC_MAX_MS = 60;

export class Disk {
  readonly #files = new Map<string, string>();
  /** Writes under way, by file: what the disk may or may not have when the power goes. */
  readonly #writing = new Map<string, string>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: Random,
  ) {}

  read(path: string): string | undefined {
    return this.#files.get(path);
  }

  /** Temporary file, fsync, rename, fsync. @param done when it would survive a loss of power */
  replace(path: string, text: string, done: () => void): void {
    this.#writing.set(path, text);
    this.clock.after(this.random.between(SYNC_MIN_MS, SYNC_MAX_MS), () => {
      if (this.#writing.get(path) !== text) return;
      this.#writing.delete(path);
      this.#files.set(path, text);
      done();
    });
  }

  losePower(): void {
    for (const [path, text] of this.#writing) if (this.random.chance(0.5)) this.#files.set(path, text);
    this.#writing.clear();
  }
}
