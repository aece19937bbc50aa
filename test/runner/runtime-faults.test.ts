/** How the runner ends when a program fails, and which bytecode it refuses. */

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compiles, describeRunners, type Outcome, type Runner } from './runtime-harness';

/** The one line on stderr. */
function line(outcome: Outcome): string {
  expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
  return outcome.stderr.trimEnd();
}

describeRunners('a program that fails', (runner) => {
  test('ends with 70 and one line for an uncaught exception, with the functions that led to it', () => {
    const outcome = runner().run(`
function inner() { throw new RangeError('first\\nsecond \\u001b[31m'); }
function outer() { inner(); }
outer();`);
    expect(outcome.status).toBe(70);
    expect(line(outcome)).toMatch(
      /^understudy: uncaught exception: RangeError: first second {2}\[31m at inner at outer at /,
    );
  });

  test('keeps the line short and whole for a long message and a deep stack', () => {
    const outcome = runner().run(`
const deep = (n) => { if (n === 0) throw new Error('x'.repeat(100000)); deep(n - 1); return n; };
deep(100);`);
    expect(outcome.status).toBe(70);
    expect(line(outcome).length).toBeLessThan(1024);
    expect(outcome.stderr).toContain('at deep at deep');
  });

  test.each([
    ['undefined', 'undefined'],
    ['Symbol("s")', '(a value without description)'],
    ['{ toString() { throw 1; } }', '(a value without description)'],
    ['"%s%n"', '%s%n'],
  ])('tells a thrown %s', (value, told) => {
    const outcome = runner().run(`throw ${value};`);
    expect(outcome.status).toBe(70);
    expect(line(outcome)).toBe(`understudy: uncaught exception: ${told}`);
  });

  test('ends for a rejection that nothing handles, and names the first of several', () => {
    const outcome = runner().run(`
Promise.reject(new TypeError('cause')); Promise.reject(new Error('consequence'));
sys.runJobs();
print('not reached');`);
    expect(outcome).toMatchObject({ status: 70, stdout: '' });
    expect(line(outcome)).toMatch(/^understudy: unhandled rejection: TypeError: cause at /);
  });

  test('goes on where a rejection is handled before the queue is empty', () => {
    const printed = runner().lines(`
const late = Promise.reject(new Error('late'));
Promise.resolve().then(() => {}).then(() => late.catch((error) => print(error.message)));
sys.runJobs();
(async () => { throw new Error('soon'); })().catch((error) => print(error.message));
sys.runJobs();
print('end');`);
    expect(printed).toEqual(['late', 'soon', 'end']);
  });

  test('ends for an exception in an async function, and after the last line', () => {
    const outcome = runner().run(`(async () => { await null; throw new Error('async'); })();`);
    expect(outcome.status).toBe(70);
    expect(line(outcome)).toContain('unhandled rejection: Error: async');
  });

  test('ends where the top level waits for ever', () => {
    const outcome = runner().run('await new Promise(() => {});');
    expect(outcome.status).toBe(70);
    expect(line(outcome)).toContain('waits at top level');
  });

  test.each([
    ['many small objects', 'const all = []; for (;;) all.push({ a: 1 });'],
    ['one huge buffer', 'new ArrayBuffer(100 << 20);'],
    ['a growing string', "let s = 'x'; for (;;) s += s;"],
    ['a growing array', 'const a = []; for (;;) a.push(1.5);'],
  ])('ends when memory runs out: %s', (_name, source) => {
    const outcome = runner().run(source);
    expect(outcome.status).toBe(70);
    expect(line(outcome)).toMatch(/out of memory|string too long/);
  });

  test('ends when memory ran out, even where the program caught the exception', () => {
    const outcome = runner().run(`
try { const all = []; for (;;) all.push(new ArrayBuffer(1000)); } catch (error) { print('caught'); }
sys.runJobs();
print('not reached');`);
    expect(outcome).toMatchObject({ status: 70, stdout: 'caught\n' });
    expect(line(outcome)).toContain('out of memory');
  });

  test('takes 15 MB of heap, and again after freeing it', () => {
    const printed = runner().lines(`
for (let round = 0; round < 20; round++) {
  const blocks = [];
  for (let i = 0; i < 14; i++) blocks.push(new ArrayBuffer(1 << 20));
}
print('enough');`);
    expect(printed).toEqual(['enough']);
  });

  test('ends for endless recursion, in JavaScript and below it', () => {
    const plain = runner().run('const f = (n) => f(n + 1) + 1; f(0);');
    expect(plain.status).toBe(70);
    expect(line(plain)).toMatch(/stack overflow.* at f at f/);
    const json = runner().run('let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a);');
    expect(json.status).toBe(70);
    expect(line(json)).toContain('stack overflow');
  });

  test('ends with the status that the program gives', () => {
    expect(runner().run('sys.exit(3);')).toEqual({ status: 3, signal: null, stdout: '', stderr: '' });
    expect(runner().lines("print(thrown(() => sys.exit(256)), thrown(() => sys.exit('0')));")).toEqual([
      'RangeError TypeError',
    ]);
  });
});

describeRunners('the command line', (runner, target) => {
  test('refuses what it does not know', () => {
    const outcome = runner().exec('--bytecode');
    expect(outcome.status).toBe(64);
    expect(line(outcome)).toContain('usage:');
  });

  if (compiles(target)) compiler(runner);
  else
    test('has no compiler, and says so', () => {
      writeFileSync(join(runner().folder, 'ok.js'), '1;');
      const outcome = runner().exec('--compile', 'ok.js', 'ok.usb');
      expect(outcome.status).toBe(64);
      expect(line(outcome)).toContain('no compiler');
    });

  test('passes arguments as they stand', () => {
    const printed = runner().lines(
      'print(sys.args.map((arg) => [...arg].map((c) => c.codePointAt(0))));',
      'ü€😀',
      '',
      '--x',
    );
    expect(printed).toEqual(['[[252,8364,128512],[],[45,45,120]]']);
  });
});

function compiler(runner: () => Runner): void {
  test('refuses a command line that is not whole', () => {
    for (const args of [['--compile'], ['--compile', 'a.js']]) {
      const outcome = runner().exec(...args);
      expect(outcome.status).toBe(64);
      expect(line(outcome)).toContain('usage:');
    }
  });

  test('refuses source that is missing, does not parse, or imports what there is not', () => {
    const missing = runner().exec('--compile', 'none.js', 'out.usb');
    expect(missing.status).toBe(65);
    expect(line(missing)).toBe('understudy: none.js cannot be read: No such file or directory.');
    expect(() => runner().compile('let = ;')).toThrow(/SyntaxError.*main\.js:1/);
    expect(() => runner().compile("import 'fs';")).toThrow(/could not load module 'fs'/);
  });

  test('refuses a file that cannot be written', () => {
    writeFileSync(join(runner().folder, 'ok.js'), '1;');
    const outcome = runner().exec('--compile', 'ok.js', 'no/such/folder.usb');
    expect(outcome.status).toBe(73);
    expect(line(outcome)).toContain('cannot be written');
  });
}

describeRunners('bytecode', (runner) => {
  /** Outcome of running the program after `change` was made to its bytecode file. */
  function changed(change: (file: Buffer) => Buffer): Outcome {
    const path = runner().compile('throw 1;');
    writeFileSync(path, change(readFileSync(path)));
    return runner().exec('--bytecode', path);
  }

  test('of another version is refused, and both versions are named', () => {
    const outcome = changed((file) =>
      Buffer.from(file.toString('latin1').replace(/^(\S+) \S+/, '$1 2099-01-01'), 'latin1'),
    );
    expect(outcome.status).toBe(66);
    expect(line(outcome)).toMatch(/was made by QuickJS 2099-01-01, but this runner is QuickJS 2025-04-26/);
  });

  test('that is damaged, cut or too long is refused', () => {
    const flipped = (file: Buffer): Buffer => {
      file[file.length - 2]! ^= 1;
      return file;
    };
    const damages = [
      flipped,
      (file: Buffer) => file.subarray(0, -1),
      (file: Buffer) => Buffer.concat([file, file]),
    ];
    for (const damage of damages) {
      const outcome = changed(damage);
      expect(outcome.status).toBe(66);
      expect(line(outcome)).toContain('is damaged');
    }
  });

  test.each([
    ['an empty file', ''],
    ['something else', '#!/bin/sh\necho no\n'],
    ['a long line', 'x'.repeat(10_000)],
    ['a header without numbers', 'UNDERSTUDY-BYTECODE 2025-04-26\n'],
    [
      'a header with a huge number',
      `UNDERSTUDY-BYTECODE ${'9'.repeat(40)} 99999999999999999999 ffffffffffff\n`,
    ],
  ])('that is %s is refused', (_name, content) => {
    const outcome = changed(() => Buffer.from(content));
    expect(outcome.status).toBe(66);
    expect(line(outcome)).toMatch(/is not an Understudy bytecode file|was made by QuickJS|is damaged/);
  });

  test('that is missing, a folder or too large is refused', () => {
    const missing = runner().exec('--bytecode', 'none.usb');
    expect(missing.status).toBe(66);
    expect(line(missing)).toBe('understudy: none.usb cannot be read: No such file or directory.');
    const folder = runner().exec('--bytecode', '/tmp');
    expect(folder.status).toBe(66);
    expect(line(folder)).toContain('not a regular file');
    const large = changed(() => Buffer.alloc((8 << 20) + 1));
    expect(large.status).toBe(66);
    expect(line(large)).toContain('larger than');
  });

  test('is read from its fixed place where none is named', () => {
    const outcome = runner().exec('version');
    // Only a box has the file; either way it is that file which was asked for.
    if (outcome.status === 66) expect(line(outcome)).toContain('/usr/lib/understudy/understudy.usb');
    else expect(outcome.stdout).not.toBe('');
  });

  test('is chosen by the first argument, which then is none', () => {
    const folder = runner().folder;
    const programs = { run: 'supervisor', console: 'console', panel: 'panel' };
    for (const [word, file] of Object.entries({ ...programs, other: 'understudy' })) {
      const bytecode = runner().compile(
        `import * as sys from 'sys'; throw '${file} ' + sys.args.join();`,
        'chosen.js',
      );
      copyFileSync(bytecode, join(folder, `${file}.usb`));
      const args = word in programs ? 'a,b' : `${word},a,b`;
      expect(line(runner().exec('--folder', folder, word, 'a', 'b'))).toContain(`${file} ${args}`);
    }
    const missing = runner().exec('--folder', '/none', 'run');
    expect(missing.status).toBe(66);
    expect(line(missing)).toContain('/none/supervisor.usb cannot be read');
    expect(runner().exec('--folder').status).toBe(64);
    expect(runner().exec('--folder', `/${'x'.repeat(5000)}`).status).toBe(64);
  });
});
