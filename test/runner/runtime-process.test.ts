/** Children, signals and scheduling of the module `sys`. */

import { expect, test } from 'vitest';
import { describeRunners } from './runtime-harness';

const NUMBERS = `
const SIGHUP = 1, SIGUSR1 = 10, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17, POLLIN = 1, POLLHUP = 16;
const EBADF = -9, ESRCH = -3, ENOENT = -2, EACCES = -13, EPERM = -1, EAGAIN = -11;
const SH = '/bin/sh', none = sys.open('/dev/null', 2, 0);
const start = (script, environment = []) => sys.spawn([SH, '-c', script], environment, none, none, 2);
/** Reads until all writers are gone. */
const readAll = (fd) => {
  let all = ''; const room = new ArrayBuffer(4096), set = new Int32Array([fd, POLLIN, 0]);
  for (;;) { sys.poll(set, 1, 10000); const got = sys.read(fd, room, 0, 4096); if (got === EAGAIN) continue; if (got <= 0) return all; all += text(room, got); }
};
/** Waits for SIGCHLD on a signal descriptor and reaps, until so many children were told. */
const collect = (signals, wanted) => {
  const told = [], set = new Int32Array([signals, POLLIN, 0]), room = new ArrayBuffer(128);
  while (told.length < 2 * wanted && sys.poll(set, 1, 10000) > 0) { while (sys.read(signals, room, 0, 128) > 0); for (let some = sys.reap(); some.length; some = sys.reap()) told.push(...some); }
  return told;
};
`;

