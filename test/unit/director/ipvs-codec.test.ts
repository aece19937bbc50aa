import { describe, expect, test } from 'vitest';
import { attribute, concat, nest, parseAttributes, u16, u16be, u32 } from '../../../src/director/attributes';
import {
  decodeDestination,
  decodeService,
  encodeOperation,
  encodeServiceKey,
  ipvsCommand,
} from '../../../src/director/ipvs-codec';
import type { IpvsOperation, ServiceKey } from '../../../src/director/table';

// Bytes behind the generic netlink header that Debian's ipvsadm 1.31 (libnl 3.7) hands to sendmsg, seen by strace.
const ipvsadm = {
  // -A -t 168.188.46.175:80 -s rr
  addService: `54000180 06000100 02000000 06000200 06000000 14000300 a8bc2eaf 000000000000000000000000
    06000400 00500000 07000600 72720000 0c000700 00000000ffffffff 08000800 00000000 08000900 ffffffff`,
  // -a -t 168.188.46.175:80 -r 192.168.2.3:80 -m -w 1
  addServer: `54000180 06000100 02000000 06000200 06000000 14000300 a8bc2eaf 000000000000000000000000
    06000400 00500000 05000600 00000000 0c000700 00000000ffffffff 08000800 00000000 08000900 ffffffff
    60000280 06000b00 02000000 14000100 c0a80203 000000000000000000000000 06000200 00500000 08000300 00000000
    08000400 01000000 05000d00 00000000 06000e00 00000000 06000f00 00000000 08000500 00000000 08000600 00000000`,
  // -e -t 168.188.46.175:80 -r 192.168.2.4:8080 -g -w 0
  setServer: `54000180 06000100 02000000 06000200 06000000 14000300 a8bc2eaf 000000000000000000000000
    06000400 00500000 05000600 00000000 0c000700 00000000ffffffff 08000800 00000000 08000900 ffffffff
    60000280 06000b00 02000000 14000100 c0a80204 000000000000000000000000 06000200 1f900000 08000300 03000000
    08000400 00000000 05000d00 00000000 06000e00 00000000 06000f00 00000000 08000500 00000000 08000600 00000000`,
  // -d -t 168.188.46.175:80 -r 192.168.2.3:80
  deleteServer: `54000180 06000100 02000000 06000200 06000000 14000300 a8bc2eaf 000000000000000000000000
    06000400 00500000 05000600 00000000 0c000700 00000000ffffffff 08000800 00000000 08000900 ffffffff
    60000280 06000b00 02000000 14000100 c0a80203 000000000000000000000000 06000200 00500000 08000300 03000000
    08000400 01000000 05000d00 00000000 06000e00 00000000 06000f00 00000000 08000500 00000000 08000600 00000000`,
  // -D -u 168.188.46.175:53
  deleteService: `54000180 06000100 02000000 06000200 11000000 14000300 a8bc2eaf 000000000000000000000000
    06000400 00350000 05000600 00000000 0c000700 00000000ffffffff 08000800 00000000 08000900 ffffffff`,
};

const web: ServiceKey = { protocol: 'tcp', address: '168.188.46.175', port: 80 };
const server = { address: '192.168.2.3', port: 80, weight: 1, method: 'nat' } as const;

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Both levels of attributes as `outer.inner` -> bytes in hex. */
function flat(attributes: Uint8Array): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [outer, inside] of parseAttributes(attributes))
    for (const [inner, value] of parseAttributes(inside))
      result[`${outer}.${inner}`] = [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return result;
}

