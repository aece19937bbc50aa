/**
 * One session of the operator at a terminal: login, prompts, commands, and the time after which nobody is there any more.
 * Drives the terminal, which knows no command, and the commands, which know no terminal. All that is outside comes through
 * `World` and `Port`.
 */

import { type Document, EMPTY } from '../config/document';
import { readSettings } from '../config/read';
import { splitLine } from '../config/text';
import type { Cancellable } from '../host/host';
import { COMMANDS } from './commands';
import type { Guide } from './guidance';
import { History } from './history';
import type { Prompt } from './line-editor';
import { beginLogin, type Login, type LoginEvent, type Purpose, stepLogin } from './login';
import { applyFilters, type Filter, guidePipes, readPipes } from './match';
import { News } from './news';
import { PasswordFile } from './password';
import type { After, Mode, QuestionOptions, Shell } from './shell';
import { type Size, Terminal, type TerminalEvent } from './terminal';
import type { World } from './world';

/** The line to the terminal. */
export interface Port {
  readonly size: Size;
  send(text: string): void;
  /** Bytes that the line has not taken yet. */
  unsentBytes(): number;
  after(delayMs: number, run: () => void): Cancellable;
}

export interface SessionOptions {
  /** Without a key for so long, the operator is logged out; null for never. */
  readonly idleMinutes: number | null;
  readonly onEnd: (to: After) => void;
}

/** What a wait for the operator came to. */
type Heard = TerminalEvent | { readonly kind: 'time' };

const MINUTE_MS = 60_000;
/** Longer questions stand in a row of their own. */
const PROMPT_COLUMNS = 38;

const PROMPT_END: Readonly<Record<Mode, string>> = { operational: '> ', configuration: '# ' };

export class Session implements Shell {
  mode: Mode = 'operational';
  draft: Document = EMPTY;
  base: Document = EMPTY;
  private readonly terminal: Terminal;
  private readonly history = new History();
  private readonly password: PasswordFile;
  private filters: readonly Filter[] = [];
  private hear: ((heard: Heard) => void) | null = null;
  /** Ends what goes on by itself. */
  private stop: (() => void) | null = null;
  private timer: Cancellable | null = null;
  private login: Login | null = null;
  private idleMinutes: number | null;
  private readonly news = new News();
  private ended = false;
  private isAtPrompt = false;
  private after: After = 'login';
  private stepping = false;
  /** The draft as it was before the lines that are coming in one go: half of a paste must not stay. */
  private beforeBurst: { readonly burst: number; readonly draft: Document } = { burst: -1, draft: EMPTY };

  constructor(
    readonly world: World,
    private readonly port: Port,
    private readonly options: SessionOptions,
  ) {
    this.idleMinutes = options.idleMinutes;
    this.terminal = new Terminal(port.size);
    this.password = new PasswordFile(world);
  }

  /** Runs the session to its end. */
  async run(): Promise<void> {
    void this.learnIdleTime();
    const unwatch = this.world.watch((status) => {
      this.news.hear(status);
      if (this.isAtPrompt) this.tellNews();
    });
    if (await this.identify(this.password.isSet ? 'login' : 'first')) {
      this.say(`understudy ${this.world.version} on ${this.world.hostname()}. "?" shows what may be typed.`);
      while (!this.ended) await this.turn();
    }
    unwatch();
    this.port.send(this.terminal.close());
    this.options.onEnd(this.after);
  }

  /** Bytes have come from the terminal. */
  receive(bytes: Uint8Array): void {
    this.terminal.receive(bytes, this.world.now());
    this.step();
  }

  /** The line has taken what was sent, or some time has passed. */
  step(): void {
    if (this.stepping) return;
    this.stepping = true;
    for (;;) {
      const step = this.terminal.step(this.world.now(), this.port.unsentBytes());
      if (step === null) break;
      if (step.sent !== '') this.port.send(step.sent);
      if (step.event !== null) this.on(step.event);
    }
    this.stepping = false;
    this.timer?.cancel();
    const dueMs = this.terminal.deadlineMs(this.port.unsentBytes());
    if (dueMs !== null)
      this.timer = this.port.after(Math.max(0, dueMs - this.world.now()), () => this.step());
  }

  async print(lines: readonly string[]): Promise<void> {
    this.terminal.print(
      applyFilters(lines, this.filters),
      !this.filters.some(({ kind }) => kind === 'no-more'),
    );
    this.step();
  }

  say(sentence: string): void {
    this.terminal.print([sentence], false);
    this.step();
  }

  paint(bytes: string): void {
    if (!this.port.size.dumb) this.port.send(bytes);
  }

  async question(text: string, options: QuestionOptions = {}): Promise<string | null> {
    // The terminal leaves at least half of the row to the answer.
    const isLong = text.length > PROMPT_COLUMNS;
    if (isLong) this.say(text.trimEnd());
    const prompt = {
      text: isLong ? '? ' : text,
      hidden: options.hidden ?? false,
      history: null,
      guided: false,
    };
    const heard = await this.listen(prompt, null);
    return heard.kind === 'line' ? heard.text : null;
  }

  async confirm(text: string): Promise<boolean> {
    this.say(text);
    for (;;) {
      const answer = await this.question('yes or no: ');
      if (answer === null || 'no'.startsWith(answer.trim().toLowerCase())) return false;
      if (answer.trim().toLowerCase() === 'yes') return true;
    }
  }

