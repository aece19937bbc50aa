import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createMac,
  isSound,
  KEY_LIMIT,
  KernelMac,
  type MacSystem,
  portableMac,
} from '../../../src/host/quickjs/mac';

const bytes = (...parts: readonly [value: number | string, count: number][]): Uint8Array =>
  Buffer.concat(parts.map(([value, count]) => Buffer.alloc(count, value)));
const text = (value: string): Uint8Array => Buffer.from(value);

/** RFC 4231 sections 4.2, 4.3, 4.7; RFC 2202 sections 2 and 3, test cases 1, 2, 6. */
const VECTORS = [
  [
    'sha256',
    bytes([0x0b, 20]),
    text('Hi There'),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  ],
  [
    'sha256',
    text('Jefe'),
    text('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  [
    'sha256',
    bytes([0xaa, 131]),
    text('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  ['sha1', bytes([0x0b, 20]), text('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
  ['sha1', text('Jefe'), text('what do ya want for nothing?'), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  [
    'sha1',
    bytes([0xaa, 80]),
    text('Test Using Larger Than Block-Size Key - Hash Key First'),
    'aa4ae5e15272d00e95705637ce8a3b55ed402112',
  ],
  ['md5', bytes([0x0b, 16]), text('Hi There'), '9294727a3638bb1c13f48ef8158bfc9d'],
  ['md5', text('Jefe'), text('what do ya want for nothing?'), '750c783e6ab0b503eaa86e310a5db738'],
  [
    'md5',
    bytes([0xaa, 80]),
    text('Test Using Larger Than Block-Size Key - Hash Key First'),
    '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd',
  ],
] as const;

/** AF_ALG as the kernel does it, with Node's HMAC. */
class FakeAlg implements MacSystem {
  readonly sockets = new Map<number, { name: string; key: Buffer; digest: Buffer | null }>();
  opened = 0;
  missing = '';
  private nextFd = 10;

  socket = (domain: number, type: number): number => {
    if (this.missing === 'AF_ALG' || domain !== 38 || type !== 5) return -97;
    this.opened++;
    this.sockets.set(this.nextFd, { name: '', key: Buffer.alloc(0), digest: null });
    return this.nextFd++;
  };

  bind = (fd: number, address: ArrayBuffer): number => {
    const name = Buffer.from(address).toString('latin1', 24).replace(/\0.*$/, '');
    if (name === this.missing) return -2;
    this.sockets.get(fd)!.name = name;
    return 0;
  };

  setsockopt = (fd: number, level: number, option: number, value: ArrayBuffer): number => {
    if (level !== 279 || option !== 1) return -22;
    this.sockets.get(fd)!.key = Buffer.from(value);
    return 0;
  };

  accept = (fd: number): number => {
    this.sockets.set(this.nextFd, { ...this.sockets.get(fd)! });
    return this.nextFd++;
  };

  send = (fd: number, buffer: ArrayBuffer, offset: number, length: number): number => {
    const socket = this.sockets.get(fd)!;
    const method = /^hmac\((\w+)\)$/.exec(socket.name)![1]!;
    socket.digest = createHmac(method, socket.key)
      .update(Buffer.from(buffer, offset, length))
      .digest();
    return length;
  };

  read = (fd: number, buffer: ArrayBuffer, offset: number, length: number): number => {
    new Uint8Array(buffer, offset, length).set(this.sockets.get(fd)!.digest!);
    return length;
  };

  close = (fd: number): number => {
    this.sockets.delete(fd);
    return 0;
  };
}

let kernel: FakeAlg;

beforeEach(() => {
  kernel = new FakeAlg();
});

describe('HMAC', () => {
  it.each(VECTORS)('%s in JavaScript gives the digest of the RFC', (method, key, data, digest) => {
    expect(Buffer.from(portableMac.hmac(method, key, data)).toString('hex')).toBe(digest);
  });

  it.each(VECTORS)('%s through AF_ALG gives the digest of the RFC', (method, key, data, digest) => {
    const mac = new KernelMac(kernel);
    for (let times = 0; times < 2; times++)
      expect(Buffer.from(mac.hmac(method, key, data)).toString('hex')).toBe(digest);
    expect(kernel.opened).toBe(1);
  });

  it('keeps the sockets of the keys used last', () => {
    const mac = new KernelMac(kernel);
    const keys = Array.from({ length: KEY_LIMIT + 1 }, (_, at) => Uint8Array.of(at, 1));
    for (const key of keys.slice(0, KEY_LIMIT)) mac.hmac('md5', key, text('x'));
    mac.hmac('md5', keys[0]!, text('x'));
    mac.hmac('md5', keys[KEY_LIMIT]!, text('x'));
    expect(kernel.sockets.size).toBe(2 * KEY_LIMIT);
    expect(kernel.opened).toBe(KEY_LIMIT + 1);
    mac.hmac('md5', keys[0]!, text('x'));
    expect(kernel.opened).toBe(KEY_LIMIT + 1);
    mac.hmac('md5', keys[1]!, text('x'));
    expect(kernel.opened).toBe(KEY_LIMIT + 2);
  });

  it('tells equal keys of different methods apart', () => {
    const mac = new KernelMac(kernel);
    const key = text('key');
    expect(mac.hmac('md5', key, key)).toHaveLength(16);
    expect(mac.hmac('sha1', key, key)).toHaveLength(20);
  });

  it('leaves no socket behind when the kernel lacks the algorithm', () => {
    kernel.missing = 'hmac(md5)';
    expect(() => new KernelMac(kernel).hmac('md5', text('k'), text('d'))).toThrow(
      'cannot bind AF_ALG to hmac(md5)',
    );
    expect(kernel.sockets.size).toBe(0);
  });

  it.each(['sha256', 'sha1', 'md5'] as const)('of %s comes from a kernel that has it', (method) => {
    const expected = createHmac(method, 'key').update('data').digest('hex');
    for (const missing of ['', 'AF_ALG', 'hmac(md5)', 'hmac(sha1)', 'hmac(sha256)']) {
      kernel.missing = missing;
      kernel.opened = 0;
      const mac = createMac(kernel);
      // Nothing is asked of the kernel for a method that is not used.
      expect(kernel.opened).toBe(0);
      for (let time = 0; time < 2; time++)
        expect(Buffer.from(mac.hmac(method, text('key'), text('data'))).toString('hex')).toBe(expected);
      // Once to try it, and once for the key.
      const tried = missing === 'AF_ALG' ? 0 : 1;
      expect(kernel.opened).toBe(tried === 0 || missing === `hmac(${method})` ? tried : 2);
    }
  });

  it('is not taken from a kernel that computes it wrong', () => {
    expect(isSound(portableMac, 'sha256')).toBe(true);
    expect(isSound({ hmac: () => new Uint8Array(32) }, 'sha256')).toBe(false);
  });
});
