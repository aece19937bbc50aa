import { describe, expect, test } from 'vitest';
import { configHash } from '../../../src/config/hash';
import { parseConfig } from '../../../src/config/parse';
import { EXAMPLE, FILE, replaced } from './example';

function hashOf(text: string): number {
  const { config, problems } = parseConfig(text, FILE);
  expect(problems).toEqual([]);
  return configHash(config!);
}

const hash = hashOf(EXAMPLE);

describe('the hash of a configuration', () => {
  test('is a number of 32 bits, the same on every machine', () => {
    expect(hash).toBe(817_346_977);
    expect(hash >>> 0).toBe(hash);
  });

  test.each([
    ['in another order', EXAMPLE.trimEnd().split('\n').reverse().join('\n')],
    ['with comments and blanks', `# a comment\n${EXAMPLE.replaceAll('\n', '  # why\n\n')}`],
    ['with other units', replaced('keepalive 2s', 'keepalive 2000ms')],
    ['as a preset', replaced('set heartbeat keepalive 2s', 'set heartbeat timing paper')],
    ['with defaults spelt out', `${EXAMPLE}set heartbeat hopfudge 1\nset heartbeat deadping 5s\n`],
    ['with another secret', replaced('secret words', 'other words, more')],
  ])('is the same for the same %s', (_, text) => {
    expect(hashOf(text)).toBe(hash);
  });

  test.each([
    ['a time', replaced('keepalive 2s', 'keepalive 1999ms')],
    ['a method of a key', replaced('sha256', 'sha1')],
    ['the number of a key', replaced('key 1', 'key 2').replace('sign-with 1', 'sign-with 2')],
    ['an address', replaced('192.168.2.12/24', '192.168.2.21/24')],
    ['addresses of two nodes', replaced('.173', '.x').replace('.174', '.173').replace('.x', '.174')],
    ['a server', replaced('192.168.2.3', '192.168.2.30')],
    ['an alert', replaced('-X down', '')],
    ['a watchdog', `${EXAMPLE}set heartbeat watchdog /dev/watchdog`],
    ['a ping node', `${EXAMPLE}set heartbeat ping 168.188.46.1`],
    ['a program', `${EXAMPLE}set heartbeat stonith "fence now"`],
  ])('differs with %s', (_, text) => {
    expect(hashOf(text)).not.toBe(hash);
  });

  test('spreads: thousands of configurations that differ in one digit have thousands of hashes', () => {
    const config = parseConfig(EXAMPLE, FILE).config!;
    const hashes = Array.from({ length: 5000 }, (_, keepaliveMs) =>
      configHash({ ...config, heartbeat: { ...config.heartbeat, keepaliveMs } }),
    );
    expect(new Set(hashes).size).toBe(5000);
  });
});
