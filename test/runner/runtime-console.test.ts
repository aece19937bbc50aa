/** Terminal mode and size, and password hashes, of the module `sys`. */

import { expect, test } from 'vitest';
import { Session } from './pty';
import { describeRunners } from './runtime-harness';

/** From the specification of the method, "Unix crypt using SHA-256 and SHA-512" (Drepper), and of odd lengths. */
const HASHES: readonly (readonly [setting: string, password: string, hash: string])[] = [
  [
    '$6$saltstring',
    'Hello world!',
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  ],
  [
    '$6$rounds=5000$toolongsaltstring',
    'This is just a test',
    '$6$rounds=5000$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0',
  ],
  [
    '$6$rounds=1400$anotherlongsaltstring',
    'a very much longer text to encrypt.  This one even stretches over morethan one line.',
    '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1',
  ],
];

describeRunners('a terminal', (runner) => {
  test('is raw until its mode is put back, and tells its size', async () => {
    const bytecode = runner().compile(`
import * as sys from 'sys';
const say = (text) => { const b = new Uint8Array(text.length); for (let i = 0; i < text.length; i++) b[i] = text.charCodeAt(i); sys.write(1, b.buffer, 0, text.length); };
const saved = new ArrayBuffer(60), none = new Int32Array(0);
const stty = () => { sys.spawn(['/bin/sh', '-c', 'stty -a; echo .'], ['PATH=/usr/bin:/bin'], 0, 1, 2); while (!sys.reap().length) sys.poll(none, 0, 1); };
say(JSON.stringify(sys.terminalSize(0)) + ' ' + sys.terminalRaw(0, saved) + '\\n');
stty();
const room = new ArrayBuffer(64), codes = [];
while (codes.at(-1) !== 4) codes.push(...new Uint8Array(room, 0, Math.max(0, sys.read(0, room, 0, 64))));
say(JSON.stringify(codes) + ' ' + sys.terminalRestore(0, saved) + '\\n');
`);
    const session = new Session(
      `stty rows 40 cols 132; stty -g; ${runner().path} --bytecode ${bytecode}; stty -g`,
    );
    const before = (await session.until('\r\n')).trim();
    expect(await session.until('\n')).toMatch(/^\[132,40\] 0/);
    const mode = (await session.until('.\n')).split(/[\s;]+/);
    for (const wanted of '-icanon -echo -isig -opost -icrnl -inlcr -istrip cs8 -parenb ixon ixoff ixany'.split(
      ' ',
    ))
      expect(mode).toContain(wanted);
    // ^C, ^Z, ^\\, ^U, ^V and ^D come as they are; a carriage return does, too.
    session.type('a\x03\x1a\x1c\x15\x16\rq\x04');
    expect(await session.until('\n')).toMatch(/^\[97,3,26,28,21,22,13,113,4\] 0\r?\n$/);
    expect((await session.until('\r\n')).trim()).toBe(before);
    await session.ended;
  });

  test('is not what a file or a pipe is', () => {
    expect(
      runner().lines(`
const ENOTTY = -25, EBADF = -9, file = sys.open('/dev/null', 2, 0), saved = new ArrayBuffer(60), [r] = sys.pipe();
for (const fd of [file, r]) print(sys.terminalRaw(fd, saved) === ENOTTY, sys.terminalRestore(fd, saved) === ENOTTY, sys.terminalSize(fd) === ENOTTY);
print(sys.terminalRaw(99, saved) === EBADF, sys.terminalRestore(99, saved) === EBADF, sys.terminalSize(99) === EBADF);
print(thrown(() => sys.terminalRaw(file, new ArrayBuffer(59))), thrown(() => sys.terminalRestore(file, new ArrayBuffer(0))), thrown(() => sys.terminalRaw(file, new Uint8Array(60))));`),
    ).toEqual(['true true true', 'true true true', 'true true true', 'RangeError RangeError TypeError']);
  });
});

describeRunners('crypt', (runner) => {
  test('hashes as the specification of SHA-512 says', () => {
    const calls = HASHES.map(
      ([setting, password]) => `print(sys.crypt(${JSON.stringify(password)}, '${setting}'));`,
    );
    expect(runner().lines(calls.join('\n'))).toEqual(HASHES.map(([, , hash]) => hash));
  });

  test('gives the same hash for the same password alone, with the hash as setting', () => {
    const [, password, hash] = HASHES[2]!;
    expect(
      runner().lines(`
const hash = '${hash}', password = '${password}';
print(sys.crypt(password, hash) === hash, sys.crypt(password + ' ', hash) === hash, sys.crypt('', hash) === hash, sys.crypt('\\u00fc\\u20ac', '$6$rounds=1000$x'));`),
    ).toEqual([
      // As glibc's says.
      'true false false $6$rounds=1000$x$d8aw2mDOz3aeEZz1WNG5uBwk16PeRwJYzVulaJ6TWWmL3HvYFwmCAKYeFrzUW6hi4.R4Hup/fZ154S84E0KWO0',
    ]);
  });

  test('refuses other methods, bad settings and endless passwords', () => {
    expect(
      runner().lines(`
const EINVAL = -22, cases = [['p', ''], ['p', 'ab'], ['p', '$1$salt$'], ['p', '$5$salt$'], ['p', '*'], ['p', '$6'], ['p', '$6$rounds=99999999$salt$'], ['p', '$6$rounds=x$salt$'], ['p', '$6$a:b'], ['x'.repeat(257), '$6$salt']];
print(cases.map(([password, setting]) => sys.crypt(password, setting) === EINVAL));
print(typeof sys.crypt('x'.repeat(256), '$6$rounds=1000$salt'), thrown(() => sys.crypt('a\\0b', '$6$salt')), thrown(() => sys.crypt('a')), thrown(() => sys.crypt(1, '$6$salt')));`),
    ).toEqual([JSON.stringify(Array(10).fill(true)), 'string RangeError TypeError TypeError']);
  });
});
