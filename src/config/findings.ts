/** What validation has found so far. Owns which findings are told: one that only follows from another is not. */

import type { Problem } from './problem';

export interface Verdict {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Collects what is wrong, and holds back what only follows from a line that could not be read. */
export class Findings implements Verdict {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];

  /** @param unread what reading the lines found */
  constructor(
    private readonly file: string,
    private readonly unread: readonly Problem[],
  ) {}

  /** @param sources paths on which the finding rests; with a fault in a line there, the finding may be untrue */
  problem(sources: readonly string[], line: number | null, sentence: string): void {
    if (this.isRead(sources)) this.problems.push(this.finding(sources, line, sentence));
  }

  warn(sources: readonly string[], line: number | null, sentence: string): void {
    if (this.isRead(sources)) this.warnings.push(this.finding(sources, line, sentence));
  }

  /** A problem that stands whatever is wrong in other lines. */
  certain(key: string, line: number | null, sentence: string): void {
    this.problems.push(this.finding([key], line, sentence));
  }

  /** Whether every line about these paths, or below them, could be read. */
  isRead(paths: readonly string[]): boolean {
    return !this.unread.some(({ key }) => paths.some((path) => isUnder(key, path)));
  }

  /** Whether every name that follows the path could be read, whatever is wrong below the names. */
  namesAreRead(path: string): boolean {
    return !this.unread.some(({ key }) => key === path || key.slice(0, key.lastIndexOf(' ')) === path);
  }

  private finding(sources: readonly string[], line: number | null, sentence: string): Problem {
    return { file: this.file, line, key: sources[0] ?? '', sentence };
  }
}

function isUnder(path: string, above: string): boolean {
  return `${path} `.startsWith(`${above} `);
}
