/** Sockets and serial lines of the module `sys`, over loopback, AF_UNIX, AF_ALG and a pseudo terminal. */

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeRunners } from './runtime-harness';

const NUMBERS = `
const AF_UNIX = 1, AF_INET = 2, AF_NETLINK = 16, STREAM = 1, DGRAM = 2, SOL_SOCKET = 1, SO_REUSEADDR = 2, SO_TYPE = 3, SO_ERROR = 4, SO_BROADCAST = 6;
const POLLIN = 1, POLLOUT = 4, POLLHUP = 16, MSG_PEEK = 2, MSG_TRUNC = 0x20;
const EBADF = -9, EAGAIN = -11, ENODEV = -19, EINVAL = -22, ENOTTY = -25, EPIPE = -32, ENOTSOCK = -88, EAFNOSUPPORT = -97, ECONNREFUSED = -111, EINPROGRESS = -115;
const inet = (port) => { const a = new Uint8Array(16); a[0] = AF_INET; a[2] = port >> 8; a[3] = port & 255; a[4] = 127; a[7] = 1; return a.buffer; };
const unix = (path) => { const a = new Uint8Array(3 + path.length); a[0] = AF_UNIX; a.set(new Uint8Array(bytes(path)), 2); return a.buffer; };
const port = (fd) => { const a = new ArrayBuffer(128), n = sys.getsockname(fd, a), b = new Uint8Array(a); return n === 16 ? b[2] * 256 + b[3] : n; };
const wait = (fd, events) => { const set = new Int32Array([fd, events, 0]); return sys.poll(set, 1, 5000) === 1 ? set[2] : 0; };
const int = (value) => new Int32Array([value]).buffer;
`;

