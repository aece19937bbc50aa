import { describe, expect, it } from 'vitest';
import type { Guide } from '../../../src/console/guidance';
import { INPUT_LIMIT_BYTES } from '../../../src/console/input-queue';
import { OUTPUT_LIMIT_BYTES, USUAL_SIZE } from '../../../src/console/terminal';
import { generator } from '../random';
import { SerialLine } from './serial-line';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `line ${at + 1}`);

/** A configuration with all that may go wrong in a paste: tabs, question marks, comments, long lines, UTF-8. */
function configuration(count: number): string[] {
  const below = generator(count);
  return Array.from({ length: count }, (_, at) => {
    switch (below(6)) {
      case 0:
        return `\tset service web${at} watch http url "/index.php?a=${at}&b=?"`;
      case 1:
        return `# why? ${'because '.repeat(below(20))}`;
      case 2:
        return `set node lb1 text "Größe ${at} 漢字 €"`;
      case 3:
        return '';
      default:
        return `set service web${at} server 10.0.0.${below(256)} port ${below(65_536)} weight ${below(100)}`;
    }
  });
}

const guide: Guide = (words) => {
  const candidates =
    words.length === 0
      ? ['set', 'show', 'shell'].map((word) => ({ word, help: `about ${word}` }))
      : numbered(words[0] === 'set' ? 40 : 3).map((line) => ({ word: line.replace(' ', ''), help: line }));
  return { ok: true, value: { candidates, argument: null, complete: words.length > 0 } };
};

describe('a terminal', () => {
  it('prompts, echoes, and hands out a line at Enter', () => {
    const line = new SerialLine();
    expect(line.screen.screen).toEqual(['lb1#']);
    line.type('show status');
    expect(line.events).toEqual([]);
    expect(line.sentBytes).toBe('show status'.length);
    line.type('\r');
    expect(line.events).toEqual([
      { kind: 'line', text: 'show status', pasted: false, burst: expect.any(Number) },
    ]);
    expect(line.screen.screen).toEqual(['lb1# show status', 'lb1#']);
  });

  it('shows answers between the line and the next prompt', () => {
    const line = new SerialLine();
    line.onEvent = () => {
      line.terminal.print(['one', 'two\x1b[2J']);
      line.terminal.print(['three']);
      line.prompt();
    };
    line.type('show\r');
    expect(line.screen.screen).toEqual(['lb1# show', 'one', 'two^[[2J', 'three', 'lb1#']);
  });

  it('keeps what is typed while a command runs, and does not show it before its prompt', () => {
    const line = new SerialLine();
    line.onEvent = () => {};
    line.type('commit\r');
    line.type('show\rsta');
    expect(line.lines).toEqual(['commit']);
    expect(line.screen.screen).toEqual(['lb1# commit']);
    line.terminal.print(['done']);
    line.onEvent = () => line.prompt();
    line.prompt();
    line.settle();
    expect(line.lines).toEqual(['commit', 'show']);
    expect(line.screen.screen).toEqual(['lb1# commit', 'done', 'lb1# show', 'lb1# sta']);
  });

  it('shows news above the line that is being written', () => {
    const line = new SerialLine();
    line.type('show sta\x1b[D');
    line.terminal.print(['The peer has taken over.']);
    line.settle();
    expect(line.screen.screen).toEqual(['The peer has taken over.', 'lb1# show sta']);
    expect(line.screen.column).toBe('lb1# show st'.length);
    line.type('e\r');
    expect(line.lines).toEqual(['show stea']);
  });

  it('asks anew on a fresh row when another prompt takes the place of one', () => {
    const line = new SerialLine();
    line.type('abc');
    line.terminal.print(['Logged out.']);
    line.prompt({ text: 'Password: ', hidden: true });
    line.settle();
    expect(line.screen.screen).toEqual(['Logged out.', 'Password:']);
    line.type('geheim\r');
    expect(line.lines).toEqual(['geheim']);
    expect(JSON.stringify(line.screen.screen)).not.toContain('geheim');
  });

  it('pages what a person reads, and takes the keys for it', () => {
    const line = new SerialLine();
    line.onEvent = () => {
      line.terminal.print(numbered(100));
      line.prompt();
    };
    line.type('show\r');
    expect(line.screen.screen).toEqual([...numbered(23), '--more--']);
    line.type(' ');
    expect(line.screen.screen).toEqual([...numbered(46).slice(23), '--more--']);
    line.type('q');
    expect(line.screen.line).toBe('lb1#');
    line.type('show\r');
    line.type('status\r');
    expect(line.lines).toEqual(['show', 'show', 'status']);
    line.type('\x1b');
    line.pass(200);
    expect(line.screen.line).toBe('lb1#');
  });

  it('pages neither for a dumb terminal, nor for what is pasted, nor where it is told not to', () => {
    for (const [how, size] of [
      ['typed', { ...USUAL_SIZE, dumb: true }],
      ['pasted', USUAL_SIZE],
      ['told', USUAL_SIZE],
    ] as const) {
      const line = new SerialLine(115_200, size);
      line.onEvent = () => {
        line.terminal.print(numbered(100), how !== 'told');
        line.prompt();
      };
      if (how === 'pasted') line.paste('show interfaces eth0\r');
      else line.type('show\r');
      expect(line.screen.screen.slice(-2)).toEqual(['line 100', 'lb1#']);
    }
  });

  it('stops output with ^C, then the line, then what runs', () => {
    const line = new SerialLine(9600);
    line.onEvent = () => {
      line.terminal.print(numbered(5000), false);
      line.prompt();
    };
    line.type('show');
    line.receive('\r');
    line.pass(300);
    line.receive('\x03');
    line.settle();
    expect(line.screen.line).toBe('lb1#');
    expect(line.sentBytes).toBeLessThan(2000);
    expect(line.events).toHaveLength(1);
    line.onEvent = () => line.prompt();
    line.type('abc\x03');
    expect(line.screen.screen.slice(-2)).toEqual(['lb1# abc^C', 'lb1#']);
    expect(line.events.at(-1)).toEqual({ kind: 'interrupt' });
    line.onEvent = () => {};
    line.type('ping x\r');
    line.type('typed ahead\x03');
    expect(line.events.at(-1)).toEqual({ kind: 'interrupt' });
    line.onEvent = () => line.prompt();
    line.prompt();
    line.settle();
    expect(line.screen.line).toBe('lb1#');
  });

  it('gives up only the search when ^C comes while ^R looks for a line', () => {
    const line = new SerialLine();
    line.type('show\rabc\x12sh\x03');
    expect(line.screen.line).toBe('lb1# abc');
    line.type('\r');
    expect(line.lines).toEqual(['show', 'abc']);
  });

  it('ends by ^D on an empty line', () => {
    const line = new SerialLine();
    line.type('\x04');
    expect(line.events).toEqual([{ kind: 'end' }]);
  });

  it('turns the marks of pastes on and off, and sends no escape to a dumb terminal', () => {
    const line = new SerialLine();
    expect(line.terminal.close()).toBe('\x1b[?2004l');
    const dumb = new SerialLine(9600, { ...USUAL_SIZE, dumb: true });
    dumb.type('show x\x01\x0b\x0c?\t\x08\x12\x1b[A\x1b[D\r');
    expect(dumb.terminal.close()).toBe('');
  });

  it('becomes another terminal while a line is written', () => {
    const line = new SerialLine();
    line.type(`show ${'x'.repeat(60)}`);
    line.terminal.resize({ columns: 50, rows: 0, dumb: true });
    line.settle();
    expect(line.screen.line).toMatch(/^<x{10,}$/);
    line.type('\r');
    expect(line.lines).toEqual([`show ${'x'.repeat(60)}`]);
  });

  it('takes sizes that cannot be for the usual ones', () => {
    const line = new SerialLine();
    line.onEvent = () => {
      line.terminal.print(numbered(100));
      line.prompt();
    };
    line.terminal.resize({ columns: 0, rows: 0, dumb: false });
    line.type('show\r');
    expect(line.screen.screen).toEqual([...numbered(23), '--more--']);
    line.terminal.resize({ columns: 1, rows: 1, dumb: false });
    line.type(' q');
    expect(line.screen.line).toBe('lb1#');
  });
});

