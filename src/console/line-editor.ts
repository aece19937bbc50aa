/**
 * Editing of one line on one row of a terminal, as Emacs and readline do it. Owns the line, where it stands in the
 * history, and what the row shows; knows no command. A line is entered by Enter and by nothing else. Pure: keys in, bytes
 * and events out.
 */

import { LINE_LIMIT } from '../config/text';
import { cellsOf, charactersOf, columnsOf } from './cells';
import { EditBuffer } from './edit-buffer';
import type { History } from './history';
import type { Command, Key } from './keys';
import { Row } from './row';
import { Search } from './search';
import { viewOf } from './view';

export const BELL = '\x07';
/** VT100: cursor home, erase the screen. */
const CLEAR_SCREEN = '\x1b[H\x1b[2J';

export interface Prompt {
  readonly text: string;
  /** What is typed is not shown, and never gets into history or `yank`: a password. */
  readonly hidden: boolean;
  /** Where the lines are kept and found again; null where there is none. */
  readonly history: History | null;
  /** Whether `?` and TAB ask for guidance; otherwise they are text. */
  readonly guided: boolean;
}

export type EditorEvent =
  /** Enter. The cursor stands on a fresh row. */
  | { readonly kind: 'line'; readonly text: string }
  /** Enter, but the line had got longer than lines may be: nothing of it counts. */
  | { readonly kind: 'too-long'; readonly sentence: string }
  /** ^C: the line is given up. The cursor stands on a fresh row. */
  | { readonly kind: 'interrupt' }
  /** ^D on an empty line. */
  | { readonly kind: 'end' }
  | { readonly kind: 'help' | 'complete'; readonly before: string };

export interface Pressed {
  readonly sent: string;
  readonly event: EditorEvent | null;
}

/** Keys that do nothing but change the line. */
const EDITS: Readonly<Partial<Record<Command, (buffer: EditBuffer) => void>>> = {
  left: (buffer) => buffer.moveTo(buffer.cursor - 1),
  right: (buffer) => buffer.moveTo(buffer.cursor + 1),
  home: (buffer) => buffer.moveTo(0),
  end: (buffer) => buffer.moveTo(buffer.end),
  'word-left': (buffer) => buffer.moveTo(buffer.wordLeft),
  'word-right': (buffer) => buffer.moveTo(buffer.wordRight),
  backspace: (buffer) => buffer.remove(-1),
  delete: (buffer) => buffer.remove(1),
  'delete-or-end': (buffer) => buffer.remove(1),
  'kill-to-end': (buffer) => buffer.kill(buffer.end),
  'kill-to-start': (buffer) => buffer.kill(0),
  'kill-word': (buffer) => buffer.kill(buffer.blankLeft),
  'kill-word-left': (buffer) => buffer.kill(buffer.wordLeft),
  'kill-word-right': (buffer) => buffer.kill(buffer.wordRight),
  transpose: (buffer) => buffer.transpose(),
};

/** Keys that bring lines which nobody has typed just now: no program sends them, but noise in a paste may look so. */
const RECALLS: readonly Command[] = ['up', 'down', 'search', 'yank'];

const SIMPLE = /^[ -~]*$/;
const EMPTY: Prompt = { text: '', hidden: false, history: null, guided: false };
const NOTHING: Pressed = { sent: '', event: null };
const UNHEARD: Pressed = { sent: BELL, event: null };

export class LineEditor {
  private readonly row: Row;
  private buffer = new EditBuffer();
  /** For what is hidden: nothing of it is left when it was entered. */
  private visible = this.buffer;
  private prompt = EMPTY;
  private promptCells: readonly string[] = [];
  private start = 0;
  /** How far back in the history the line is, from 1; 0 is the line that is being written. */
  private age = 0;
  private draft = '';
  private search: Search | null = null;

  /** @param columns of the terminal */
  constructor(
    private columns: number,
    dumb: boolean,
  ) {
    this.row = new Row(dumb);
  }

  /** Another terminal. The row is redrawn by `show`. */
  resize(columns: number, dumb: boolean): void {
    this.columns = columns;
    this.row.dumb = dumb;
  }

  /** A new, empty line. The cursor must stand at the start of an empty row. */
  begin(prompt: Prompt): string {
    this.prompt = prompt;
    this.promptCells = cellsOf(charactersOf(prompt.text)).slice(0, this.columns >> 1);
    this.buffer = prompt.hidden ? new EditBuffer() : this.visible;
    this.buffer.set('');
    this.age = 0;
    this.draft = '';
    this.search = null;
    return this.show();
  }

  /** Draws prompt and line anew. The cursor must stand at the start of an empty row. */
  show(): string {
    this.row.forget();
    this.start = 0;
    return this.draw();
  }

  /** Leaves the row as it is, for something that follows below. */
  leave(): string {
    return this.row.leave();
  }

  /** Gives the line up, and leaves its row. */
  abandon(): string {
    this.buffer.set('');
    this.search = null;
    return this.row.leave();
  }

  /** Empties the row, for something that takes its place. */
  hide(): string {
    return this.row.clear();
  }

  /** @param pasted whether it comes from a program rather than from fingers: then `?` and TAB are text */
  press(key: Key, pasted: boolean): Pressed {
    if (this.search !== null) return this.searching(this.search, key, pasted);
    if (typeof key !== 'string') {
      if (key.text === '?' && this.prompt.guided && !pasted && !inText(this.buffer.before))
        return { sent: '', event: { kind: 'help', before: this.buffer.before } };
      return this.typed(key.text);
    }
    return this.command(key, pasted);
  }