describeRunners('children', (runner) => {
  const lines = (source: string): string[] => runner().lines(NUMBERS + source);

  test('get their descriptors, environment and process group, and nothing else', () => {
    expect(
      lines(`
const [r, w] = sys.pipe(), [ir, iw] = sys.pipe();
const pid = sys.spawn([SH, '-c', 'read line; echo "got $line"; env; ls /proc/self/fd | tr "\\\\n" " "; echo; cut -d" " -f5 /proc/$$/stat'], ['A=1 2', 'PATH=/usr/bin:/bin'], ir, w, w);
sys.close(w); sys.close(ir);
sys.write(iw, bytes('input\\n'), 0, 6); sys.close(iw);
const output = readAll(r).split('\\n').filter((line) => line && !/^(PWD|SHLVL|_|OLDPWD)=/.test(line));
print(output.slice(0, -1).sort(), Number(output.at(-1)) === pid);`),
    ).toEqual(['["0 1 2 3 ","A=1 2","PATH=/usr/bin:/bin","got input"] true']);
  });

  test('get descriptors that are 0, 1 and 2 in another order', () => {
    const outcome = runner().run(`${NUMBERS}
const pid = sys.spawn([SH, '-c', 'echo out; echo err >&2'], [], none, 2, 1);
const set = new Int32Array(0); while (!sys.reap().length) sys.poll(set, 0, 1);`);
    expect(outcome).toMatchObject({ status: 0, stdout: 'err\n', stderr: 'out\n' });
  });

  test('write pipes like any program: more than a pipe holds, and with SIGPIPE', () => {
    expect(
      lines(`
const signals = sys.signalDescriptor([SIGCHLD, SIGTERM]);
const [r, w] = sys.pipe();
sys.spawn([SH, '-c', 'head -c 300000 /dev/zero; echo end'], ['PATH=/usr/bin:/bin'], none, w, 2); sys.close(w);
print(readAll(r).length);
const [r2, w2] = sys.pipe(); sys.close(r2);
const pid = sys.spawn([SH, '-c', 'while :; do echo y; done'], [], none, w2, none); sys.close(w2);
const told = collect(signals, 2);
print(told[told.indexOf(pid) + 1]);`),
    ).toEqual(['300004', '13']);
  });

  test('start with no signal blocked', () => {
    expect(
      lines(`
const signals = sys.signalDescriptor([SIGCHLD, SIGTERM, SIGUSR1, SIGHUP]);
const [r, w] = sys.pipe();
sys.spawn([SH, '-c', 'while read a b; do case $a in SigBlk:|SigIgn:) echo $a $b;; esac; done < /proc/self/status'], [], none, w, 2); sys.close(w);
print(readAll(r).trim().split('\\n').map((line) => line.replace(/0+/, '0')));`),
    ).toEqual(['["SigBlk: 0","SigIgn: 0"]']);
  });

  test('are not there when the program cannot be run', () => {
    expect(
      lines(`
const env = [];
print(sys.spawn(['/no/such/program'], env, none, none, none) === ENOENT, sys.spawn(['/tmp'], env, none, none, none) === EACCES, sys.spawn([SH], env, 500, none, none) === EBADF, sys.spawn([SH], env, none, none, -1) === EBADF, sys.spawn(['sh'], ['PATH=/bin'], none, none, none) === ENOENT);
print(sys.reap());
print(thrown(() => sys.spawn([], env, none, none, none)), thrown(() => sys.spawn(SH, env, none, none, none)), thrown(() => sys.spawn([SH, 1], env, none, none, none)), thrown(() => sys.spawn([SH, 'a\\0b'], env, none, none, none)), thrown(() => sys.spawn([SH], [null], none, none, none)), thrown(() => sys.spawn(Array(257).fill(SH), env, none, none, none)), thrown(() => sys.spawn([SH], env, none, none)));
print(thrown(() => sys.spawn([SH, { toString() { print('ran'); } }], env, none, none, none)), thrown(() => sys.spawn([SH, , ''], env, none, none, none)));`),
    ).toEqual([
      'true true true true true',
      '[]',
      'RangeError TypeError TypeError RangeError TypeError RangeError TypeError',
      'TypeError TypeError',
    ]);
  });

  test('do not leak descriptors when they cannot be run', () => {
    expect(
      lines(`
const next = () => { const fd = sys.open('/dev/null', 0, 0); sys.close(fd); return fd; };
const before = next();
for (let i = 0; i < 50; i++) sys.spawn(['/no/such/program'], [], none, none, none);
print(next() === before);`),
    ).toEqual(['true']);
  });

  test('are all reaped, with their status, when 100 end at once', () => {
    expect(
      lines(`
const signals = sys.signalDescriptor([SIGCHLD]);
const started = new Map(), [gate, opener] = sys.pipe();
for (let i = 0; i < 100; i++) started.set(sys.spawn([SH, '-c', 'read x; exit ' + i], [], gate, none, 2), i);
sys.close(gate); sys.close(opener);
const told = collect(signals, 100);
let right = 0; for (let i = 0; i < told.length; i += 2) if (started.get(told[i]) === told[i + 1] >> 8) right++;
print(started.size, told.length, right, sys.reap().length);`),
    ).toEqual(['100 200 100 0']);
  });

  test('are told at most 64 at a time', () => {
    expect(
      lines(`
const set = new Int32Array(0);
for (let i = 0; i < 70; i++) start('exit 0');
const counts = []; let all = 0;
for (let i = 0; i < 1000 && all < 70; i++) { sys.poll(set, 0, i ? 1 : 500); const n = sys.reap().length / 2; if (n) counts.push(n); all += n; }
print(all, Math.max(...counts) <= 64, counts.length > 1);`),
    ).toEqual(['70 true true']);
  });

  test('are killed as a group', () => {
    expect(
      lines(`
const signals = sys.signalDescriptor([SIGCHLD]);
const [r, w] = sys.pipe();
const pid = sys.spawn([SH, '-c', 'sleep 1000 & sleep 1000 & echo ready; wait'], ['PATH=/usr/bin:/bin'], none, w, 2); sys.close(w);
const set = new Int32Array([r, POLLIN, 0]); sys.poll(set, 1, 10000);
print(sys.kill(-pid, 9), readAll(r), collect(signals, 1).join() === pid + ',9', sys.kill(pid, 0) === ESRCH);
print([0, -1].map((target) => thrown(() => sys.kill(target, 0))), thrown(() => sys.kill(1, 65)), thrown(() => sys.kill(1, -1)));`),
    ).toEqual([
      '0 ready\n true true'.split('\n')[0]!,
      ' true true',
      '["RangeError","RangeError"] RangeError RangeError',
    ]);
  });
});

