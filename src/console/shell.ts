/**
 * What commands see of the console they run on: output, questions, the configuration that is being changed, and the
 * machine. Types only, and the few words that all commands share.
 */

import type { Document } from '../config/document';
import type { Purpose } from './login';
import type { World } from './world';

export type Mode = 'operational' | 'configuration';

/** What the terminal is for when the session is over: the next login, or the system's own shell. */
export type After = 'login' | 'shell';

export interface QuestionOptions {
  /** What is typed is not shown. */
  readonly hidden?: boolean;
}

export interface Shell {
  readonly world: World;
  readonly mode: Mode;
  /** The configuration that is being changed. */
  draft: Document;
  /** What `draft` started from. */
  base: Document;
  /** Writes lines, page by page on a terminal, through what stood behind `|`. */
  print(lines: readonly string[]): Promise<void>;
  /** One line that says what came of a command, or why not. Never paged. */
  say(sentence: string): void;
  /** Bytes for a terminal that is not dumb; nothing on one that is. */
  paint(bytes: string): void;
  /** @returns what was typed, or null when the operator gave up (^C, ^D, hung up) */
  question(
    text: string,
    options?: { readonly hidden?: boolean; readonly limitMs?: number },
  ): Promise<string | null>;
  /** `yes` or `no`, typed out. */
  confirm(text: string): Promise<boolean>;
  /** All lines up to ^D; null after ^C. */
  text(): Promise<string | null>;
  /** Lets the operator end something that goes on by itself: ^C or `q`. */
  untilStopped<T>(running: Promise<T>, stop: () => void): Promise<T>;
  /** Asks for the password, or for a new one. @returns false when the session has to end */
  identify(purpose: Purpose): Promise<boolean>;
  enter(mode: Mode): void;
  /** Ends the session. */
  leave(to?: After): void;
}
