import { describe, expect, it } from 'vitest';
import { LINE_LIMIT } from '../../../src/config/text';
import { History } from '../../../src/console/history';
import type { Command, Key } from '../../../src/console/keys';
import { LineEditor, type Pressed, type Prompt } from '../../../src/console/line-editor';
import { generator } from '../random';
import { Vt100 } from './vt100';

const PROMPT: Prompt = { text: 'lb1# ', hidden: false, history: null, guided: true };

/** Presses keys: characters in words, commands in angle brackets. @returns what the last one did */
function press(editor: LineEditor, keys: string, pasted = false): Pressed {
  let last: Pressed = { sent: '', event: null };
  for (const key of keysOf(keys)) last = editor.press(key, pasted);
  return last;
}

function keysOf(keys: string): Key[] {
  return (keys.match(/<[a-z-]+>|./gu) ?? []).map((key) =>
    key.length > 1 && key.startsWith('<') ? (key.slice(1, -1) as Command) : { text: key },
  );
}

function entered(keys: string, history: History | null = null): string {
  const editor = new LineEditor(80, false);
  editor.begin({ ...PROMPT, history });
  const { event } = press(editor, `${keys}<enter>`);
  if (event?.kind !== 'line') throw new Error(`no line: ${JSON.stringify(event)}`);
  return event.text;
}

describe('what one key sends', () => {
  it.each([
    // What was typed, the key, to a VT100, to a dumb terminal.
    ['sho', 'w', 'w', 'w'],
    ['show', ' ', ' ', ' '],
    ['show', '<left>', '\b', '\b'],
    ['show<left>', '<right>', 'w', 'w'],
    ['show', '<right>', '', ''],
    ['', '<left>', '', ''],
    ['show', '<home>', '\b\b\b\b', '\b\b\b\b'],
    ['show status', '<home>', '\x1b[11D', '\rlb1# '],
    ['show status<home>', '<end>', '\x1b[11C', 'show status'],
    ['show', '<backspace>', '\b \b', '\b \b'],
    ['', '<backspace>', '', ''],
    ['show<left>', '<backspace>', '\bw \b\b', '\bw \b\b'],
    ['show<home>', '<delete>', 'how \b\b\b\b', 'how \b\b\b\b'],
    ['show', '<delete>', '', ''],
    ['show<home>', '<delete-or-end>', 'how \b\b\b\b', 'how \b\b\b\b'],
    ['shw<left>', 'o', 'ow\b', 'ow\b'],
    ['show status', '<word-left>', '\x1b[6D', '\b\b\b\b\b\b'],
    ['show status<home>', '<word-right>', 'show', 'show'],
    ['show status<word-left>', '<kill-to-end>', '\x1b[K', `      \b\b\b\b\b\b`],
    ['show status<word-left>', '<kill-to-start>', '\b\b\b\btatus\x1b[K\x1b[6D', '\b\b\b\btatus     \rlb1# '],
    ['show status', '<kill-word>', '\x1b[6D\x1b[K', '\b\b\b\b\b\b      \b\b\b\b\b\b'],
    ['show status', '<kill-word-left>', '\x1b[6D\x1b[K', '\b\b\b\b\b\b      \b\b\b\b\b\b'],
    ['show status<home>', '<kill-word-right>', ' status\x1b[K\x1b[7D', ' status    \rlb1# '],
    ['show', '<transpose>', '\b\bwo', '\b\bwo'],
    ['show<home><right>', '<transpose>', '\bhs', '\bhs'],
    ['one two<kill-word>', '<yank>', 'two', 'two'],
    ['show', '<enter>', '\r\n', '\r\n'],
    ['show<home>', '<enter>', '\r\n', '\r\n'],
    ['show', '<interrupt>', '^C\r\n', '^C\r\n'],
    ['show', '<clear>', '\x1b[H\x1b[2Jlb1# show', '\r\nlb1# show'],
    ['show', '?', '', ''],
    ['show', '<tab>', '', ''],
    ['show', '<escape>', '', ''],
    ['show', '<cancel>', '', ''],
    ['show', '<search>', '\x07', '\x07'],
    ['show', '<up>', '\x07', '\x07'],
    ['', '<delete-or-end>', '', ''],
    ['a', '漢', '漢', '漢'],
    ['a漢', '<backspace>', '\b\b\x1b[K', '\b\b  \b\b'],
    ['a漢', '<left>', '\b\b', '\b\b'],
    ['e', '\u0301', '\be\u0301', '\be\u0301'],
  ])('%s, then %s', (typed, key, vt100, dumb) => {
    for (const [isDumb, sent] of [
      [false, vt100],
      [true, dumb],
    ] as const) {
      const editor = new LineEditor(80, isDumb);
      expect(editor.begin(PROMPT)).toBe('lb1# ');
      press(editor, typed);
      expect(press(editor, key).sent).toBe(sent);
    }
  });

  it('is one byte for each character at the end of a line that fits', () => {
    const editor = new LineEditor(80, false);
    editor.begin(PROMPT);
    const digit = (at: number): string => String(at % 10);
    for (let at = 0; at < 74; at++) expect(press(editor, digit(at)).sent).toBe(digit(at));
    // Then, once for many characters, the last 14 and the new one move to the left.
    expect(press(editor, digit(74)).sent).toBe('\r<012345678901234\x1b[K');
    for (let at = 75; at < 138; at++) expect(press(editor, digit(at)).sent).toBe(digit(at));
    expect(press(editor, digit(138)).sent).toBe('\r<456789012345678\x1b[K');
  });
});

