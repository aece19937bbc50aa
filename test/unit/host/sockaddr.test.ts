import { describe, expect, it } from 'vitest';
import {
  addressBytes,
  algorithmAddress,
  inetAddress,
  interfaceName,
  multicastRequest,
  multicastRequest6,
  netlinkAddress,
  packetAddress,
} from '../../../src/host/quickjs/sockaddr';

const hex = (buffer: ArrayBuffer): string => Buffer.from(buffer).toString('hex');

describe('socket addresses', () => {
  it('have the bytes of the structs of the kernel', () => {
    expect(hex(inetAddress('192.168.2.11', 694))).toBe('020002b6c0a8020b0000000000000000');
    expect(hex(netlinkAddress(0x01020304, 1))).toBe('100000000403020101000000');
    const destination = Uint8Array.of(255, 255, 255, 255, 255, 255);
    expect(hex(packetAddress(3, 0x0806, destination))).toBe(
      '1100080603000000000000' + '06' + 'ffffffffffff0000',
    );
    expect(hex(multicastRequest('225.0.0.1', 2))).toBe('e10000010000000002000000');
    const group = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x81];
    expect(hex(multicastRequest6(group, 2))).toBe(`ff02${'00'.repeat(13)}8102000000`);
    expect(hex(interfaceName('eth0'))).toBe(`65746830${'00'.repeat(12)}`);
    const algorithm = Buffer.from(algorithmAddress('hash', 'hmac(md5)'));
    expect(algorithm.length).toBe(88);
    expect(algorithm.readUInt16LE(0)).toBe(38);
    expect(algorithm.toString('latin1', 2, 7)).toBe('hash\0');
    expect(algorithm.toString('latin1', 24, 34)).toBe('hmac(md5)\0');
  });

  it('are refused in a sentence', () => {
    for (const bad of ['', '1.2.3', '1.2.3.256', '1.2.3.4.5', '1.2.3.x', '1.2.3.-4', '::1'])
      expect(() => addressBytes(bad)).toThrow(`"${bad}" is not an IPv4 address like 192.0.2.1`);
    expect(() => interfaceName('sixteencharacter')).toThrow('longer than 15 characters');
  });
});
