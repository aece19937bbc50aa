import { expect, test } from 'vitest';
import type { ValueType } from '../../../src/config/schema';
import { printDuration, printValue, readValue } from '../../../src/config/values';

const duration: ValueType = { kind: 'duration', minMs: 10, maxMs: 600_000 };

test.each([
  [duration, '10ms', 10],
  [duration, '0.3s', 300],
  [duration, '1.5s', 1500],
  [duration, '10m', 600_000],
  [{ kind: 'number', min: 0, max: 15 }, '007', 7],
  [{ kind: 'one-number', numbers: [9600] }, '9600', 9600],
  [{ kind: 'network' }, '0.0.0.0/0', '0.0.0.0/0'],
  [{ kind: 'network' }, '10.16.0.0/12', '10.16.0.0/12'],
  [{ kind: 'interface-address' }, '10.0.0.0/31', '10.0.0.0/31'],
  [{ kind: 'interface-address' }, '10.0.0.1/32', '10.0.0.1/32'],
  [{ kind: 'endpoint' }, '192.0.2.1:080', '192.0.2.1:80'],
  [{ kind: 'endpoint' }, '192.0.2.1:0', '192.0.2.1:0'],
  [{ kind: 'endpoint' }, '[2001:DB8:0:0::1]:53', '[2001:db8::1]:53'],
  [{ kind: 'multicast' }, '239.255.255.255', '239.255.255.255'],
  [{ kind: 'command' }, 'prog "two words"', 'prog "two words"'],
] as [ValueType, string, string | number][])('%j takes %j', (type, word, value) => {
  expect(readValue(type, word)).toEqual({ ok: true, value });
  expect(readValue(type, printValue(type, value))).toEqual({ ok: true, value });
});

test.each([
  [duration, '2', '"2" has no unit; write 2s for seconds or 2ms for milliseconds'],
  [duration, '2h', '"2h" is not a duration like 200ms, 2s or 10m'],
  [duration, '2constructor', '"2constructor" is not a duration like 200ms, 2s or 10m'],
  [duration, '-2s', '"-2s" is not a duration like 200ms, 2s or 10m'],
  [duration, '0.0001s', '"0.0001s" is not a whole number of milliseconds'],
  [duration, '9ms', '"9ms" is outside 10ms to 10m'],
  [duration, '601s', '"601s" is outside 10ms to 10m'],
  [{ kind: 'number', min: 0, max: 15 }, '16', '"16" is not a whole number from 0 to 15'],
  [{ kind: 'number', min: 0, max: 15 }, '1e1', '"1e1" is not a whole number from 0 to 15'],
  [{ kind: 'number', min: 0, max: 15 }, '', '"" is not a whole number from 0 to 15'],
  [{ kind: 'one-number', numbers: [9600, 19_200] }, '9601', '"9601" is not possible; it takes 9600 or 19200'],
  [
    { kind: 'one-word', words: ['on', 'off'] },
    'oof',
    '"oof" is not possible; it takes on or off (did you mean off?)',
  ],
  [{ kind: 'text', maxCharacters: 3 }, 'abcd', 'it has 4 characters; at most 3 are allowed'],
  [{ kind: 'secret' }, '', 'the secret has 0 characters; it takes 1 to 256'],
  [{ kind: 'secret' }, 'x'.repeat(257), 'the secret has 257 characters; it takes 1 to 256'],
  [{ kind: 'command' }, ' ', 'the command has 0 words; it takes a program name and at most 63 arguments'],
  [
    { kind: 'command' },
    'a "b',
    'in the command, the quotation mark at character 3 is never closed; add one at the end of the value',
  ],
  [{ kind: 'address' }, '192.0.2.256', '"192.0.2.256" is not an IPv4 address like 192.0.2.1'],
  [{ kind: 'address' }, '0.0.0.0', '"0.0.0.0" is not an IPv4 address like 192.0.2.1'],
  [{ kind: 'address' }, '192.0.2.010', '"192.0.2.010" is not an IPv4 address like 192.0.2.1'],
  [{ kind: 'multicast' }, '192.0.2.1', '"192.0.2.1" is not a multicast address like 239.0.0.1'],
  [
    { kind: 'endpoint' },
    '192.0.2.1',
    '"192.0.2.1" is not an address and port like 192.0.2.1:80 or [2001:db8::1]:80',
  ],
  [
    { kind: 'endpoint' },
    '[2001:db8::1]',
    '"[2001:db8::1]" is not an address and port like 192.0.2.1:80 or [2001:db8::1]:80',
  ],
  [
    { kind: 'endpoint' },
    '192.0.2.1:65536',
    '"192.0.2.1:65536" is not an address and port like 192.0.2.1:80 or [2001:db8::1]:80',
  ],
  [
    { kind: 'endpoint' },
    '224.0.0.1:80',
    '"224.0.0.1:80" is not an address and port like 192.0.2.1:80 or [2001:db8::1]:80',
  ],
  [{ kind: 'network' }, '192.0.2.1', '"192.0.2.1" is not a network like 192.0.2.0/24 or 0.0.0.0/0'],
  [
    { kind: 'network' },
    '192.0.2.1/24',
    '"192.0.2.1/24" is an address in a network; the network is 192.0.2.0/24',
  ],
  [
    { kind: 'interface-address' },
    '192.0.2.1',
    '"192.0.2.1" has no prefix length; write 192.0.2.1/24 if the netmask is 255.255.255.0',
  ],
  [
    { kind: 'interface-address' },
    '192.0.2.1/33',
    '"192.0.2.1/33" is not an address with prefix length like 192.0.2.1/24',
  ],
  [
    { kind: 'interface-address' },
    '192.0.2.1/0',
    '"192.0.2.1/0" is not an address with prefix length like 192.0.2.1/24',
  ],
  [
    { kind: 'interface-address' },
    '192.0.2.0/24',
    '"192.0.2.0/24" is the network itself, not an address of a host in it',
  ],
  [
    { kind: 'interface-address' },
    '192.0.2.255/24',
    `"192.0.2.255/24" is the network's broadcast address, not one of a host`,
  ],
] as [ValueType, string, string][])('%j refuses %j', (type, word, error) => {
  expect(readValue(type, word)).toEqual({ ok: false, error });
});

test.each([
  [0, '0ms'],
  [999, '999ms'],
  [1500, '1500ms'],
  [2000, '2s'],
  [61_000, '61s'],
  [120_000, '2m'],
])('%d ms is %s', (ms, text) => {
  expect(printDuration(ms)).toBe(text);
});
