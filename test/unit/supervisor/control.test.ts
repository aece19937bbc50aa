/** The lines of the operator's channel: what is taken, what is refused and how, and what no line can do. */

import { describe, expect, it } from 'vitest';
import {
  commandOf,
  printReply,
  printRequest,
  type Request,
  readReply,
  watchOrderOf,
} from '../../../src/supervisor/control';
import { readRequest, requestOfWords } from '../../../src/supervisor/request-reader';
import { generator } from '../random';

const commit: Request = {
  op: 'commit',
  text: 'set group preferred "lb-a" # {[\n',
  who: 'admin',
  comment: '',
  confirmMinutes: null,
  acknowledgeRisk: false,
};
const REQUESTS: readonly Request[] = [
  { op: 'status' },
  { op: 'standby', scope: 'all' },
  { op: 'takeover', scope: 'foreign' },
  { op: 'maintenance', on: true },
  { op: 'config' },
  commit,
  { ...commit, confirmMinutes: 10, acknowledgeRisk: true, comment: 'why "not" \\' },
  { op: 'confirm' },
  { op: 'revert' },
  { op: 'archive' },
  { op: 'archived', n: 3 },
  { op: 'watch', console: false },
  { op: 'watch', console: true },
  { op: 'lend', device: '/dev/ttyS1' },
  { op: 'server', action: 'drain', service: 'tcp 192.0.2.10:80', server: '[2001:db8::1]:80' },
  { op: 'watches' },
  { op: 'ack', watch: 'web', service: 'http', comment: 'it "is" known' },
  { op: 'disable', watch: 'web', service: '', host: '' },
  { op: 'enable', watch: '', service: '', host: '10.0.0.1' },
];

describe('a request', () => {
  it('is one line, and read as it was printed', () => {
    for (const request of REQUESTS) {
      const line = printRequest(request);
      expect(line).not.toContain('\n');
      expect(readRequest(line)).toEqual(request);
    }
  });

  it('has defaults where nothing is lost by them', () => {
    expect(readRequest('{"v":1,"op":"standby"}')).toEqual({ op: 'standby', scope: 'all' });
    expect(readRequest('{"v":1,"op":"takeover","scope":"failback"}')).toEqual({
      op: 'takeover',
      scope: 'foreign',
    });
    expect(readRequest('{"v":1,"op":"commit","text":"a","who":"b"}')).toEqual({
      ...commit,
      text: 'a',
      who: 'b',
    });
  });

  it('shows who it is from in one line', () => {
    expect(readRequest('{"v":1,"op":"commit","text":"a","who":"b\\nc\\u001b[2J","comment":" d\\t"}')).toEqual(
      {
        ...commit,
        text: 'a',
        who: 'b c [2J',
        comment: 'd',
      },
    );
  });

  it.each([
    ['', /^a request is one JSON object in one line, like \{"v":1,"op":"status"\}$/],
    ['status', /one JSON object/],
    ['[1]', /one JSON object/],
    ['null', /one JSON object/],
    ['{"v":1,"op":"status"', /one JSON object/],
    ['{"v":1,"op":"commit","text":{},"who":"b"}', /one JSON object/],
    ['{"op":"status"}', /^the version v must be 1, not missing$/],
    ['{"v":2,"op":"status"}', /^the version v must be 1, not 2$/],
    ['{"v":"1","op":"status"}', /^the version v must be 1, not "1"$/],
    ['{"v":1}', /^there is no request op missing; there are status, /],
    ['{"v":1,"op":"statu"}', /^there is no request op "statu"; .*did you mean status\?$/],
    ['{"v":1,"op":"constructor"}', /^there is no request op "constructor"/],
    [
      '{"v":1,"op":"standby","scope":"some"}',
      /^standby: scope must be all, local, foreign or failback, not "some"$/,
    ],
    ['{"v":1,"op":"maintenance"}', /^maintenance: on must be true or false, and is missing$/],
    ['{"v":1,"op":"maintenance","on":"yes"}', /^maintenance: on must be true or false, not "yes"$/],
    [
      '{"v":1,"op":"commit","who":"b"}',
      /^commit: text must be a text of at most 262144 characters, and is missing$/,
    ],
    ['{"v":1,"op":"commit","text":"a"}', /^commit: who must be/],
    [
      '{"v":1,"op":"commit","text":"a","who":"b","confirmMinutes":0}',
      /^commit: confirmMinutes must be a whole number from 1 to 1440, not 0$/,
    ],
    // A commit that was to go back by itself, and would not.
    [
      '{"v":1,"op":"commit","text":"a","who":"b","confirmMinute":5}',
      /^commit takes no "confirmMinute"; it takes text, who, comment, confirmMinutes, acknowledgeRisk$/,
    ],
    ['{"v":1,"op":"archived","n":-1}', /^archived: n must be a whole number from 0 /],
    ['{"v":1,"op":"archived","n":1.5}', /^archived: n must be a whole number/],
    ['{"v":1,"op":"archived"}', /^archived: n must be a whole number .*, and is missing$/],
    ['{"v":1,"op":"lend"}', /^lend: device must be/],
    ['{"v":1,"op":"watch","console":1}', /^watch: console must be true or false/],
    ['{"v":1,"op":"status","now":true}', /^status takes no "now"; it takes nothing more$/],
  ])('%s is refused by one sentence', (line, sentence) => {
    expect(readRequest(line)).toMatch(sentence);
    expect(readRequest(line)).not.toContain('\n');
  });

  it('may be any line: it is taken or refused, and never more than that', () => {
    const random = generator(5);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ':',
      ',',
      '1',
      'null',
      'true',
      '"v":1',
      '"op":"commit"',
      '"text":',
      ' ',
      'é',
      '\u0000',
      '"__proto__":',
      '1e999',
    ];
    const lines = REQUESTS.map(printRequest);
    let taken = 0;
    for (let round = 0; round < 40_000; round++) {
      const line = lines[random(lines.length)]!;
      const at = random(line.length + 1);
      const inserted = Array.from({ length: random(4) }, () => pieces[random(pieces.length)]).join('');
      const spoilt = line.slice(0, at) + inserted + line.slice(at + random(6));
      const request = readRequest(spoilt);
      if (typeof request === 'string') expect(request.length).toBeLessThan(400);
      else {
        taken += 1;
        expect(readRequest(printRequest(request))).toEqual(request);
      }
    }
    expect(taken).toBeGreaterThan(100);
  });

  it('that would take much memory is not even parsed', () => {
    for (const line of [
      '['.repeat(300_000),
      `{"a":${'['.repeat(300_000)}`,
      `{"a":[${'{},'.repeat(90_000)}0]}`,
      '{"a":'.repeat(60_000),
    ])
      expect(readRequest(line)).toMatch(/^a request is one JSON object/);
  });
});

