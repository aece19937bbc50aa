/** Whatever comes over the line: nothing throws, hangs, grows, gives orders to the terminal, or becomes a command. */

import { describe, expect, it } from 'vitest';
import { LINE_LIMIT } from '../../../src/config/text';
import type { Guide } from '../../../src/console/guidance';
import { History } from '../../../src/console/history';
import { INPUT_LIMIT_BYTES } from '../../../src/console/input-queue';
import { WAITING_LIMIT } from '../../../src/console/pager';
import { OUTPUT_LIMIT_BYTES, Terminal, type TerminalEvent, USUAL_SIZE } from '../../../src/console/terminal';
import { generator } from '../random';
import { Vt100 } from './vt100';

/** For each terminal. */
const BYTES = 1_000_000;
/** What one step may send beyond what is allowed to wait: a row drawn anew, or a list of help that begins. */
const STEP_CHARACTERS = 8192;
const TELLING = [...'\r\n\x03\x04\t?"\\#/q |\x1b[[OA~\x12\x19\b\x7f\x0c\x15'].map((one) => one.charCodeAt(0));
const WORDS = [
  'set ',
  'show ',
  '\x1b[A',
  '\x1b[200~',
  '\x1b[201~',
  '\x1b[1;5D',
  '漢é€',
  '\x12set',
  '"a b" ',
  '?',
  '\t',
];

const guide: Guide = (words) =>
  words.length > 3
    ? { ok: false, error: `${words[0]} is unknown here` }
    : {
        ok: true,
        value: {
          candidates: ['set', 'show', 'sha"', '"a b"'].map((word) => ({ word, help: 'help '.repeat(30) })),
          argument: words.length === 1 ? { word: 'NAME', help: '' } : null,
          complete: true,
        },
      };

/** Characters and bytes that the object keeps, all that it refers to included. */
function weight(root: object): number {
  const seen = new Set<unknown>();
  const rest: unknown[] = [root];
  let sum = 0;
  while (rest.length > 0) {
    const one = rest.pop();
    if (typeof one === 'string') sum += one.length;
    else if (ArrayBuffer.isView(one)) sum += one.byteLength;
    else if (typeof one === 'object' && one !== null && !seen.has(one)) {
      seen.add(one);
      sum += 8;
      for (const value of Object.values(one)) rest.push(value);
    }
  }
  return sum;
}

class Fuzz {
  readonly below: (below: number) => number;
  readonly screen: Vt100;
  readonly terminal: Terminal;
  readonly history = new History();
  nowMs = 0;
  unsent = 0;
  fed = 0;
  /** Carriage returns and line feeds so far. */
  ends = 0;
  commands = 0;
  /** What was entered last. */
  last = '';
  isBusy = false;

  constructor(seed: number, dumb: boolean) {
    this.below = generator(seed);
    this.screen = new Vt100(80, 24, dumb);
    this.terminal = new Terminal({ ...USUAL_SIZE, dumb });
    this.prompt();
    this.work();
  }

  prompt(): void {
    const isHidden = this.below(20) === 0;
    this.terminal.prompt(
      { text: 'lb1# ', hidden: isHidden, history: this.history, guided: !isHidden },
      guide,
    );
    this.isBusy = false;
  }

  feed(bytes: Uint8Array): void {
    this.fed += bytes.length;
    for (const byte of bytes) if (byte === 10 || byte === 13) this.ends += 1;
    this.nowMs += this.below(10) === 0 ? this.below(2000) : this.below(30);
    this.terminal.receive(bytes, this.nowMs);
    this.work();
    // The line takes what it can, and commands come to their end: sometimes all of them, sometimes none.
    for (let turns = this.below(10); turns > 0; turns--) {
      this.unsent = this.below(4) === 0 ? this.unsent : 0;
      if (this.isBusy && this.below(2) === 0) this.answer();
      this.work();
    }
    const deadlineMs = this.terminal.deadlineMs(this.unsent);
    if (deadlineMs !== null && this.below(4) === 0) this.nowMs = Math.max(this.nowMs, deadlineMs);
    this.work();
  }

  work(): void {
    for (let steps = 0; ; steps++) {
      const step = this.terminal.step(this.nowMs, this.unsent);
      if (step === null) return;
      if (step.sent.length > STEP_CHARACTERS || steps > INPUT_LIMIT_BYTES)
        throw new Error('too much at once');
      this.screen.write(step.sent);
      this.unsent += step.sent.length;
      if (step.event !== null) this.happened(step.event);
    }
  }

