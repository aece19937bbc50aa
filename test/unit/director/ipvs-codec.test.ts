import { describe, expect, test } from 'vitest';
import { attribute, concat, nest, parseAttributes, u16, u16be, u32 } from '../../../src/director/attributes';
import { decodeService, encodeOperation, encodeServiceKey } from '../../../src/director/ipvs-codec';
import { decodeDestination as decodeWords } from '../../../src/director/ipvs-destination-codec';
import { decodeDaemon, decodeInfo, encodeDaemon } from '../../../src/director/ipvs-settings-codec';
import type { ServiceKey } from '../../../src/director/table';

// Of ipvsadm -A -t 168.188.46.175:80 -s rr; all of them are in ipvsadm/golden.ts.
const ADD_SERVICE = `54000180 06000100 02000000 06000200 06000000 14000300 a8bc2eaf 000000000000000000000000
  06000400 00500000 07000600 72720000 0c000700 00000000ffffffff 08000800 00000000 08000900 ffffffff`;

const web: ServiceKey = { protocol: 'tcp', address: '168.188.46.175', port: 80 };
const server = { address: '192.168.2.3', port: 80, weight: 1, method: 'nat' } as const;

/** Behind the words of another message. */
function decodeDestination(message: Uint8Array, withRates = false) {
  const words = new Uint32Array(5 + (message.length >> 2));
  new Uint8Array(words.buffer).set(message, 20);
  return decodeWords(words, 5, message.length, withRates);
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe('values that do not fit', () => {
  test.each([
    ['scheduler too long', 'a'.repeat(16), /scheduler name/],
    ['scheduler empty', '', /scheduler name/],
    ['scheduler not ASCII', 'r\u00e9', /scheduler name/],
  ])('%s', (_name, scheduler, error) => {
    expect(() => encodeOperation({ type: 'service-add', service: { ...web, scheduler } })).toThrow(error);
  });
  test.each(['1.2.3:', '2001:db8::1::2', '2001:db8:0:0:0:0:0:0:1', '12345::'])(
    'IPv6 address %j',
    (address) => {
      expect(() => encodeServiceKey({ ...web, address })).toThrow(/not an IPv6 address/);
    },
  );
  test.each(['1.2.3', '1.2.3.256', '1.2.3.4.5', '', 'a.b.c.d', '1.2.3.-4'])('address %j', (address) => {
    expect(() => encodeServiceKey({ ...web, address })).toThrow(/not an IPv4 address/);
  });
  test.each([-1, 65536, 1.5, Number.NaN])('port %d', (port) => {
    expect(() => encodeServiceKey({ ...web, port })).toThrow(/port/);
  });
  test.each([-1, 2 ** 31, 0.5])('weight %d', (weight) => {
    const operation = { type: 'destination-add', service: web, destination: { ...server, weight } } as const;
    expect(() => encodeOperation(operation)).toThrow(/weight/);
  });
});

/** Flags (the kernel's own bit among them), timeout and netmask of a service that says nothing. */
const REST = [
  attribute(7, concat([u32(2), u32(0xffffffff)])),
  attribute(8, u32(0)),
  attribute(9, u32(0xffffffff)),
];

describe('decodeService', () => {
  test('reads back what ipvsadm writes', () => {
    expect(decodeService(bytes(ADD_SERVICE))).toEqual({ ...web, scheduler: 'rr' });
  });

  test('takes an address of 4 bytes and ignores attributes it does not know', () => {
    const message = nest(1, [
      attribute(1, u16(2)),
      attribute(2, u16(17)),
      attribute(3, Uint8Array.of(192, 0, 2, 1)),
      attribute(4, u16be(53)),
      attribute(6, Uint8Array.of(0x77, 0x6c, 0x63, 0)),
      ...REST,
      nest(10, [attribute(1, u32(7))]),
      attribute(200, u32(1)),
    ]);
    expect(decodeService(message)).toEqual({
      protocol: 'udp',
      address: '192.0.2.1',
      port: 53,
      scheduler: 'wlc',
    });
  });

  test('SCTP or an unknown family is not for our table', () => {
    expect(decodeService(nest(1, [attribute(1, u16(2)), attribute(2, u16(132))]))).toBeNull();
    expect(decodeService(nest(1, [attribute(1, u16(7)), attribute(2, u16(6))]))).toBeNull();
  });

  test('each cut of a message is an error, never a wrong value', () => {
    const whole = bytes(ADD_SERVICE);
    for (let length = 0; length < whole.length; length++)
      expect(() => decodeService(whole.subarray(0, length)), `${length} bytes`).toThrow(/IPVS|netlink/);
  });

  test('a scheduler name that does not end', () => {
    const message = nest(1, [
      attribute(1, u16(2)),
      attribute(2, u16(6)),
      attribute(3, new Uint8Array(16)),
      attribute(4, u16be(80)),
      attribute(6, new Uint8Array(20).fill(0x72)),
      ...REST,
    ]);
    expect(() => decodeService(message)).toThrow(/scheduler name/);
  });
});

describe('decodeDestination', () => {
  const counted = [
    attribute(5, u32(0)),
    attribute(6, u32(0)),
    attribute(7, u32(3)),
    attribute(8, u32(4_000_000_000)),
    attribute(9, u32(2)),
  ];
  const answer = (...more: Uint8Array[]) =>
    nest(2, [
      attribute(1, bytes('c0a80203000000000000000000000000')),
      attribute(2, u16be(8080)),
      attribute(4, u32(5)),
      ...more,
    ]);

  test('with connections, and without the family of old kernels', () => {
    const expected = {
      address: '192.168.2.3',
      port: 8080,
      weight: 5,
      connections: { active: 3, inactive: 4e9, persistent: 2 },
    };
    expect(decodeDestination(answer(attribute(3, u32(0)), ...counted))).toEqual({
      ...expected,
      method: 'nat',
    });
    expect(decodeDestination(answer(attribute(3, u32(3)), attribute(11, u16(2)), ...counted))).toEqual({
      ...expected,
      method: 'dr',
    });
  });

  test('connection flags beside the method are not part of it', () => {
    expect(decodeDestination(answer(attribute(3, u32(0x2002)), ...counted))?.method).toBe('tun');
  });

  test('of IPv6, with thresholds, a tunnel and rates', () => {
    const u64 = (low: number, high = 0) => concat([u32(low), u32(high)]);
    const message = nest(2, [
      attribute(1, bytes('20010db8000000000000000000000002')),
      attribute(2, u16be(53)),
      attribute(3, u32(2)),
      attribute(4, u32(1)),
      attribute(5, u32(100)),
      attribute(6, u32(50)),
      ...counted.slice(2),
      attribute(11, u16(10)),
      nest(12, [
        ...[1, 2, 3, 4, 5].map((type) => attribute(type, u64(9))),
        ...[6, 7, 8, 9].map((type) => attribute(type, u64(type))),
        attribute(10, u64(10, 1)),
      ]),
      attribute(13, Uint8Array.of(1)),
      attribute(14, u16be(6080)),
      attribute(15, u16(1)),
    ]);
    const expected = {
      address: '2001:db8::2',
      port: 53,
      weight: 1,
      method: 'tun',
      upper: 100,
      lower: 50,
      tunnel: { kind: 'gue', port: 6080, checksum: 'csum' },
      connections: { active: 3, inactive: 4e9, persistent: 2 },
    };
    expect(decodeDestination(message)).toEqual(expected);
    expect(decodeDestination(message, true)).toEqual({
      ...expected,
      rates: { connections: 6, inPackets: 7, outPackets: 8, inBytes: 9, outBytes: 4_294_967_306 },
    });
  });

  test('an unknown kind of tunnel, an unknown family', () => {
    const tunnel = (type: number, flags: number) =>
      answer(
        attribute(3, u32(2)),
        ...counted,
        attribute(13, Uint8Array.of(type)),
        attribute(14, u16be(0)),
        attribute(15, u16(flags)),
      );
    expect(() => decodeDestination(tunnel(3, 0))).toThrow(/unknown kind of tunnel/);
    expect(() => decodeDestination(tunnel(1, 3))).toThrow(/unknown kind of tunnel/);
    expect(decodeDestination(answer(attribute(11, u16(7))))).toBeNull();
  });

  test('an unknown method, a missing or short value, no destination at all', () => {
    expect(() => decodeDestination(answer(attribute(3, u32(6)), ...counted))).toThrow(/forwarding method/);
    expect(() => decodeDestination(answer(attribute(3, u32(0)), ...counted.slice(0, 2)))).toThrow(
      /active connections has no bytes/,
    );
    expect(() => decodeDestination(answer(attribute(3, u16(0)), ...counted))).toThrow(/has 2 bytes, needs 4/);
    expect(() => decodeDestination(new Uint8Array(0))).toThrow(/no destination/);
  });
});

describe('sync daemons and the version', () => {
  const daemon = (state: number) =>
    nest(3, [
      attribute(1, u32(state)),
      attribute(2, Uint8Array.of(0x65, 0x74, 0x68, 0x31, 0, 0, 0)),
      attribute(3, u32(3)),
      attribute(4, u16(1472)),
      attribute(5, Uint8Array.of(224, 0, 0, 81)),
      attribute(7, u16(8848)),
      attribute(8, Uint8Array.of(1)),
    ]);

  test('a daemon as the kernel tells it', () => {
    const expected = { interface: 'eth1', id: 3, group: '224.0.0.81', port: 8848, ttl: 1, maxBytes: 1472 };
    expect(decodeDaemon(daemon(1))).toEqual({ role: 'master', ...expected });
    expect(decodeDaemon(daemon(2))).toEqual({ role: 'backup', ...expected });
    expect(() => decodeDaemon(daemon(3))).toThrow(/neither master nor backup/);
    expect(() => decodeDaemon(new Uint8Array(0))).toThrow(/no sync daemon/);
  });

  test('what does not fit', () => {
    const good = decodeDaemon(daemon(1));
    for (const bad of [{ id: 256 }, { port: 65_536 }, { ttl: 256 }, { interface: 'a-name-of-16-char' }])
      expect(() => encodeDaemon({ ...good, ...bad })).toThrow(/whole number|interface name/);
  });

  test('the version', () => {
    const info = concat([attribute(1, u32(0x010201)), attribute(2, u32(4096))]);
    expect(decodeInfo(info)).toEqual({ version: '1.2.1', buckets: 4096 });
  });
});

describe('parseAttributes', () => {
  test('a length that lies', () => {
    expect(() => parseAttributes(Uint8Array.of(3, 0, 1, 0))).toThrow(/has length 3 of 4 left/);
    expect(() => parseAttributes(Uint8Array.of(9, 0, 1, 0, 1, 2, 3, 4))).toThrow(/has length 9 of 8 left/);
  });
  test('too many', () => {
    expect(() => parseAttributes(concat(Array.from({ length: 65 }, () => attribute(1, u32(0)))))).toThrow(
      /more than 64/,
    );
  });
  test('reads a slice in the middle of a larger buffer', () => {
    const buffer = new Uint8Array(20);
    buffer.set(attribute(9, u32(0x01020304)), 7);
    expect(parseAttributes(buffer.subarray(7, 15)).get(9)).toEqual(Uint8Array.of(4, 3, 2, 1));
  });
});
