/**
 * The lines that were entered, newest first. Bounded, and without secrets: a line that may hold one is not remembered at
 * all, because one with the secret hidden would set the wrong secret when it is entered again. Pure.
 */

import { SCHEMA } from '../config/schema';

export const HISTORY_LINES = 100;
/** In characters, of all lines together. */
export const HISTORY_CHARACTERS = 16_384;

/** Shorter beginnings of such a word are taken for it only behind `key` and a number; `sh` is `show`, too. */
const TELLING_CHARACTERS = 3;
const WORDS = /[^ \t"]+/g;
const PASSWORD = /passw|secret/i;

/**
 * Whether the line may hold a secret, however shortened or misspelt the rest of it is: anything behind a word that stands
 * before secrets in the schema (`sha256`), or beside one that speaks of passwords. Rather too often than once too little.
 */
export function mayHoldSecret(line: string): boolean {
  const words = line.match(WORDS) ?? [];
  if (words.length < 2) return false;
  if (PASSWORD.test(line)) return true;
  const known = SCHEMA.filter((entry) => entry.value?.kind === 'secret').map(({ path }) => lastWord(path));
  return words.slice(0, -1).some((word, at) => {
    const isBehindKey = at >= 2 && words[at - 2]!.startsWith('k') && /^\d+$/.test(words[at - 1]!);
    if (word.length < TELLING_CHARACTERS && !isBehindKey) return false;
    return known.some((one) => one.startsWith(word.toLowerCase()));
  });
}

function lastWord(path: string): string {
  return path.slice(path.lastIndexOf(' ') + 1);
}

export class History {
  /** Oldest first. */
  private lines: string[] = [];
  private characters = 0;

  get size(): number {
    return this.lines.length;
  }

  /** @param age 0 is the newest */
  at(age: number): string | null {
    return this.lines[this.lines.length - 1 - age] ?? null;
  }

  /** Empty lines, the newest once more, and secrets are not kept. */
  add(line: string): void {
    if (line.trim() === '' || line === this.at(0) || mayHoldSecret(line)) return;
    this.lines.push(line);
    this.characters += line.length;
    while (this.lines.length > HISTORY_LINES || this.characters > HISTORY_CHARACTERS)
      this.characters -= this.lines.shift()!.length;
  }

  /** Age of the newest line, at least `from` old, that has the text in it; null where none has. */
  find(text: string, from: number): number | null {
    for (let age = from; age < this.lines.length; age++) if (this.at(age)!.includes(text)) return age;
    return null;
  }
}
