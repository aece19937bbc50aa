import { expect, test } from 'vitest';
import {
  applyDifference,
  type Document,
  deleteLine,
  difference,
  EMPTY,
  partOf,
  printDifference,
  printDocument,
  readDocument,
  setLine,
} from '../../../src/config/document';
import type { Reading } from '../../../src/config/problem';
import { LINE_LIMIT, LINES_LIMIT, splitWords, TEXT_LIMIT } from '../../../src/config/text';
import { EXAMPLE } from './example';

function documentOf(text: string): Document {
  const read = readDocument(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

function wordsOf(line: string): readonly string[] {
  const words = splitWords(line);
  if (!words.ok) throw new Error(words.error);
  return words.value;
}

/** The text after the change, or the sentence. */
function told(result: Reading<Document>): string {
  return result.ok ? printDocument(result.value) : result.error;
}

const set = (text: string, line: string): string => told(setLine(documentOf(text), wordsOf(line)));
const remove = (text: string, line: string): string => told(deleteLine(documentOf(text), wordsOf(line)));

test('a text comes back as it was, with its comments and blanks', () => {
  const text = `# The pair\n\n  set  heartbeat keepalive 2000ms\t# as in the paper\n${EXAMPLE.slice(EXAMPLE.indexOf('set heartbeat deadtime'))}`;
  expect(printDocument(documentOf(text))).toBe(text);
  expect(printDocument(documentOf(`\ufeff${text.replaceAll('\n', '\r\n')}`.trimEnd()))).toBe(text);
  expect(documentOf('')).toEqual(EMPTY);
});

test.each([
  ['set heartbeat pong 1', 'line 1: heartbeat: unknown directive "pong"; did you mean ping?'],
  [
    '# good\nset heartbeat keepalive 2s\nset heartbeat keepalive 3s',
    'line 3: heartbeat keepalive is set to "2s" and "3s", in lines 2 and 3; keep one of them',
  ],
  [
    'set heartbeat key 1 sha256 ***',
    'line 1: heartbeat key 1 sha256: *** stands for a secret that is not shown; write the secret itself',
  ],
  ['\n'.repeat(LINES_LIMIT), 'the text has 2049 lines; a configuration has at most 2048'],
])('a text with a fault is refused with the first of them: %j', (text, error) => {
  expect(readDocument(text)).toEqual({ ok: false, error });
});

test.each([
  [
    'where there was none, at the end',
    'set group vip 192.0.2.1/24',
    'heartbeat keepalive 2s',
    'set group vip 192.0.2.1/24\nset heartbeat keepalive 2s\n',
  ],
  [
    'in place of the old value, whose comment stays',
    '# a\nset heartbeat keepalive 2s  # b\nset heartbeat deadtime 5s',
    'heartbeat keepalive 1000ms',
    '# a\nset heartbeat keepalive 1s  # b\nset heartbeat deadtime 5s\n',
  ],
  [
    'one more value, behind the others',
    'set group vip 192.0.2.1/24 # a\nset heartbeat keepalive 2s',
    'group vip 192.0.2.2/24',
    'set group vip 192.0.2.1/24 # a\nset group vip 192.0.2.2/24\nset heartbeat keepalive 2s\n',
  ],
  [
    'behind the nearest kin',
    'set service tcp 192.0.2.1:80 server 10.0.0.1:80\nset service tcp 192.0.2.2:80\nset service udp 192.0.2.1:80',
    'service tcp 192.0.2.1:80 server 10.0.0.2:80 weight 2',
    'set service tcp 192.0.2.1:80 server 10.0.0.1:80\nset service tcp 192.0.2.1:80 server 10.0.0.2:80 weight 2\nset service tcp 192.0.2.2:80\nset service udp 192.0.2.1:80\n',
  ],
  [
    'several things at once',
    '',
    'service tcp 192.0.2.1:80 server 10.0.0.1:80 weight 2 method dr',
    'set service tcp 192.0.2.1:80 server 10.0.0.1:80 weight 2\nset service tcp 192.0.2.1:80 server 10.0.0.1:80 method dr\n',
  ],
  [
    'one of two in a line, which come apart',
    'set heartbeat keepalive 2s deadtime 5s # both',
    'heartbeat deadtime 6s',
    'set heartbeat keepalive 2s # both\nset heartbeat deadtime 6s\n',
  ],
  [
    'what was said twice, once',
    'set heartbeat keepalive 2s\n#\nset heartbeat keepalive 2000ms # b',
    'heartbeat keepalive 1s',
    'set heartbeat keepalive 1s\n#\n',
  ],
  [
    'what is set already, as it is written',
    'set  heartbeat keepalive 2000ms #',
    'heartbeat keepalive 2s',
    'set  heartbeat keepalive 2000ms #\n',
  ],
  [
    'a value that is there already',
    'set group vip 192.0.2.1/24\nset group vip 192.0.2.2/24',
    'group vip 192.0.2.1/24',
    'set group vip 192.0.2.1/24\nset group vip 192.0.2.2/24\n',
  ],
  [
    'what something below has made already',
    'set heartbeat bcast eth1 port 694',
    'heartbeat bcast eth1',
    'set heartbeat bcast eth1 port 694\n',
  ],
  [
    'a name that begins another one',
    'set node lb-b interface eth0\nset group vip 192.0.2.1/24',
    'node lb interface eth0',
    'set node lb-b interface eth0\nset node lb interface eth0\nset group vip 192.0.2.1/24\n',
  ],
  ['a command in other words', '', 'heartbeat stonith "a  \\"b\\" c"', 'set heartbeat stonith "a b c"\n'],
])('set: %s', (_, text, line, result) => {
  expect(set(text, line)).toBe(result);
});

test.each([
  [
    'heartbeat keepalive 2',
    'heartbeat keepalive: "2" has no unit; write 2s for seconds or 2ms for milliseconds',
  ],
  ['heartbeat', '"set heartbeat" is not finished; timing'],
  ['group vip', 'group vip needs a value: outside virtual address, with prefix length'],
  [
    'heartbeat key 1 sha256 two words',
    'the value goes on after its end; put the whole value in quotation marks if it has blanks',
  ],
])('set is refused: %s', (line, error) => {
  expect(set(EXAMPLE, line)).toContain(error);
});

test('a value with a line end is refused', () => {
  expect(told(setLine(EMPTY, ['heartbeat', 'key', '1', 'sha256', 'a\nset group vip 192.0.2.1/24']))).toBe(
    'character 30 of the line is not a character of text (U+000A); remove it',
  );
});

test('a comment that has no room behind a new value stands before it', () => {
  const comment = `# ${'x'.repeat(LINE_LIMIT - 40)}`;
  expect(set(`set heartbeat stonith a ${comment}`, `heartbeat stonith ${'b'.repeat(30)}`)).toBe(
    `${comment}\nset heartbeat stonith ${'b'.repeat(30)}\n`,
  );
});

test('no more is set than can be read back', () => {
  const lines = documentOf('#\n'.repeat(LINES_LIMIT - 1));
  expect(told(setLine(lines, ['heartbeat', 'keepalive', '2s']))).toBe(
    'the text has 2049 lines; a configuration has at most 2048',
  );
  const long = documentOf(`#${'x'.repeat(2046)}\n`.repeat(TEXT_LIMIT / 2048));
  expect(told(setLine(long, ['heartbeat', 'keepalive', '2s']))).toBe(
    'the text has 262171 characters; a configuration has at most 262144',
  );
});

test.each([
  [
    'a setting',
    'set heartbeat keepalive 2s # c\n# d\nset heartbeat deadtime 5s',
    'heartbeat keepalive',
    '# d\nset heartbeat deadtime 5s\n',
  ],
  ['a setting with its value in other words', 'set heartbeat keepalive 2s', 'heartbeat keepalive 2000ms', ''],
  [
    'one of several values',
    'set group vip 192.0.2.1/24\nset group vip 192.0.2.2/24',
    'group vip 192.0.2.1/24',
    'set group vip 192.0.2.2/24\n',
  ],
  [
    'all values',
    'set group vip 192.0.2.1/24\nset group vip 192.0.2.2/24\nset group preferred a',
    'group vip',
    'set group preferred a\n',
  ],
  [
    'everything below a path',
    '# a\nset service tcp 192.0.2.1:80 server 10.0.0.1:80 weight 1\nset service tcp 192.0.2.1:80 scheduler rr\nset service tcp 192.0.2.1:8',
    'service tcp 192.0.2.1:80',
    '# a\nset service tcp 192.0.2.1:8\n',
  ],
  [
    'a section',
    EXAMPLE.slice(EXAMPLE.indexOf('set hostgroup')),
    'watch',
    'set hostgroup cluster1 host 192.168.2.3\n',
  ],
  [
    'a server, whose service stays',
    'set service tcp 192.0.2.1:80 server 10.0.0.1:80 weight 1',
    'service tcp 192.0.2.1:80 server 10.0.0.1:80',
    'set service tcp 192.0.2.1:80\n',
  ],
  [
    'a port, and the link stays',
    'set heartbeat bcast eth1 port 694 # c',
    'heartbeat bcast eth1 port',
    'set heartbeat bcast eth1 # c\n',
  ],
  [
    'one of two in a line',
    'set heartbeat keepalive 2s deadtime 5s # both',
    'heartbeat keepalive',
    'set heartbeat deadtime 5s # both\n',
  ],
  [
    'both in a line, and the server stays',
    'set service tcp 192.0.2.1:80 server 10.0.0.1:80 weight 1 method dr',
    'service tcp 192.0.2.1:80 server 10.0.0.1:80 method',
    'set service tcp 192.0.2.1:80 server 10.0.0.1:80 weight 1\n',
  ],
  [
    'a name that begins another one',
    'set node lb interface eth0\nset node lb-b interface eth0',
    'node lb',
    'set node lb-b interface eth0\n',
  ],
  ['what is said twice', 'set heartbeat bcast eth1\nset heartbeat bcast eth1', 'heartbeat bcast eth1', ''],
])('delete: %s', (_, text, line, result) => {
  expect(remove(text, line)).toBe(result);
});

test.each([
  [
    'heartbeat warntime',
    'heartbeat warntime is not set; heartbeat has keepalive, deadtime, auto-failback, serial, bcast, key, sign-with',
  ],
  ['node seven', 'node seven is not set; node has seven.ce.cnu.ac.kr, mazelut.ce.cnu.ac.kr'],
  [
    'watch cluster2 service http',
    'watch cluster2 service http is not set; watch has cluster1 (did you mean cluster1?)',
  ],
  ['heartbeat keepalive 3s', 'heartbeat keepalive is not set to "3s"; it is "2s"'],
  ['heartbeat key 1 sha256 wrong', 'heartbeat key 1 sha256 is set to another secret'],
  ['service udp', 'service udp is not set; service has tcp'],
  ['heartbeat keepalife', 'heartbeat: unknown directive "keepalife"; did you mean keepalive?'],
  [
    'heartbeat keepalive 2',
    'heartbeat keepalive: "2" has no unit; write 2s for seconds or 2ms for milliseconds',
  ],
  [
    'heartbeat keepalive 2s deadtime',
    'nothing may follow the value of heartbeat keepalive; name one setting at a time',
  ],
  ['', 'nothing is named; a path must follow'],
])('delete is refused: %s', (line, error) => {
  expect(remove(EXAMPLE, line)).toBe(error);
});

test('nothing can be deleted of an empty text', () => {
  expect(remove('# nothing', 'heartbeat')).toBe('heartbeat is not set, nor is anything else');
  expect(remove('set group vip 192.0.2.1/24', 'heartbeat keepalive')).toBe(
    'heartbeat keepalive is not set; there is only group',
  );
});

test('a part is shown with the comments beside it', () => {
  const text =
    '# a\nset heartbeat keepalive 2s # b\nset heartbeat deadtime 5s auto-failback on # c\nset group vip 192.0.2.1/24\n';
  const part = (line: string): string => told(partOf(documentOf(text), wordsOf(line)));
  expect(part('heartbeat keepalive')).toBe('set heartbeat keepalive 2s # b\n');
  expect(part('heartbeat auto-failback')).toBe('set heartbeat auto-failback on # c\n');
  expect(part('group')).toBe('set group vip 192.0.2.1/24\n');
  expect(part('service')).toBe('');
  expect(part('')).toBe(text);
  expect(part('groop')).toBe('unknown directive "groop"; did you mean group?');
});

/** What `compare` says, and what applying it gives. */
function compared(a: string, b: string): string {
  const changes = difference(documentOf(a), documentOf(b));
  expect(difference(documentOf(told(applyDifference(documentOf(a), changes))), documentOf(b))).toEqual([]);
  return printDifference(changes);
}

test.each([
  [
    'nothing but writing',
    'set heartbeat keepalive 2s # c\nset group vip 192.0.2.1/24',
    '#\nset group vip 192.0.2.1/24\nset heartbeat keepalive 2000ms',
    '',
  ],
  [
    'another value',
    'set heartbeat keepalive 2s\nset heartbeat deadtime 5s',
    'set heartbeat deadtime 6s\nset heartbeat keepalive 1s\nset group vip 192.0.2.1/24',
    '- heartbeat keepalive 2s\n+ heartbeat keepalive 1s\n- heartbeat deadtime 5s\n+ heartbeat deadtime 6s\n+ group vip 192.0.2.1/24\n',
  ],
  [
    'values that come and go',
    'set group vip 192.0.2.1/24',
    'set group vip 192.0.2.2/24',
    '- group vip 192.0.2.1/24\n+ group vip 192.0.2.2/24\n',
  ],
  [
    'a link without its port',
    'set heartbeat bcast eth1 port 694',
    'set heartbeat bcast eth1',
    '- heartbeat bcast eth1 port 694\n+ heartbeat bcast eth1\n',
  ],
  [
    'no link at all',
    'set heartbeat bcast eth1 port 694\nset heartbeat bcast eth1',
    '',
    '- heartbeat bcast eth1 port 694\n- heartbeat bcast eth1\n',
  ],
  [
    'more of the same',
    'set heartbeat bcast eth1',
    'set heartbeat bcast eth1 port 694',
    '+ heartbeat bcast eth1 port 694\n',
  ],
  [
    'said in full',
    'set heartbeat bcast eth1 port 694',
    'set heartbeat bcast eth1\nset heartbeat bcast eth1 port 694',
    '',
  ],
  ['a command', '', 'set heartbeat respawn "a b"', '+ heartbeat respawn "a b"\n'],
])('difference: %s', (_, a, b, changes) => {
  expect(compared(a, b)).toBe(changes);
});

test.each([
  ['-', 'heartbeat keepalive 3s', 'heartbeat keepalive is not set to "3s"; it is "2s"'],
  ['-', 'heartbeat bcast eth1', 'heartbeat bcast eth1 is not set by itself, only with what follows it'],
  ['-', 'heartbeat keepalive', 'heartbeat keepalive is not set by itself, only with what follows it'],
  ['-', 'heartbeat pong', 'heartbeat: unknown directive "pong"; did you mean ping?'],
  ['+', 'heartbeat keepalive', 'heartbeat keepalive needs a value: time from one heartbeat to the next'],
] as const)('a difference that does not fit is refused: %s %s', (sign, line, error) => {
  expect(told(applyDifference(documentOf(EXAMPLE), [{ sign, words: wordsOf(line) }]))).toContain(error);
});

test('secrets are hidden on request, also in comments, and nothing else is', () => {
  const text = `set heartbeat key 1 sha256 "very secret" # c
# set heartbeat key 2 sha1 other
set heartbeat respawn "key 1 sha256 x"
# the key of the rack`;
  expect(printDocument(documentOf(text), 'hidden')).toBe(`set heartbeat key 1 sha256 *** # c
# set heartbeat key 2 sha1 ***
set heartbeat respawn "key 1 sha256 x"
# the key of the rack
`);
  const changes = difference(
    documentOf(text),
    documentOf('set heartbeat key 1 sha256 better\nset heartbeat key 3 crc'),
  );
  expect(printDifference(changes, 'hidden')).toBe(`- heartbeat key 1 sha256 ***
+ heartbeat key 1 sha256 ***
- heartbeat respawn "key 1 sha256 x"
+ heartbeat key 3 crc
`);
  expect(printDifference(changes)).toContain('+ heartbeat key 1 sha256 better\n');
});
