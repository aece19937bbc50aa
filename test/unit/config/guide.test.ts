import { expect, test } from 'vitest';
import { type Document, readDocument } from '../../../src/config/document';
import { ROOT } from '../../../src/config/grammar';
import { expand, type Guidance, guide, guideExisting } from '../../../src/config/guide';
import { ARGUMENTS, SCHEMA, SECTIONS } from '../../../src/config/schema';
import { Random } from '../../sim/random';
import { EXAMPLE } from './example';
import { randomWords } from './texts';

const read = readDocument(EXAMPLE);
if (!read.ok) throw new Error(read.error);
const document: Document = read.value;

const wordsOf = (line: string): string[] => line.split(' ').filter((word) => word !== '');
const next = (line: string): Guidance => guide(wordsOf(line), document);
const there = (line: string): Guidance => guideExisting(wordsOf(line), document);
const words = ({ candidates }: Guidance): string[] => candidates.map(({ word }) => word);

test('words that may follow, with their help', () => {
  expect(next('')).toEqual({
    candidates: [
      { word: 'node', help: 'one of the two boxes, by its host name' },
      { word: 'heartbeat', help: 'how the boxes know of each other that they are alive' },
      { word: 'group', help: 'what moves between the boxes as one: addresses' },
      { word: 'service', help: 'a virtual service' },
      { word: 'ipvs', help: "the kernel's balancing as a whole" },
      { word: 'hostgroup', help: 'hosts that are checked together' },
      { word: 'watch', help: 'checks of the hosts of a hostgroup' },
      { word: 'traps', help: 'who else may tell how services are' },
      { word: 'console', help: 'what a person finds at the console' },
      { word: 'panel', help: 'displays of the state on serial ports of their own' },
      { word: 'alerting', help: 'what alerts need, whichever watch gives them' },
    ],
    argument: null,
    complete: false,
  });
});

test.each([
  [
    'heartbeat keepalive',
    'TIME',
    'time from one heartbeat to the next; as heartbeat timing has it when not set; 10ms to 1m',
    [],
  ],
  [
    'heartbeat hopfudge',
    'NUMBER',
    'hops that a heartbeat may make beyond the number of nodes; 0 to 253 hops; 1 when not set',
    [],
  ],
  [
    'group vip',
    'ADDRESS/PREFIX',
    'outside virtual address, with prefix length; an address with prefix length like 192.0.2.1/24',
    [],
  ],
  [
    'group preferred',
    'NODE',
    'node that holds the group when both could; the first by name when not set; a host name of at most 64 letters, digits, - and .',
    ['seven.ce.cnu.ac.kr', 'mazelut.ce.cnu.ac.kr'],
  ],
  [
    'heartbeat sign-with',
    'KEY',
    'number of the key that signs; the only one when there is one; 0 to 15',
    ['1'],
  ],
  ['heartbeat mcast', 'INTERFACE', 'an interface name like eth0, of at most 15 characters', ['eth0', 'eth1']],
  [
    'service udp',
    'ENDPOINT',
    'a virtual service; an address and port like 192.0.2.1:80 or [2001:db8::1]:80',
    ['168.188.46.175:80'],
  ],
  ['watch', 'HOSTGROUP', 'a name of at most 64 letters, digits and _ . : + -', ['cluster1']],
  ['service', 'PROTOCOL', 'tcp or udp', ['fwmark', 'tcp', 'udp']],
  [
    'heartbeat timing',
    'WORD',
    'keepalive and deadtime where these are not set: paper is 2s and 5s, default 200ms and 1s, fast 30ms and 100ms; paper, default or fast; default when not set',
    ['paper', 'default', 'fast'],
  ],
  [
    'he se /dev/ttyS1 b',
    'NUMBER',
    'speed of the line in bits per second; 9600, 19200, 38400, 57600, 115200, 230400 or 460800 bit/s; 115200 when not set',
    ['9600', '19200', '38400', '57600', '115200', '230400', '460800'],
  ],
])('an argument that may follow %j', (line, word, help, candidates) => {
  const { argument, complete, candidates: found } = next(line);
  expect(argument).toEqual({ word, help });
  expect(found.map((candidate) => candidate.word)).toEqual(candidates);
  expect(complete).toBe(false);
});

test('where a line may end, and what may still follow', () => {
  expect(next('node lead')).toMatchObject({ complete: true, argument: null });
  expect(words(next('node lead'))).toEqual(['interface', 'route']);
  expect(next('heartbeat serial').complete).toBe(false);
  expect(next('group preferred lead').complete).toBe(true);
  expect(words(next('group preferred lead'))).toEqual(['preferred', 'vip', 'gateway']);
  expect(next('group preferred lead vip')).toMatchObject({ complete: false, candidates: [] });
  expect(next('heartbeat key 1 crc')).toEqual({ candidates: [], argument: null, complete: true });
});

test.each(['x', 'heartbeat keepalife', 'heartbeat keepalive 2', 'heartbeat d', 'group vip 1.2.3.4'])(
  'nothing follows what does not fit: %s',
  (line) => {
    const nothing = { candidates: [], argument: null, complete: false };
    expect(next(line)).toEqual(nothing);
    expect(there(line)).toEqual(nothing);
  },
);