describe('help', () => {
  it('is shown below the line by ?, at once, and the line goes on', () => {
    const line = new SerialLine();
    line.guide = guide;
    line.type('\r');
    line.type('sh?');
    expect(line.screen.screen.slice(1)).toEqual([
      'lb1# sh',
      '  show   about show',
      '  shell  about shell',
      'lb1# sh',
    ]);
    line.type('o\t\r');
    expect(line.lines).toEqual(['', 'show ']);
  });

  it('waits after each screen, and goes on to the line when it is ended', () => {
    const line = new SerialLine();
    line.guide = guide;
    line.type('\r');
    line.type('set ?');
    expect(line.screen.line).toBe('--more--');
    line.type('q');
    expect(line.screen.line).toBe('lb1# set');
    line.type('?');
    expect(line.screen.line).toBe('--more--');
    line.receive('\x03');
    line.settle();
    expect(line.screen.line).toBe('lb1# set');
    line.type('?line7');
    expect(line.screen.line).toBe('lb1# set line7');
    line.type('\r');
    expect(line.lines).toEqual(['', 'set line7']);
  });
});

describe('a paste', () => {
  it.each([
    [9600, 1, 'a VT100', false, '\r'],
    [9600, 1, 'a dumb terminal', true, '\n'],
    [115_200, 1, 'a VT100', false, '\r\n'],
    [115_200, 64, 'a VT100', false, '\r'],
    // A program that waits 15 ms behind each character.
    [660, 1, 'a VT100', false, '\r'],
  ])('at %i baud in pieces of %i to %s loses no character', (baud, piece, _, dumb, end) => {
    const wanted = configuration(baud < 1000 ? 20 : 200);
    const line = new SerialLine(baud, { ...USUAL_SIZE, dumb });
    line.guide = guide;
    line.paste(wanted.map((one) => one + end).join(''), piece);
    expect(line.lines).toEqual(wanted);
    expect(line.mostUnsent).toBeLessThan(2 * OUTPUT_LIMIT_BYTES);
  });

  it('loses no character either when each line takes its time, and gives an answer', () => {
    const wanted = configuration(200);
    const line = new SerialLine(115_200);
    const below = generator(8);
    const due: { atMs: number }[] = [];
    line.onEvent = () => due.push({ atMs: line.nowMs + below(50) });
    const answer = (): void => {
      if (due[0] === undefined || due[0].atMs > line.nowMs) return;
      due.shift();
      line.terminal.print(['the line is not what it should be', 'and this is why']);
      line.prompt();
    };
    const text = new TextEncoder().encode(wanted.map((one) => `${one}\r`).join(''));
    for (let at = 0; at < text.length || due.length > 0; at += 12) {
      if (at < text.length) line.terminal.receive(text.subarray(at, at + 12), line.nowMs);
      answer();
      line.pass(1);
    }
    line.settle();
    expect(line.lines).toEqual(wanted);
    expect(line.mostUnsent).toBeLessThan(2 * OUTPUT_LIMIT_BYTES);
    expect(line.events.slice(1).every((event) => event.kind === 'line' && event.pasted)).toBe(true);
  });

  it('with marks around it is text from its first character', () => {
    const line = new SerialLine();
    line.guide = guide;
    line.paste('\x1b[200~\t?\r\x1b[201~');
    line.type('sh?');
    expect(line.lines).toEqual(['\t?']);
    expect(line.screen.screen).toContain('  show   about show');
  });

  it('whose end mark was lost has ended after a second', () => {
    const line = new SerialLine();
    line.guide = guide;
    line.paste('\x1b[200~x\r');
    line.type('a?');
    expect(line.screen.line).toBe('lb1# a?');
    line.pass(1000);
    line.type('?');
    expect(line.screen.screen.slice(-2)[0]).not.toBe('lb1# a?');
  });

  it('is one burst, and what comes after a silence is another', () => {
    const line = new SerialLine();
    line.paste('set a b c d e f\rset b\rset c\r');
    line.pass(500);
    line.paste('set d e f g h i j\r');
    const bursts = line.events.map((event) => (event.kind === 'line' ? event.burst : 0));
    expect(bursts).toEqual([bursts[0], bursts[0], bursts[0], bursts[0]! + 1]);
  });

  it('with a line that is too long is refused there', () => {
    const line = new SerialLine();
    line.paste(`set a b c d e f\r${'x'.repeat(5000)}\rset c\r`, 64);
    expect(line.events.map(({ kind }) => kind)).toEqual(['line', 'refused', 'line']);
    expect(line.lines).toEqual(['set a b c d e f', 'set c']);
  });

  it('that has no room is thrown away whole, and said to be', () => {
    const line = new SerialLine();
    line.onEvent = () => {};
    line.type('commit\r');
    const piece = new TextEncoder().encode('set service web1 server 10.0.0.1\r');
    let overflows = 0;
    for (let sum = 0; sum < 3 * INPUT_LIMIT_BYTES; sum += piece.length) {
      line.terminal.receive(piece, line.nowMs);
      line.pass(1);
      overflows = line.events.filter(({ kind }) => kind === 'overflow').length;
    }
    expect(overflows).toBe(1);
    line.terminal.receive(new TextEncoder().encode('commit\r'), line.nowMs);
    line.onEvent = () => line.prompt();
    line.prompt();
    line.settle();
    expect(line.lines).toEqual(['commit']);
    expect(line.screen.screen.join(' ')).toContain(
      `More than ${INPUT_LIMIT_BYTES} characters came before they could be read: all of them`,
    );
    line.pass(500);
    line.type('show\r');
    expect(line.lines).toEqual(['commit', 'show']);
  });

  it('that has no room while help is shown takes the line with it, too', () => {
    const line = new SerialLine();
    line.guide = guide;
    line.type('\rset ?');
    expect(line.screen.line).toBe('--more--');
    line.terminal.receive(new Uint8Array(INPUT_LIMIT_BYTES + 1).fill(0x61), line.nowMs);
    line.settle();
    line.pass(500);
    line.type('q\r');
    expect(line.lines).toEqual(['', '']);
  });

  it('that has no room while a line is written takes that line with it', () => {
    const line = new SerialLine(9600);
    line.type('set some');
    line.terminal.receive(new Uint8Array(INPUT_LIMIT_BYTES + 1).fill(0x61), line.nowMs);
    line.settle();
    expect(line.events.map(({ kind }) => kind)).toEqual(['overflow']);
    line.pass(500);
    line.type('\r');
    expect(line.lines).toEqual(['']);
  });
});
