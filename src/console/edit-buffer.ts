/**
 * The text of a line that is being edited, and the cursor in it. Moves, inserts and kills as Emacs and readline do.
 * Knows neither keys nor screen. Pure.
 */

import { LINE_LIMIT } from '../config/text';
import { isMark } from './cells';

const WORD = /^[\p{L}\p{N}_]/u;
/** What one word, as the configuration has them, ends at. */
const BLANK = /^[ \t]/;

export class EditBuffer {
  /** Characters, each with the marks that stand on it. */
  private parts: string[] = [];
  private at = 0;
  /** As `string.length` counts: what the limit of a line is about. */
  private units = 0;
  private killed: readonly string[] = [];
  /** Whether the last thing that happened was a kill, to which the next one adds. */
  private isKilling = false;
  private isFull = false;

  get text(): string {
    return this.parts.join('');
  }

  get before(): string {
    return this.parts.slice(0, this.at).join('');
  }

  get characters(): readonly string[] {
    return this.parts;
  }

  /** In characters. */
  get cursor(): number {
    return this.at;
  }

  /** Whether something of this line was refused because it got too long: what is here is then not what was meant. */
  get overflowed(): boolean {
    return this.isFull;
  }

  /** Another text, with the cursor at its end. */
  set(text: string): void {
    this.parts = [];
    this.at = 0;
    this.units = 0;
    this.isFull = false;
    this.isKilling = false;
    this.insert(text);
  }

  /** @returns whether all of it had room */
  insert(text: string): boolean {
    this.isKilling = false;
    if (this.at < this.parts.length) return this.insertBetween(text);
    for (const character of text) if (!this.add(character)) return false;
    return true;
  }

  moveTo(place: number): void {
    this.isKilling = false;
    this.at = Math.min(Math.max(place, 0), this.parts.length);
  }

  /** Where the word before the cursor starts: letters and digits. */
  get wordLeft(): number {
    return this.skipBack(WORD, this.skipBackNot(WORD, this.at));
  }

  /** Where the word behind the cursor ends. */
  get wordRight(): number {
    let place = this.at;
    while (place < this.parts.length && !WORD.test(this.parts[place]!)) place += 1;
    while (place < this.parts.length && WORD.test(this.parts[place]!)) place += 1;
    return place;
  }

  /** Where the word before the cursor starts: anything but blanks. */
  get blankLeft(): number {
    return this.skipBackNot(BLANK, this.skipBack(BLANK, this.at));
  }

  get end(): number {
    return this.parts.length;
  }

  /** Removes so many characters behind the cursor, or before it where negative. */
  remove(count: number): void {
    this.isKilling = false;
    this.cut(this.at + Math.min(count, 0), this.at + Math.max(count, 0));
  }

  /** Removes characters before the cursor until `units`, as `string.length` counts, are gone. */
  dropBefore(units: number): void {
    let from = this.at;
    for (let left = units; left > 0 && from > 0; from -= 1) left -= this.parts[from - 1]!.length;
    this.remove(from - this.at);
  }

  /** Removes what lies between the cursor and `place`, for `yank`. */
  kill(place: number): void {
    const isBack = place < this.at;
    const gone = this.cut(Math.min(place, this.at), Math.max(place, this.at));
    const kept = this.isKilling ? this.killed : [];
    this.killed = isBack ? [...gone, ...kept] : [...kept, ...gone];
    this.isKilling = true;
  }

  /** @returns whether all of it had room */
  yank(): boolean {
    return this.insert(this.killed.join(''));
  }

  /** Swaps the characters around the cursor, or the last two. */
  transpose(): void {
    this.isKilling = false;
    const { length } = this.parts;
    if (this.at === 0 || length < 2) return;
    const second = Math.min(this.at, length - 1);
    const swapped = [this.parts[second]!, this.parts[second - 1]!];
    this.parts.splice(second - 1, 2, ...swapped);
    this.at = second + 1;
  }

  private cut(from: number, to: number): string[] {
    const start = Math.max(from, 0);
    const gone = this.parts.splice(start, Math.max(0, to - start));
    this.at = start;
    for (const part of gone) this.units -= part.length;
    return gone;
  }

  /** At the cursor, one by one; a mark joins the character before it. */
  private add(character: string): boolean {
    if (this.units + character.length > LINE_LIMIT) {
      this.isFull = true;
      return false;
    }
    this.units += character.length;
    if (this.at > 0 && isMark(character)) this.parts[this.at - 1] += character;
    else {
      this.parts.push(character);
      this.at += 1;
    }
    return true;
  }

  /** As at the end, with the rest set aside: one by one, each would move the rest. */
  private insertBetween(text: string): boolean {
    const rest = this.parts.splice(this.at);
    let fits = true;
    for (const character of text) fits = fits && this.add(character);
    this.parts.push(...rest);
    return fits;
  }

  private skipBack(kind: RegExp, from: number): number {
    let place = from;
    while (place > 0 && kind.test(this.parts[place - 1]!)) place -= 1;
    return place;
  }

  private skipBackNot(kind: RegExp, from: number): number {
    let place = from;
    while (place > 0 && !kind.test(this.parts[place - 1]!)) place -= 1;
    return place;
  }
}