describeRunners('sockets', (runner) => {
  const lines = (source: string, ...args: string[]): string[] => runner().lines(NUMBERS + source, ...args);

  test('speak TCP over loopback', () => {
    expect(
      lines(`
const server = sys.socket(AF_INET, STREAM, 0);
print(sys.setsockopt(server, SOL_SOCKET, SO_REUSEADDR, int(1)), sys.bind(server, inet(0)), sys.listen(server, 8), sys.accept(server) === EAGAIN);
const client = sys.socket(AF_INET, STREAM, 0), started = sys.connect(client, inet(port(server)));
print(started === 0 || started === EINPROGRESS, wait(client, POLLOUT), wait(server, POLLIN));
const error = int(-1);
print(sys.getsockopt(client, SOL_SOCKET, SO_ERROR, error), new Int32Array(error)[0]);
const peer = sys.accept(server), room = new ArrayBuffer(64);
print(sys.receive(peer, room, 0, 64, 0, null) === EAGAIN, sys.send(client, bytes('..GET..'), 2, 3, 0, null), wait(peer, POLLIN));
print(sys.receive(peer, room, 10, 54, MSG_PEEK, null), sys.receive(peer, room, 0, 64, 0, null), text(room, 3));
print(sys.write(peer, bytes('reply'), 0, 5), sys.shutdown(peer, 1), wait(client, POLLIN), sys.read(client, room, 0, 64), sys.read(client, room, 0, 64));
print(sys.close(client), sys.close(peer), sys.close(server));`),
    ).toEqual(['0 0 0 true', 'true 4 1', '4 0', 'true 3 1', '3 3 GET', '5 0 1 5 0', '0 0 0']);
  });

  test('tell a refused connection, and a peer that is gone, as values', () => {
    expect(
      lines(`
const probe = sys.socket(AF_INET, STREAM, 0); sys.bind(probe, inet(0));
const client = sys.socket(AF_INET, STREAM, 0), started = sys.connect(client, inet(port(probe)));
const error = int(0); wait(client, POLLOUT); sys.getsockopt(client, SOL_SOCKET, SO_ERROR, error);
print(started === ECONNREFUSED || -new Int32Array(error)[0] === ECONNREFUSED);
const [r, w] = sys.pipe(); sys.close(r);
print(sys.write(w, bytes('x'), 0, 1) === EPIPE);
sys.listen(probe, 1); const dead = sys.socket(AF_INET, STREAM, 0); sys.connect(dead, inet(port(probe))); wait(dead, POLLOUT); sys.shutdown(dead, 1);
print(sys.send(dead, bytes('x'), 0, 1, 0, null) === EPIPE);`),
    ).toEqual(['true', 'true', 'true']);
  });

  test('speak UDP: addresses, cut datagrams, empty ones', () => {
    expect(
      lines(`
const a = sys.socket(AF_INET, DGRAM, 0), b = sys.socket(AF_INET, DGRAM, 0);
sys.bind(a, inet(0)); sys.bind(b, inet(0)); sys.setsockopt(a, SOL_SOCKET, SO_BROADCAST, int(1));
print(sys.send(a, bytes('>>>\\n'), 0, 4, 0, inet(port(b))), sys.send(a, bytes('0123456789'), 0, 10, 0, inet(port(b))), sys.send(a, bytes(''), 0, 0, 0, inet(port(b))));
const room = new ArrayBuffer(8), from = new Uint8Array(128).fill(255);
wait(b, POLLIN);
print(sys.receive(b, room, 0, 8, 0, from.buffer), from[0], from[2] * 256 + from[3] === port(a), [...from.subarray(4, 8)], from.subarray(16).every((byte) => byte === 0));
print(sys.receive(b, room, 0, 8, MSG_TRUNC, null), text(room), sys.receive(b, room, 0, 8, 0, null), sys.receive(b, room, 0, 8, 0, null) === EAGAIN);`),
    ).toEqual(['4 10 0', '4 2 true [127,0,0,1] true', '10 01234567 0 true']);
  });

  test('speak AF_UNIX with paths of any length that fits', () => {
    expect(
      lines(
        `
const [folder] = sys.args;
const server = sys.socket(AF_UNIX, DGRAM, 0), client = sys.socket(AF_UNIX, DGRAM, 0), room = new ArrayBuffer(128);
print(sys.bind(server, unix(folder + '/s')), sys.bind(client, unix(folder + '/c')), sys.connect(client, unix(folder + '/s')), sys.send(client, bytes('hi'), 0, 2, 0, null));
const from = new ArrayBuffer(128);
print(sys.receive(server, room, 0, 128, 0, from), text(from).slice(2).replace(/\\0+$/, '') === folder + '/c', sys.getsockname(server, from) === 2 + folder.length + 2 + 1);
print(sys.bind(sys.socket(AF_UNIX, DGRAM, 0), unix('x'.repeat(125))) === EINVAL, thrown(() => sys.bind(server, unix('x'.repeat(126)))), thrown(() => sys.bind(server, new ArrayBuffer(1))), thrown(() => sys.connect(server, new ArrayBuffer(0))));`,
        join(runner().folder),
      ),
    ).toEqual(['0 0 0 2', '2 true true', 'true RangeError RangeError RangeError']);
  });

  test('speak netlink: the kernel names the loopback device', () => {
    expect(
      lines(`
const fd = sys.socket(AF_NETLINK, 3, 0), request = new DataView(new ArrayBuffer(32)), room = new ArrayBuffer(4096);
const index = sys.ifIndex('lo');
request.setUint32(0, 32, true); request.setUint16(4, 18, true); request.setUint16(6, 1, true); request.setInt32(20, index, true);
print(index > 0, sys.send(fd, request.buffer, 0, 32, 0, null), wait(fd, POLLIN));
const got = sys.receive(fd, room, 0, 4096, 0, null);
print(got > 32, new DataView(room).getUint16(4, true), text(room, got).includes('lo\\0'));
print(sys.ifIndex('nosuchdevice') === ENODEV, sys.ifIndex('') === ENODEV, sys.ifIndex('x'.repeat(1000)) === ENODEV);`),
    ).toEqual(['true 32 1', 'true 16 true', 'true true true']);
  });

  test('read and write options within the given bytes', () => {
    expect(
      lines(`
const fd = sys.socket(AF_INET, DGRAM, 0), value = int(0), two = new Uint8Array(2).fill(9);
print(sys.getsockopt(fd, SOL_SOCKET, SO_TYPE, value), new Int32Array(value)[0]);
print(sys.getsockopt(fd, SOL_SOCKET, SO_TYPE, two.buffer), [...two], sys.getsockopt(fd, SOL_SOCKET, SO_TYPE, new ArrayBuffer(0)));
print(sys.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, new ArrayBuffer(1)) === EINVAL, sys.getsockopt(999, SOL_SOCKET, SO_TYPE, value) === EBADF, sys.getsockopt(sys.open('/dev/null', 0, 0), SOL_SOCKET, SO_TYPE, value) === ENOTSOCK);`),
    ).toEqual(['4 2', '2 [2,0] 0', 'true true true']);
  });

  test('refuse room for addresses that is not 128 bytes, and unknown families', () => {
    expect(
      lines(`
const fd = sys.socket(AF_INET, DGRAM, 0), room = new ArrayBuffer(8);
print(thrown(() => sys.receive(fd, room, 0, 8, 0, new ArrayBuffer(127))), thrown(() => sys.getsockname(fd, new ArrayBuffer(129))), thrown(() => sys.getsockname(fd, null)), thrown(() => sys.send(fd, room, 0, 8, 0, undefined)), thrown(() => sys.send(fd, room, 0, 8, 0, new ArrayBuffer(129))));
print(sys.socket(12345, STREAM, 0) === EAFNOSUPPORT, sys.bind(fd, new Uint8Array(128).fill(77).buffer) < 0, sys.listen(fd, 1) < 0, sys.accept(fd) < 0);`),
    ).toEqual(['RangeError RangeError TypeError TypeError RangeError', 'true true true true']);
  });
});