describe('what is entered', () => {
  it.each([
    ['show status', 'show status'],
    ['', ''],
    ['shw<left>o', 'show'],
    ['how<home>s', 'show'],
    ['how<home>s<end>!', 'show!'],
    ['one two<word-left><word-left>x', 'xone two'],
    ['one, two<home><word-right><word-right>x', 'one, twox'],
    ['one two three<kill-word><kill-word>x', 'one x'],
    ['a /b/c<kill-word>x', 'a x'],
    ['a /b/c<kill-word-left>x', 'a /b/x'],
    ['a b c<home><kill-word-right><delete>x', 'xb c'],
    ['one two<kill-to-start><yank><yank>', 'one twoone two'],
    // Kills that follow each other are one.
    ['one two three<kill-word><kill-word><home><yank>', 'two threeone '],
    ['one two<home><kill-word-right><kill-word-right><yank>', 'one two'],
    ['one two<kill-word><left><kill-to-start><end><yank>', ' one'],
    ['ab<transpose>', 'ba'],
    ['abc<left><transpose>', 'acb'],
    ['abc<home><transpose>', 'abc'],
    ['a<transpose>', 'a'],
    ['e\u0301x<left><backspace>', 'x'],
    ['<home>\u0301x', '\u0301x'],
  ])('by %s', (keys, text) => {
    expect(entered(keys)).toBe(text);
  });

  it('ends by Enter, and begins anew with the next prompt', () => {
    const editor = new LineEditor(80, false);
    editor.begin(PROMPT);
    press(editor, 'one<enter>');
    expect(editor.begin({ ...PROMPT, text: 'lb1(config)# ' })).toBe('lb1(config)# ');
    expect(press(editor, 'two<enter>').event).toEqual({ kind: 'line', text: 'two' });
  });

  it('is nothing when ^C gives the line up, or ^D ends an empty one', () => {
    const editor = new LineEditor(80, false);
    editor.begin(PROMPT);
    expect(press(editor, 'commit<interrupt>').event).toEqual({ kind: 'interrupt' });
    editor.begin(PROMPT);
    expect(press(editor, '<delete-or-end>').event).toEqual({ kind: 'end' });
    expect(press(editor, 'a<delete-or-end>').event).toBeNull();
  });

  it('is refused when the line has got longer than lines may be', () => {
    const editor = new LineEditor(80, false);
    editor.begin(PROMPT);
    expect(editor.press({ text: 'x'.repeat(LINE_LIMIT - 1) }, true).event).toBeNull();
    expect(editor.press({ text: 'yz' }, true).sent).toContain('\x07');
    expect(press(editor, '<backspace>'.repeat(5)).event).toBeNull();
    expect(press(editor, '<enter>', true).event).toEqual({
      kind: 'too-long',
      sentence: `The line is longer than ${LINE_LIMIT} characters; nothing of it was done.`,
    });
    editor.begin(PROMPT);
    editor.press({ text: 'x'.repeat(LINE_LIMIT) }, true);
    expect(press(editor, '<enter>').event).toMatchObject({ kind: 'line' });
  });

  it('has no more accents than it has characters', () => {
    const editor = new LineEditor(80, false);
    editor.begin(PROMPT);
    for (let at = 0; at < 3 * LINE_LIMIT; at++) editor.press({ text: '\u0301' }, true);
    expect(press(editor, '<enter>').event).toMatchObject({ kind: 'too-long' });
  });
});

