import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import type { AuthConfig, AuthKey } from '../../../src/config/config';
import { Sealing } from '../../../src/following/sealing';
import { Random } from '../../sim/random';

const ONE: AuthKey = { id: 1, method: 'sha256', secret: 'a secret, ü' };
const TWO: AuthKey = { id: 2, method: 'sha1', secret: 'another one' };
const CRC: AuthKey = { id: 3, method: 'crc', secret: '' };
const random = new Random(1);
const host = {
  mac: {
    hmac: (method: 'sha256' | 'sha1' | 'md5', key: Uint8Array, data: Uint8Array) =>
      createHmac(method, key).update(data).digest(),
  },
  random: (length: number) => Uint8Array.from({ length }, () => random.below(256)),
};
const sealing = (signWith: number, ...keys: AuthKey[]): Sealing =>
  new Sealing(host, { signWith, keys } satisfies AuthConfig);

it('what one box seals the other one opens, whatever it is and however long', () => {
  const [one, two] = [sealing(1, ONE), sealing(2, ONE, TWO)];
  for (let length = 0; length < 200; length++) {
    const text = Array.from({ length }, () => random.pick(['x', ' ', '\n', '%', 'ü', '設', '😀', '\0'])).join(
      '',
    );
    const sealed = one.seal(text, 'this');
    expect(sealed).toMatch(/^1\.[\w-]+$/);
    expect(two.open(sealed!, 'this')).toBe(text);
  }
});

it('shows nothing of the text, and never the same twice', () => {
  const one = sealing(1, ONE);
  const sealed = Array.from({ length: 500 }, () => one.seal('set heartbeat key 1', 'this')!);
  expect(new Set(sealed.map((text) => text.slice(0, 34))).size).toBe(500);
  for (const text of sealed)
    expect(atob(text.slice(2).replaceAll('-', '+').replaceAll('_', '/'))).not.toContain('key');
});

it('opens nothing that is changed, for something else, or by another key', () => {
  const one = sealing(1, ONE);
  const sealed = one.seal('set group', 'this')!;
  expect(one.open(sealed, 'that')).toBeNull();
  expect(sealing(1, { ...ONE, secret: 'other' }).open(sealed, 'this')).toBeNull();
  expect(sealing(2, TWO).open(sealed, 'this')).toBeNull();
  expect(sealing(2, TWO, ONE).open(sealed.replace('1.', '2.'), 'this')).toBeNull();
  for (let at = 2; at < sealed.length - 1; at++) {
    const other = sealed[at] === 'A' ? 'B' : 'A';
    expect(one.open(sealed.slice(0, at) + other + sealed.slice(at + 1), 'this')).toBeNull();
    expect(one.open(sealed.slice(0, at), 'this')).toBeNull();
  }
});

it('does neither by a key that is none, and follows a change of keys', () => {
  const open = sealing(3, CRC, ONE);
  expect(open.isPossible).toBe(false);
  expect(open.seal('text', 'this')).toBeNull();
  expect(open.open(sealing(1, ONE).seal('text', 'this')!.replace('1.', '3.'), 'this')).toBeNull();
  open.setAuth({ signWith: 1, keys: [ONE] });
  expect(open.isPossible).toBe(true);
  expect(sealing(1, ONE).open(open.seal('text', 'this')!, 'this')).toBe('text');
});

it('throws for nothing that comes over a line', () => {
  const one = sealing(1, ONE);
  const letters = 'AZaz09-_.1 =\u00ff';
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: random.below(90) }, () => letters[random.below(letters.length)]).join(
      '',
    );
    expect(one.open(random.chance(0.5) ? `1.${text}` : text, 'this')).toBeNull();
  }
});
