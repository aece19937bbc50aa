/**
 * One value: from the word in the text to what the program uses, and back. Owns the forms of durations, addresses and
 * commands; which setting takes which form is the schema's.
 */

import {
  addressOf,
  hostBits,
  isAddress,
  isCidr,
  isMulticast,
  isUnicast,
  networkOf,
  prefixOf,
} from './address';
import { printEndpoint, readEndpoint } from './endpoint';
import { isIpv6, isUnicastIpv6 } from './ipv6';
import { anyOf, nearest, type Reading, shown } from './problem';
import type { ValueType } from './schema';
import { joinWords, splitWords } from './text';

/** Durations in milliseconds; everything that is not a number as text in one form only, so that equal means equal. */
export type Value = string | number;

/** Characters of a secret. */
export const SECRET_LIMIT = 256;
/** Words of a command. */
export const COMMAND_LIMIT = 64;

/** Stands for a word that may be a secret where it is shown. Among the values, only texts and commands can be this. */
export const HIDDEN = '***';

/** What addresses look like, for sentences. */
export const FORMS = {
  endpoint: 'an address and port like 192.0.2.1:80 or [2001:db8::1]:80',
  address: 'an IPv4 address like 192.0.2.1',
  multicast: 'a multicast address like 239.0.0.1',
  network: 'a network like 192.0.2.0/24 or 0.0.0.0/0',
  'interface-address': 'an address with prefix length like 192.0.2.1/24',
} as const;

const UNITS_MS: ReadonlyMap<string | undefined, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
]);

/** @returns or a clause that says what is wrong with the word and what would be right */
export function readValue(type: ValueType, word: string): Reading<Value> {
  switch (type.kind) {
    case 'number': {
      const number = /^\d{1,9}$/.test(word) ? Number(word) : -1;
      if (number >= type.min && number <= type.max) return good(number);
      return bad(`${shown(word)} is not a whole number from ${type.min} to ${type.max}`);
    }
    case 'one-number':
      return type.numbers.includes(Number(word)) && /^\d+$/.test(word)
        ? good(Number(word))
        : bad(`${shown(word)} is not possible; it takes ${anyOf(type.numbers.map(String))}`);
    case 'duration':
      return readDuration(type, word);
    case 'one-word': {
      if (type.words.includes(word)) return good(word);
      const meant = nearest(word, type.words);
      const hint = meant === null ? '' : ` (did you mean ${meant}?)`;
      return bad(`${shown(word)} is not possible; it takes ${anyOf(type.words)}${hint}`);
    }
    case 'pattern':
      return type.pattern.test(word) ? good(word) : bad(`${shown(word)} is not ${type.what}`);
    case 'text':
      return word.length <= type.maxCharacters
        ? good(word)
        : bad(`it has ${word.length} characters; at most ${type.maxCharacters} are allowed`);
    case 'secret':
      // As a configuration is shown: whoever enters that again would make it the secret.
      if (word === HIDDEN)
        return bad(`${HIDDEN} stands for a secret that is not shown; write the secret itself`);
      return word !== '' && word.length <= SECRET_LIMIT
        ? good(word)
        : bad(`the secret has ${word.length} characters; it takes 1 to ${SECRET_LIMIT}`);
    case 'command': {
      const words = splitWords(word);
      if (!words.ok) return bad(`in the command, ${words.error}`);
      return words.value.length > 0 && words.value.length <= COMMAND_LIMIT
        ? good(joinWords(words.value))
        : bad(
            `the command has ${words.value.length} words; it takes a program name and at most ${COMMAND_LIMIT - 1} arguments`,
          );
    }
    case 'endpoint': {
      const read = readEndpoint(word);
      const isHost = read !== null && (isIpv6(read.address) ? isUnicastIpv6 : isUnicast)(read.address);
      return isHost ? good(printEndpoint(read)) : bad(`${shown(word)} is not ${FORMS.endpoint}`);
    }
    case 'address':
      return isUnicast(word) ? good(word) : bad(`${shown(word)} is not ${FORMS.address}`);
    case 'multicast':
      return isMulticast(word) ? good(word) : bad(`${shown(word)} is not ${FORMS.multicast}`);
    case 'network':
      return readNetwork(word);
    case 'interface-address':
      return readInterfaceAddress(word);
  }
}

/** The word that `readValue` reads back as `value`. */
export function printValue(type: ValueType, value: Value): string {
  return type.kind === 'duration' && typeof value === 'number' ? printDuration(value) : String(value);
}

/** The largest unit in which it is a whole number: `1500ms`, `2s`, `10m`. */
export function printDuration(ms: number): string {
  if (ms > 0 && ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms > 0 && ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

const DURATION = /^(\d{1,9}(?:\.\d{1,6})?)([a-z]*)$/;

function readDuration(type: { minMs: number; maxMs: number; stepMs?: number }, word: string): Reading<Value> {
  const [, number, unit] = DURATION.exec(word) ?? [];
  if (unit === '')
    return bad(`${shown(word)} has no unit; write ${word}s for seconds or ${word}ms for milliseconds`);
  const unitMs = UNITS_MS.get(unit);
  if (unitMs === undefined) return bad(`${shown(word)} is not a duration like 200ms, 2s or 10m`);
  const exactMs = Number(number) * unitMs;
  const ms = Math.round(exactMs);
  // 0.3 s is 300 ms, although 0.3 * 1000 is not exactly 300.
  if (Math.abs(ms - exactMs) > 1e-6) return bad(`${shown(word)} is not a whole number of milliseconds`);
  if (ms % (type.stepMs ?? 1) !== 0)
    return bad(`${shown(word)} is not a multiple of ${printDuration(type.stepMs ?? 1)}`);
  if (ms < type.minMs || ms > type.maxMs)
    return bad(`${shown(word)} is outside ${printDuration(type.minMs)} to ${printDuration(type.maxMs)}`);
  return good(ms);
}

function readNetwork(word: string): Reading<Value> {
  if (!isCidr(word)) return bad(`${shown(word)} is not ${FORMS.network}`);
  const network = networkOf(word);
  return network === word
    ? good(word)
    : bad(`${shown(word)} is an address in a network; the network is ${network}`);
}

function readInterfaceAddress(word: string): Reading<Value> {
  if (isAddress(word))
    return bad(`${shown(word)} has no prefix length; write ${word}/24 if the netmask is 255.255.255.0`);
  const address = addressOf(word);
  const length = isCidr(word) ? prefixOf(word) : 0;
  if (length === 0 || !isUnicast(address)) return bad(`${shown(word)} is not ${FORMS['interface-address']}`);
  if (length > 30) return good(word);
  const host = hostBits(address, length);
  if (host === 0) return bad(`${shown(word)} is the network itself, not an address of a host in it`);
  if (host === 2 ** (32 - length) - 1)
    return bad(`${shown(word)} is the network's broadcast address, not one of a host`);
  return good(word);
}

function good(value: Value): Reading<Value> {
  return { ok: true, value };
}

function bad(error: string): Reading<Value> {
  return { ok: false, error };
}
