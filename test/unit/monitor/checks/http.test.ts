import { describe, expect, test } from 'vitest';
import type { TcpReply } from '../../../../src/host/host';
import { httpProbe, judgeHttp, replyLimitBytes } from '../../../../src/monitor/checks/http';

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function judge(text: string, end: TcpReply['end'] = 'closed'): string | null {
  return judgeHttp({ ok: true, value: { bytes: bytes(text), end } });
}

describe('the request', () => {
  test("of http.monitor without options is the script's", () => {
    const probe = httpProbe(['http.monitor'], 3000);
    if (!probe.ok) throw new Error(probe.error);
    const { request, ...rest } = probe.value.exchange('192.168.2.3');
    expect(rest).toEqual({ address: '192.168.2.3', port: 80, deadlineMs: 3000, limitBytes: replyLimitBytes });
    expect(String.fromCharCode(...request)).toBe(
      'GET / HTTP/1.0\r\nHost: 192.168.2.3\r\nUser-Agent: mon.d/http.monitor\r\nConnection: close\r\n\r\n',
    );
  });

  test('takes port, path, agent and timeout', () => {
    const probe = httpProbe('http.monitor -p 8080 -u /health?x=1 -a understudy -t 0.5'.split(' '), 3000);
    if (!probe.ok) throw new Error(probe.error);
    const { request, ...rest } = probe.value.exchange('10.0.0.1');
    expect(rest).toMatchObject({ port: 8080, deadlineMs: 500 });
    expect(String.fromCharCode(...request)).toMatch(
      /^GET \/health\?x=1 HTTP\/1\.0\r\n.*User-Agent: understudy\r\n/s,
    );
  });

  test("the script's timeout cannot exceed the deadline", () => {
    const probe = httpProbe(['http.monitor', '-t', '30'], 3000);
    expect(probe.ok && probe.value.exchange('10.0.0.1').deadlineMs).toBe(3000);
  });

  test.each([
    ['-x 1', 'http.monitor cannot take "-x"; it takes -p PORT -t SECONDS -u PATH -a AGENT'],
    ['-p', 'http.monitor cannot take "-p"; it takes -p PORT -t SECONDS -u PATH -a AGENT'],
    ['-p 0', '-p "0" is not a port from 1 to 65535'],
    ['-p 65536', '-p "65536" is not a port from 1 to 65535'],
    ['-p http', '-p "http" is not a port from 1 to 65535'],
    ['-t 0', '-t "0" is not a number of seconds above 0'],
    ['-t soon', '-t "soon" is not a number of seconds above 0'],
    ['-u index.html', '-u "index.html" is not a path like /index.html'],
    ['-u /a\r\nHost:x', '-u "/a\\r\\nHost:x" is not a path like /index.html'],
    ['-a a\nb', '-a "a\\nb" is not printable ASCII'],
    ['toString 1', 'http.monitor cannot take "toString"; it takes -p PORT -t SECONDS -u PATH -a AGENT'],
  ])('%j is refused', (options, error) => {
    expect(httpProbe(['http.monitor', ...options.split(' ')], 1000)).toEqual({ ok: false, error });
  });
});

describe('judgeHttp', () => {
  test.each([
    'HTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody',
    'HTTP/1.0 204\r\n\r\n',
    'HTTP/1.0 301 Moved\nLocation: /\n\n',
    'HTTP/1.1 399 odd\r\n\r\n',
  ])('good: %j', (text) => {
    expect(judge(text)).toBeNull();
    expect(judge(text, 'limit')).toBeNull();
  });

  test.each([
    ['HTTP/1.1 500 Oops\r\n\r\n', 'answered "HTTP/1.1 500 Oops"'],
    ['HTTP/1.1 404 Not Found\r\n\r\n', 'answered "HTTP/1.1 404 Not Found"'],
    ['HTTP/1.1 100 Continue\r\n\r\n', 'answered "HTTP/1.1 100 Continue"'],
    ['', 'connection closed without an answer'],
    ['SSH-2.0-x\r\n', 'answer does not begin with an HTTP status line but "SSH-2.0-x"'],
    ['\u0000\u0016\u0003\n\n', 'answer does not begin with an HTTP status line but "..."'],
    ['HTTP/1.1 2000 OK\r\n\r\n', 'answer does not begin with an HTTP status line but "HTTP/1.1 2000 OK"'],
    ['HTTP/1.1 200 OK', 'answer does not begin with an HTTP status line but "HTTP/1.1 200 OK"'],
    ['HTTP/1.1 200 OK\r\nServer: x\r\n', 'connection closed within the header of the answer'],
  ])('bad: %j', (text, fault) => {
    expect(judge(text)).toBe(fault);
  });

  test('an endless header', () => {
    const header = `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(2000)}`.slice(0, replyLimitBytes);
    expect(judge(header, 'limit')).toBe(`header of the answer does not end within ${replyLimitBytes} bytes`);
  });

  test('an endless first line is quoted in part', () => {
    const fault = judge('x'.repeat(replyLimitBytes), 'limit');
    expect(fault).toMatch(/status line but "x+"$/);
    expect(fault?.length).toBeLessThan(150);
  });

  test('no answer at all keeps its reason', () => {
    expect(judgeHttp({ ok: false, error: 'connect to 10.0.0.1:80: connection refused' })).toBe(
      'connect to 10.0.0.1:80: connection refused',
    );
  });
});
