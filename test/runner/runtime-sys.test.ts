/** Clock, random bytes, files, poll and argument checks of the module `sys`. */

import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeRunners } from './runtime-harness';

/** From the system's headers. */
const NUMBERS = `
const O = { RDONLY: 0, WRONLY: 1, RDWR: 2, CREAT: 0o100, EXCL: 0o200, TRUNC: 0o1000, APPEND: 0o2000, DIRECTORY: 0o200000 };
const ENOENT = -2, EBADF = -9, EAGAIN = -11, EEXIST = -17, EISDIR = -21, EINVAL = -22, ENOTTY = -25, EPIPE = -32;
const POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32;
`;

describeRunners('sys', (runner, target) => {
  const lines = (source: string, ...args: string[]): string[] => runner().lines(NUMBERS + source, ...args);

  test('tells what it is and where it runs', () => {
    expect(lines('print(sys.build, sys.hostname(), sys.pid() > 1, sys.residentBytes() > 200000);')).toEqual([
      `${JSON.stringify({ quickjs: '2025-04-26', machine: target === 'i586' ? 'i586' : 'x86_64' })} ${hostname()} true true`,
    ]);
  });

  test('reads clocks in milliseconds with fractions', () => {
    const before = Date.now();
    const [real, monotonic] = lines(`
print(sys.realtime());
const first = sys.monotonic(); let fractions = 0, backwards = 0, last = first;
for (let i = 0; i < 1000; i++) { const now = sys.monotonic(); if (now < last) backwards++; if (now % 1) fractions++; last = now; }
print(fractions > 900, backwards, last > first);`);
    // Node rounds its own clock; a wrong unit would be far off.
    expect(Math.abs(Number(real) - before)).toBeLessThan(60_000);
    expect(monotonic).toBe('true 0 true');
  });

  test('gives the bytes of a text, NUL among them', () => {
    expect(
      lines("print(...new Uint8Array(sys.utf8('a\\0\u00e9\u20ac\u{1f600}')), sys.utf8('').byteLength);"),
    ).toEqual(['97 0 195 169 226 130 172 240 159 152 128 0']);
  });

  test('gives random bytes of the length asked for, up to 256', () => {
    expect(
      lines(`
const a = sys.random(256), b = sys.random(256);
print(a.byteLength, sys.random(0).byteLength, sys.random(1).byteLength, text(a) !== text(b), new Set(new Uint8Array(a)).size > 100);
print(thrown(() => sys.random(257)), thrown(() => sys.random(-1)), thrown(() => sys.random(1.5)), thrown(() => sys.random(NaN)), thrown(() => sys.random('1')), thrown(() => sys.random()));`),
    ).toEqual(['256 0 1 true true', 'RangeError RangeError RangeError RangeError TypeError TypeError']);
  });

  test('writes a file whole: write, fsync, rename, fsync of the folder', () => {
    const folder = join(runner().folder, 'files');
    mkdirSync(folder);
    expect(
      lines(
        `
const [folder] = sys.args;
const fd = sys.open(folder + '/new', O.WRONLY | O.CREAT | O.EXCL, 0o640);
const data = bytes('..set node..');
print(sys.write(fd, data, 2, 8), sys.fsync(fd), sys.close(fd), sys.close(fd) === EBADF);
print(sys.open(folder + '/new', O.WRONLY | O.CREAT | O.EXCL, 0o640) === EEXIST);
print(sys.rename(folder + '/new', folder + '/whole'), sys.rename(folder + '/new', folder + '/whole') === ENOENT);
const directory = sys.open(folder, O.RDONLY | O.DIRECTORY, 0);
print(sys.fsync(directory), sys.read(directory, data, 0, 1) === EISDIR, sys.close(directory));
const again = sys.open(folder + '/whole', O.RDONLY, 0), back = new ArrayBuffer(20);
print(sys.read(again, back, 5, 4), sys.read(again, back, 9, 11), sys.read(again, back, 0, 20), JSON.stringify(text(back)));
print(sys.write(again, back, 0, 1) === EBADF, sys.close(again));
print(sys.mkdir(folder + '/sub', 0o700), sys.mkdir(folder + '/sub', 0o700) === EEXIST, sys.unlink(folder + '/sub') === EISDIR, sys.unlink(folder + '/none') === ENOENT);`,
        folder,
      ),
    ).toEqual([
      '8 0 0 true',
      'true',
      '0 true',
      '0 true 0',
      `4 4 0 ${JSON.stringify(`${'\0'.repeat(5)}set node${'\0'.repeat(7)}`)}`,
      'true 0',
      '0 true true true',
    ]);
    expect(readFileSync(join(folder, 'whole'), 'utf8')).toBe('set node');
    expect(statSync(join(folder, 'sub')).mode & 0o777).toBe(0o700);
  });

  test('reads files of /proc', () => {
    expect(
      lines(`
const fd = sys.open('/proc/self/comm', O.RDONLY, 0), buffer = new ArrayBuffer(64);
print(text(buffer, sys.read(fd, buffer, 0, 64)).trim());`),
    ).toEqual(['understudy']);
  });

  test('makes every descriptor close-on-exec, sockets and pipes non-blocking', () => {
    expect(
      lines(`
const flags = (fd) => { const i = sys.open('/proc/self/fdinfo/' + fd, 0, 0), b = new ArrayBuffer(200); const t = text(b, sys.read(i, b, 0, 200)); sys.close(i); return parseInt(/flags:\\s*(\\d+)/.exec(t)[1], 8); };
const CLOEXEC = 0o2000000, NONBLOCK = 0o4000;
const all = [sys.open('/dev/null', 0, 0), sys.socket(1, 1, 0), ...sys.pipe(), sys.signalDescriptor([17])];
print(all.map((fd) => (flags(fd) & CLOEXEC) !== 0 && (flags(fd) & NONBLOCK) !== 0));`),
    ).toEqual(['[true,true,true,true,true]']);
  });

  test('keeps within buffers, whatever offset and length say', () => {
    const bad = [
      ['0, 9', 'RangeError'],
      ['8, 1', 'RangeError'],
      ['9, 0', 'RangeError'],
      ['-1, 1', 'RangeError'],
      ['0, -1', 'RangeError'],
      ['4, 5', 'RangeError'],
      ['0.5, 1', 'RangeError'],
      ['0, NaN', 'RangeError'],
      ['0, Infinity', 'RangeError'],
      ['0, 2 ** 32', 'RangeError'],
      ['2 ** 32, 1', 'RangeError'],
      ['2 ** 53, 1', 'RangeError'],
      ['0, -(2 ** 63)', 'RangeError'],
      ['2 ** 63, 2 ** 63', 'RangeError'],
      ["0, '1'", 'TypeError'],
      ['0n, 1', 'TypeError'],
      ['{ valueOf() { print("ran"); return 0; } }, 1', 'TypeError'],
      ['8, 0', 'returned 0'],
      ['0, 8', 'returned 8'],
    ];
    const calls = ['sys.write(fd, b, ARGS)', 'sys.send(pair, b, ARGS, 0, null)'];
    const printed = lines(
      `const fd = sys.open('/dev/null', O.RDWR, 0);
const b = new ArrayBuffer(8);
const port = sys.socket(2, 2, 0), name = new ArrayBuffer(128), any = new Uint8Array(16); any[0] = 2; any[4] = 127; any[7] = 1;
sys.bind(port, any.buffer); const length = sys.getsockname(port, name);
const pair = sys.socket(2, 2, 0); sys.connect(pair, name.slice(0, length));
` +
        calls
          .flatMap((call) => bad.map(([args]) => `print(thrown(() => ${call.replace('ARGS', args!)}));`))
          .join('\n'),
    );
    const expected = bad.map(([, outcome]) => outcome);
    expect(printed).toEqual([...expected, ...expected]);
  });

  test('refuses what is no ArrayBuffer', () => {
    expect(
      lines(`
const fd = sys.open('/dev/zero', O.RDWR, 0);
const detached = new ArrayBuffer(8), moved = detached.transfer ? detached.transfer() : null;
for (const b of [new Uint8Array(8), 'text', null, undefined, {}, [], 8]) print(thrown(() => sys.read(fd, b, 0, 1)), thrown(() => sys.setsockopt(fd, 1, 2, b)), thrown(() => sys.bind(fd, b)));
print(thrown(() => sys.read(fd, new ArrayBuffer(0), 0, 0)), moved === null || thrown(() => sys.read(fd, detached, 0, 1)));`),
    ).toEqual([
      ...Array(7).fill('TypeError TypeError TypeError'),
      expect.stringMatching(/^returned 0 (true|TypeError)$/),
    ]);
  });

  test('refuses arguments of other types everywhere, without running their code', () => {
    const functions =
      `close read write fsync rename unlink mkdir open socket bind connect listen accept shutdown send receive
getsockname setsockopt getsockopt ifIndex serialSetup modemGet modemSet outputQueued flush signalDescriptor spawn kill
scheduleFifo random poll exit terminalRaw terminalRestore terminalSize crypt utf8`.split(/\s+/);
    const printed = lines(`
const trap = { get valueOf() { print('ran'); }, get toString() { print('ran'); }, get length() { print('ran'); } };
for (const name of ${JSON.stringify(functions)}) for (const value of [undefined, null, trap, Symbol('s'), 1n, true])
  print(name, thrown(() => sys[name](value, value, value, value, value, value)));`);
    expect(printed).toEqual(functions.flatMap((name) => Array(6).fill(`${name} TypeError`)));
  });

  test('refuses text with a NUL, and numbers that are no int', () => {
    expect(
      lines(`
print(thrown(() => sys.open('/dev/null\\0x', 0, 0)), thrown(() => sys.unlink('a\\0b')), thrown(() => sys.ifIndex('lo\\0')));
print(thrown(() => sys.close(2 ** 31)), thrown(() => sys.close(-(2 ** 31) - 1)), thrown(() => sys.close(0.1)), sys.close(2 ** 31 - 1) === EBADF, sys.close(-1) === EBADF);`),
    ).toEqual(['RangeError RangeError RangeError', 'RangeError RangeError RangeError true true']);
  });
});