test('what is there', () => {
  expect(words(there(''))).toEqual(['node', 'heartbeat', 'group', 'service', 'hostgroup', 'watch']);
  expect(there('').complete).toBe(false);
  expect(there('service')).toEqual({
    candidates: [{ word: 'tcp', help: 'named already' }],
    argument: null,
    complete: true,
  });
  expect(there('gr v')).toEqual({
    candidates: [{ word: '168.188.46.175/24', help: 'set already' }],
    argument: null,
    complete: true,
  });
  expect(words(there('watch cluster1 service http period wd time'))).toEqual(['"wd {Sun-Sat}"']);
  expect(words(there('heartbeat key 1 sha256'))).toEqual([]);
  expect(there('heartbeat warntime')).toEqual({ candidates: [], argument: null, complete: false });
  expect(there('heartbeat keepalive 2s')).toEqual({ candidates: [], argument: null, complete: true });
  expect(there('heartbeat keepalive 2s deadtime')).toEqual({
    candidates: [],
    argument: null,
    complete: false,
  });
});

test.each([
  ['he deadt 5s', 'heartbeat deadtime 5s'],
  ['g p he', 'group preferred he'],
  ['ser t 192.0.2.1:80 sc wl', 'service tcp 192.0.2.1:80 scheduler wlc'],
  ['heartbeat ping 192.0.2.1', 'heartbeat ping 192.0.2.1'],
  ['heart ser /dev/ttyS1 b 96', 'heartbeat serial /dev/ttyS1 baud 9600'],
  ['', ''],
])('%j is spelt out as %j', (short, whole) => {
  expect(expand(wordsOf(short))).toEqual({ ok: true, value: wordsOf(whole) });
});

test.each([
  ['heartbeat dead', 'heartbeat: "dead" is ambiguous; it may be deadtime or deadping'],
  ['h', '"h" is ambiguous; it may be heartbeat or hostgroup'],
  ['heartbeat keepalife 2s', 'heartbeat: unknown directive "keepalife"; did you mean keepalive?'],
  ['group xyz', 'group: unknown directive "xyz"; it takes preferred, vip or gateway'],
  ['ser tcp 192.0.2.1:80 sc w', 'service tcp 192.0.2.1:80 scheduler: "w" is ambiguous; it may be wrr or wlc'],
  ['he keep 2', 'heartbeat keepalive: "2" has no unit; write 2s for seconds or 2ms for milliseconds'],
  ['service sctp', 'service: "sctp" is not possible; it takes tcp or udp'],
  [
    'heartbeat key 1 secretword',
    'heartbeat key 1: unknown directive "***"; it takes sha256, sha1, md5 or crc',
  ],
  ['heartbeat key 1 crc more', 'heartbeat key 1 crc: unknown directive "***"; nothing may follow here'],
])('%j is refused', (short, error) => {
  expect(expand(wordsOf(short))).toEqual({ ok: false, error });
});

/** For each word of each path, the words that could stand in its place. */
const PLACES = SCHEMA.flatMap(({ path }) => {
  let place = ROOT;
  return path.split(' ').flatMap((word, index, all) => {
    const siblings = [...place.words.keys()];
    place = place.words.get(word) ?? place.argument!.place;
    return ARGUMENTS[word] === undefined ? [{ before: all.slice(0, index), word, siblings }] : [];
  });
});

test('every shortened word is spelt out as it was meant, or refused with all it may be', () => {
  const random = new Random(5);
  let refused = 0;
  for (const { before, word, siblings } of PLACES)
    for (let length = 1; length <= word.length; length++) {
      const short = word.slice(0, length);
      const entry = SCHEMA.find(({ path }) => path.startsWith([...before, word].join(' ')))!;
      const path = randomWords(random, entry).slice(0, before.length);
      const meant = siblings.filter((one) => one.startsWith(short));
      const result = expand([...path, short]);
      if (siblings.includes(short) || meant.length === 1)
        expect(result).toEqual({ ok: true, value: [...path, siblings.includes(short) ? short : word] });
      else {
        refused += 1;
        expect(result.ok).toBe(false);
        for (const candidate of meant) expect(result.ok ? '' : result.error).toContain(candidate);
      }
    }
  expect(refused).toBeGreaterThan(5);
});

test('every word that may be typed has help', () => {
  for (const { before } of PLACES) {
    const random = new Random(6);
    const entry = SCHEMA.find(({ path }) => path.startsWith(before.join(' ')))!;
    for (const { word, help } of next(randomWords(random, entry).slice(0, before.length).join(' '))
      .candidates)
      if (word !== 'tcp' && word !== 'udp') expect(help, word).not.toBe('');
  }
  const patterns = SCHEMA.map(({ path }) => `${path} `);
  for (const path of Object.keys(SECTIONS))
    expect(patterns.some((one) => one.startsWith(`${path} `))).toBe(true);
});
