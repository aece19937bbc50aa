import { expect, test } from 'vitest';
import { addressOf, contains, isAddress, octets } from '../../../src/config/address';

test.each(['0.0.0.0', '255.255.255.255', '192.0.2.1'])('%s is an address', (text) => {
  expect(isAddress(text)).toBe(true);
});

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '1.2.3.4 ',
  '1.2.3.4/24',
  'a.b.c.d',
  '1..2.3',
  '0x1.2.3.4',
])('%j is none', (text) => {
  expect(isAddress(text)).toBe(false);
  expect(() => octets(text)).toThrow(/is not an IPv4 address like 192\.0\.2\.1/);
});

test('the address of a network', () => {
  expect(addressOf('192.168.2.1/24')).toBe('192.168.2.1');
});

test.each([
  ['192.168.2.11/24', '192.168.2.1', true],
  ['192.168.2.11/24', '192.168.3.1', false],
  ['10.0.0.1/20', '10.0.15.255', true],
  ['10.0.0.1/20', '10.0.16.0', false],
  ['10.0.0.1/32', '10.0.0.1', true],
  ['10.0.0.1/32', '10.0.0.0', false],
  ['0.0.0.0/0', '255.1.2.3', true],
  ['128.0.0.0/1', '127.0.0.1', false],
])('%s contains %s: %s', (cidr, address, expected) => {
  expect(contains(cidr, address)).toBe(expected);
});