describe('a question mark', () => {
  const asked = (typed: string, pasted = false, guided = true): unknown => {
    const editor = new LineEditor(80, false);
    editor.begin({ ...PROMPT, guided });
    press(editor, typed, pasted);
    return press(editor, '?', pasted).event;
  };

  it.each(['', 'set ', 'set no', 'set a "b c" ', 'set a "b \\" c" ', 'set a#b ', 'set "a"'])(
    'asks for help behind %j',
    (before) => {
      expect(asked(before)).toEqual({ kind: 'help', before });
    },
  );

  it.each(['set a "b', '"', 'set a "b \\"', '# why', 'set a # ', '  #'])('is text behind %j', (before) => {
    expect(asked(before)).toBeNull();
  });

  it('asks about what is before the cursor', () => {
    expect(asked('set no<left>')).toEqual({ kind: 'help', before: 'set n' });
  });

  it('is text where it is pasted, and where there is no guidance', () => {
    expect(asked('set ', true)).toBeNull();
    expect(asked('set ', false, false)).toBeNull();
  });

  it('is like TAB in all that', () => {
    const editor = new LineEditor(80, false);
    editor.begin(PROMPT);
    expect(press(editor, 'set n<tab>').event).toEqual({ kind: 'complete', before: 'set n' });
    expect(press(editor, '<tab>', true)).toEqual({ sent: ' ', event: null });
    expect(press(editor, '<enter>').event).toEqual({ kind: 'line', text: 'set n\t' });
  });
});

describe('guidance that is inserted', () => {
  it('takes the place of the word before the cursor, and sends only what is new', () => {
    const editor = new LineEditor(80, false);
    editor.begin(PROMPT);
    press(editor, 'set no');
    expect(editor.replaceBefore(4, 'node ')).toBe('de ');
    press(editor, '<left>');
    expect(editor.replaceBefore(4, 'none')).toBe('\b\bne');
    expect(press(editor, '<enter>').event).toEqual({ kind: 'line', text: 'set none ' });
  });
});

describe('a hidden prompt', () => {
  it('shows nothing of what is typed, and keeps nothing of it', () => {
    const history = new History();
    const editor = new LineEditor(80, false);
    editor.begin({ text: 'Password: ', hidden: true, history, guided: false });
    let sent = '';
    for (const key of keysOf('geheim?<home>x<end><tab><backspace><word-left><kill-to-end><yank>')) {
      const pressed = editor.press(key, false);
      sent += pressed.sent;
      expect(pressed.event).toBeNull();
    }
    expect(sent).toBe('');
    expect(press(editor, '<enter>')).toEqual({ sent: '\r\n', event: { kind: 'line', text: 'xgeheim?' } });
    editor.begin({ ...PROMPT, history });
    expect(press(editor, '<yank><up><enter>').event).toEqual({ kind: 'line', text: '' });
  });
});

