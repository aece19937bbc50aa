/** What validation has found so far. Owns which findings are told: one that only follows from another is not. */

import { PROBLEMS_LIMIT, type Problem } from './problem';

export interface Verdict {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Collects what is wrong, and holds back what only follows from a line that could not be read. */
export class Findings implements Verdict {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];

  /** Paths of unreadable lines, and everything above them. */
  private readonly broken = new Set<string>();
  /** Paths after which a name could not be read. */
  private readonly nameless = new Set<string>();

  /** @param unread what reading the lines found */
  constructor(
    private readonly file: string,
    unread: readonly Problem[],
  ) {
    for (const { key } of unread) {
      for (let at = key.length; at > 0; at = key.lastIndexOf(' ', at - 1)) this.broken.add(key.slice(0, at));
      this.nameless.add(key).add(key.slice(0, Math.max(0, key.lastIndexOf(' '))));
    }
  }

  /** @param sources paths on which the finding rests; with a fault in a line there, the finding may be untrue */
  problem(sources: readonly string[], line: number | null, sentence: string): void {
    if (this.isRead(sources)) this.add(this.problems, sources, line, sentence);
  }

  warn(sources: readonly string[], line: number | null, sentence: string): void {
    if (this.isRead(sources)) this.add(this.warnings, sources, line, sentence);
  }

  /** A problem that stands whatever is wrong in other lines. */
  certain(key: string, line: number | null, sentence: string): void {
    this.add(this.problems, [key], line, sentence);
  }

  /** Whether every line about these paths, or below them, could be read. */
  isRead(paths: readonly string[]): boolean {
    return !paths.some((path) => this.broken.has(path));
  }

  /** Whether every name that follows the path could be read, whatever is wrong below the names. */
  namesAreRead(path: string): boolean {
    return !this.nameless.has(path);
  }

  private add(list: Problem[], sources: readonly string[], line: number | null, sentence: string): void {
    const finding = { file: this.file, line, key: sources[0] ?? '', sentence };
    // One more than the limit shows that there are more.
    if (list.length <= PROBLEMS_LIMIT) list.push(finding);
  }
}