  private happened(event: TerminalEvent): void {
    if (event.kind === 'line' || event.kind === 'refused') {
      this.commands += 1;
      if (this.commands > this.ends) throw new Error('a command that nobody has entered');
    }
    if (event.kind === 'line') {
      this.last = event.text;
      if (event.text.length > LINE_LIMIT) throw new Error('a line that is longer than lines are');
      if (/[\x00-\x08\x0a-\x1f\x7f-\x9f\ufeff]/.test(event.text))
        throw new Error('a line with control characters');
    }
    if (event.kind === 'overflow') return;
    this.isBusy = true;
    if (this.below(3) > 0) this.answer();
  }

  private answer(): void {
    for (let count = this.below(4); count > 0; count--)
      this.terminal.print(
        ['\x1b[2Jx'.repeat(this.below(40)), 'y'.repeat(this.below(300))],
        this.below(2) === 0,
      );
    if (this.below(5) > 0) this.prompt();
  }

  /** Mostly without ^C, which makes nothing of all that comes before the next silence. */
  piece(): Uint8Array {
    const piece = this.any();
    return this.below(300) === 0 ? piece : piece.filter((byte) => byte !== 3);
  }

  private any(): Uint8Array {
    const { below } = this;
    switch (below(5)) {
      case 0:
        return Uint8Array.from({ length: below(300) }, () => below(256));
      case 1:
        return Uint8Array.from({ length: below(200) }, () => TELLING[below(TELLING.length)]!);
      case 2:
        return Uint8Array.of(below(256));
      case 3:
        return new TextEncoder().encode(
          Array.from({ length: below(30) }, () => WORDS[below(WORDS.length)]!).join(''),
        );
      default:
        return new Uint8Array(below(20) === 0 ? below(5000) : below(100)).fill(
          TELLING[below(TELLING.length)]!,
        );
    }
  }
}

describe('a million bytes of anything', () => {
  it.each([
    ['a VT100', false],
    ['a dumb terminal', true],
  ])('leave the console of %s as it was', (_, dumb) => {
    const fuzz = new Fuzz(dumb ? 9 : 10, dumb);
    let heaviest = 0;
    for (let round = 0; fuzz.fed < BYTES; round++) {
      fuzz.feed(fuzz.piece());
      if (round % 500 === 0) heaviest = Math.max(heaviest, weight(fuzz.terminal));
    }
    expect(fuzz.commands).toBeGreaterThan(10_000);
    expect(heaviest).toBeLessThan(2 * INPUT_LIMIT_BYTES + WAITING_LIMIT + 100_000);
    // And it goes on as if nothing had been.
    fuzz.unsent = 0;
    fuzz.nowMs += 10_000;
    fuzz.terminal.receive(Uint8Array.of(3), fuzz.nowMs);
    fuzz.work();
    fuzz.terminal.prompt({ text: 'lb1# ', hidden: false, history: null, guided: false });
    fuzz.unsent = 0;
    fuzz.work();
    expect(fuzz.screen.line).toBe('lb1#');
    for (const byte of new TextEncoder().encode('show\r')) {
      fuzz.nowMs += 200;
      fuzz.unsent = 0;
      fuzz.terminal.receive(Uint8Array.of(byte), fuzz.nowMs);
      fuzz.work();
    }
    expect(fuzz.last).toBe('show');
  });

  it('make no command when there is no Enter among them', () => {
    const fuzz = new Fuzz(11, false);
    while (fuzz.fed < BYTES / 10) {
      const bytes = fuzz.piece().filter((byte) => byte !== 10 && byte !== 13);
      fuzz.feed(bytes);
    }
    expect(fuzz.commands).toBe(0);
  });

  it('are kept back by a line that takes no output', () => {
    const fuzz = new Fuzz(12, false);
    const stuck = OUTPUT_LIMIT_BYTES;
    let sent = 0;
    for (let at = 0; at < 2 * INPUT_LIMIT_BYTES; at += 1000) {
      fuzz.terminal.receive(new TextEncoder().encode('set a b c d\r'.repeat(84)), at);
      for (let step = fuzz.terminal.step(at, stuck); step !== null; step = fuzz.terminal.step(at, stuck))
        sent += step.sent.length;
    }
    // The sentence that says so, and no more, comes at an overflow, however long the line is stuck.
    expect(sent).toBeLessThan(10);
    expect(weight(fuzz.terminal)).toBeLessThan(2 * INPUT_LIMIT_BYTES + 100_000);
  });
});