describe('history', () => {
  const kept = (...lines: readonly string[]): History => {
    const history = new History();
    for (const line of lines) history.add(line);
    return history;
  };

  it.each([
    ['<up>', 'three'],
    ['<up><up>', 'two'],
    ['<up><up><up><up>', 'one'],
    ['<up><up><down>', 'three'],
    ['draft<up><down>', 'draft'],
    ['draft<up><up><down><down>', 'draft'],
    ['draft<up>s<up><down><down>', 'draft'],
    ['<down>', ''],
    ['<up>x', 'threex'],
    ['<up><home>x', 'xthree'],
  ])('is walked through by %s', (keys, text) => {
    expect(entered(keys, kept('one', 'two', 'three'))).toBe(text);
  });

  it.each([
    ['<search>ping', 'ping 10.0.0.2'],
    ['<search>ping<search>', 'ping 10.0.0.1'],
    ['<search>p<search><search>', 'ping 10.0.0.1'],
    ['<search>pingx', 'ping 10.0.0.2'],
    ['<search>ping<search><backspace>', 'ping 10.0.0.2'],
    ['<search>.1<home>x', 'xping 10.0.0.1'],
    ['<search>.1<up>', 'show log'],
    ['draft<search>ping<escape>', 'draft'],
    ['draft<search>ping<cancel>', 'draft'],
    ['draft<search>ping<interrupt>', 'draft'],
    ['draft<search>', 'draft'],
    ['draft<search>ping<down><down>', 'draft'],
  ])('is searched by %s', (keys, text) => {
    expect(entered(keys, kept('show log', 'ping 10.0.0.1', 'show status', 'ping 10.0.0.2'))).toBe(text);
  });

  it('shows what is searched and found', () => {
    const screen = new Vt100();
    const editor = new LineEditor(80, false);
    screen.write(editor.begin({ ...PROMPT, history: kept('show log', 'ping 10.0.0.1') }));
    const shows = (keys: string, line: string, column: number): void => {
      for (const key of keysOf(keys)) screen.write(editor.press(key, false).sent);
      expect([screen.line, screen.column]).toEqual([line, column]);
    };
    shows('<search>', 'search "":', 11);
    shows('10', 'search "10": ping 10.0.0.1', 18);
    shows('<search>', 'not found "10": ping 10.0.0.1', 21);
    expect(screen.bells).toBe(1);
    shows('<home>', 'lb1# ping 10.0.0.1', 5);
  });

  it('does not come into what is pasted', () => {
    const history = kept('reboot');
    for (const key of ['<up>', '<search>', '<yank>']) {
      const editor = new LineEditor(80, false);
      editor.begin({ ...PROMPT, history });
      expect(press(editor, `${key}<enter>`, true).event).toEqual({ kind: 'line', text: '' });
    }
  });

  it('gets lines that were typed, not those that were pasted', () => {
    const history = new History();
    const editor = new LineEditor(80, false);
    editor.begin({ ...PROMPT, history });
    press(editor, 'typed<enter>');
    editor.begin({ ...PROMPT, history });
    press(editor, 'pasted<enter>', true);
    expect([history.at(0), history.size]).toEqual(['typed', 1]);
  });
});

/** The same keys on a text that is cut at the cursor: what a person expects, in the plainest way. */
class Model {
  left = '';
  right = '';
  private killed = '';
  private killing = false;