describeRunners('socket filters', (runner) => {
  test('say which datagrams come through, and are whole', () => {
    expect(
      runner().lines(`${NUMBERS}
const instruction = (code, operand) => [code & 255, code >> 8, 0, 0, operand & 255, operand >> 8, 0, 0];
const program = (...instructions) => Uint8Array.from(instructions.flat()).buffer;
const a = sys.socket(AF_INET, DGRAM, 0), b = sys.socket(AF_INET, DGRAM, 0), room = new ArrayBuffer(8);
sys.bind(b, inet(0));
const arrives = () => { sys.send(a, bytes('hello'), 0, 5, 0, inet(port(b))); return sys.receive(b, room, 0, 8, 0, null); };
print(arrives(), sys.attachFilter(b, program(instruction(6, 0))), arrives() === EAGAIN, sys.attachFilter(b, program(instruction(6, 65535))), arrives());
print(sys.attachFilter(b, program()) === EINVAL, sys.attachFilter(b, program(instruction(0xffff, 0))) === EINVAL, sys.attachFilter(-1, program(instruction(6, 0))) === EBADF);
print(thrown(() => sys.attachFilter(b, new ArrayBuffer(7))), thrown(() => sys.attachFilter(b, new ArrayBuffer(65 * 8))), thrown(() => sys.attachFilter(b, 'x')));`),
    ).toEqual(['5 0 true 0 5', 'true true true', 'RangeError RangeError TypeError']);
  });
});

describeRunners('serial lines', (runner) => {
  /** The master end of a pseudo terminal shares its settings with the other end. */
  const OPEN = `
const master = sys.open('/dev/ptmx', 2, 0);
`;

  test('tell what is no serial line', () => {
    expect(
      runner().lines(`${NUMBERS}
const fd = sys.open('/dev/null', 2, 0);
print(sys.serialSetup(fd, 9600, false) === ENOTTY, sys.modemGet(fd) === ENOTTY, sys.modemSet(fd, 2, 4) === ENOTTY, sys.outputQueued(fd) === ENOTTY, sys.flush(fd) === ENOTTY, sys.serialSetup(-1, 9600, true) === EBADF);
print(sys.modemSet(fd, 0, 0), thrown(() => sys.serialSetup(fd, 9600, 1)), thrown(() => sys.serialSetup(fd, '9600', true)));`),
    ).toEqual(['true true true true true true', '0 TypeError TypeError']);
  });

  test('take known speeds only, and become raw', () => {
    expect(
      runner().lines(`${NUMBERS}${OPEN}
print([115200, 9600, 300, 921600].map((baud) => sys.serialSetup(master, baud, baud === 9600)));
print([0, -1, 115201, 2 ** 31 - 1].map((baud) => sys.serialSetup(master, baud, false) === EINVAL));
print(sys.outputQueued(master), sys.flush(master));
const room = new ArrayBuffer(8);
print(sys.read(master, room, 0, 8) === EAGAIN);`),
    ).toEqual(['[0,0,0,0]', '[true,true,true,true]', '0 0', 'true']);
  });
});