  /** Puts `text` in place of what stands before the cursor, from place `from` of the line. */
  replaceBefore(from: number, text: string): string {
    const { before } = this.buffer;
    this.buffer.dropBefore(before.length - from);
    return this.changed(this.buffer.insert(text)).sent;
  }

  private typed(text: string): Pressed {
    const isAtEnd = this.buffer.cursor === this.buffer.end;
    const fits = this.buffer.insert(text);
    if (isAtEnd && fits && !this.prompt.hidden && SIMPLE.test(text)) {
      const sent = this.row.append(text, this.columns - 1);
      if (sent !== null) return { sent, event: null };
    }
    return this.changed(fits);
  }

  private changed(fits: boolean): Pressed {
    return { sent: this.draw() + (fits ? '' : BELL), event: null };
  }

  private command(key: Command, pasted: boolean): Pressed {
    if (pasted && RECALLS.includes(key)) return NOTHING;
    switch (key) {
      case 'enter':
        return this.enter(pasted);
      case 'interrupt':
        return { sent: `^C${this.row.leave()}`, event: { kind: 'interrupt' } };
      case 'tab':
        if (pasted || !this.prompt.guided) return this.typed('\t');
        return { sent: '', event: { kind: 'complete', before: this.buffer.before } };
      case 'up':
        return this.recall(this.age + 1);
      case 'down':
        return this.recall(this.age - 1);
      case 'search':
        if (this.prompt.history === null) return UNHEARD;
        this.search = new Search(this.prompt.history);
        return { sent: this.draw(), event: null };
      case 'clear':
        return { sent: this.clearScreen(), event: null };
      case 'yank':
        return this.changed(this.buffer.yank());
    }
    if (key === 'delete-or-end' && this.buffer.end === 0) return { sent: '', event: { kind: 'end' } };
    EDITS[key]?.(this.buffer);
    return { sent: this.draw(), event: null };
  }

  private enter(pasted: boolean): Pressed {
    const { text, overflowed } = this.buffer;
    const sent = this.row.leave();
    if (!overflowed) {
      // A pasted configuration would drive out all that was typed.
      if (!pasted && !this.prompt.hidden) this.prompt.history?.add(text);
      return { sent, event: { kind: 'line', text } };
    }
    const sentence = `The line is longer than ${LINE_LIMIT} characters; nothing of it was done.`;
    return { sent, event: { kind: 'too-long', sentence } };
  }

  private recall(age: number): Pressed {
    const line = age === 0 ? this.draft : (this.prompt.history?.at(age - 1) ?? null);
    if (age < 0 || line === null) return UNHEARD;
    if (this.age === 0) this.draft = this.buffer.text;
    this.age = age;
    this.buffer.set(line);
    return { sent: this.draw(), event: null };
  }

  /** While ^R looks for a line: text narrows it, Enter enters it, other keys take it over to be edited. */
  private searching(search: Search, key: Key, pasted: boolean): Pressed {
    if (search.press(key)) return { sent: this.draw() + (search.isFailing ? BELL : ''), event: null };
    this.search = null;
    if (key === 'escape' || key === 'cancel' || key === 'interrupt')
      return { sent: this.draw(), event: null };
    if (search.found !== null) {
      if (this.age === 0) this.draft = this.buffer.text;
      this.age = search.age + 1;
      this.buffer.set(search.found);
    }
    const drawn = this.draw();
    const { sent, event } = this.press(key, pasted);
    return { sent: drawn + sent, event };
  }

  private clearScreen(): string {
    if (!this.row.dumb) return CLEAR_SCREEN + this.show();
    return this.row.leave() + this.show();
  }

  private draw(): string {
    const { line, cursor } = this.search === null ? this.edited() : this.found(this.search);
    const view = viewOf(line, cursor, this.columns - 1, this.start);
    this.start = view.start;
    return this.row.draw(view.cells, view.cursor);
  }

  private edited(): { line: readonly string[]; cursor: number } {
    const { length } = this.promptCells;
    if (this.prompt.hidden) return { line: this.promptCells, cursor: length };
    const { characters, cursor, end } = this.buffer;
    const line = this.promptCells.concat(cellsOf(characters));
    const isAtEnd = cursor === end;
    return { line, cursor: isAtEnd ? line.length : length + cellsOf(characters.slice(0, cursor)).length };
  }

  private found(search: Search): { line: readonly string[]; cursor: number } {
    const title = cellsOf(charactersOf(search.title));
    const text = search.found ?? this.buffer.text;
    const place =
      search.found === null ? 0 : columnsOf(text.slice(0, Math.max(0, text.indexOf(search.query))));
    return { line: title.concat(cellsOf(charactersOf(text))), cursor: title.length + place };
  }
}

/** Whether what follows is text rather than words: in quotation marks that are not closed, or in a comment. */
function inText(before: string): boolean {
  let isQuoted = false;
  for (let at = 0; at < before.length; at++) {
    const character = before[at];
    if (isQuoted) {
      if (character === '\\') at += 1;
      else if (character === '"') isQuoted = false;
    } else if (at === 0 || before[at - 1] === ' ' || before[at - 1] === '\t') {
      if (character === '#') return true;
      if (character === '"') isQuoted = true;
    }
  }
  return isQuoted;
}
