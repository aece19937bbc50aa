import { expect, test } from 'vitest';
import { addressOf, contains, isAddress, Networks, octets } from '../../../src/config/address';

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

test('of several networks that hold an address, the first as given', () => {
  const networks = new Networks(['10.1.2.3/32', '10.1.0.1/16', '10.1.2.1/24', '10.1.2.9/24', '200.0.0.1/1']);
  expect(networks.find('10.1.2.3')).toBe('10.1.2.3/32');
  expect(networks.find('10.1.2.4')).toBe('10.1.0.1/16');
  expect(networks.find('10.2.2.4')).toBeNull();
  expect(networks.find('129.0.0.1')).toBe('200.0.0.1/1');
  expect(new Networks(['10.1.2.1/24', '10.1.0.1/16', '1.1.1.1/0']).find('10.1.2.4')).toBe('10.1.2.1/24');
  expect(new Networks(['1.1.1.1/0']).find('255.255.255.255')).toBe('1.1.1.1/0');
  expect(new Networks([]).find('10.1.2.4')).toBeNull();
});