describeRunners('signals', (runner) => {
  const lines = (source: string): string[] => runner().lines(NUMBERS + source);

  test('arrive on the descriptor, and wake poll', () => {
    expect(
      lines(`
const signals = sys.signalDescriptor([SIGUSR1, SIGTERM]), room = new DataView(new ArrayBuffer(256));
print(sys.read(signals, room.buffer, 0, 128) === EAGAIN, sys.kill(sys.pid(), SIGTERM), sys.kill(sys.pid(), SIGUSR1));
const set = new Int32Array([signals, POLLIN, 0]);
print(sys.poll(set, 1, -1), set[2], sys.read(signals, room.buffer, 0, 256), [room.getUint32(0, true), room.getUint32(128, true)].sort());`),
    ).toEqual(['true 0 0', '1 1 256 [10,15]']);
  });

  test('that arrive while poll waits are harmless: a stop, a continue, children that end', () => {
    expect(
      lines(`
const set = new Int32Array([none, 0, 7]);
start('sleep 0.1; kill -STOP ' + sys.pid() + '; sleep 0.1; kill -CONT ' + sys.pid(), ['PATH=/usr/bin:/bin']);
let turns = 0, ready = 0; const end = sys.monotonic() + 400;
while (sys.monotonic() < end) { ready += Math.abs(sys.poll(set, 1, end - sys.monotonic())); turns++; }
print(ready, set[2], turns >= 1);`),
    ).toEqual(['0 0 true']);
  });

  test('are asked for by number from 1 to 64', () => {
    expect(
      lines(`
print([[0], [65], [1.5], ['1'], Array(65).fill(1), 'ab', null].map((signals) => thrown(() => sys.signalDescriptor(signals))), sys.signalDescriptor([]) >= 0);`),
    ).toEqual([
      '["RangeError","RangeError","RangeError","TypeError","RangeError","TypeError","TypeError"] true',
    ]);
  });

  test('may change the list while it is read, without harm', () => {
    expect(
      lines(`
const list = [1, 2, 3, 4]; Object.defineProperty(list, 0, { get() { list.length = 0; return 1; } });
print(thrown(() => sys.signalDescriptor(list)));`),
    ).toEqual(['TypeError']);
  });
});

describeRunners('scheduling', (runner, target) => {
  test('memory is locked and priority raised where the kernel allows, and children are ordinary', () => {
    const [locked, fifo, own, child, ranges] = runner().lines(`${NUMBERS}
const file = (path) => { const fd = sys.open(path, 0, 0), room = new ArrayBuffer(4096), got = sys.read(fd, room, 0, 4096); sys.close(fd); return text(room, got); };
const policy = (stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]);
const before = /VmLck:\\s*(\\d+)/.exec(file('/proc/self/status'))[1], locked = sys.lockMemory();
print(locked === 0 ? Number(/VmLck:\\s*(\\d+)/.exec(file('/proc/self/status'))[1]) > Number(before) : locked);
const fifo = sys.scheduleFifo(10);
print(fifo === 0 || fifo === EPERM);
print(fifo === 0 ? policy(file('/proc/self/stat')) : 1);
const [r, w] = sys.pipe(); sys.spawn(['/bin/cat', '/proc/self/stat'], [], none, w, 2); sys.close(w);
print(policy(readAll(r)));
print([0, 100, 1.5].map((priority) => thrown(() => sys.scheduleFifo(priority))));`);
    // The address sanitizer makes mlockall() do nothing.
    if (target !== 'x64-asan') expect(locked).toMatch(/^(true|-\d+)$/);
    expect([fifo, own, child]).toEqual(['true', '1', '0']);
    expect(ranges).toBe('["RangeError","RangeError","RangeError"]');
  });
});