describeRunners('poll', (runner) => {
  const lines = (source: string): string[] => runner().lines(NUMBERS + source);

  test('tells what is ready, and clears what is not', () => {
    expect(
      lines(`
const [r, w] = sys.pipe(), [r2, w2] = sys.pipe();
const set = new Int32Array([r, POLLIN, 99, w, POLLOUT, 99, r2, POLLIN, 99, 77, POLLIN, 99, -1, POLLIN, 99]);
print(sys.poll(set, 3, 0), [...set].filter((_, i) => i % 3 === 2));
sys.write(w, bytes('x'), 0, 1); sys.close(w2);
const ready = new Int32Array(5);
print(sys.poll(set, 5, 0, ready), [...set].filter((_, i) => i % 3 === 2), [...ready]);
print(sys.poll(set, 0, 0), thrown(() => sys.poll(set, 5, 0, new Int32Array(4))), thrown(() => sys.poll(set, 5, 0, [])));`),
    ).toEqual(['1 [0,4,0,99,99]', `4 [1,4,16,32,0] [0,1,2,3,0]`, '0 RangeError TypeError']);
  });

  test('waits as long as asked, rounded up to milliseconds, and no longer than for the first event', () => {
    expect(
      lines(`
const set = new Int32Array(0), waited = (ms) => { const t = sys.monotonic(); sys.poll(set, 0, ms); return sys.monotonic() - t; };
print(waited(0.2) >= 1, waited(20) >= 20, waited(0) < 20, waited(-0) < 20);
const [r, w] = sys.pipe(); sys.write(w, bytes('x'), 0, 1);
const one = new Int32Array([r, POLLIN, 0]);
print(sys.poll(one, 1, -1), sys.poll(one, 1, Infinity), sys.poll(one, 1, 1e300), sys.poll(one, 1, -Infinity));`),
    ).toEqual(['true true true true', '1 1 1 1']);
  });

  test('refuses sets that do not hold what count says', () => {
    expect(
      lines(`
const small = new Int32Array(5), view = new Int32Array(new ArrayBuffer(64), 52, 3);
print(sys.poll(view, 1, 0) >= 0, thrown(() => sys.poll(view, 2, 0)), thrown(() => sys.poll(small, 2, 0)), thrown(() => sys.poll(new Int32Array(3 * 1025), 1025, 0)), thrown(() => sys.poll(small, -1, 0)), thrown(() => sys.poll(small, 1, NaN)));
print([new Uint32Array(9), new Float32Array(9), new Float64Array(9), new Int16Array(9), new ArrayBuffer(36), [1, 2, 3], null, new DataView(new ArrayBuffer(36))].map((set) => thrown(() => sys.poll(set, 1, 0))));
print(thrown(() => sys.poll(small, 1, '0')), thrown(() => sys.poll(small, 1)));`),
    ).toEqual([
      'true RangeError RangeError RangeError RangeError RangeError',
      JSON.stringify(Array(8).fill('TypeError')),
      'TypeError TypeError',
    ]);
  });

  test('shows a quiet descriptor beside one that is always ready', () => {
    expect(
      lines(`
const busy = sys.open('/dev/zero', O.RDONLY, 0), quiet = sys.pipe();
const set = new Int32Array([busy, POLLIN, 0, quiet[0], POLLIN, 0]), buffer = new ArrayBuffer(16);
let served = 0, seen = -1;
for (let turn = 0; turn < 1000 && seen < 0; turn++) {
  sys.poll(set, 2, -1);
  if (set[2]) { served++; sys.read(busy, buffer, 0, 16); }
  if (turn === 500) sys.write(quiet[1], bytes('x'), 0, 1);
  if (set[5]) seen = turn;
}
print(seen, served);`),
    ).toEqual(['501 502']);
  });

  test('holds 1024 descriptors', () => {
    expect(
      lines(`
const set = new Int32Array(3 * 1024), [r, w] = sys.pipe();
for (let i = 0; i < 1024; i++) { set[3 * i] = i % 2 ? r : w; set[3 * i + 1] = i % 2 ? POLLIN : POLLOUT; }
print(sys.poll(set, 1024, 0));`),
    ).toEqual(['512']);
  });
});