  press(key: Key): void {
    const wasKilling = this.killing;
    this.killing = false;
    const { left, right } = this;
    const cut = (from: RegExp, to: RegExp): void => {
      const [before, after] = [from.exec(left)?.[0] ?? '', to.exec(right)?.[0] ?? ''];
      this.left = left.slice(0, left.length - before.length);
      this.right = right.slice(after.length);
      const kept = wasKilling ? this.killed : '';
      this.killed = before !== '' ? before + kept : kept + after;
      this.killing = true;
    };
    const move = (from: RegExp, to: RegExp): void => {
      const [before, after] = [from.exec(left)?.[0] ?? '', to.exec(right)?.[0] ?? ''];
      this.left = left.slice(0, left.length - before.length) + after;
      this.right = before + right.slice(after.length);
    };
    const none = /^$^/;
    if (typeof key !== 'string') this.left += key.text;
    else if (key === 'left') move(/.$/u, none);
    else if (key === 'right') move(none, /^./u);
    else if (key === 'home') move(/.*$/u, none);
    else if (key === 'end') move(none, /^.*/u);
    else if (key === 'word-left') move(/[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u, none);
    else if (key === 'word-right') move(none, /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u);
    else if (key === 'backspace') this.left = left.replace(/.$/u, '');
    else if (key === 'delete') this.right = right.replace(/^./u, '');
    else if (key === 'kill-to-end') cut(none, /^.*/u);
    else if (key === 'kill-to-start') cut(/.*$/u, none);
    else if (key === 'kill-word') cut(/[^ ]* *$/u, none);
    else if (key === 'kill-word-left') cut(/[\p{L}\p{N}_]*[^\p{L}\p{N}_]*$/u, none);
    else if (key === 'kill-word-right') cut(none, /^[^\p{L}\p{N}_]*[\p{L}\p{N}_]*/u);
    else if (key === 'yank') this.left += this.killed;
    else if (key === 'transpose') {
      if (right === '') this.left = left.replace(/(.)(.)$/u, '$2$1');
      else if (left !== '') {
        this.left = left.replace(/.$/u, '') + [...right][0]! + [...left].at(-1)!;
        this.right = right.replace(/^./u, '');
      }
    }
  }
}

const COMMANDS: readonly Command[] = [
  'left',
  'right',
  'home',
  'end',
  'word-left',
  'word-right',
  'backspace',
  'delete',
  'kill-to-end',
  'kill-to-start',
  'kill-word',
  'kill-word-left',
  'kill-word-right',
  'yank',
  'transpose',
];

const columns = (text: string): number => [...text].length + (text.match(/漢/g) ?? []).length;

describe('random keys', () => {
  it.each([
    ['a VT100', false, 80],
    ['a dumb terminal', true, 80],
    ['a narrow terminal', false, 40],
  ])('show on %s what a person expects', (_, dumb, width) => {
    const below = generator(width + Number(dumb));
    for (let round = 0; round < 60; round++) {
      const screen = new Vt100(width, 5, dumb);
      const editor = new LineEditor(width, dumb);
      const model = new Model();
      screen.write(editor.begin(PROMPT));
      for (let count = 0; count < 150; count++) {
        const typing = below(3) > 0;
        // Typing in the first half of the rounds, editing in the others: long lines and short ones.
        const key: Key =
          typing || (round % 2 === 0 && below(4) > 0)
            ? { text: Array.from({ length: 1 + below(4) }, () => 'abc  /.é漢'[below(9)]!).join('') }
            : COMMANDS[below(COMMANDS.length)]!;
        const { sent, event } = editor.press(key, false);
        expect(event).toBeNull();
        model.press(key);
        screen.write(sent);
        expect(screen.row).toBe(0);
        const cursor = 5 + columns(model.left);
        const whole = PROMPT.text + model.left + model.right;
        if (columns(whole) < width) {
          expect([screen.line, screen.column]).toEqual([whole.trimEnd(), cursor]);
          continue;
        }
        // A window: behind its marks, a piece of the line, and in it the cursor at its place.
        const cells = screen.rows[0]!;
        const before = cells.slice(cells[0] === '<' ? 2 : 0, screen.column).join('');
        const after = cells
          .slice(screen.column, width - 3)
          .join('')
          .trimEnd();
        expect(`${PROMPT.text}${model.left}`.endsWith(before)).toBe(true);
        expect(model.right.startsWith(after)).toBe(true);
        expect(before.length).toBeGreaterThan(3);
      }
      expect(editor.press('enter', false).event).toEqual({ kind: 'line', text: model.left + model.right });
    }
  });
});
