import { describe, expect, test } from 'vitest';
import type { ExchangeReply } from '../../../../src/host/host';
import { httpProbe, replyLimitBytes, textLimitBytes } from '../../../../src/monitor/checks/http';
import type { Probe } from '../../../../src/monitor/checks/probe';

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function probe(options = ''): Probe {
  const made = httpProbe(['http.monitor', ...options.split(' ').filter((word) => word !== '')], 3000);
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

function judge(text: string, end: ExchangeReply['end'] = 'closed', options = ''): string | null {
  return probe(options).judge({ ok: true, value: { bytes: bytes(text), end } });
}

describe('the request', () => {
  test("of http.monitor without options is the script's", () => {
    const { request, next, ...rest } = probe().exchange('192.168.2.3');
    expect(next).toBeTypeOf('function');
    expect(rest).toEqual({
      transport: 'tcp',
      address: '192.168.2.3',
      port: 80,
      deadlineMs: 3000,
      limitBytes: replyLimitBytes,
    });
    expect(String.fromCharCode(...request)).toBe(
      'GET / HTTP/1.0\r\nHost: 192.168.2.3\r\nUser-Agent: mon.d/http.monitor\r\nConnection: close\r\n\r\n',
    );
  });

  test('takes port, path, agent and timeout', () => {
    const wanted = probe('-p 8080 -u /health?x=1 -a understudy -t 0.5 -c 200 -H www.example.org -o');
    const { request, ...rest } = wanted.exchange('10.0.0.1');
    expect(rest).toMatchObject({ port: 8080, deadlineMs: 500, connectMs: 200 });
    expect(String.fromCharCode(...request)).toMatch(
      /^GET \/health\?x=1 HTTP\/1\.0\r\nHost: www\.example\.org\r\nUser-Agent: understudy\r\n/,
    );
  });

  test('takes options as perl does, with the value in the same word', () => {
    const { request, ...rest } = probe('-op8080 -u/up -t0.5').exchange('10.0.0.1');
    expect(rest).toMatchObject({ port: 8080, deadlineMs: 500 });
    expect(String.fromCharCode(...request)).toMatch(/^GET \/up HTTP/);
  });

  test("the script's timeout cannot exceed the deadline", () => {
    expect(probe('-t 30').exchange('10.0.0.1').deadlineMs).toBe(3000);
  });

  test.each([
    [
      '-x 1',
      'http.monitor cannot take "-x"; it takes -p PORT -t SECONDS -c MILLISECONDS -u PATH -H HOST -a AGENT -s STATUSES -m TEXT -o',
    ],
    [
      '-p',
      'http.monitor cannot take "-p"; it takes -p PORT -t SECONDS -c MILLISECONDS -u PATH -H HOST -a AGENT -s STATUSES -m TEXT -o',
    ],
    ['-p 0', '-p "0" is not a port from 1 to 65535'],
    ['-p 65536', '-p "65536" is not a port from 1 to 65535'],
    ['-p http', '-p "http" is not a port from 1 to 65535'],
    ['-t 0', '-t "0" is not a number of seconds above 0'],
    ['-t soon', '-t "soon" is not a number of seconds above 0'],
    ['-u index.html', '-u "index.html" is not a path like /index.html'],
    ['-u /a\r\nHost:x', '-u "/a\\r\\nHost:x" is not a path like /index.html'],
    ['-a a\nb', '-a "a\\nb" is not printable ASCII'],
    ['-s 200-', '-s "200-" is not a list of statuses like 200-299,404'],
    ['-m a.*b', '-m "a.*b" is not a text without ^ $ . | ? * + ( ) [ ] { }, or with \\ before them'],
    ['-c 0', '-c "0" is not a whole number from 1 to 600000'],
    [
      'toString 1',
      'http.monitor cannot take "toString"; it takes -p PORT -t SECONDS -c MILLISECONDS -u PATH -H HOST -a AGENT -s STATUSES -m TEXT -o',
    ],
  ])('%j is refused', (options, error) => {
    expect(httpProbe(['http.monitor', ...options.split(' ')], 1000)).toEqual({ ok: false, error });
  });
});

describe('the judgement', () => {
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
    expect(probe().judge({ ok: false, error: 'connect to 10.0.0.1:80: connection refused' })).toBe(
      'connect to 10.0.0.1:80: connection refused',
    );
  });

  test('is by the statuses that are wanted', () => {
    expect(judge('HTTP/1.0 302 Found\r\n\r\n', 'closed', '-s 200-299,404')).toBe(
      'answered "HTTP/1.0 302 Found"',
    );
    expect(judge('HTTP/1.0 404 Not Found\r\n\r\n', 'closed', '-s 200-299,404')).toBeNull();
    expect(judge('HTTP/1.0 401 Unauthorized\r\n\r\n')).toBeNull();
  });

  test('is by the text that is wanted', () => {
    const options = '-m all\\.well';
    expect(judge('HTTP/1.0 200 OK\r\n\r\nall.well', 'closed', options)).toBeNull();
    expect(judge('HTTP/1.0 200 OK\r\n\r\nall well', 'limit', options)).toBe(
      '"all.well" is not in the first 27 bytes of the answer',
    );
    expect(probe(options).exchange('10.0.0.1').limitBytes).toBe(textLimitBytes);
  });
});

describe('reading', () => {
  /** After how many bytes there is enough, when they come in pieces of this size. */
  function enoughAfter(text: string, size: number, options = ''): number | null {
    const { next } = probe(options).exchange('10.0.0.1');
    for (let at = size; at < text.length + size; at += size)
      if (next?.(bytes(text.slice(0, at))) === 'enough') return Math.min(at, text.length);
    return null;
  }

  test.each([1, 2, 3, 5])('ends with the header, in pieces of %d', (size) => {
    const header = 'HTTP/1.0 200 OK\r\nA: b\r\n\r\n';
    expect(enoughAfter(`${header}${'x'.repeat(50)}`, size)).toBe(Math.ceil(header.length / size) * size);
    expect(enoughAfter('HTTP/1.0 200 OK\nA: b\n\nx', 1)).toBe(22);
    expect(enoughAfter('HTTP/1.0 200 OK\r\nA: b\r\n', size)).toBeNull();
  });

  test.each([1, 2, 3, 5])('goes on to the text, in pieces of %d', (size) => {
    const good = 'HTTP/1.0 200 OK\r\n\r\nnow all well';
    expect(enoughAfter(`${good}${'x'.repeat(50)}`, size, '-m all')).toBe(
      Math.ceil((good.length - 5) / size) * size,
    );
    expect(enoughAfter(good, size, '-m nothing')).toBeNull();
  });
});