describeRunners('bytes', (runner) => {
  test('become a text of as many characters', () => {
    expect(
      runner().lines(`
const all = Uint8Array.from({ length: 256 }, (_, value) => value), twice = new Uint8Array(65537).fill(0xe9);
const one = sys.latin1(all.buffer, 0, 256);
print(one.length, [...one].every((character, at) => character.charCodeAt(0) === at), sys.latin1(bytes('..GET..'), 2, 3), sys.latin1(bytes('x'), 1, 0) === '');
print(sys.latin1(twice.buffer, 1, 65536) === 'é'.repeat(65536), thrown(() => sys.latin1(twice.buffer, 0, 65537)), thrown(() => sys.latin1(all.buffer, 200, 57)), thrown(() => sys.latin1('text', 0, 1)));`),
    ).toEqual(['256 true GET true', 'true RangeError RangeError TypeError']);
  });

  test('are written from a text, where there is room', () => {
    expect(
      runner().lines(`
const all = String.fromCharCode(...Array.from({ length: 256 }, (_, value) => value)), room = new Uint8Array(260);
print(sys.putLatin1(all, room.buffer, 4), sys.latin1(room.buffer, 4, 256) === all, sys.putLatin1('aĀ€😀b', room.buffer, 1), sys.latin1(room.buffer, 0, 7));
print(sys.putLatin1('', room.buffer, 260), thrown(() => sys.putLatin1('é', room.buffer, 260)), thrown(() => sys.putLatin1('abc', room.buffer, 258)), thrown(() => sys.putLatin1('', room.buffer, 261)), thrown(() => sys.putLatin1(7, room.buffer, 0)), thrown(() => sys.putLatin1('', room, 0)));`),
    ).toEqual(['260 true 6 \x00a???b\x02', '260 RangeError RangeError RangeError TypeError TypeError']);
  });

  test('are written in hexadecimal', () => {
    expect(
      runner().lines(`
const some = Uint8Array.from([0, 1, 15, 16, 0x9a, 0xff]), many = new ArrayBuffer(1025);
print(sys.hex(some.buffer, 0, 6), sys.hex(some.buffer, 4, 1), sys.hex(some.buffer, 6, 0) === '', sys.hex(many, 1, 1024).length, thrown(() => sys.hex(many, 0, 1025)), thrown(() => sys.hex(some.buffer, 0, 7)), thrown(() => sys.hex('a', 0, 1)));`),
    ).toEqual(['00010f109aff 9a true 2048 RangeError RangeError TypeError']);
  });

  test('compare texts', () => {
    expect(
      runner().lines(`
print(sys.sameText('', ''), sys.sameText('abc', 'abc'), sys.sameText('ab\\0c', 'ab\\0c'), sys.sameText('é', 'é'), sys.sameText('abc', 'abd'), sys.sameText('ab\\0c', 'ab\\0d'), sys.sameText('abc', 'ab'), sys.sameText('', 'a'));
print(thrown(() => sys.sameText('a', 1)), thrown(() => sys.sameText(null, 'a')));`),
    ).toEqual(['true true true true false false false false', 'TypeError TypeError']);
  });
});

describeRunners('promise jobs', (runner) => {
  test('run only when asked, in order, until none is left', () => {
    expect(
      runner().lines(`
Promise.resolve().then(() => { print('a'); return Promise.resolve(); }).then(() => print('c'));
Promise.resolve().then(() => print('b'));
print('before'); sys.runJobs(); print('after');
Promise.resolve().then(() => { print('outer'); Promise.resolve().then(() => print('inner')); sys.runJobs(); print('nested done'); });
sys.runJobs();`),
    ).toEqual(['before', 'a', 'b', 'c', 'after', 'outer', 'inner', 'nested done']);
  });
});