  async text(): Promise<string | null> {
    const lines: string[] = [];
    for (;;) {
      const heard = await this.listen({ text: '', hidden: false, history: null, guided: false }, null);
      if (heard.kind === 'end') return lines.map((line) => `${line}\n`).join('');
      if (heard.kind !== 'line') return null;
      lines.push(heard.text);
    }
  }

  async untilStopped<T>(running: Promise<T>, stop: () => void): Promise<T> {
    this.stop = stop;
    try {
      return await running;
    } finally {
      this.stop = null;
    }
  }

  enter(mode: Mode): void {
    this.mode = mode;
  }

  leave(to: After = 'login'): void {
    this.ended = true;
    this.after = to;
  }

  /** @returns whether the operator has shown the password, or set the first one */
  async identify(purpose: Purpose): Promise<boolean> {
    let stepped = beginLogin(purpose, this.idleMinutes, this.world.now());
    for (;;) {
      const { login, effects } = stepped;
      let event: LoginEvent | null = null;
      for (const effect of effects)
        switch (effect.kind) {
          case 'say':
            this.say(effect.sentence);
            break;
          case 'ask':
            event = await this.answer(effect.prompt, login.untilMs);
            break;
          case 'check':
            event = { kind: 'checked', right: this.password.isRight(effect.password) };
            break;
          case 'save':
            event = { kind: 'saved', error: this.password.set(effect.password) };
            break;
          case 'open':
            this.login = login;
            return true;
          case 'close':
            return false;
        }
      if (event === null && login.untilMs === null) throw new Error('the login waits for nothing');
      if (event === null) {
        await this.world.wait(Math.max(0, login.untilMs! - this.world.now()));
        event = { kind: 'time' };
      }
      stepped = stepLogin(login, event, this.world.now());
    }
  }

  private async answer(text: string, untilMs: number | null): Promise<LoginEvent> {
    const heard = await this.listen({ text, hidden: true, history: null, guided: false }, null, untilMs);
    if (heard.kind === 'line') return { kind: 'line', text: heard.text };
    return heard.kind === 'time' ? { kind: 'time' } : { kind: 'abandon' };
  }

  /** One line and what it does. */
  private async turn(): Promise<void> {
    const prompt: Prompt = {
      text: `${this.world.hostname()}${PROMPT_END[this.mode]}`,
      hidden: false,
      history: this.history,
      guided: true,
    };
    this.tellNews();
    this.isAtPrompt = true;
    const heard = await this.listen(prompt, this.guide, this.idleUntilMs());
    this.isAtPrompt = false;
    switch (heard.kind) {
      case 'line':
        await this.obey(heard.text, heard.burst);
        break;
      case 'refused':
        this.say(heard.sentence);
        break;
      case 'end':
        await this.obey('exit', -1);
        break;
      case 'time':
        this.say(`Logged out: nothing was typed for ${this.idleMinutes} min.`);
        this.ended = true;
        break;
    }
  }

  /** Nothing waits for it: whoever wants to log in can do so without a supervisor. */
  private async learnIdleTime(): Promise<void> {
    if (this.idleMinutes === null) return;
    const reply = await this.world.ask({ op: 'config' });
    if (!reply.ok) return;
    const idleMs = readSettings(reply.text, '').settings?.value('console idle-timeout');
    if (typeof idleMs === 'number') this.idleMinutes = idleMs / MINUTE_MS;
  }

  /** What has happened stands above the line that is being edited. */
  private tellNews(): void {
    for (const line of this.news.take()) this.say(line);
  }

  private async obey(text: string, burst: number): Promise<void> {
    if (burst !== this.beforeBurst.burst) this.beforeBurst = { burst, draft: this.draft };
    const line = splitLine(text);
    const piped = line.ok ? readPipes(line.value) : line;
    if (!piped.ok) return this.say(`${piped.error}.`);
    const { words, filters } = piped.value;
    if (words.length === 0) return;
    const found = COMMANDS[this.mode].find(words, this);
    if (!found.ok) return this.say(`${found.error}.`);
    this.filters = filters;
    await found.value.entry.run(this, found.value);
    this.filters = [];
  }

  private readonly guide: Guide = (words) => ({
    ok: true,
    value: guidePipes(words) ?? COMMANDS[this.mode].guide(words, this),
  });

  private idleUntilMs(): number | null {
    if (this.login === null) return null;
    this.login = stepLogin(
      { ...this.login, idleMinutes: this.idleMinutes },
      { kind: 'activity' },
      this.world.now(),
    ).login;
    return this.login.untilMs;
  }

  /** Asks, and waits for what comes of it. */
  private listen(prompt: Prompt, guide: Guide | null, untilMs: number | null = null): Promise<Heard> {
    return new Promise((resolve) => {
      const timer =
        untilMs === null
          ? null
          : this.port.after(Math.max(0, untilMs - this.world.now()), () => this.hear?.({ kind: 'time' }));
      this.hear = (heard) => {
        this.hear = null;
        timer?.cancel();
        resolve(heard);
      };
      this.terminal.prompt(prompt, guide);
      this.step();
    });
  }

  private on(event: TerminalEvent): void {
    if (event.kind === 'overflow') {
      // The lines of this burst that came through are half of something.
      if (event.burst === this.beforeBurst.burst) this.draft = this.beforeBurst.draft;
      return;
    }
    if (this.hear !== null) this.hear(event);
    else if (event.kind === 'interrupt') this.stop?.();
  }
}