describe('encodeOperation against ipvsadm', () => {
  test('a service is the same bytes', () => {
    const message = encodeOperation({ type: 'service-add', service: { ...web, scheduler: 'rr' } });
    expect(message).toEqual({ command: 1, attributes: bytes(ipvsadm.addService) });
  });

  // ipvsadm always sends everything; we leave out what the kernel does not ask for (tunnel, and all but the key).
  const cases: readonly [string, IpvsOperation, number, string, number][] = [
    ['add server', { type: 'destination-add', service: web, destination: server }, 5, ipvsadm.addServer, 11],
    [
      'set server',
      {
        type: 'destination-set',
        service: web,
        destination: { address: '192.168.2.4', port: 8080, weight: 0, method: 'dr' },
      },
      6,
      ipvsadm.setServer,
      11,
    ],
    [
      'delete server',
      { type: 'destination-delete', service: web, destination: server },
      7,
      ipvsadm.deleteServer,
      7,
    ],
    [
      'delete service',
      { type: 'service-delete', service: { ...web, protocol: 'udp', port: 53 } },
      3,
      ipvsadm.deleteService,
      4,
    ],
  ];
  test.each(cases)('%s sends the same values', (_name, operation, command, golden, count) => {
    const message = encodeOperation(operation);
    expect(message.command).toBe(command);
    const sent = flat(message.attributes);
    expect(Object.keys(sent)).toHaveLength(count);
    expect(flat(bytes(golden))).toMatchObject(sent);
  });

  test('setting a service differs from adding it only in the command', () => {
    const message = encodeOperation({ type: 'service-set', service: { ...web, scheduler: 'rr' } });
    expect(message).toEqual({ command: ipvsCommand.setService, attributes: bytes(ipvsadm.addService) });
  });

  test('the key of a service', () => {
    expect(encodeServiceKey(web)).toEqual(
      bytes(
        '30000180 06000100 02000000 06000200 06000000 14000300 a8bc2eaf 000000000000000000000000 06000400 00500000',
      ),
    );
  });
});

describe('values that do not fit', () => {
  test.each([
    ['scheduler too long', 'a'.repeat(16), /scheduler name/],
    ['scheduler empty', '', /scheduler name/],
    ['scheduler not ASCII', 'r\u00e9', /scheduler name/],
  ])('%s', (_name, scheduler, error) => {
    expect(() => encodeOperation({ type: 'service-add', service: { ...web, scheduler } })).toThrow(error);
  });
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

describe('decodeService', () => {
  test('reads back what ipvsadm writes', () => {
    expect(decodeService(bytes(ipvsadm.addService))).toEqual({ ...web, scheduler: 'rr' });
  });

  test('takes an address of 4 bytes and ignores attributes it does not know', () => {
    const message = nest(1, [
      attribute(1, u16(2)),
      attribute(2, u16(17)),
      attribute(3, Uint8Array.of(192, 0, 2, 1)),
      attribute(4, u16be(53)),
      attribute(6, Uint8Array.of(0x77, 0x6c, 0x63, 0)),
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

  test('a firewall mark, IPv6 or SCTP is not for our table', () => {
    expect(decodeService(nest(1, [attribute(1, u16(2)), attribute(5, u32(7))]))).toBeNull();
    expect(decodeService(nest(1, [attribute(1, u16(10)), attribute(2, u16(6))]))).toBeNull();
    expect(decodeService(nest(1, [attribute(1, u16(2)), attribute(2, u16(132))]))).toBeNull();
  });

  test('each cut of a message is an error, never a wrong value', () => {
    const whole = bytes(ipvsadm.addService);
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
    ]);
    expect(() => decodeService(message)).toThrow(/scheduler name/);
  });
});

describe('decodeDestination', () => {
  const counted = [attribute(7, u32(3)), attribute(8, u32(4_000_000_000))];
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
      connections: { active: 3, inactive: 4e9 },
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

  test('an IPv6 server is not for our table', () => {
    expect(decodeDestination(answer(attribute(11, u16(10))))).toBeNull();
  });

  test('an unknown method, a missing or short value, no destination at all', () => {
    expect(() => decodeDestination(answer(attribute(3, u32(6)), ...counted))).toThrow(/forwarding method/);
    expect(() => decodeDestination(answer(attribute(3, u32(0))))).toThrow(/active connections has no bytes/);
    expect(() => decodeDestination(answer(attribute(3, u16(0)), ...counted))).toThrow(/has 2 bytes, needs 4/);
    expect(() => decodeDestination(new Uint8Array(0))).toThrow(/no destination/);
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