describe('words of a command line', () => {
  it.each([
    ['status', { op: 'status' }],
    ['standby', { op: 'standby', scope: 'all' }],
    ['standby local', { op: 'standby', scope: 'local' }],
    ['takeover failback', { op: 'takeover', scope: 'foreign' }],
    ['maintenance on', { op: 'maintenance', on: true }],
    ['maintenance off', { op: 'maintenance', on: false }],
    [
      'server drain tcp 192.0.2.10:80 10.0.0.21:80',
      { op: 'server', action: 'drain', service: 'tcp 192.0.2.10:80', server: '10.0.0.21:80' },
    ],
    [
      'server enable fwmark 3 10.0.0.21:0',
      { op: 'server', action: 'enable', service: 'fwmark 3', server: '10.0.0.21:0' },
    ],
  ])('%s are a request', (line, request) => {
    expect(requestOfWords(line.split(' '))).toEqual(request);
  });

  it.each([
    ['standby some', 'standby takes all, local, foreign or failback, not some'],
    ['standby constructor', 'standby takes all, local, foreign or failback, not constructor'],
    ['maintenance', 'maintenance takes on or off'],
    ['maintenance maybe', 'maintenance takes on or off'],
    ['status now', 'status takes no now'],
    ['takeover all please', 'takeover: too many words'],
    ['server stop tcp 192.0.2.10:80 10.0.0.21:80', 'server takes enable, disable or drain'],
    ['server drain tcp 192.0.2.10:80', 'the service and the real server, like'],
    ['server drain tcp 192.0.2.10:80 10.0.0.21:80 now', 'server takes enable'],
    ['commit', 'there is no request commit'],
    ['', 'there is no request '],
  ])('"%s" are refused by one sentence', (line, sentence) => {
    const refusal = requestOfWords(line.split(' '));
    expect(refusal).toContain(sentence);
    expect(refusal).not.toContain('\n');
  });

  it('that are commands of the cluster become them', () => {
    expect(commandOf({ op: 'standby', scope: 'local' })).toEqual({ name: 'standby', scope: 'local' });
    expect(commandOf({ op: 'maintenance', on: false })).toEqual({ name: 'maintenance', on: false });
  });
});

describe('an answer', () => {
  it('is one line, and comes through as it was given', () => {
    for (const reply of [
      { ok: true, text: 'this box hands the group over to lb-b' } as const,
      { ok: false, error: 'two', faults: ['line 1: a\nb', 'c'], risk: true } as const,
      { ok: true, entries: [{ revision: 1, dateMs: null, who: 'hand', comment: '' }] } as const,
    ]) {
      const line = printReply(reply);
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(readReply(line)).toEqual({ v: 1, ...reply });
    }
  });

  it('that is cut off, or none, is not taken for one', () => {
    for (const text of ['', '{"v":1,"ok":tr', 'ok\nthis box hands', 'null', '3', '{}', '{"ok":1}'])
      expect(readReply(text)).toBeNull();
  });

  it('that would be too long is a sentence', () => {
    expect(readReply(printReply({ ok: true, text: '"'.repeat(200_000) }))).toEqual({
      v: 1,
      ok: false,
      error: 'the answer has more than 307200 characters',
    });
  });
});

describe('an order about watches', () => {
  const target = (watch: string, service: string, host: string) =>
    watchOrderOf({ op: 'disable', watch, service, host });

  it('is of a watch, a service of one, or a host', () => {
    expect(target('web', '', '')).toEqual({ action: 'disable', target: { kind: 'watch', watch: 'web' } });
    expect(target('web', 'http', '')).toEqual({
      action: 'disable',
      target: { kind: 'service', watch: 'web', service: 'http' },
    });
    expect(target('', '', 'h')).toEqual({ action: 'disable', target: { kind: 'host', host: 'h' } });
    for (const [watch, service, host] of [
      ['', '', ''],
      ['', 'http', ''],
      ['web', '', 'h'],
    ] as const)
      expect(target(watch, service, host)).toBe('disable takes a watch, a watch and a service, or a host');
  });

  it('cannot carry a second line in its words', () => {
    const line = JSON.stringify({ v: 1, op: 'ack', watch: 'a', service: 'b', comment: 'x\ndisable host y' });
    expect(readRequest(line)).toEqual({ op: 'ack', watch: 'a', service: 'b', comment: 'x disable host y' });
  });
});
